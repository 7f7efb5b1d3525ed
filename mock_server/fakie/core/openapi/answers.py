"""The answers of an endpoint: its success, and every documented refusal with an example in the profile's words."""

from collections.abc import Iterable
from typing import Any

import fakie_schemas
from fakie_schemas.catalog.profile import Profile, Row
from fakie_schemas.openapi.parts import Json, answered, bare, ref

ERROR = "Error"


def answers_of(endpoint: str, answer: str | Json, codes: Iterable[int], profile: Profile) -> Json:
    """Return the responses of an endpoint: the answer schema, or that of a name, or a refusal with one of the codes."""
    rows = {code: _row(code, endpoint, profile) for code in sorted(codes)}
    examples = {f"{row.code} {row.situation}": {"value": refusal(row)} for row in rows.values() if row}
    either = {"anyOf": [bare(fakie_schemas.answer_schema(answer) if isinstance(answer, str) else answer), ref(ERROR)]}
    return answered("The HTTP status is 200 also for refusals: `code` tells", either, examples=examples)


def refusal(row: Row) -> dict[str, Any]:
    """Return the body of a refusal, in the words that the row has for its example."""
    body: dict[str, Any] = {"code": row.code, "msg": row.msg.format(**row.example)}
    return body if row.data == "absent" else {**body, "data": None}


def _row(code: int, endpoint: str, profile: Profile) -> Row | None:
    situation = profile.situation_for(code, endpoint)
    return profile.row(situation, endpoint) if situation in profile.orderable else None
