"""Schemas within a schema that anything fits, such as `then: {}`: written down or left out, they refuse the same."""

from collections.abc import Mapping
from typing import Any

_NAMED = ("patternProperties", "dependentSchemas")
_BRANCHES = ("then", "else")


def marks_described(schema: Any) -> bool:
    """Tell whether a schema says what becomes of what nothing describes, where each description counts."""
    if isinstance(schema, list):
        return any(map(marks_described, schema))
    if not isinstance(schema, Mapping):
        return False
    return any(key.startswith("unevaluated") or marks_described(value) for key, value in schema.items())


def without_idle(written: Mapping[str, Any], *, marks: bool) -> dict[str, Any]:
    """Leave out the keywords that refuse nothing; those that describe something stay with `marks`."""
    kept = dict(written)
    for keyword in _NAMED:
        if isinstance(parts := kept.get(keyword), Mapping):
            describes = keyword == "patternProperties" and (marks or "additionalProperties" in kept)
            kept[keyword] = {name: part for name, part in parts.items() if describes or not _fits_anything(part)}
    for keyword in _idle(kept, marks=marks):
        del kept[keyword]
    return kept


def _idle(schema: Mapping[str, Any], *, marks: bool) -> set[str]:
    idle = {key for key in (*_BRANCHES, "propertyNames") if key in schema and _fits_anything(schema[key])}
    idle |= {key for key in (*_NAMED, "prefixItems") if schema.get(key) in ({}, [])}
    if _fits_nothing(schema.get("not")):
        idle.add("not")
    if not marks and not schema.keys() & {*_BRANCHES} - idle:
        idle |= {"if"} & schema.keys()
    if not marks and any(map(_fits_anything, _listed(schema, "anyOf"))):
        idle.add("anyOf")
    return idle


def _listed(schema: Mapping[str, Any], keyword: str) -> list[Any]:
    listed = schema.get(keyword)
    return listed if isinstance(listed, list) else []


def _fits_anything(schema: Any) -> bool:
    return schema is True or schema == {}


def _fits_nothing(schema: Any) -> bool:
    return schema is False or schema in ({"not": {}}, {"not": True})
