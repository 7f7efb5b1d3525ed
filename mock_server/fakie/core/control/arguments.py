"""The arguments of the control's calls: their types, and the JSON Schemas that judge them, for every skin alike."""

import json
from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from fakie.core.control.errors import WrongOrderError, hint, hinted, shown
from fakie.core.endpoints import PATHS
from fakie.core.http.transport_faults import TRANSPORT_FAULTS, TransportFaultKind
from fakie.core.orders import ANY_ENDPOINT
from fakie.core.tasks.quirks import QUIRKS, Quirk
from fakie_schemas.catalog.validation import first_violation
from fakie_schemas.validator import contract_validator, holds

Schema = Mapping[str, Any]


class MatchArguments(TypedDict, total=False):
    """Which requests an order is for; `account` is a key or a handle."""

    account: str | None
    model: str | None
    after: int
    when: str | Mapping[str, Any] | None
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
    """A transport fault; `seconds` is how late an answer with latency comes."""

    kind: TransportFaultKind
    seconds: float
    endpoint: str


class PlanArguments(WhereArguments, total=False):
    """A plan of coming tasks; `code` and `msg` are the words of a failure."""

    by: Literal["time", "polls", "hold"]
    seconds: float
    outcome: Literal["success", "fail"]
    quirk: Quirk
    code: str | None
    msg: str | None


class FailureArguments(TypedDict, total=False):
    """The words of a failure; None for the usual ones."""

    code: str | None
    msg: str | None


class AccountArguments(TypedDict, total=False):
    """Changes of an account; without a webhook key its callbacks are not signed."""

    credits: float
    webhook_key: str | None


class ClockArguments(TypedDict, total=False):
    """A move of the time of one account or of all: advance by seconds, freeze or resume."""

    advance: float
    freeze: bool
    account: str | None


def takes(required: tuple[str, ...] = (), **properties: Any) -> Schema:
    """Write the JSON Schema of a call's arguments; a name that is not listed is a mistake."""
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


_TEXT = {"type": ["string", "null"], "maxLength": 10_000}
_SECONDS = {"type": "number", "minimum": 0, "maximum": 1e9, "examples": [30]}
_ENDPOINT = {"enum": [*PATHS.values(), ANY_ENDPOINT]}
_WHERE: Schema = {
    "times": {"type": ["integer", "null"], "minimum": 1, "maximum": 1e9, "examples": [2]},
    "account": {**_TEXT, "examples": ["the-key"]},
    "model": {**_TEXT, "examples": ["elevenlabs/audio-isolation"]},
    "after": {"type": "integer", "minimum": 0, "maximum": 1e9, "examples": [0]},
    "when": {"type": ["string", "object", "null"], "minLength": 1, "minProperties": 1, "examples": ["a cat"]},
    "probability": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "examples": [0.5]},
}
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
    **_WHERE,
)
FAILURE = takes(code=_TEXT, msg=_TEXT)
ACCOUNT = takes(
    ("key",),
    key={"type": "string", "minLength": 1, "examples": ["the-key"]},
    credits={"type": "number", "minimum": 0, "maximum": 1e12, "examples": [10]},
    webhook_key={**_TEXT, "minLength": 1},
)
CLOCK = takes(advance=_SECONDS, freeze={"type": "boolean"}, account=_TEXT)
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


def _require_json(name: str, value: Any) -> None:
    # Python can bring what no request can: NaN, sets, lone surrogates, integers without end.
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        raise WrongOrderError(f"{name}: expected JSON data, its numbers finite; got {shown(value)}") from None
