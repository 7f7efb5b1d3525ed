"""Drift: what changed between two revisions of one contract, field by field, and whom it breaks.

`breaking`: a request that was right may now be refused, or an answer lacks what it had. `compatible`: what was right
stays right, though it may mean something else (a default). `editorial`: examples, labels and titles.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

import fakie_schemas
from fakie_schemas.catalog.drift_canonical import comparable, has_effect
from fakie_schemas.catalog.drift_change import SEVERITIES, Change
from fakie_schemas.catalog.drift_facts import changed_remarks, changed_ways
from fakie_schemas.catalog.drift_listed import without_idle_limits
from fakie_schemas.catalog.drift_plain import plain
from fakie_schemas.catalog.drift_restated import restated, united, united_within
from fakie_schemas.catalog.drift_rules import MEANING, OF_ANSWERS, RULES, WORDING, Weight, judge
from fakie_schemas.catalog.drift_within import WIDENING, WITHIN, judge_within, without_paired, without_reach
from fakie_schemas.schema.equality import same_json
from fakie_schemas.schema.fields import KEY, BodyField, fields

__all__ = ["SEVERITIES", "Change", "Contract", "compare", "compare_all"]
# What a keyword says that says nothing.
_USUAL: Mapping[str, Any] = {
    **dict.fromkeys(("minLength", "minItems", "minProperties"), 0),
    "uniqueItems": False,
    **dict.fromkeys(("additionalProperties", "unevaluatedProperties", "unevaluatedItems"), True),
    "minContains": 1,
    **dict.fromkeys(("deprecated", "readOnly", "writeOnly"), False),
}


class Contract(Struct, frozen=True):
    """One side of a comparison: a revision's name, the schemas of its request and of its success answer, its facts."""

    name: str
    request: Mapping[str, Any]
    answer: Mapping[str, Any]
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, name: str, request: Mapping[str, Any], facts: Mapping[str, Any]) -> "Contract":
        """Make it of a revision's two files."""
        answer = facts["answers"]["success"]
        return cls(name, request, fakie_schemas.answer_schema(answer) if isinstance(answer, str) else answer, facts)


def compare_all(old: Mapping[str, Contract], new: Mapping[str, Contract]) -> list[Change]:
    """Compare two sets of contracts by name: the worst first within each name."""
    changes: list[Change] = []
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            changes.append(Change("drift.removed", name, "", "removed"))
        elif name not in old:
            changes.append(Change("drift.added", name, "", "added"))
        else:
            changes += compare(old[name], new[name])
    return changes


def compare(old: Contract, new: Contract) -> list[Change]:
    """Compare two contracts, whatever their names: the worst finding first."""
    before, after = _both_flat(plain(old.request), plain(new.request))
    changes = [
        *_renamed(old, new),
        *_endpoint(old, new),
        *changed_ways(new.name, old.facts, new.facts),
        *_fields(new.name, before, after),
        *changed_remarks(new.name, (old.facts, new.facts), (before.values(), after.values())),
        *_codes(old, new),
        *_answers(old, new),
        *_editorial(old, new),
    ]
    return sorted(changes, key=lambda change: change.rank)


def _flat(schema: Mapping[str, Any]) -> dict[str, BodyField]:
    """Return the fields of a schema by place, the whole first, under the empty one."""
    found = {"": BodyField((), schema, required=True)} | {field.place: field for field in fields(schema)}
    return found | {field.place: field for parent in found.values() for field in _named_only(parent)}


def _named_only(parent: BodyField) -> Iterator[BodyField]:
    """Yield the fields that a schema requires without describing them."""
    values = parent.schema.get("additionalProperties")
    for name in parent.schema.get("required", ()) if has_effect(parent.schema, "required") else ():
        if name not in parent.schema.get("properties", {}):
            yield BodyField((*parent.path, name), values if isinstance(values, Mapping) else {}, required=True)


def _both_flat(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, BodyField], dict[str, BodyField]]:
    """Return the fields of two schemas by place; items and values of a map that one side leaves open are anything."""
    before, after = map(_flat, united_within(old, new, _takes_more))
    for one, other in ((before, after), (after, before)):
        # In the order of the fields, so that what is open within what is open is found, too.
        for place, field in one.items():
            parent = other.get(_parent(field) or "")
            if place not in other and parent and _is_open(field, parent.schema):
                other[place] = BodyField(field.path, _unsaid(field, parent.schema), required=False)
    return before, after


