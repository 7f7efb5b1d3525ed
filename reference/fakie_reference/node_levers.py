"""The levers in the package for Node: their table, and the types of their arguments and methods."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from fakie.core.levers.lever import Lever
from fakie.harness.start import new_fake

_MADE = "// Made from code by `make reference`; do not edit."
_SCALARS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def levers_js() -> str:
    """Return the table of levers: the name of a method of `Fake`, its HTTP method, its path below `/_fakie`."""
    rows = "".join(f"  {_camel(one.name)}: {json.dumps([one.method, one.path])},\n" for one in _levers())
    about = (
        "/** Every lever of a fake: which method of `Fake` pulls it, by which HTTP method and path below `/_fakie`. */"
    )
    return f"{_MADE}\n{about}\nexport const LEVERS = Object.freeze({{\n{rows}}});\n"


def levers_d_ts() -> str:
    """Return the types of what levers take, and of the methods of `Fake` that pull them."""
    named: dict[str, str] = {}
    methods = "".join(f"  {_method(one, named)}\n" for one in _levers())
    about = "/** The methods of `Fake` that pull a lever each; what they answer stands in `Answers`. */"
    answer = (
        "/** What a lever answers; unknown where nobody has said it. */\n"
        "type AnswerOf<Name> = Name extends keyof Answers ? Answers[Name] : unknown;\n"
    )
    parts = ['import type { Answers } from "./index.js";\n', *named.values(), answer]
    return f"{_MADE}\n" + "\n".join([*parts, f"{about}\nexport interface LeverCalls {{\n{methods}}}\n"])


def _levers() -> tuple[Lever, ...]:
    return new_fake().service.levers.levers


def _method(lever: Lever, named: dict[str, str]) -> str:
    name = _camel(lever.name)
    return f'/** {_sentence(lever.what)} */\n  {name}({", ".join(_given(lever, named))}): Promise<AnswerOf<"{name}">>;'


def _given(lever: Lever, named: dict[str, str]) -> Iterator[str]:
    """Yield the arguments of a method: what stands in the path, then the body or the query."""
    for place in re.findall(r"\{(\w+)\}", lever.path):
        # An order has a number, a task a text.
        yield f"{_camel(place)}: {'number' if place == 'id' else 'string'}"
    if lever.body["properties"]:
        yield f"given{'' if lever.body['required'] else '?'}: {_type(lever.body, named)}"
    elif lever.query:
        fields = "; ".join(f"{name}?: {_type(schema, named)}" for name, schema in lever.query.items())
        yield f"query?: {{ {fields} }}"


def _type(schema: Mapping[str, Any], named: dict[str, str]) -> str:
    """Return the type that a schema stands for; one with a title gets a name, and its text is put into `named`."""
    if "enum" in schema:
        words = " | ".join(json.dumps(one) for one in schema["enum"])
        # A newer fake may know more endpoints.
        return (
            _named(schema["title"], f"type {{}} = {words} | (string & {{{{}}}});", named)
            if "title" in schema
            else words
        )
    if "anyOf" in schema:
        return " | ".join(_type(one, named) for one in schema["anyOf"])
    kinds = schema["type"]
    return " | ".join(_kind(kind, schema, named) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _kind(kind: str, schema: Mapping[str, Any], named: dict[str, str]) -> str:
    if kind == "array":
        return f"{_type(schema['items'], named)}[]"
    if kind != "object":
        return _SCALARS[kind]
    if "properties" not in schema:
        return "Record<string, unknown>"
    fields = "".join(f"  {line}\n" for name in schema["properties"] for line in _field(name, schema, named))
    return _named(schema["title"], f"interface {{}} {{{{\n{fields}}}}}", named)


def _field(name: str, schema: Mapping[str, Any], named: dict[str, str]) -> Iterator[str]:
    field = schema["properties"][name]
    if "description" in field:
        yield f"/** {_sentence(field['description'])} */"
    yield f"{name}{'' if name in schema['required'] else '?'}: {_type(field, named)};"


def _named(title: str, text: str, named: dict[str, str]) -> str:
    named.setdefault(title, f"export {text.format(title)}\n")
    return title


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.title() for other in others)
