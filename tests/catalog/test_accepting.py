"""The compiled validator and the judge come to the same verdict: over all revisions, and over keywords one by one."""

import copy
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import SchemaError

from fakie_schemas.accepting import acceptor
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.validation import Judge, first_violation
from fakie_schemas.schema.values import working_value
from fakie_schemas.validator import contract_validator
from support.pages.values import values

CATALOG = Catalog.shipped()
REVISIONS = [revision for model in CATALOG.models for revision in CATALOG.revisions(model)]
HUGE = 10**400
LEFT_ALONE = {"$ref", "patternProperties", "uniqueItems"}
LARGEST = 2**63 - 1
NUMBERS = [0, 1, 5, 5.0, 5.5, -0.0, 0.1, 0.3, 0.7, 1.1, 4.35, 0.1 + 0.2, 1e-300, 1e17, 1e300, 123456789.1, 2**53 + 1]
NUMBERS += [2.0**63, 2**63, -(2**63), 2**70, -(2**70), 2.0**70, 10**100, HUGE, -HUGE, True, False]
TEXTS = [
    "",
    "a",
    "b",
    "ab\n",
    "a\n",
    "é",
    "a\u0301",
    "👍",
    "👍👍",
    "\ud800",
    "\x00",
    "1",
    "१",
    "https://a.test/x",
    "http://",
]
TEXTS += [
    "https://a b.test",
    "https://a.test:0/",
    "ftp://a.test",
    "//a.test",
    "https://\ud800.test",
    "HTTPS://A.TEST",
    "k",
]
OTHERS: list[Any] = [None, [], [1], [1, 1.0], [1, True], [[1], [True]], [None], {}, {"a": 1}, {"a": 1.0}, {"a": True}]
OTHERS += [
    {"१": 1},
    {"b": 1},
    {"a": 1, "b": 2},
    {"\ud800": 1},
    [{"a": 1}, {"a": 1.0}],
    ["a", "a"],
    [2**70, float(2**70)],
]
VALUES = [*NUMBERS, *TEXTS, *OTHERS]
LIMITS = [0, 1, 5, 5.5, 0.1, 2**53, 2**53 + 1, 2**63, 1e17, 1e300]
KEYWORDS: list[dict[str, Any]] = [
    *({"type": kind} for kind in ("integer", "number", "string", "boolean", "array", "object", "null")),
    {"type": ["integer", "null"]},
    *({word: at} for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") for at in LIMITS),
    *({"multipleOf": step} for step in (1, 3, 5, 0.1, 0.01, 0.5, 1e-7, 2**53)),
    *({word: count} for word in ("minLength", "maxLength") for count in (0, 1, 2, 1.0)),
    *({word: count} for word in ("minItems", "maxItems", "minProperties", "maxProperties") for count in (0, 1, 2)),
    *({"enum": [one]} for one in (1, 5.0, True, "a", None, {"a": 1}, [1], 2**70, 1e300, "\u00e9", -0.0)),
    *({"const": one} for one in (0, 5, False, "", [1.0])),
    *({"pattern": text} for text in ("^a$", r"^\d$", r"\w", "[ab]", "(?i)K", r"^.$", r"\Z", r"(?<!a)b")),
    {"format": "uri"},
    {"format": "email"},
    {"format": "date-time"},
    {"uniqueItems": True},
    {"required": ["a"], "properties": {"a": {"type": "integer"}}},
    {"additionalProperties": False, "properties": {"a": {}}},
    {"additionalProperties": {"type": "boolean"}},
    {"items": {"type": "integer"}},
    {"anyOf": [{"type": "integer"}, {"maxLength": 1}]},
    {"oneOf": [{"type": "integer"}, {"minimum": 1}, {"required": ["a"]}]},
    {"allOf": [{"type": "string"}, {"minLength": 1}]},
    {"not": {"multipleOf": 3}},
    {"not": {"format": "uri"}},
    {"not": {"pattern": "a"}},
    {"patternProperties": {r"^\d$": {"type": "boolean"}}},
    {"$ref": "#/$defs/a", "$defs": {"a": {"type": "integer"}}},
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Return each place in a value that can be changed, as its holder and key."""
    if isinstance(value, dict | list):
        for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
            yield value, key
            yield from places(inner)


def spoiled(draw: st.DrawFn, body: Any) -> Any:
    """Copy a body with up to two odd values in it, or without one that it has."""
    made = copy.deepcopy(body)
    for _ in range(draw(st.integers(0, 2))):
        holder, key = draw(st.sampled_from(list(places(made))))
        if draw(st.integers(0, 5)):
            holder[key] = copy.deepcopy(draw(st.sampled_from(VALUES)))
        else:
            del holder[key]
    return made


@st.composite
def bodies(draw: st.DrawFn, revision: Revision) -> Any:
    """Return bodies for a revision: some hold, some do not."""
    made = draw(st.one_of(values(revision.stated_schema), st.just(working_value(revision.request_schema))))
    return spoiled(draw, made)


@pytest.mark.parametrize("revision", REVISIONS, ids=lambda revision: f"{revision.facts['model']}-{revision.date}")
def test_both_come_to_the_same_verdict_of_a_body(revision: Revision) -> None:
    """What the compiled validator accepts, the judge accepts, and the other way round, by either schema."""
    schemas = (revision.request_schema, revision.stated_schema)
    pairs = [(acceptor(schema), contract_validator(schema)) for schema in schemas]

    @settings(
        max_examples=12,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(bodies(revision))
    def compare(body: Any) -> None:
        for accepts, judge in pairs:
            assert accepts(body) == judge.is_valid(body) or not is_text(body), body
            assert not accepts(body) or judge.is_valid(body), body

    compare()


def is_text(value: Any) -> bool:
    """Tell whether all text in a value is whole characters, without which the compiled validator says nothing."""
    if isinstance(value, dict):
        return all(is_text(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return all(map(is_text, value))
    return not isinstance(value, str) or "\ud800" not in value


@pytest.mark.parametrize("schema", KEYWORDS, ids=str)
def test_both_come_to_the_same_verdict_of_a_keyword(schema: dict[str, Any]) -> None:
    """Whole floats, big integers, half characters, formats, decimals: nothing is accepted that the judge refuses."""
    accepts, judge = acceptor(schema), contract_validator(schema)
    wrong = [value for value in VALUES if accepts(value) and not judge.is_valid(value)]
    assert wrong == []
    # And what holds is seen to hold, but for what is left to the judge.
    missed = [value for value in VALUES if judge.is_valid(value) and is_text(value) and not accepts(value)]
    numbers = [at for at in (*schema.values(), *(schema.get("enum") or ())) if isinstance(at, int | float)]
    assert missed == [] or not LEFT_ALONE.isdisjoint(schema) or any(abs(at) > LARGEST for at in numbers)


def named(**model: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["model"], "properties": {"model": {"type": "string", **model}, "n": {}}}


@pytest.mark.parametrize("mine", [{"enum": ["a"]}, {"enum": ["b", "c"]}, {"enum": ["a"], "minLength": 2}, {}], ids=str)
def test_a_model_is_told_from_others_whose_pages_demand_the_same(mine: dict[str, Any]) -> None:
    """They share what is compiled, but not the name, whichever of them was compiled first."""
    others = [acceptor(named(enum=[name])) for name in ("a", "b", "x")]
    accepts, judge = acceptor(named(**mine)), contract_validator(named(**mine))
    names: list[Any] = ["a", "b", "c", "x", "", " a", 1, None, True, [], ["a"], {}]
    bodies: list[Any] = [
        *({"model": name} for name in names),
        {},
        {"n": 1},
        {"model": "a", "n": 1},
        [],
        ["a"],
        "a",
        None,
    ]
    for body in bodies:
        assert accepts(body) == judge.is_valid(body), body
    assert [other({"model": "b"}) for other in others] == [False, True, False]


def test_most_of_what_holds_is_accepted_without_the_judge() -> None:
    """Every shipped revision accepts its own working body by the compiled validator alone."""
    slow = [one.model for one in REVISIONS if not acceptor(one.request_schema)(working_value(one.request_schema))]
    assert slow == []


@pytest.mark.parametrize(
    "schema", [{"type": "odd"}, {"pattern": "("}, {"$ref": "https://elsewhere.test/x"}, {"$ref": "#"}, {"minimum": "a"}]
)
def test_what_cannot_be_compiled_is_left_to_the_judge(schema: dict[str, Any]) -> None:
    """No schema makes it fail, or ask the network."""
    assert not acceptor(schema)(1)


def test_without_the_library_the_judge_decides_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slower, with the same verdicts."""
    revision = Revision(REVISIONS[0].file)
    body = working_value(revision.request_schema)
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    assert not acceptor(revision.request_schema)(body)
    assert revision.violation(body) is None
    assert revision.holds(body)
    assert revision.violation({}) is not None


@pytest.mark.parametrize(
    "schema", [{"type": "string"}, {"enum": [1]}, {"const": True}, {"maxLength": 1}, {"not": {}}], ids=str
)
def test_what_was_explained_before_is_explained_alike(schema: dict[str, Any]) -> None:
    """1, 1.0 and true are told apart, and values that came long ago are explained again."""
    judge, slow = Judge({"properties": {"f": schema}}), contract_validator({"properties": {"f": schema}})
    bodies = [{"f": value} for value in [*VALUES, *range(200), "a" * 5000] * 2]
    for body in bodies:
        assert judge.violation(body) == first_violation(slow, body)


@pytest.mark.parametrize(
    ("pattern", "kept", "broken"),
    [
        (r"^#[0-9A-Fa-f]{6}$", "#0aF9b3", "#0aF9b3\n"),
        (r"^\d{1,3}%$", "33%", "٣٣%"),
        (r"^[\d.]+$", "1.5", "१.५"),
        (r"^\w+\$$", "a_1$", "é$"),
        (r"^.+$", "a\x85b", "a\u2028b"),
        (r"^\S+$", "a\x1fb", "a\ufeffb"),
        (r"^[^$.]+\\.$", "a\\b", "a.\\b"),
        (r"^[\w\W][\d\D][\s\S]$", "é٣\x85", "é"),
        (r"^[^\W_]+$", "a", "é"),
        (r"^[\S]+$", "a\x1f", "\ufeff"),
        (r"^\B$", "", "a"),
        (r"\bfox\b", "éfox", "a_fox"),
        (r"^[^]a]$", "\na]", "b"),
    ],
)
def test_a_pattern_means_what_it_means_to_other_readers_of_a_schema(pattern: str, kept: str, broken: str) -> None:
    """ECMA-262: $ is the very end, and the digits and letters of a class are those of ASCII; in both halves."""
    schema = {"type": "string", "pattern": pattern}
    judge = contract_validator(schema)
    assert judge.is_valid(kept)
    assert not judge.is_valid(broken)
    assert [acceptor(schema)(text) for text in (kept, broken)] == [True, False]


@pytest.mark.parametrize("pattern", ["a{99999999999}", "(?u)a", "(?<name>a)", r"\p{L}", "[a"])
def test_a_schema_with_a_pattern_that_cannot_be_read_is_none(pattern: str) -> None:
    """It is said of the schema, before any value is judged by it."""
    with pytest.raises(SchemaError, match="is not a 'regex'"):
        contract_validator({"pattern": pattern})
