"""One request on its way through the stages: what is known of it so far."""

from dataclasses import dataclass, field
from typing import Any

from fakie.core.accounts import Account
from fakie.core.http.body import parse_object, read_body, require_json_type
from fakie.core.http.messages import Request
from fakie.core.situations import Refused


@dataclass
class Exchange:
    """A request, its endpoint's name (None: not an endpoint of the API) and what the stages found out."""

    request: Request
    endpoint: str | None
    body_limit: int
    body_depth: int
    account: Account | None = None
    model: str | None = None
    task_id: str | None = None
    ordered: bool = False
    raw: bytes = b""
    _payload: dict[str, Any] | None = None
    _refusal: Refused | None = field(default=None, repr=False)

    def payload(self) -> dict[str, Any]:
        """Read and parse the body, once; raises the same Refused each time it cannot be."""
        if self._refusal is not None:
            raise self._refusal
        if self._payload is None:
            try:
                self._payload = self._parse()
            except Refused as refusal:
                self._refusal = refusal
                raise
        return self._payload

    def peek_model(self) -> str | None:
        """Give the model that the body names, or None when it names none."""
        try:
            model = self.payload().get("model")
        except Refused:
            return None
        return model if isinstance(model, str) else None

    def _parse(self) -> dict[str, Any]:
        require_json_type(self.request)
        self.raw = read_body(self.request, self.body_limit)
        return parse_object(self.raw, self.body_depth)
