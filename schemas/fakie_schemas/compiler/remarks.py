"""Remarks of an OpenAPI document beside the fields of the request: on the answer, and on what else is sent."""

from fakie_schemas.compiler.facts import Field, Log
from fakie_schemas.compiler.yaml_nodes import Node

# What an accepted createTask says of the task.
_IDS = ("taskId", "recordId")
# What an answer of createTask is made of, and of which types that is; one page of 2026-04 has two of these within `data`.
_ANSWER = {"code": "integer", "msg": "string", "data": "object"}
# They are facts of their own.
_OWN_HEADERS = frozenset({"authorization", "content-type"})


def remark_on_answer(answer: Field | None, log: Log) -> None:
    """Note what an accepted createTask answers beside code, msg and the ids of the task, which are texts."""
    told = answer.children if answer else {}
    data = told.get("data")
    for name, one in told.items():
        if name not in _ANSWER:
            log.note("answer-field", one.line, f"answer.{name}", "a key of the answer beside code, msg and data")
        elif one.value("type") not in (None, _ANSWER[name]) or one.nullable:
            text = f"the answer's {name} is of type {_kind(one)}"
            log.note("answer-form", one.line, f"answer.{name}", text)
    for name, one in data.children.items() if data else ():
        if name not in (*_IDS, *_ANSWER):
            log.note("answer-field", one.line, f"answer.data.{name}", "a key of the answer beside the task's ids")
        elif name in _IDS and (one.value("type") not in (None, "string") or one.nullable):
            log.note("answer-form", one.line, f"answer.data.{name}", f"an id that is {_kind(one)}, in the answer")
    if data and data.children and _IDS[0] not in data.children:
        log.note("answer-without", data.line, f"answer.data.{_IDS[0]}", "the answer has no id of the task")


def _kind(field: Field) -> str:
    return "null or " * field.nullable + str(field.value("type"))


def remark_on_parameter(name: str, parameter: Node, log: Log) -> None:
    """Note what is sent beside the request's fields, but for the key and the content's type, which are facts."""
    place, required = parameter.get("in"), parameter.get("required")
    if name.lower() not in _OWN_HEADERS and place and place.text:
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
