"""Levers on what is ordered for coming requests: faults, and the course of coming tasks."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fakie.core.endpoints import PATHS
from fakie.core.http.transport_faults import SPOILS, Spoil
from fakie.core.levers.lever import TEXT, Call, Lever, account_handle, takes
from fakie.core.orders import ANY_ENDPOINT, OrderBook, known_situation, situation_of_code
from fakie.core.parts import Parts
from fakie.core.situations import Refused
from fakie.core.tasks.plans import Course
from fakie.core.tasks.quirks import RACES
from fakie_schemas.catalog.profile import Failure

_WHERE: Mapping[str, Any] = {
    "times": {"type": ["integer", "null"], "minimum": 1, "examples": [2]},
    "account": {**TEXT, "examples": ["the-key"]},
    "model": {**TEXT, "examples": ["elevenlabs/audio-isolation"]},
    "after": {"type": "integer", "minimum": 0, "examples": [0]},
}


class OrderLevers:
    """Order situations, and how tasks will go."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def table(self) -> tuple[Lever, ...]:
        """Give the levers."""
        fault = takes(
            situation={"type": "string", "examples": ["rate_limited"]},
            code={"type": "integer", "examples": [429]},
            endpoint={"enum": [*PATHS.values(), ANY_ENDPOINT]},
            **_WHERE,
        )
        spoil = takes(
            ("kind",),
            kind={"enum": list(SPOILS)},
            seconds={"type": "number", "minimum": 0, "maximum": 3600},
            endpoint={"enum": [*PATHS.values(), ANY_ENDPOINT]},
            **_WHERE,
        )
        plan = takes(
            by={"enum": ["time", "polls", "hold"]},
            seconds={"type": "number", "minimum": 0, "maximum": 1e9},
            outcome={"enum": ["success", "fail"]},
            race={"enum": [race for race in RACES if race]},
            code=TEXT,
            msg=TEXT,
            **_WHERE,
        )
        faults, courses = self._parts.faults, self._parts.courses
        return (
            *_book("/faults", "faults", faults),
            Lever("POST", "/faults", "orders a situation or a code for coming requests", self._add_fault, fault),
            *_book("/spoils", "orders to spoil answers", self._parts.spoils),
            Lever("POST", "/spoils", "spoils the answers to coming requests", self._add_spoil, spoil),
            *_book("/plans", "orders for coming tasks", courses),
            Lever("POST", "/plans", "orders how coming tasks will go", self._add_course, plan),
        )

    def _add_fault(self, call: Call) -> Any:
        situation, code = call.body.get("situation"), call.body.get("code")
        if (situation is None) == (code is None):
            raise Refused("lever_misused", reason='expected either a situation or a code; for example {"code": 429}')
        endpoint = call.body.get("endpoint", "createTask")
        try:
            situation = self._situation(situation, code, endpoint, call.body.get("model"))
        except Refused as refused:
            raise Refused("lever_misused", **refused.facts) from None
        return asdict(self._parts.faults.add(situation, endpoint=endpoint, **self._where(call)))

    def _situation(self, situation: str | None, code: int | None, endpoint: str, model: str | None) -> str:
        profile = self._parts.profile
        if situation is not None:
            return known_situation(situation, profile)
        codes = self._parts.catalog.codes_of(model) if endpoint == "createTask" else profile.codes
        return situation_of_code(str(code), profile, codes)

    def _add_spoil(self, call: Call) -> Any:
        spoil = Spoil(call.body["kind"], call.body.get("seconds", 0.0))
        endpoint = call.body.get("endpoint", "createTask")
        return asdict(self._parts.spoils.add(spoil, endpoint=endpoint, **self._where(call)))

    def _add_course(self, call: Call) -> Any:
        usual = asdict(self._parts.profile.default_failure)
        words = {name: call.body[name] for name in usual if call.body.get(name) is not None}
        failure = Failure(**{**usual, **words}) if call.body.get("outcome") == "fail" else None
        course = Course(call.body.get("by", "time"), call.body.get("seconds"), failure, call.body.get("race", ""))
        return asdict(self._parts.courses.add(course, **self._where(call)))

    def _where(self, call: Call) -> dict[str, Any]:
        where = {name: value for name, value in call.body.items() if name in _WHERE}
        return where | {"account": account_handle(self._parts, where.get("account"))}


def _book(path: str, what: str, book: OrderBook[Any]) -> tuple[Lever, ...]:
    def remove_one(call: Call) -> None:
        name = call.names[0]
        if not name.isdecimal() or not book.remove(int(name)):
            raise Refused("lever_unknown", reason=f"nothing waits under the id {name[:20]!r}")

    return (
        Lever("GET", path, f"the {what} that wait", lambda _: [asdict(order) for order in book]),
        Lever("DELETE", path, f"takes all {what} back", lambda _: {"removed": book.remove()}),
        Lever("DELETE", f"{path}/{{id}}", f"takes one of the {what} back", remove_one),
    )
