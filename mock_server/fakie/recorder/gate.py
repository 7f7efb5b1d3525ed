"""The gate between a client and a bill: a request needs a permit to pass, and the permit is told how it went."""

from typing import Any, Protocol

from msgspec import Struct

from fakie_schemas.families.family import BY_MODEL, endpoints
from fakie_schemas.payment import making
from fakie_schemas.recordings.bodies import json_value


class PaidRequest(Struct, frozen=True):
    """A request that may cost: a create, or another that nobody knows free.

    `model` is what a create names, or the endpoint of a family that it goes to.
    """

    method: str
    path: str
    creates: bool
    model: str | None
    body: Any

    @classmethod
    def of(cls, method: str, path: str, body: bytes) -> "PaidRequest":
        """Read a request that may cost."""
        asked, endpoint = json_value(body), making(path)
        named = asked.get("model") if isinstance(asked, dict) else None
        model = named if isinstance(named, str) else None
        own_page = endpoint is not None and endpoints()[endpoint].page != BY_MODEL
        return cls(method, path, endpoint is not None, endpoint if own_page else model, asked)


class NotPassedOn(Exception):
    """The request must not be passed on; the text says why, what it may cost, and what would allow it."""


class Permit(Protocol):
    """A permit to send one request; exactly one of the three is called once it is known how it went."""

    def refused(self) -> None:
        """Settle that it was refused, or never left: nothing has been spent."""

    def accepted(self, task_id: str) -> None:
        """Settle that it was accepted under this task id: it has been paid for."""

    def unknown(self, why: str) -> None:
        """Settle that nobody can tell whether it has been paid for."""


class Gate(Protocol):
    """Lets requests that may cost pass, or does not."""

    def enter(self, request: PaidRequest) -> Permit:
        """Permit a request to be sent; raises NotPassedOn."""


class NoPaidCreates:
    """Lets nothing pass that may cost; `allow` says what would."""

    def __init__(self, allow: str) -> None:
        self._allow = allow

    def enter(self, request: PaidRequest) -> Permit:
        """Raise NotPassedOn."""
        what = f"the create of {request.model}" if request.model else f"{request.method} {request.path}"
        raise NotPassedOn(f"{what} not passed on: it may cost credits; to allow it: {self._allow}")
