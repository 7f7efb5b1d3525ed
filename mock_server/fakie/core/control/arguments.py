"""The arguments of the control's calls: their types, and the JSON Schemas that judge them, for every skin alike."""

import json
import re
from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from fakie.core.control.errors import WrongOrderError, hint, hinted, shown
from fakie.core.control.result_argument import RESULT
from fakie.core.http.transport_faults import TRANSPORT_FAULTS, TransportFaultKind
from fakie.core.orders import ANY_ENDPOINT, When
from fakie.core.routes import ENDPOINTS
from fakie.core.tasks.quirks import QUIRKS, Quirk
from fakie_schemas.catalog.validation import first_violation
from fakie_schemas.families.family import of_kind
from fakie_schemas.validator import contract_validator, holds

# Failures have numbers as texts, and by the pages of 2026-08 a name.
_FAILURE_CODE = re.compile(r"[1-9][0-9]{2}|[A-Z]+(_[A-Z]+)*")
Schema = Mapping[str, Any]


class MatchArguments(TypedDict, total=False):
    """Which requests an order is for; `account` is a key or a handle; a function as `when` is Python's alone."""

    account: str | None
    model: str | None
    after: int
    when: When | None
    probability: float


class WhereArguments(MatchArguments, total=False):
    """Which requests, and how many of them; None: until taken back."""

    times: int | None


class FaultArguments(WhereArguments, total=False):
    """A fault: a situation, a code, or the HTTP status of a proxy's page."""

    situation: str
    code: int
    status: int
    msg: str | None
    endpoint: str


class TransportFaultArguments(WhereArguments, total=False):
    """A transport fault; `seconds` is how late an answer with latency, or the end of a dribbled one, comes."""

    kind: TransportFaultKind
    seconds: float
    endpoint: str


class PlanArguments(WhereArguments, total=False):
    """A plan of coming tasks; `code` and `msg` are the words of a failure, `endpoint` makes them (`*`: any does)."""

    by: Literal["time", "polls", "hold"]
    seconds: float
    outcome: Literal["success", "fail"]
    quirk: Quirk
    code: str | None
    msg: str | None
    result: Any
    endpoint: str


class FailureArguments(TypedDict, total=False):
    """The words of a failure; None for the usual ones."""

    code: str | None
    msg: str | None


class PublishedArguments(TypedDict, total=False):
    """A file to publish: its content as Base64, its media type, or an HTTP status other than 200."""

    content: str
    media_type: str
    status: int


class AccountArguments(TypedDict, total=False):
    """Changes of an account; without a webhook key its callbacks are not signed, a cap of None is none."""

    credits: float
    cap: float | None
    webhook_key: str | None


class ClockArguments(TypedDict, total=False):
    """A move of the time of one account or of all: advance by seconds, freeze or resume.

    `wait` False: without waiting for receivers to answer, as whoever moves a receiver's time along with it must.
    """

    advance: float
    freeze: bool
    wait: bool
    account: str | None


def takes(required: tuple[str, ...] = (), **properties: Any) -> Schema:
    """Write the JSON Schema of a call's arguments; a name that is not listed is a mistake."""
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


_TEXT = {"type": ["string", "null"], "maxLength": 10_000}
_SECONDS = {"type": "number", "minimum": 0, "maximum": 1e9, "examples": [30]}
_ENDPOINT = {"enum": [*ENDPOINTS.values(), ANY_ENDPOINT]}
_WHERE: Schema = {
    "times": {"type": ["integer", "null"], "minimum": 1, "maximum": 1e9, "examples": [2]},
    "account": {**_TEXT, "examples": ["the-key"]},
    "model": {**_TEXT, "examples": ["elevenlabs/audio-isolation"]},
    "after": {"type": "integer", "minimum": 0, "maximum": 1e9, "examples": [0]},
    "when": {"type": ["string", "object", "null"], "minLength": 1, "minProperties": 1, "examples": ["a cat"]},
    "probability": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "examples": [0.5]},
}
_MAKES = {"enum": [*of_kind("create"), *of_kind("transform"), ANY_ENDPOINT]}
_QUIRK = {"enum": list(QUIRKS)}

NOTHING = takes()
FAULT = takes(
    situation={"type": "string", "examples": ["rate_limited"]},
    code={"type": "integer", "examples": [429]},
    status={"type": "integer", "minimum": 400, "maximum": 599, "examples": [502]},
    msg=_TEXT,
    endpoint=_ENDPOINT,
    **_WHERE,
)
TRANSPORT_FAULT = takes(
    ("kind",),
    kind={"enum": list(TRANSPORT_FAULTS)},
    seconds={"type": "number", "minimum": 0, "maximum": 3600},
    endpoint=_ENDPOINT,
    **_WHERE,
)
PLAN = takes(
    by={"enum": ["time", "polls", "hold"]},
    seconds=_SECONDS,
    outcome={"enum": ["success", "fail"]},
    quirk=_QUIRK,
    code=_TEXT,
    msg=_TEXT,
    result=RESULT,
    endpoint=_MAKES,
    **_WHERE,
)
PUBLISHED = takes(
    ("url",),
    url={"type": "string", "format": "uri", "maxLength": 2048, "examples": ["https://example.com/a.png"]},
    content={"type": "string", "examples": ["aGVsbG8="]},
    media_type={"type": "string", "maxLength": 100, "examples": ["image/png"]},
    status={"type": "integer", "minimum": 200, "maximum": 599, "examples": [404]},
)
FAILURE = takes(code=_TEXT, msg=_TEXT)
ACCOUNT = takes(
    ("key",),
    key={"type": "string", "minLength": 1, "examples": ["the-key"]},
    credits={"type": "number", "minimum": 0, "maximum": 1e12, "examples": [10]},
    cap={"type": ["number", "null"], "minimum": 0, "maximum": 1e12, "examples": [5]},
    webhook_key={**_TEXT, "minLength": 1},
)
CLOCK = takes(advance=_SECONDS, freeze={"type": "boolean"}, wait={"type": "boolean"}, account=_TEXT)
ONE_ACCOUNT = takes(account=_TEXT)
SCENARIO = takes(
    ("scenario",),
    scenario={"type": ["string", "object"], "examples": ["flaky-upstream"]},
    account={**_TEXT, "minLength": 1},
)


def check(schema: Schema, given: Mapping[str, Any]) -> None:
    """Raise WrongOrderError for the first argument that the schema does not allow, or that is not JSON data."""
    for name, value in given.items():
        if name not in schema["properties"]:
            raise WrongOrderError(hinted("argument", name, schema["properties"]))
        _require_json(name, value)
    violation = None if holds(schema, given) else first_violation(contract_validator(schema), given)
    if violation:
        text = f"{violation.field}: {violation.rule}; got {violation.got}; for example {violation.works}"
        choices = schema["properties"].get(violation.field, {}).get("enum", ())
        raise WrongOrderError(text + hint(given.get(violation.field), choices))


def check_failure_code(code: str | None) -> None:
    """Raise WrongOrderError for what no failure has as its code; None is the usual one."""
    if code is not None and not _FAILURE_CODE.fullmatch(code):
        works = 'a number of three digits such as "422", or a name such as "GENERATION_FAILED"'
        raise WrongOrderError(f"code: expected {works}; got {shown(code)}")


def _require_json(name: str, value: Any) -> None:
    # Python can bring what no request can: NaN, sets, lone surrogates, integers without end.
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        raise WrongOrderError(f"{name}: expected JSON data, its numbers finite; got {shown(value)}") from None
