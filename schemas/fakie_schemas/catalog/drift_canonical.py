"""Schemas in the one form in which they are compared: what refuses the same is written in the same way."""

from collections.abc import Hashable, Mapping
from itertools import combinations
from typing import Any

from fakie_schemas.schema.equality import is_number, json_key
from fakie_schemas.schema.fields import stated_types

_Schema = Mapping[str, Any]
# What says nothing of which values a field takes.
BESIDE = frozenset({"default", "deprecated", "readOnly", "writeOnly", "title", "description", "examples"})
_UNIONS = ("anyOf", "oneOf")
# Of more branches no two are held against each other: they are apart by one rule for all, or for none.
_MOST_IN_PAIRS = 100
# The types whose values a keyword says something of; those of other types it lets through.
_OF_TYPES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("minLength", "maxLength", "pattern"), frozenset({"string"})),
    **dict.fromkeys(
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), frozenset({"number", "integer"})
    ),
    **dict.fromkeys(("items", "minItems", "maxItems", "uniqueItems", "contains", "prefixItems"), frozenset({"array"})),
    **dict.fromkeys(("minContains", "maxContains", "unevaluatedItems"), frozenset({"array"})),
    **dict.fromkeys(
        (
            "properties",
            "minProperties",
            "maxProperties",
            "additionalProperties",
            "propertyNames",
            "patternProperties",
            "unevaluatedProperties",
        ),
        frozenset({"object"}),
    ),
    **dict.fromkeys(("dependentRequired", "dependentSchemas", "required"), frozenset({"object"})),
}


def comparable(old: _Schema, new: _Schema) -> tuple[_Schema, _Schema]:
    """Write two schemas in one form; the type of listed values is left out where neither side says one."""
    before, after = canonical(old), canonical(new)
    return _without_implied(before, old, after, new), _without_implied(after, new, before, old)


def _without_implied(written: _Schema, schema: _Schema, other: _Schema, other_schema: _Schema) -> _Schema:
    """Leave out the type that only listed values imply, unless the other side says a type, or lists both truths."""
    is_implied = "type" not in schema and _values(written) is not None
    is_asked = "type" in other_schema or ("type" in other and _values(other) is None)
    return {key: value for key, value in written.items() if key != "type"} if is_implied and not is_asked else written


def canonical(schema: _Schema) -> _Schema:
    """Write a schema without what follows from the rest of it: types of listed values, unions that are lists."""
    written = dict(schema)
    for keyword in _UNIONS:
        if isinstance(schema.get(keyword), list):
            branches = [canonical(one) if isinstance(one, Mapping) else one for one in schema[keyword]]
            written[keyword] = branches
            is_open = not written.keys() & {"type", "enum", "const"}
            if is_open and (kinds := _as_types(branches)) and (keyword == "anyOf" or are_apart(branches)):
                written.pop(keyword)
                written["type"] = kinds
            elif schema.keys() - BESIDE - {"type"} == {keyword} and (listed := _as_list(branches)):
                written.pop(keyword)
                written["enum"] = listed
    _narrow_type(written)
    for keyword in _idle(written):
        del written[keyword]
    return written


def _idle(schema: _Schema) -> list[str]:
    """Return the keywords that refuse nothing that the others beside them let through."""
    step, needs, required = (schema.get(key) for key in ("multipleOf", "dependentRequired", "required"))
    idle = []
    if set(stated_types(schema)) == {"integer"} and is_number(step) and 0 < step <= 1 and (1 / step).is_integer():
        idle.append("multipleOf")
    for inclusive, exclusive, sign in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
        one, other = schema.get(inclusive), schema.get(exclusive)
        if is_number(one) and is_number(other) and sign * other >= sign * one:
            idle.append(inclusive)
    if isinstance(needs, Mapping) and {name for names in needs.values() for name in names} <= set(required or ()):
        idle.append("dependentRequired")
    return idle


