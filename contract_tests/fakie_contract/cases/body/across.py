"""Rules across fields: what one field asks of others, with a body that keeps each and one that breaks it alone."""

import copy
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

from msgspec import Struct

from fakie_contract.cases.body.samples import body, placed
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.schema.alternatives import GROUPS
from fakie_schemas.schema.fields import Path
from fakie_schemas.schema.values import sample, step_of
from fakie_schemas.validator import holds

Schema = Mapping[str, Any]
# The keywords that let one field depend on others; `anyOf` is broken where none of its branches holds.
KEYWORDS = ("dependentRequired", "dependentSchemas", "if", "not", "oneOf", "anyOf")
_BY_NAME = ("dependentRequired", "dependentSchemas")
# More combinations of the named fields would try the same again.
_MOST = 500
_BRANCHES = 3
_ABSENT = object()


class AcrossRule(Struct, frozen=True):
    """One rule across fields: the place of its object, its keyword, and the field that it begins with, if any.

    `names` are the fields that it is about.
    """

    path: Path
    keyword: str
    number: int
    when: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name it: `input::dependentRequired-tail`."""
        where = ".".join(map(str, self.path)) or "body"
        return f"{where}::{self.keyword}-{self.when or self.number}"

    @property
    def what(self) -> str:
        """Say which fields it ties."""
        return f"{self.keyword} of {', '.join(self.names)}"


class AcrossSide(Struct, frozen=True):
    """A body on one side of a rule across fields: it keeps the rule, or breaks it and no other."""

    rule: AcrossRule
    is_kept: bool
    body: Any


def across(revision: Revision) -> Iterator[AcrossSide]:
    """Return both sides of every rule across fields, as far as bodies for them could be found."""
    for rule in rules_across(revision.request_schema):
        yield from _sides(revision, rule)


def rules_across(schema: Schema) -> list[AcrossRule]:
    """Return the rules across fields of a request's schema, in its order."""
    return [rule for path, part in _objects(schema, ()) for rule in _rules(path, part)]


def _objects(schema: Schema, path: Path) -> Iterator[tuple[Path, Schema]]:
    yield path, schema
    for name, child in schema.get("properties", {}).items():
        if isinstance(child, Mapping):
            yield from _objects(child, (*path, name))


def _rules(path: Path, part: Schema) -> Iterator[AcrossRule]:
    for number, (keyword, value) in enumerate((key, part[key]) for key in KEYWORDS if key in part):
        if keyword in _BY_NAME:
            for when, asked in value.items():
                yield AcrossRule(path, keyword, number, when, _unique((when, *_named(asked))))
            continue
        names = _apart(value) if keyword in GROUPS else _unique(_named([value, part.get("then"), part.get("else")]))
        # Of one field alone they are rules of that field.
        if len(names) > 1:
            yield AcrossRule(path, keyword, number, "", names)


def _named(part: Any) -> Iterator[str]:
    """Return the names of fields that a part of a schema speaks of."""
    if isinstance(part, list):
        for one in part:
            yield from _named(one) if not isinstance(one, str) else (one,)
    elif isinstance(part, Mapping):
        yield from (name for name in part.get("required", ()) if isinstance(name, str))
        yield from part.get("properties", {})
        for keyword in ("not", "if", "then", "else", "allOf", "anyOf", "oneOf"):
            yield from _named(part.get(keyword))


def _apart(branches: list[Any]) -> tuple[str, ...]:
    """Return the names that some branches require and others do not."""
    needed = [set(branch.get("required", ())) for branch in branches if isinstance(branch, Mapping)]
    common = set.intersection(*needed) if needed else set()
    return tuple(sorted(set().union(*needed) - common))


