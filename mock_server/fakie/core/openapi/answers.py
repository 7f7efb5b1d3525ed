"""The answers of an endpoint: its success, and every documented refusal with an example in the profile's words."""

from collections.abc import Iterable, Mapping
from typing import Any

from fakie_schemas.catalog.profile import Profile, Row
from fakie_schemas.openapi.parts import Json, answered, ref
from fakie_schemas.schema.values import sample
from fakie_schemas.validator import holds

ERROR = "Error"
_ACCEPTED = "accepted"


def answers_of(
    endpoint: str,
    answer: Json,
    codes: Iterable[int],
    profile: Profile,
    shown: object,
    component: str,
) -> Json:
    """Return the responses of an endpoint: a success, whose schema is a component, or a refusal with one of the codes.

    The first example is a success, since tools that answer by a document take the first: the page's own, `shown`,
    where it is one, else one of the `answer` schema, else a made one.
    """
    success = _success(answer, profile, shown)
    rows = {code: _row(code, endpoint, profile) for code in sorted(codes)}
    refusals = {f"{row.code} {row.situation}": {"value": refusal(row)} for row in rows.values() if row}
    examples = {**({"200 success": {"value": success}} if success else {}), **refusals}
    either = {"anyOf": [ref(component), ref(ERROR)]}
    return answered("The HTTP status is 200 also for refusals: `code` tells", either, examples=examples)


def _success(schema: Json, profile: Profile, shown: object) -> Json | None:
    """Return a success that fits the schema, if one is to be had."""
    said = {"code": profile.row(_ACCEPTED).code, "msg": profile.row(_ACCEPTED).msg}
    made = sample({"type": "object", **schema}, full=True)
    every = (shown, *schema.get("examples", ()), {**made, **said})
    found = (value for value in every if isinstance(value, Mapping) and value.get("code") == said["code"])
    return next((dict(value) for value in found if holds(schema, value)), None)


def refusal(row: Row) -> dict[str, Any]:
    """Return the body of a refusal, in the words that the row has for its example."""
    body: dict[str, Any] = {"code": row.code, "msg": row.msg.format(**row.example)}
    return body if row.data == "absent" else {**body, "data": None}


def _row(code: int, endpoint: str, profile: Profile) -> Row | None:
    situation = profile.situation_for(code, endpoint)
    return profile.row(situation, endpoint) if situation in profile.orderable else None
