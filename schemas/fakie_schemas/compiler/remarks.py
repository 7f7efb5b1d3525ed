"""Remarks of an OpenAPI document beside the fields of the request: on the answer, and on what else is sent."""

from collections.abc import Iterator

from fakie_schemas.compiler.facts import Field, Log
from fakie_schemas.compiler.schema import to_schema
from fakie_schemas.compiler.yaml_nodes import Node
from fakie_schemas.schema.fields import BodyField, fields
from fakie_schemas.schema.pointers import of_field
from fakie_schemas.schema.values import as_json
from fakie_schemas.schema.words import rule

# What an answer of createTask is made of, and of which types that is; one page of 2026-04 has two of these within `data`.
_USUAL = {
    **{"code": "integer", "msg": "string", "data": "object"},
    **{"data.taskId": "string", "data.recordId": "string", "data.code": "string", "data.msg": "string"},
}
_ALWAYS_THERE = frozenset({"data", "data.taskId"})
# What stands in place of a type; what is read apart, or changes nothing for a client.
_FORMS = frozenset({"oneOf", "anyOf", "allOf"})
_NO_RULES = frozenset({"type", "required", "properties", "items", "examples", "default"})
# They are facts of their own.
OWN_HEADERS = frozenset({"authorization", "content-type"})


def remark_on_answer(answer: Field, log: Log) -> None:
    """Note what an accepted createTask answers otherwise than usual: its keys, which are there, their types and rules."""
    lines: dict[str, int] = {}
    schema = to_schema(answer, "", lines)
    described = {one.place: one for one in fields(schema)}
    for place, one in {"": BodyField((), schema, required=False), **described}.items():
        where = f"answer.{place}" if place else "answer"
        line = max([answer.line, *(lines.get(at, 0) for at in _pointers(one))])
        if place and place not in _USUAL:
            log.note("answer-field", line, where, "a key of the answer beside code, msg and the task's ids")
        if one.required != (place in _ALWAYS_THERE):
            kind, text = ("answer-always", "always there") if one.required else ("answer-maybe", "not always there")
            log.note(kind, line, where, f"{text}, as the page has it")
        if (stated := one.schema.get("type")) not in (None, _USUAL.get(place, "object" if not place else None)):
            log.note("answer-form", line, where, f"of type {rule('type', stated)}")
        for keyword, value in one.schema.items():
            if _is_rule(place, keyword, value):
                log.note(
                    "answer-form" if keyword in _FORMS else "answer-rule", line, where, f"{keyword} {as_json(value)}"
                )
    if any(place.startswith("data.") for place in described) and "data.taskId" not in described:
        log.note(
            "answer-without", answer.children["data"].line, "answer.data.taskId", "the answer has no id of the task"
        )


def _pointers(field: BodyField) -> Iterator[str]:
    """Yield where the schema of a field has what tells its line."""
    yield from (f"{of_field(field.path)}/{keyword}" for keyword in field.schema)


def _is_rule(place: str, keyword: str, value: object) -> bool:
    """Tell whether a keyword of an answer is a rule: a list of codes is none, nor what keys of a map have for values."""
    listed = keyword == "enum" and place.rpartition(".")[2] == "code"
    return (
        keyword not in _NO_RULES and not listed and not (keyword == "additionalProperties" and isinstance(value, dict))
    )


def remark_on_parameter(name: str, parameter: Node, log: Log) -> None:
    """Note what is sent beside the request's fields, but for the key and the content's type, which are facts."""
    place, required = parameter.get("in"), parameter.get("required")
    if name.lower() not in OWN_HEADERS and place and place.text:
        must = bool(required and required.says_true)
        kind, text = ("parameter-required", "a required") if must else ("parameter", "an optional")
        text += " parameter beside the request's fields"
        log.note(kind, parameter.line, f"{place.text}.{name}", text)


def remark_on_other_bodies(read: Node | None, content: Node | None, log: Log) -> None:
    """Doubt what a request has in other content types than the one that is read, if it is not the same."""
    for kind, line, body in content.items() if read and content else []:
        schema = body.get("schema")
        if read and schema and schema.node is not read.node and schema.plain() != read.plain():
            log.doubt(line, f"the request as {kind} has another schema, which is passed over here")
