"""The answer of an endpoint as its page has it, with what comes although pages do not tell of it.

Pages write no null, though fields that have no value yet come as null; and some list values beside which their own
example, or another page's tasks in the same record, have more.
"""

import re
from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

from fakie_schemas.families.family import FamilyEndpoint, Job, endpoints
from fakie_schemas.openapi.parts import Json
from fakie_schemas.schema.fields import stated_types

# A plan may order any code for a failure.
_ANY_CODE = "{failure.code}"
_NAMED = re.compile(r"\{([\w.]+)\}")
_KINDS: Mapping[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}


def answer_as_it_comes(about: FamilyEndpoint, answer: Json, shown: object) -> Json:
    """Return the schema of an answer in which no answer of the fake is wrong; `shown` is the page's own example."""
    for known in (shown, *_records(about)):
        answer = _with_known(answer, known)
    fields = answer.get("properties", {})
    return answer | ({"properties": fields | {"data": _with_null(fields["data"])}} if "data" in fields else {})


def _records(about: FamilyEndpoint) -> Iterator[Json]:
    """Return what a record says of the tasks of each endpoint that it shows, as far as that is no task's own."""
    for one in endpoints().values():
        if one.job and about.name in one.job.records:
            of_endpoint = {f"endpoint.{name}": value for name, value in one.says.items()}
            for words in _words(one.job):
                for part in (one.job.record, *one.job.record_in.values()):
                    yield {"data": _said(part, {**of_endpoint, **words})}


def _words(job: Job) -> Iterator[Mapping[str, Any]]:
    """Return each set of words in which a record tells of a state."""
    yield from ({name: word} for name, words in job.words.items() for word in words.values())
    yield from (words.shown for words in job.failures.values())


def _said(template: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(template, Mapping):
        return {name: _said(one, known) for name, one in template.items()}
    if not isinstance(template, str) or "{" not in template or template == _ANY_CODE:
        return template
    named = _NAMED.fullmatch(template)
    return known.get(named[1]) if named else None


def _with_known(schema: Json, known: Any) -> Json:
    """Let a value that is known to come stand where the page's schema has another kind or list of them."""
    if isinstance(known, Mapping):
        fields = schema.get("properties", {})
        grown = {name: _with_known(one, known.get(name)) for name, one in fields.items()}
        return schema | ({"properties": grown} if grown else {})
    if isinstance(known, list) and isinstance(schema.get("items"), dict):
        return schema | {"items": reduce(_with_known, known, schema["items"])}
    kind = "integer" if known == _ANY_CODE else _KINDS.get(type(known))
    return schema if kind is None else _with_value(schema, known, kind)


def _with_value(schema: Json, value: Any, kind: str) -> Json:
    kinds = stated_types(schema)
    wider = kinds and kind not in kinds and not (kind == "integer" and "number" in kinds)
    out = schema | ({"type": [*kinds, kind]} if wider else {})
    if value == _ANY_CODE:
        out.pop("enum", None)
    elif value not in out.get("enum", (value,)):
        out = out | {"enum": [*out["enum"], value]}
    return out


def _with_null(schema: Json) -> Json:
    """Let each field be null that need not be there."""
    out, needed = dict(schema), schema.get("required", ())
    if "properties" in schema:
        made = {name: _with_null(one) for name, one in schema["properties"].items()}
        out["properties"] = {name: one if name in needed else _or_null(one) for name, one in made.items()}
    if isinstance(schema.get("items"), dict):
        out["items"] = _with_null(schema["items"])
    return out


def _or_null(schema: Json) -> Json:
    kinds = stated_types(schema)
    if not kinds:
        return {"anyOf": [schema, {"type": "null"}]} if schema else schema
    if "null" in kinds:
        return schema
    listed = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [*kinds, "null"], **listed}
