"""The tools of one run in one process: target, client, levers, listener, and the contracts to judge by."""

import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from fakie.catalog.catalog import Catalog
from fakie.catalog.profile import Profile
from fakie_contract.child import CannotRun
from fakie_contract.client import Client, NoAnswer
from fakie_contract.exchange import NOT_JSON, Answer, Request, cut, shown
from fakie_contract.levers import Levers
from fakie_contract.listener import Listener
from fakie_contract.target import Target

CREATE = "/api/v1/jobs/createTask"
RECORD = "/api/v1/jobs/recordInfo"
CREDIT = "/api/v1/chat/credit"
# One below the documented limit leaves room for a clock that differs a little.
_PACED = 18
_REDIRECTS = range(300, 400)


class Pace:
    """Keeps an account that the cases have to share below the documented rate of creates."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._sent: deque[float] = deque()

    def wait(self) -> None:
        """Sleep until one more create is within the rate, and count it."""
        while len(self._sent) >= self._count:
            rest = self._sent[0] + self._seconds - time.monotonic()
            if rest > 0:
                time.sleep(rest)
            self._sent.popleft()
        self._sent.append(time.monotonic())


@dataclass
class Bench:
    """What every case of a run shares.

    `patience` is how long (s) to wait for what the target does by itself. `tidy`: accounts are forgotten after each
    case, so that a fake of our own stays small over thousands of them.
    """

    target: Target
    catalog: Catalog
    profile: Profile
    client: Client
    levers: Levers | None = None
    any_key: bool = False
    mirror_status: bool = False
    patience: float = 5.0
    tidy: bool = False
    pace: Pace = field(default_factory=lambda: Pace(_PACED, 10.0))
    _listener: Listener | None = None

    @classmethod
    def at(cls, target: Target, catalog: Catalog, profile: Profile, *, workers: int = 1, **options: Any) -> "Bench":
        """Look at a target for what it offers: levers, and whether every key is an account."""
        client = Client(target.url)
        bench = cls(target, catalog, profile, client, pace=Pace(max(1, _PACED // workers), 10.0), **options)
        # Nothing but the API's own requests may go to a live target.
        if not target.live:
            bench.levers = Levers.found(client)
            bench.any_key = _takes(client, new_key())
        return bench

    def listener(self) -> Listener:
        """Give the receiver of callbacks, started when first asked for."""
        if self._listener is None:
            self._listener = Listener()
        return self._listener

    def close(self) -> None:
        """Close connections and receiver."""
        self.client.close()
        if self._listener is not None:
            self._listener.close()


def new_key() -> str:
    """Make a key that no other case uses."""
    return f"contract-{secrets.token_hex(8)}"


def bearer(key: str) -> tuple[tuple[str, str], ...]:
    """Give the header that carries a key."""
    return (("Authorization", f"Bearer {key}"),)


def check_reachable(target: Target, seconds: float = 10.0) -> None:
    """Raise CannotRun, with the reason on one line, unless the target answers some free request with a JSON object."""
    client = Client(target.url, seconds)
    try:
        answers = [client.send(request) for request in _free_requests(target.key)]
    except NoAnswer as error:
        raise CannotRun(f"{target.url}: {error}; is it the right URL, and does the target run?") from None
    finally:
        client.close()
    if not any(isinstance(answer.json, dict) for answer in answers):
        raise CannotRun(f"{target.url}: expected JSON objects, as the API answers; {_instead(answers[0])}")


def _free_requests(key: str) -> tuple[Request, ...]:
    unknown = b'{"model":"fakie/no-such-model","input":{}}'
    return (
        Request("POST", CREATE, (*bearer(key), ("Content-Type", "application/json")), unknown),
        Request("GET", f"{RECORD}?taskId=0", bearer(key)),
        Request("GET", CREDIT, bearer(key)),
    )


def _instead(answer: Answer) -> str:
    if answer.status in _REDIRECTS:
        return f"it redirects (HTTP {answer.status}) to {cut(answer.headers.get('location', 'nowhere'), 200)}"
    kind = answer.headers.get("content-type", "no content type")
    found = "no JSON" if answer.json is NOT_JSON else shown(answer.json, 80)
    start = shown(answer.body[:60].decode("utf-8", "replace"))
    return f"it answered HTTP {answer.status} with {kind}: {found}, starting {start}"


def _takes(client: Client, key: str) -> bool:
    try:
        return bool(client.send(Request("GET", CREDIT, bearer(key))).code == 200)
    except NoAnswer:
        return False
