"""Fields that are known from an example alone: listed, nothing required, each doubted."""

from typing import Any

from fakie_schemas.compiler.examples import shorten
from fakie_schemas.compiler.facts import Fact, Field, Log

_BODY = ("model", "callBackUrl", "input")
MAX_DEPTH = 12


def fields_shown(example: Fact, log: Log) -> Field:
    """Make the body's fields of a request example; no type, no limit and no "required" is taken from it."""
    body = Field("", 0, {"type": Fact("object", 0)})
    for name, value in example.value.items():
        body.children[name] = _field(name, value, example.line, log, 0)
    if "model" in body.children:
        body.children["model"].facts |= {"type": Fact("string", example.line)}
    if "input" in body.children:
        body.children["input"].facts |= {"type": Fact("object", example.line)}
    return body


def _field(name: str, value: Any, line: int, log: Log, depth: int) -> Field:
    made = Field(name, line)
    if isinstance(value, dict) and depth < MAX_DEPTH:
        made.children = {key: _field(key, inner, line, log, depth + 1) for key, inner in value.items()}
    elif value not in ("", None):
        made.facts["examples"] = Fact([shorten(value)], line)
    if name not in _BODY:
        log.doubt(line, f"{name}: known from an example alone: its type, its limits, and whether it is required")
    return made
