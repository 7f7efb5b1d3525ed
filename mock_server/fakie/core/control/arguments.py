"""The arguments of the control's calls: their types, and the JSON Schemas that judge them, for every skin alike."""

import re
from collections.abc import Mapping
from json import dumps
from typing import Any, Literal, TypedDict

from fakie.core.control.errors import WrongOrderError, hinted, shown
from fakie.core.control.result_argument import RESULT
from fakie.core.handling.routes import ENDPOINTS
from fakie.core.orders import ANY_ENDPOINT, When
from fakie.core.tasks.quirks import QUIRKS, Quirk
from fakie.core.transport_faults import LONGEST_SECONDS, TRANSPORT_FAULTS, TransportFaultKind
from fakie_schemas.account_words import MOST_CREDITS
from fakie_schemas.catalog.validation import first_violation
from fakie_schemas.families.family import of_kind
from fakie_schemas.nearest import did_you_mean
from fakie_schemas.strict_json import is_deeper
from fakie_schemas.validator import contract_validator, holds

# As deep as requests are: not each Python bounds it, and whoever reads the data later goes down level by level.
_DEEPEST = 64
# Failures have numbers as texts, and by the pages of 2026-08 a name.
_FAILURE_CODE = r"[1-9][0-9]{2}|[A-Z]+(_[A-Z]+)*"
Schema = Mapping[str, Any]


class MatchArguments(TypedDict, total=False):
    """The requests that an order is for; `account` is a key or a handle; a function as `when` is Python's alone."""

    account: str | None
    model: str | None
    after: int
    when: When | None
    probability: float


class WhereArguments(MatchArguments, total=False):
    """The requests that are meant, and how many of them; None: until taken back."""

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
    hourly_cap: float | None
    daily_cap: float | None
    webhook_key: str | None


class ClockArguments(TypedDict, total=False):
    """A move of the time of one account or of all: advance by seconds, freeze or resume.

    `wait` False: without waiting for receivers to answer, as whoever moves a receiver's time along with it must.
    `receivers_ahead` are the seconds that receivers' clocks show beyond the real one, from now on: it signs callbacks.
    """

    advance: float
    freeze: bool
    wait: bool
    receivers_ahead: float
    account: str | None


def takes(title: str, required: tuple[str, ...] = (), **properties: Any) -> Schema:
    """Write the JSON Schema of a call's arguments, `title` being their type in typed clients.

    A name that is not listed is a mistake.
    """
    fields: Schema = {"type": "object", "required": list(required), "properties": properties}
    return {"title": title, **fields, "additionalProperties": False}


def shown_as(example: Mapping[str, Any], arguments: Schema) -> Schema:
    """Add a call that works as it stands, where the required arguments alone make none, or none that does anything."""
    return {**arguments, "examples": [example]}


TEXT = {"type": ["string", "null"], "maxLength": 10_000}
_ACCOUNT = {**TEXT, "minLength": 1, "description": "a key or a handle; left out: all"}
_CODE_OF_FAILURE = {**TEXT, "examples": ["422"]}
SECONDS: Schema = {"type": "number", "minimum": 0, "maximum": 1e9, "examples": [30]}
# The year 9000 begins. The last date that can be written is a millennium later: for what is planned from then on.
LATEST_MOMENT = 221_845_392_000
_ENDPOINT = {"title": "Endpoint", "enum": [*ENDPOINTS.values(), ANY_ENDPOINT]}
_WHERE: Schema = {
    "times": {
        "description": "how many requests; left out: one, null: until taken back",
        "type": ["integer", "null"],
        "minimum": 1,
        "maximum": 1e9,
        "examples": [2],
    },
    "account": {**_ACCOUNT, "examples": ["the-key"]},
    "model": {
        **TEXT,
        "minLength": 1,
        "description": "a name or a pattern such as kling/*; left out: any",
        "examples": ["elevenlabs/audio-isolation"],
    },
    "after": {
        "description": "how many such requests pass first",
        "type": "integer",
        "minimum": 0,
        "maximum": 1e9,
        "examples": [0],
    },
    "when": {
        "description": "a text in the body, or a part of it as JSON",
        "type": ["string", "object", "null"],
        "minLength": 1,
        "minProperties": 1,
        "examples": ["a cat"],
    },
    "probability": {
        "description": "the chance of a request that matches: above 0, up to 1",
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1,
        "examples": [0.5],
    },
}
_MAKES = {"title": "CreatingEndpoint", "enum": [*of_kind("create"), *of_kind("transform"), ANY_ENDPOINT]}
_QUIRK = {"enum": list(QUIRKS)}

