"""The levers of a fake, found by `GET /_fakie/`: what lets a case order what nature does not bring."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from fakie_contract.http.client import Client, NoAnswer
from fakie_contract.http.exchange import Answer, SentRequest
from fakie_schemas.payment import live_upstream

ROOT = "/_fakie"
FORMAT_VERSION = 1
_REFUSALS = (403, 404, 422)
# Where what was ordered waits for requests; of each kind `DELETE` takes back all.
_ORDERS = ("/faults", "/spoils", "/plans")


class LeverRefused(Exception):
    """The target has the lever and would not pull it; the text is its own reason."""


class Levers:
    """The levers that a target has, by method and path."""

    def __init__(self, client: Client, listed: Sequence[Any], headers: tuple[tuple[str, str], ...]) -> None:
        self._client = client
        self._headers = headers
        self._known = {
            (str(lever.get("method")), str(lever.get("path"))) for lever in listed if isinstance(lever, dict)
        }

    @classmethod
    def found(cls, client: Client) -> "Levers | None":
        """Ask a target for its levers; None when it has none that this suite understands."""
        token = os.environ.get("FAKIE_ADMIN_TOKEN")
        headers = (("Authorization", f"Bearer {token}"),) if token else ()
        try:
            about = client.send(SentRequest("GET", f"{ROOT}/", headers)).data
        except NoAnswer:
            return None
        if not isinstance(about, dict) or about.get("format_version") != FORMAT_VERSION:
            return None
        listed = about.get("levers")
        return cls(client, listed, headers) if isinstance(listed, list) else None

    def has(self, method: str, path: str) -> bool:
        """Tell whether there is such a lever; `path` as `GET /_fakie/` lists it, below `/_fakie`."""
        return (method, ROOT + path) in self._known

    def waiting_orders(self) -> dict[str, int]:
        """Count the orders that wait for requests of any account, by the path of their lever; raises NoAnswer."""
        waiting: dict[str, int] = {}
        for path in _ORDERS:
            listed = self._client.send(self.request("GET", path)).data if self.has("GET", path) else None
            orders = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
            count = sum(one.get("account") is None for one in orders)
            if count:
                waiting[ROOT + path] = count
        return waiting

    def request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> SentRequest:
        """Write the request that pulls a lever."""
        if body is None:
            return SentRequest(method, ROOT + path, self._headers)
        content = json.dumps(body, ensure_ascii=False).encode()
        return SentRequest(method, ROOT + path, (*self._headers, ("Content-Type", "application/json")), content)

    def pull(self, request: SentRequest) -> Answer:
        """Pull and give the answer; raises LeverRefused with the target's reason when it will not be pulled."""
        answer = self._client.send(request)
        if answer.code in _REFUSALS:
            msg = answer.json.get("msg") if isinstance(answer.json, dict) else None
            raise LeverRefused(str(msg or answer.shown()))
        return answer


def upstream_of(client: Client) -> str:
    """Ask a loopback target whether it is a recorder in front of a live one: its upstream, else empty.

    Raises NoAnswer.
    """
    return live_upstream(client.send(SentRequest("GET", f"{ROOT}/")).data)
