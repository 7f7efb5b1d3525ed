"""Schemas with alternatives as plain ones, a branch of each chosen: what values can be made from."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from fakie_schemas.schema.fields import BodyField, fields

Schema = Mapping[str, Any]

GROUPS = ("oneOf", "anyOf")
# More plain schemas of one page would try the same again.
_MOST = 40
_OUT = "x-out"
_TIGHTER = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}


def plain_schemas(schema: Schema) -> tuple[Schema, ...]:
    """Build the schemas without alternatives that a value can be made from; every branch is in one of them.

    A value made from one still has to be judged by the schema itself: `oneOf` refuses one that fits two branches.
    """
    return tuple(islice(_varied(schema), _MOST))


def all_fields(schema: Schema) -> list[BodyField]:
    """Return the fields of a schema, and those that only some of its alternatives have."""
    found = {field.place: field for field in fields(schema)}
    for plain in plain_schemas(schema):
        for field in fields(plain):
            found.setdefault(field.place, BodyField(field.path, field.schema, required=False))
    return list(found.values())


def _varied(schema: Schema) -> Iterator[Schema]:
    for flat in _chosen(schema):
        yield from _with_plain_children(flat)


def _groups(schema: Schema) -> list[list[Schema]]:
    """List the groups of branches of a schema, those within its `allOf` too, each branch with what it shuts out."""
    one, some = (list(schema.get(keyword, ())) for keyword in GROUPS)
    own = [group for group in (_apart(one), some) if group]
    return own + [group for part in schema.get("allOf", ()) for group in _groups(part)]


def _apart(branches: list[Schema]) -> list[Schema]:
    """Say with each branch which names the others require: where one alone may hold, they stay out of its values."""
    needed = {name for branch in branches for name in branch.get("required", ())}
    return [{**branch, _OUT: sorted(needed - set(branch.get("required", ())))} for branch in branches]


def _chosen(schema: Schema) -> Iterator[Schema]:
    """Put one branch of each group into the schema: the first of each, then each other one in turn."""
    found = _groups(schema)
    if not found:
        yield schema
        return
    base = {key: value for key, value in schema.items() if key not in (*GROUPS, "allOf")}
    firsts = [group[0] for group in found]
    yield from _flat(base, firsts)
    for place, group in enumerate(found):
        for branch in group[1:]:
            yield from _flat(base, [*firsts[:place], branch, *firsts[place + 1 :]])


def _flat(base: Schema, branches: list[Schema]) -> Iterator[Schema]:
    for branch in branches:
        base = merged(base, branch)
    out = set(base.get(_OUT, ())) - set(base.get("required", ()))
    flat = {key: value for key, value in base.items() if key != _OUT}
    if out and "properties" in flat:
        flat["properties"] = {name: child for name, child in flat["properties"].items() if name not in out}
    # A branch may have alternatives of its own.
    yield from _chosen(flat)


def _with_plain_children(schema: Schema) -> Iterator[Schema]:
    """Replace what lies below by its first plain schema, and then each by its others in turn."""
    below = {place: plain_schemas(inner) for place, inner in _below(schema)}
    base = schema
    for place, choices in below.items():
        base = _replaced(base, place, choices[0])
    yield base
    for place, choices in below.items():
        yield from (_replaced(base, place, choice) for choice in choices[1:])


def _below(schema: Schema) -> Iterator[tuple[tuple[str, ...], Schema]]:
    for name, child in schema.get("properties", {}).items():
        yield ("properties", name), child
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), Mapping):
            yield (keyword,), schema[keyword]


def _replaced(schema: Schema, place: tuple[str, ...], inner: Schema) -> Schema:
    if len(place) == 1:
        return schema if schema[place[0]] is inner else {**schema, place[0]: inner}
    if schema["properties"][place[1]] is inner:
        return schema
    return {**schema, "properties": {**schema["properties"], place[1]: inner}}


def merged(base: Schema, branch: Schema) -> Schema:
    """Merge two schemas that both hold: the rules of both, of two bounds the tighter one."""
    out = dict(base)
    for keyword, value in branch.items():
        out[keyword] = _both(keyword, base[keyword], value) if keyword in base else value
    return out


def _both(keyword: str, one: Any, other: Any) -> Any:
    if keyword in _TIGHTER:
        return _TIGHTER[keyword](one, other)
    if keyword in {"required", _OUT}:
        return [*one, *(name for name in other if name not in one)]
    if keyword == "properties":
        return {**one, **{name: merged(one[name], child) if name in one else child for name, child in other.items()}}
    if keyword in {"items", "additionalProperties"}:
        return merged(one, other)
    if keyword in (*GROUPS, "allOf"):
        return [*one, *other] if keyword == "allOf" else other
    return _common(one, other) if keyword in {"enum", "type"} else other


def _common(one: Any, other: Any) -> Any:
    first, second = (value if isinstance(value, list) else [value] for value in (one, other))
    both = [value for value in first if value in second] or second
    return both if isinstance(one, list) and isinstance(other, list) else both[0]