NOTHING = takes("Nothing")
FAULT = shown_as(
    {"code": 429},
    takes(
        "FaultOrder",
        situation={"type": "string", "examples": ["rate_limited"]},
        code={"type": "integer", "examples": [429]},
        status={
            "description": "alone: the HTML page of a proxy",
            "type": "integer",
            "minimum": 400,
            "maximum": 599,
            "examples": [502],
        },
        msg=TEXT,
        endpoint=_ENDPOINT,
        **_WHERE,
    ),
)
TRANSPORT_FAULT = shown_as(
    {"kind": "latency", "seconds": 3},
    takes(
        "TransportFaultOrder",
        ("kind",),
        kind={"enum": list(TRANSPORT_FAULTS)},
        seconds={
            "description": "how late an answer with latency, or the end of a dribbled one, comes",
            "type": "number",
            "minimum": 0,
            "maximum": LONGEST_SECONDS,
        },
        endpoint=_ENDPOINT,
        **_WHERE,
    ),
)
PLAN = shown_as(
    {"outcome": "fail", "seconds": 60},
    takes(
        "PlanOrder",
        by={"enum": ["time", "polls", "hold"]},
        seconds=SECONDS,
        outcome={"enum": ["success", "fail"]},
        quirk=_QUIRK,
        code=_CODE_OF_FAILURE,
        msg=TEXT,
        result=RESULT,
        endpoint=_MAKES,
        **_WHERE,
    ),
)
_CAP: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": MOST_CREDITS, "examples": [5]}
PUBLISHED = takes(
    "PublishedFile",
    ("url",),
    url={"type": "string", "format": "uri", "maxLength": 2048, "examples": ["https://example.com/a.png"]},
    content={"description": "Base64", "type": "string", "examples": ["aGVsbG8="]},
    media_type={"type": "string", "maxLength": 100, "examples": ["image/png"]},
    status={"type": "integer", "minimum": 200, "maximum": 599, "examples": [404]},
)
FAILURE = takes("FailureWords", code=_CODE_OF_FAILURE, msg=TEXT)
ACCOUNT = takes(
    "AccountChanges",
    ("key",),
    key={"type": "string", "minLength": 1, "examples": ["the-key"]},
    credits={"type": "number", "minimum": 0, "maximum": MOST_CREDITS, "examples": [10]},
    cap={"description": "the most that the key may spend, as that of a sub-key; null: whatever there is", **_CAP},
    hourly_cap={"description": "the same in an hour of UTC", **_CAP},
    daily_cap={"description": "the same in a day of UTC", **_CAP},
    webhook_key={**TEXT, "minLength": 1},
)
CLOCK = shown_as(
    {"advance": 30},
    takes(
        "ClockMove",
        advance=SECONDS,
        freeze={"description": "true: time stands; false: it goes on", "type": "boolean"},
        wait={"description": "false: do not wait until receivers have answered", "type": "boolean"},
        receivers_ahead={
            "description": "seconds that receivers' clocks are ahead of the real one, which signs callbacks",
            **SECONDS,
        },
        account=_ACCOUNT,
    ),
)
ONE_ACCOUNT = takes("Which", account=_ACCOUNT)
SCENARIO = takes(
    "ScenarioOrder",
    ("scenario",),
    scenario={"type": ["string", "object"], "examples": ["flaky-upstream"]},
    account=_ACCOUNT,
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
        raise WrongOrderError(text + did_you_mean(given.get(violation.field), choices))


def check_failure_code(code: str | None) -> None:
    """Raise WrongOrderError for what no failure has as its code; None is the usual one."""
    if code is not None and not re.fullmatch(_FAILURE_CODE, code):
        works = 'a number of three digits such as "422", or a name such as "GENERATION_FAILED"'
        raise WrongOrderError(f"code: expected {works}; got {shown(code)}")


def _require_json(name: str, value: Any) -> None:
    # Python can bring what no request can: NaN, sets, lone surrogates, integers without end.
    try:
        dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        raise WrongOrderError(f"{name}: expected JSON data, its numbers finite; got {shown(value)}") from None
    if is_deeper(value, _DEEPEST):
        raise WrongOrderError(f"{name}: expected at most {_DEEPEST} levels; got data that is nested too deep")