def _unique(names: Iterator[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _sides(revision: Revision, rule: AcrossRule) -> Iterator[AcrossSide]:
    lacking = _without(revision.request_schema, rule)
    broken = kept = None
    for made in islice(_candidates(revision, rule), _MOST):
        if kept is None and _is_active(rule, revision.request_schema, made) and revision.holds(made):
            kept = made
        elif broken is None and not revision.holds(made) and holds(lacking, made):
            broken = made
        if kept is not None and broken is not None:
            break
    yield from (AcrossSide(rule, is_kept, made) for is_kept, made in ((True, kept), (False, broken)) if made)


def _candidates(revision: Revision, rule: AcrossRule) -> Iterator[Any]:
    """Return bodies with every combination of values of the fields that a rule is about, the plainest first."""
    for plain, full in product(revision.plain_schemas[:_BRANCHES], (False, True)):
        base = body(plain, full=full)
        for values in product(*(list(_values(revision.request_schema, plain, rule, name)) for name in rule.names)):
            made = _object_in(plain, base, rule.path)
            if made is None:
                break
            whole, place = made
            for name, value in zip(rule.names, values, strict=True):
                place.pop(name, None)
                if value is not _ABSENT:
                    place[name] = copy.deepcopy(value)
            yield whole


def _object_in(plain: Schema, base: Any, path: Path) -> tuple[Any, dict[str, Any]] | None:
    """Return a copy of a body with the object at a path, which is made whole where it is missing."""
    whole = copy.deepcopy(base)
    place = whole
    for step in path:
        if step not in place:
            whole = placed(plain, base, path, sample(_at(plain, path), full=False))
            return _object_in(plain, whole, path)
        place = place[step]
    return (whole, place) if isinstance(place, dict) else None


def _values(schema: Schema, plain: Schema, rule: AcrossRule, name: str) -> Iterator[Any]:
    """Return values of a field: none at all, what the page allows, and what rules across fields compare it with."""
    part = _at(schema, rule.path)
    described = (_at(one, rule.path).get("properties", {}).get(name) for one in (schema, plain))
    own: Schema = next((one for one in described if one is not None), {})
    yield _ABSENT
    yield sample(own, full=True)
    yield from own.get("enum", (True, False) if own.get("type") == "boolean" else ())
    for compared in _compared(part, name):
        yield from compared.get("enum", ())
        if "const" in compared:
            yield compared["const"]
        step = float(step_of(own))
        for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            if keyword in compared:
                limit = compared[keyword]
                yield from (limit, *(int(n) if n == int(n) else n for n in (limit - step, limit + step)))


def _compared(part: Any, name: str) -> Iterator[Schema]:
    """Return what the conditions of a schema say of a field."""
    for keyword in (*KEYWORDS, "then", "else", "allOf"):
        value = part.get(keyword) if isinstance(part, Mapping) else None
        branches = value if isinstance(value, list) else value.values() if keyword in _BY_NAME and value else [value]
        for branch in branches:
            if isinstance(branch, Mapping):
                found = branch.get("properties", {}).get(name)
                yield from (found,) if isinstance(found, Mapping) else ()
                yield from _compared(branch, name)


def _is_active(rule: AcrossRule, schema: Schema, made: Any) -> bool:
    """Tell whether a body meets what a rule begins with, so that keeping it says something."""
    place = made
    for step in rule.path:
        place = place[step]
    if rule.keyword in _BY_NAME:
        return rule.when in place
    condition = _at(schema, rule.path).get("if")
    return rule.keyword != "if" or (isinstance(condition, Mapping) and holds(condition, place))


def _at(schema: Schema, path: Path) -> Schema:
    for step in path:
        schema = schema.get("properties", {}).get(step, {})
    return schema


def _without(schema: Schema, rule: AcrossRule) -> Schema:
    """Return a schema from which one rule across fields is taken."""
    changed = copy.deepcopy(dict(schema))
    part: Any = _at(changed, rule.path)
    if rule.keyword in _BY_NAME:
        part[rule.keyword].pop(rule.when)
    else:
        part.pop(rule.keyword)
    return changed
