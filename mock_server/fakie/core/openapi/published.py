"""Schemas as a document shows them: without what a page gives as an example or default, and refuses itself."""

from collections.abc import Mapping
from typing import Any

from fakie_schemas.openapi.parts import Json, bare
from fakie_schemas.validator import holds

# What holds values, in which nothing is a keyword.
VALUES = frozenset({"default", "examples", "enum", "const"})


def published(schema: Mapping[str, Any]) -> Json:
    """Return a schema for a document, without its head, and without a value that it would not take itself.

    Pages hold such values (the example of another model, an empty text for a URL), and linters refuse them.
    """
    rules = {key: value for key, value in bare(schema).items() if key not in ("default", "examples")}
    out = {key: value if key in VALUES else _below(key, value) for key, value in rules.items()}
    if "default" in schema and holds(rules, schema["default"]):
        out["default"] = schema["default"]
    if examples := [value for value in schema.get("examples", ()) if holds(rules, value)]:
        out["examples"] = examples
    if "anyOf" not in out and {float} <= {type(value) for value in out.get("enum", ())} <= {int, float}:
        # An enum of fractions is none in many languages, whose generators leave out whatever holds one. The type stands
        # with each value, where it is no alternative more to any, and none looks like a whole number alone.
        kind = {"type": out.pop("type")} if "type" in out else {}
        out["anyOf"] = [{**kind, "const": float(value)} for value in out.pop("enum")]
    return out


def described(schema: Mapping[str, Any]) -> Json:
    """Return a schema as a component of a document: its title, a sentence, is its description there.

    Generators call a type by its title, where it has one, and else by the component's name.
    """
    out = {key: value for key, value in published(schema).items() if key != "examples"}
    title = out.pop("title", None)
    return {"description": title, **out} if title else out


def _below(key: str, value: Any) -> Any:
    """Return what stands under a keyword, each schema in it as it is published; names of fields are no keywords."""
    if isinstance(value, list):
        return [_below(key, one) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {name: _below("", one) for name, one in value.items()} if key == "properties" else published(value)