def has_effect(schema: _Schema, keyword: str) -> bool:
    """Tell whether a keyword can refuse a value of the types that a schema allows."""
    kinds = set(stated_types(schema)) or set(map(_kind, _values(schema) or ()))
    return not kinds or keyword not in _OF_TYPES or bool(kinds & _OF_TYPES[keyword])


def are_apart(branches: list[Any]) -> bool:
    """Tell whether no value fits two of several branches, by their types, by the values that they list, or by a key."""
    if not all(isinstance(one, Mapping) for one in branches):
        return False
    return all(_differ(group) or _differ_in_pairs(group) for group in _by_type(branches))


def _by_type(branches: list[_Schema]) -> list[list[_Schema]]:
    """Return the branches that a value of each type may fit, where there are two or more."""
    kinds = [set(stated_types(one)) for one in branches]
    named = set().union(*kinds) | {"integer"}
    groups = []
    for kind in named:
        others = {kind, "number"} if kind == "integer" else {kind}
        groups.append([one for one, own in zip(branches, kinds, strict=True) if not own or own & others])
    return [group for group in groups if len(group) > 1]


def _differ(branches: list[_Schema]) -> bool:
    """Tell whether branches of one type have no listed value in common, or a key whose value fits one of them alone."""
    listed = [_values(one) for one in branches]
    keys = [set(map(json_key, values)) for values in listed if values is not None]
    if len(keys) == len(branches) and sum(map(len, keys)) == len(set().union(*keys)):
        return True
    parts = [_needed(one) for one in branches]
    shared = parts[0].keys() if all(part.keys() & parts[0].keys() for part in parts) else ()
    return any(all(key in part for part in parts) and are_apart([part[key] for part in parts]) for key in shared)


def _differ_in_pairs(branches: list[_Schema]) -> bool:
    """Tell whether each two of a few branches differ, though not all of them in the same."""
    return 2 < len(branches) <= _MOST_IN_PAIRS and all(_differ([*pair]) for pair in combinations(branches, 2))


def _needed(schema: _Schema) -> Mapping[str, Any]:
    """Return the schemas of the keys that an object must have; none of what may be something else."""
    properties = schema.get("properties", {}) if stated_types(schema) == ["object"] else {}
    return {key: properties[key] for key in schema.get("required", ()) if key in properties}


def _as_types(branches: list[Any]) -> list[str]:
    """Return the types of branches, or none if one of them says more than its type."""
    if all(isinstance(one, Mapping) and one.keys() - BESIDE == {"type"} for one in branches):
        return list(dict.fromkeys(kind for one in branches for kind in stated_types(one)))
    return []


def _as_list(branches: list[Any]) -> list[Any]:
    """Return the values of which each branch lists some, or none if one of them lets through more than it lists."""
    values: dict[Hashable, Any] = {}
    count = 0
    for one in branches:
        own = one.keys() - BESIDE - {"type"} if isinstance(one, Mapping) else {""}
        listed = [None] if not own and one.get("type") == "null" else let_through(one) if len(own) == 1 else None
        count += len(listed or ())
        values |= {json_key(value): value for value in listed or ()}
        if listed is None or len(values) < count:
            return []
    return list(values.values())


def _values(schema: _Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    listed = schema.get("enum")
    return listed if isinstance(listed, list) else None


def let_through(schema: _Schema) -> list[Any] | None:
    """Return the listed values that are of the stated types."""
    values, stated = _values(schema), set(stated_types(schema))
    if values is None or not stated:
        return values
    return [one for one in values if (kind := _kind(one)) in stated or (kind == "integer" and "number" in stated)]


def _narrow_type(written: dict[str, Any]) -> None:
    """Write the types that listed values have, and of both truths that they are of the type of truths."""
    values = _values(written)
    if not values or let_through(written) != values:
        return
    kinds = list(dict.fromkeys(map(_kind, values)))
    written["type"] = kinds[0] if len(kinds) == 1 else sorted(kinds)
    if (
        "enum" in written
        and set(kinds) <= {"boolean", "null"}
        and {True, False} <= {one for one in values if one is not None}
    ):
        del written["enum"]


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    known = {float: "number", str: "string", list: "array"}
    return known.get(type(value), "object")
