"""Drift is the same in both directions: what one calls added the other calls removed, narrowed is widened."""

from collections.abc import Iterator
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import pytest

import fakie_schemas
from fakie.commands.contracts import read_revision
from fakie_schemas.catalog.drift import Change, Contract, compare, compare_all
from fakie_schemas.rules.table import rules
from support.some import some

SHIPPED = fakie_schemas.data_folder("revisions")
DRIFT = [rule for rule in rules().values() if rule.area == "drift"]
CREATE = {"method": "POST", "path": "/api/v1/jobs/createTask"}
# Values of each keyword, of which each pair is compared.
VALUES: dict[str, list[Any]] = {
    "type": ["string", "integer", "number", ["string", "null"], ["integer", "null"], None],
    "enum": [["a"], ["a", "b"], ["b", "c"], [1, True], [1], None],
    "const": ["a", "b", None],
    "format": ["uri", "date", None],
    "pattern": ["a", "b", None],
    "maxLength": [1, 2, None],
    "exclusiveMaximum": [1, 2.5, None],
    "minimum": [0, 1, None],
    "minProperties": [0, 1, None],
    "x-max-bytes": [1, 2, None],
    "x-media-types": [["a/b"], ["a/b", "c/d"], ["e/f"], None],
    "multipleOf": [0.1, 0.05, 0.2, 0.3, None],
    "uniqueItems": [True, False, None],
    "additionalProperties": [True, False, {"type": "string"}, None],
    "oneOf": [[{"type": "string"}], [{"type": "string"}, {"type": "null"}], [{"type": "null"}], None],
    "allOf": [[{"type": "string"}], [{"type": "string"}, {"minLength": 1}], [{"minLength": 1}], None],
    "dependentRequired": [{"a": ["b"]}, {"a": []}, None],
    "default": [1, True, None],
    "deprecated": [True, None],
    "readOnly": [True, None],
    "writeOnly": [True, None],
    "examples": [[1], [2], None],
}
NOTE = {"line": 1, "field": "f", "text": "a limit that no keyword holds: 8"}
# Facts beside the schema, of which each pair is compared.
FACTS: dict[str, list[dict[str, Any]]] = {
    "codes": [{"codes": [{"code": one, "label": f"{one}"} for one in many]} for many in ((200,), (200, 422), (422,))],
    "labels": [{"codes": [{"code": 200, "label": label}]} for label in "ab"],
    "lists of codes": [{"codes": [{"code": 200, "label": "a", "inherited": told}]} for told in (True, False)],
    "endpoint": [{"endpoint": {**CREATE, "path": path}} for path in ("/a", "/b")],
    "servers": [{"endpoint": {**CREATE, "servers": list(many)}} for many in ("a", "ab", "c")] + [{"endpoint": CREATE}],
    "content types": [
        {"endpoint": {**CREATE, **more}}
        for more in (
            {},
            {"content_types": ["multipart/form-data"]},
            {"content_types": ["application/json", "multipart/form-data"]},
            {"answer_types": ["text/plain"]},
        )
    ],
    "keys": [{"auth": one} for one in (None, {"scheme": "bearer"}, {"scheme": "none", "required": False})],
    "notes": [
        {"notes": notes}
        for notes in (
            [],
            [{**NOTE, "kind": "limit"}],
            [{**NOTE, "kind": "limit", "text": "a limit that no keyword holds: 9"}],
            [{**NOTE, "kind": "conflict"}, {**NOTE, "kind": "depends"}],
            [{**NOTE, "kind": "contradicted"}, {**NOTE, "kind": "number"}],
            [{**NOTE, "kind": "deprecated", "field": None}, {**NOTE, "kind": "closed"}],
        )
    ],
    "unread": [{"unread": [{"line": 1, "why": why}] if why else []} for why in ("", "x: 5", "x: 6")],
    "titles": [{"provenance": {"title": title}} for title in "ab"],
}


