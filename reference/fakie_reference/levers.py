"""The page of the levers' bodies: fields, types, bounds."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fakie.core.http.messages import Request
from fakie.harness.start import new_fake
from fakie_reference.tables import code, codes, page, table

_BOUNDS = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "minLength": "characters, at least",
           "maxLength": "characters, at most"}  # fmt: skip


def levers_page() -> str:
    """Return the fields of the body of each lever that takes one."""
    about = "What may stand in the body of a lever; [what levers do](../levers.md) has a page of its own."
    parts = [_lever(lever) for lever in described() if lever["body"]["properties"]]
    return page("Bodies of the levers", about, *parts)


def described() -> list[Mapping[str, Any]]:
    """Return every lever as a fake describes it."""
    answer = new_fake().handle(Request.of("GET", "/_fakie/", b"", {}))
    found: list[Mapping[str, Any]] = json.loads(answer.body)["data"]["levers"]
    return found


def _lever(lever: Mapping[str, Any]) -> str:
    required = lever["body"]["required"]
    rows = (
        (
            code(name) + (" (required)" if name in required else ""),
            ", ".join(_said(schema)),
            codes(map(_json, schema.get("examples", ()))),
            schema.get("description", ""),
        )
        for name, schema in lever["body"]["properties"].items()
    )
    head = ("field", "what it may be", "such as", "what it says")
    what = lever["what"][:1].upper() + lever["what"][1:]
    return f"## {lever['method']} {lever['path']}\n\n{what}.\n\n" + table(head, rows)


def _said(schema: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in schema:
        words = [one or '""' for one in schema["enum"]]
        yield codes(words) if len(words) < 20 else f"the name of one of {len(words)} endpoints, or `*`"
    kinds = schema.get("type", ())
    if kinds:
        yield " or ".join([kinds] if isinstance(kinds, str) else kinds)
    yield from (f"{word} {schema[key]:g}" for key, word in _BOUNDS.items() if key in schema)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