def _is_open(field: BodyField, parent: Mapping[str, Any]) -> bool:
    """Tell whether a field is one of all items, or of all values, and its parent lets them be anything."""
    kinds = parent.get("type", "array" if field.is_item else "object")
    if field.is_item:
        return "array" in kinds
    return field.path[-1] == KEY and "object" in kinds and parent.get("additionalProperties") is not False


def _unsaid(field: BodyField, parent: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what items, or values, may be that a parent does not describe: anything, unless it says what is left."""
    left = parent.get("unevaluatedItems" if field.is_item else "unevaluatedProperties", True)
    return left if isinstance(left, Mapping) else {} if left else {"not": {}}


def _parent(field: BodyField) -> str | None:
    return BodyField(field.path[:-1], {}, required=False).place if field.path else None


def _fields(name: str, old: Mapping[str, BodyField], new: Mapping[str, BodyField]) -> Iterator[Change]:
    for place in [*old, *(place for place in new if place not in old)]:
        before, after = old.get(place), new.get(place)
        if before is None and after is not None:
            if parent := old.get(_parent(after) or ""):
                yield from _added(name, place, parent.schema, after)
        elif before is not None and after is None:
            if parent := new.get(_parent(before) or ""):
                is_required = before.required and has_effect(parent.schema, "required")
                rule = "drift.required_field_removed" if is_required else "drift.field_removed"
                yield Change(rule, name, place, "field removed")
        elif before is not None and after is not None:
            yield from _field(name, place, before, after)


def _added(name: str, place: str, parent: Mapping[str, Any], new: BodyField) -> Iterator[Change]:
    # Where there was no object, none lacks the field.
    kind = "required" if new.required and has_effect(parent, "required") else "optional"
    yield Change(f"drift.{kind}_field", name, place, f"{kind} field added")
    values = parent.get("additionalProperties")
    if isinstance(values, Mapping) and not new.is_item:
        # Of a map, whose values were described, some may have been sent under that name.
        for change in _tightened(values, new.schema, is_later=True):
            yield replace(change, name=name, place=place + change.place.removeprefix("f"))


def _field(name: str, place: str, old: BodyField, new: BodyField) -> Iterator[Change]:
    if old.required != new.required:
        rule = "drift.now_required" if new.required else "drift.no_longer_required"
        yield Change(rule, name, place, "now required" if new.required else "no longer required")
    for keyword, rule, what, before, after in _keywords(old, new):
        if place != "model" or keyword not in {"enum", "default"}:
            yield Change(rule, name, place, f"{keyword} {what}", before, after)


def _keywords(old: BodyField, new: BodyField) -> Iterator[tuple[str, str, str, Any, Any]]:
    """Yield each keyword that has changed, with the rule, what happened, and its values before and after."""
    before, after = united(*comparable(old.schema, new.schema), _takes_more)
    paired, became = without_paired(before, after, _compare_within)
    yield from ((keyword, rule, what, before[keyword], after.get(keyword)) for keyword, rule, what in became)
    sides = before, paired
    told = list(restated(*sides))
    for one in told:
        was, now = one.keywords
        for rule, what in without_idle_limits(one.keywords, *sides, judge(one.keyword, one.before, one.after)):
            named = was if was == now else f"{was}, now {now},"
            yield named, rule, what, sides[0][was], sides[1][now]
    apart = {keyword for one in told for keyword in one.keywords}
    for keyword in (each for each in RULES if each not in apart):
        before, after = (_stated(side, keyword) for side in sides)
        if _say_the_same(keyword, before, after):
            continue
        if not same_json(before, after):
            # Values that one side refuses anyway make no difference.
            if not all(has_effect(side, keyword) for side in sides):
                yield keyword, "drift.wording", "changed, which says nothing of what both sides take", before, after
                continue
            told_of = without_idle_limits((keyword, keyword), *sides, _judged(keyword, before, after))
            for rule, what in without_reach(keyword, *sides, told_of):
                yield keyword, rule, what, sides[0].get(keyword), sides[1].get(keyword)


def _takes_more(one: Mapping[str, Any], other: Mapping[str, Any], *, is_later: bool) -> bool:
    """Tell whether a schema takes all that another one does: no change from the one to it refuses anything."""
    return not any(_tightened(one, other, is_later=is_later))


def _tightened(one: Mapping[str, Any], other: Mapping[str, Any], *, is_later: bool) -> Iterator[Change]:
    """Yield the changes from one schema to another that may refuse something.

    What a later one describes that the other does not, nobody has sent; an answer of an earlier one had it.
    """
    gained = {"drift.optional_field"} if is_later else set()
    passing = {*WIDENING, MEANING, WORDING, *gained}
    return (change for change in _compare_within(one, other) if change.rule not in passing)


def _judged(keyword: str, before: Any, after: Any) -> Iterator[Weight]:
    if keyword in WITHIN and before is not None and after is not None:
        return judge_within(keyword, before, after, _compare_within)
    return judge(keyword, before, after)


def _compare_within(*pair: Mapping[str, Any]) -> Iterator[Change]:
    """Compare two schemas within a keyword as those of a field, so that none in them stands where the body's own do."""
    return _fields("", *_both_flat(*({"properties": {"f": schema}} for schema in pair)))


def _stated(schema: Mapping[str, Any], keyword: str) -> Any:
    """Return what a keyword says, None where it is absent: a constant, which may be null, as a list of one."""
    return [schema[keyword]] if keyword == "const" and keyword in schema else schema.get(keyword)


def _say_the_same(keyword: str, *values: Any) -> bool:
    """Tell whether one page leaves out what holds anyway, and the other says so."""
    said = [value for value in values if value is not None]
    return len(said) == 1 and keyword in _USUAL and (type(said[0]), said[0]) == (type(_USUAL[keyword]), _USUAL[keyword])


def _renamed(old: Contract, new: Contract) -> Iterator[Change]:
    if old.name != new.name:
        yield Change("drift.renamed", new.name, "model", "another name", old.name, new.name)


def _endpoint(old: Contract, new: Contract) -> Iterator[Change]:
    for key in ("method", "path"):
        before, after = old.facts["endpoint"].get(key), new.facts["endpoint"].get(key)
        if before != after:
            yield Change("drift.endpoint", new.name, f"endpoint.{key}", "changed", before, after)


def _codes(old: Contract, new: Contract) -> Iterator[Change]:
    listed = [not any(entry.get("inherited") for entry in side.facts["codes"]) for side in (old, new)]
    if listed[0] != listed[1]:
        # A page without a list denies no code.
        what = "the new page lists none" if listed[0] else "the new page has a list of its own"
        yield Change("drift.codes_listed", new.name, "codes", what)
    if not all(listed):
        return
    before, after = ({entry["code"]: entry["label"] for entry in side.facts["codes"]} for side in (old, new))
    for code in sorted(before.keys() | after.keys()):
        if code not in after:
            yield Change("drift.code_removed", new.name, "codes", f"{code} removed")
        elif code not in before:
            yield Change("drift.code_added", new.name, "codes", f"{code} added")
        elif before[code] != after[code]:
            yield Change("drift.code_label", new.name, "codes", f"label of {code} changed", before[code], after[code])


def _answers(old: Contract, new: Contract) -> Iterator[Change]:
    """Compare the fields of the success answer: a receiver misses what is gone, and can ignore what is new.

    An answer that a page does not state, but inherits, says nothing.
    """
    if not all(_states_answer(side) for side in (old, new)):
        return
    before, after = _both_flat(plain(old.answer), plain(new.answer))
    for place in [*before, *(place for place in after if place not in before)]:
        where = f"answer.{place}"
        if place not in after:
            yield Change("drift.answer_field_removed", new.name, where, "field removed")
        elif place not in before:
            yield Change("drift.answer_field_added", new.name, where, "field added")
        else:
            yield from _answer_field(new.name, where, before[place], after[place])


def _answer_field(name: str, where: str, old: BodyField, new: BodyField) -> Iterator[Change]:
    if old.required != new.required:
        rule = "drift.answer_now_required" if new.required else "drift.answer_no_longer_required"
        yield Change(rule, name, where, "now always there" if new.required else "no longer always there")
    for keyword, rule, what, before, after in _keywords(old, new):
        if rule in OF_ANSWERS and keyword != "default":
            yield Change(OF_ANSWERS[rule], name, where, f"{keyword} {what}", before, after)


def _states_answer(side: Contract) -> bool:
    sources = side.facts.get("sources")
    return not sources or any(pointer.startswith("/answers/success") for pointer in sources)


def _editorial(old: Contract, new: Contract) -> Iterator[Change]:
    pairs = (
        ("title", old.facts["provenance"].get("title"), new.facts["provenance"].get("title")),
        *(
            (f"examples.{kind}", *(side.facts["examples"].get(kind) for side in (old, new)))
            for kind in ("request", "answer")
        ),
    )
    for place, before, after in pairs:
        if before != after:
            yield Change("drift.about", new.name, place, "changed", before, after)