def contract(given: dict[str, Any], answer: dict[str, Any], required: tuple[str, ...] = (), **facts: Any) -> Contract:
    common = {
        "endpoint": CREATE,
        "codes": [{"code": 200, "label": "Success"}],
        "provenance": {"title": "A model"},
        "examples": {"request": {}, "answer": {}},
    }
    told = {"properties": {"data": {"properties": answer, "required": list(required)}}}
    body = {"properties": {"input": {"properties": given, "required": list(required)}}}
    return Contract("acme", body, told, common | facts)


def mirrored(change: Change) -> tuple[Any, ...]:
    return rules()[change.rule].mirror, change.name, change.place, repr(change.new), repr(change.old)


def told(change: Change) -> tuple[Any, ...]:
    return change.rule, change.name, change.place, repr(change.old), repr(change.new)


def check(old: Contract, new: Contract) -> list[Change]:
    """Compare both ways and hold the two against each other."""
    forth, back = compare(old, new), compare(new, old)
    assert sorted(map(told, back)) == sorted(map(mirrored, forth))
    return forth


def every_pair() -> Iterator[tuple[Contract, Contract]]:
    for keyword, values in VALUES.items():
        rows = [{} if value is None else {keyword: value} for value in values]
        for one, other in permutations(rows, 2):
            yield contract({"f": one}, {"f": one}), contract({"f": other}, {"f": other})
    for kept in FACTS.values():
        for first, second in permutations(kept, 2):
            yield contract({"f": {}}, {}, **first), contract({"f": {}}, {}, **second)
    shapes: list[dict[str, Any]] = [{}, {"f": {}}, {"f": {}, "g": {}}]
    for names in permutations(shapes, 2):
        for asked in ({"f"}, set()):
            sides = [contract(shape, shape, tuple(asked & shape.keys())) for shape in names]
            yield sides[0], sides[1]
    yield contract({"f": {}}, {"f": {}}), contract({"f": {}}, {"f": {}}, ("f",))


def test_every_change_is_mirrored_when_pages_change_places() -> None:
    """Of each keyword and each fact, in requests and in answers; every rule is met."""
    seen: set[str] = set()
    for old, new in every_pair():
        seen |= {change.rule for pair in (check(old, new), check(new, old)) for change in pair}
    # Another name, and what stands beside the contracts, are met below.
    apart = {"drift.renamed", "drift.removed", "drift.added"}
    assert {rule.id for rule in DRIFT} - apart - seen == set()


def test_each_rule_of_drift_has_a_mirror_that_leads_back() -> None:
    """Added and removed, narrower and wider; what is the same both ways is its own."""
    assert [rule.id for rule in DRIFT if rules()[rule.mirror].mirror != rule.id] == []
    assert [rule.id for rule in rules().values() if rule.area != "drift" and rule.mirror] == []


@pytest.mark.parametrize("rule", [rule for rule in DRIFT if rule.mirror == rule.id], ids=lambda rule: rule.id)
def test_what_is_its_own_mirror_has_no_direction(rule: Any) -> None:
    """Neither added nor removed stands in its name."""
    assert not rule.id.endswith(("added", "removed", "wider", "tighter"))


def test_models_that_come_and_go_are_mirrored() -> None:
    """In sets of contracts, and of two files with models of other names."""
    one, other = contract({}, {}), contract({"f": {}}, {})
    forth, back = compare_all({"a": one, "b": one}, {"b": other}), compare_all({"b": other}, {"a": one, "b": one})
    assert sorted(map(told, back)) == sorted(map(mirrored, forth))
    renamed = Contract("other", one.request, one.answer, one.facts)
    assert [change.rule for change in compare(one, renamed)] == ["drift.renamed"]
    assert [change.rule for change in compare(renamed, one)] == ["drift.renamed"]


def test_the_shipped_revisions_of_each_model_are_mirrored() -> None:
    """What really changed, in both directions; the later ones of some models differ."""
    changes = 0
    for files in some(folders()):
        for old, new in pairwise(map(read_revision, files)):
            changes += len(check(old, new))
    assert changes


def folders() -> list[list[Path]]:
    every: dict[Path, list[Path]] = {}
    for file in sorted(SHIPPED.rglob("*.revision.json")):
        every.setdefault(file.parent, []).append(file)
    return [files for files in every.values() if len(files) > 1]
