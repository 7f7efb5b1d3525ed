"""Forms for levers, made from the schemas of their bodies, and read back into JSON data."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from fakie.core.levers.lever import PREFIX, Lever
from fakie.core.levers.router import LeverRouter
from fakie_schemas.schema.words import limits, type_of

ARGUMENT = "arg."
# In place of a lever's name: a task was made by the API itself.
CREATED = "created"


class LeverInput(Struct, frozen=True):
    """One field: what it is called, what may be chosen (with nothing first), and what it takes."""

    name: str
    choices: tuple[str, ...]
    example: str
    words: str
    required: bool
    long: bool


class LeverForm(Struct, frozen=True):
    """The form of one lever; `path` may have its variable parts filled in."""

    method: str
    path: str
    what: str
    fields: tuple[LeverInput, ...]

    @property
    def label(self) -> str:
        """The text of a button that pulls it: the first thing that it does, as an order."""
        verb, _, object_ = re.split("[,;]", self.what)[0].partition(" ")
        return f"{_bid(verb)} {object_}".capitalize()


def notice_of(router: LeverRouter, name: str | None) -> str:
    """Return what a page says at its head after the lever of a name was moved, or nothing for a made-up name."""
    if name == CREATED:
        return "The task was created."
    return next((lever.done for lever in router.levers if lever.name == name and lever.method != "GET"), "")


def lever_form(router: LeverRouter, method: str, path: str) -> LeverForm:
    """Return the form of the lever that answers a path; raises LookupError for none."""
    for lever in router.levers:
        if lever.match(method, PREFIX + path) is not None:
            return LeverForm(method, path, lever.what, fields_of(lever.body))
    raise LookupError(f"no lever answers {method} {path}")


def forms_of(levers: Sequence[Lever]) -> list[LeverForm]:
    """Return a form for each lever that moves something and has no variable part in its path."""
    moving = [lever for lever in levers if lever.method != "GET" and "{" not in lever.path]
    return [LeverForm(lever.method, lever.path, lever.what, fields_of(lever.body)) for lever in moving]


def _bid(verb: str) -> str:
    """Return a verb of the third person as an order: takes, empties → take, empty."""
    return f"{verb[:-3]}y" if verb.endswith("ies") else verb.removesuffix("s")


def fields_of(schema: Mapping[str, Any]) -> tuple[LeverInput, ...]:
    """Return the fields of a lever's body."""
    required = schema.get("required", ())
    return tuple(_field(name, inner, name in required) for name, inner in schema["properties"].items())


def read_arguments(schema: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    """Return the body that a form stands for; what was left empty is left out."""
    return {
        name: value_of(inner, form[ARGUMENT + name])
        for name, inner in schema["properties"].items()
        if form.get(ARGUMENT + name, "") != ""
    }


def value_of(schema: Mapping[str, Any], text: str) -> Any:
    """Return the JSON value that a text stands for; one that is none of the schema's types stays a text."""
    kinds = _kinds(schema)
    if "string" in kinds and not (text[:1] in "{[" and {"object", "array"} & set(kinds)) and text != "null":
        return text
    if text == "null" and "null" not in kinds:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    if "enum" in schema:
        return ["string"] if all(isinstance(one, str) for one in schema["enum"]) else ["integer"]
    kinds = schema.get("type", ["string", "object", "array"])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _field(name: str, schema: Mapping[str, Any], required: bool) -> LeverInput:
    kinds = _kinds(schema)
    choices = [str(one) for one in schema.get("enum", ["true", "false"] if kinds == ["boolean"] else [])]
    example = schema.get("examples", [""])[0]
    long = bool({"object", "array"} & set(kinds)) or name == "content"
    words = schema.get("description") or ("" if choices else "; ".join([type_of(schema), *limits(schema)]))
    return LeverInput(name, tuple(one for one in choices if one), text_of(example), words, required, long)


def text_of(value: Any) -> str:
    """Return the text of a field, or of an argument in a query, that stands for a value; an empty one for null."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
