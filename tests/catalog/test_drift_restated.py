"""One rule that two pages state in two ways, and what one of them leaves open."""

from typing import Any

import pytest
from msgspec.structs import replace

from fakie_schemas.catalog.drift import Contract
from support.drift_contracts import answering, contract, found

OF_OTHERS = "changed, which says nothing of what both sides take"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"enum": ["a"]}, {"const": "a"}),
        ({"type": "integer", "minimum": 1}, {"type": "integer", "exclusiveMinimum": 0}),
        ({"type": ["integer", "null"], "maximum": 1}, {"type": ["integer", "null"], "exclusiveMaximum": 2}),
        ({"type": "boolean"}, {"enum": [True, False]}),
        ({"type": ["boolean", "null"]}, {"type": ["boolean", "null"], "enum": [None, False, True]}),
        ({"type": "string", "enum": ["a"]}, {"enum": ["a"]}),
        ({"type": ["string", "null"], "enum": ["a", None]}, {"anyOf": [{"const": "a"}, {"type": "null"}]}),
        ({"enum": ["a", "b"]}, {"type": "string", "oneOf": [{"const": "b", "title": "B"}, {"const": "a"}]}),
        ({"type": "number", "enum": [1, 2]}, {"type": "integer", "enum": [1, 2]}),
        ({"type": "integer", "multipleOf": 1}, {"type": "integer"}),
        ({"type": "integer", "multipleOf": 0.5}, {"type": "integer"}),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": 0}, {"type": "number", "exclusiveMinimum": 0}),
        ({"type": "number", "maximum": 5, "exclusiveMaximum": 4}, {"type": "number", "exclusiveMaximum": 4}),
        ({"type": "object", "dependentRequired": {"a": []}}, {"type": "object"}),
        ({"required": ["b"], "dependentRequired": {"a": ["b"]}}, {"required": ["b"]}),
        ({"type": ["number", "null"], "maximum": 2}, {"anyOf": [{"type": "number"}, {"type": "null"}], "maximum": 2}),
        ({"type": "object", "additionalProperties": {}}, {"type": "object"}),
        ({"type": "string", "maxLength": 3}, {"allOf": [{"type": "string"}, {"maxLength": 3}]}),
        ({"type": "string", "maxLength": 3}, {"type": "string", "oneOf": [{"anyOf": [{"maxLength": 3}]}]}),
        ({"type": "array", "items": {"enum": ["a"]}}, {"type": "array", "items": {"allOf": [{"enum": ["a"]}]}}),
        ({"not": {"minimum": 1}}, {"not": {"anyOf": [{"minimum": 1}]}}),
        ({"properties": {"a": {"type": "string"}}}, {"allOf": [{"properties": {"a": {"type": "string"}}}]}),
        ({"allOf": [{"minimum": 1}, {"minimum": 2}]}, {"allOf": [{"minimum": 1}, {"allOf": [{"minimum": 2}]}]}),
        ({"type": "string"}, {"type": "string", "required": ["a"]}),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
    ],
)
def test_a_rule_by_another_keyword_is_the_same_rule(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Where both let the same values through."""
    assert found(contract(one), contract(other)) == found(contract(other), contract(one)) == []


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ({"type": "string"}, {"additionalProperties": False}),
        ({"type": "string"}, {"minimum": 3}),
        ({"type": "integer"}, {"maxLength": 3}),
        ({"const": 1}, {"maxLength": 3}),
        ({"enum": ["a", None]}, {"minimum": 3}),
    ],
)
def test_a_rule_on_values_of_another_type_breaks_nothing(kind: dict[str, Any], rule: dict[str, Any]) -> None:
    """It refuses no value of the field, and is told of as words; where the type is open it counts."""
    plain, ruled = contract(kind), contract({**kind, **rule})
    for told in (found(plain, ruled), found(ruled, plain)):
        assert told == [("editorial", "input.f", f"{next(iter(rule))} {OF_OTHERS}")]
    assert found(contract({}), contract(rule))[0][0] == "breaking"


@pytest.mark.parametrize(
    ("added", "rule"),
    [
        ("array", {"maxItems": 4}),
        ("array", {"uniqueItems": True}),
        ("integer", {"minimum": 1}),
        ("object", {"additionalProperties": False}),
    ],
)
def test_a_rule_on_values_of_a_type_that_comes_with_it_breaks_nothing(added: str, rule: dict[str, Any]) -> None:
    """No value that was right is of that type; where both sides take the type the rule counts."""
    before, after = contract({"type": "string"}), contract({"type": ["string", added], **rule})
    told = ("editorial", "input.f", f"{next(iter(rule))} {OF_OTHERS}")
    assert found(before, after) == [("compatible", "input.f", "type widened"), told]
    assert found(after, before) == [("breaking", "input.f", "type narrowed"), told]
    assert found(contract({"type": ["string", added]}), after)[0][0] == "breaking"


def test_a_required_field_of_an_object_that_may_stand_in_place_of_a_text_breaks_nothing() -> None:
    """Whoever sends the text lacks no field; where an object was right before one that is required does break."""
    asked = {"properties": {"url": {"type": "string"}}, "required": ["url"]}
    before, after = contract({"type": "string"}), contract({"type": ["string", "object"], **asked})
    assert {severity for severity, _, _ in found(before, after)} == {"compatible"}
    assert found(contract({"type": ["string", "object"]}), after) == [
        ("breaking", "input.f.url", "required field added")
    ]


def test_a_union_that_no_longer_refuses_what_fits_twice_is_wider() -> None:
    """Of one of exactly one branch, and of at least one, where a value can fit two."""
    branches = [{"type": "integer"}, {"type": "number"}]
    one, any_ = contract({"oneOf": branches}), contract({"anyOf": branches})
    assert found(one, any_) == [("compatible", "input.f", "oneOf, now anyOf, no longer exclusive")]
    assert found(any_, one) == [("breaking", "input.f", "anyOf, now oneOf, made exclusive")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"type": "boolean"}, {"type": "boolean", "enum": [True]}),
        ({}, {"enum": [True, False]}),
        ({"type": "string"}, {"enum": ["a", 1]}),
        ({"anyOf": [{"const": "a"}, {"const": "b"}]}, {"enum": ["a"]}),
        ({"anyOf": [{"const": "a"}, {"type": "string"}]}, {"enum": ["a"]}),
        ({"oneOf": [{"const": 1}, {"const": 1.0}]}, {"enum": [2]}),
        ({"enum": [3, "a"]}, {"anyOf": [{"type": "string", "enum": [3, "a"]}, {"const": 4}]}),
    ],
)
def test_other_rules_in_another_form_still_break(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Where values that were right are refused."""
    assert "breaking" in {severity for severity, _, _ in found(contract(one), contract(other))}


TEXT, WHOLE = {"type": "string", "maxLength": 5}, {"type": "integer"}


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
@pytest.mark.parametrize("one", [TEXT, WHOLE, {"type": "boolean", "default": True}])
def test_a_union_of_what_was_alone_and_more_is_wider(keyword: str, one: dict[str, Any]) -> None:
    """What was right stays right; the other way round it is narrower."""
    alone, union = (
        contract(one),
        contract({keyword: [TEXT, WHOLE, {"type": "boolean"}], **{key: one[key] for key in one if key == "default"}}),
    )
    assert found(alone, union) == [("compatible", "input.f", f"{keyword} gained an alternative")]
    assert found(union, alone) == [("breaking", "input.f", f"{keyword} lost an alternative")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (TEXT, {"oneOf": [TEXT, {"type": "string", "maxLength": 9}]}),
        ({}, {"oneOf": [{}, {}]}),
        ({"oneOf": [TEXT]}, {"oneOf": [TEXT, {"type": "string"}]}),
        ({"oneOf": [TEXT, {"type": "string"}, WHOLE]}, {"oneOf": [TEXT, {"type": "string"}]}),
        ({"type": ["integer", "number"]}, {"oneOf": [{"type": "integer"}, {"type": "number"}]}),
    ],
)
def test_a_branch_that_shares_values_with_another_breaks(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Of one of exactly one branch: what fits both was right and is refused now."""
    assert "breaking" in {severity for severity, _, _ in found(contract(one), contract(other))}


def kind_of_object(name: str) -> dict[str, Any]:
    """Return an object that must name its kind."""
    return {"type": "object", "properties": {"kind": {"const": name}, "a": {}}, "required": ["kind"]}


def test_a_kind_of_object_that_is_added_shares_nothing() -> None:
    """Where each must name its kind, so that none is refused for fitting two."""
    kinds = [kind_of_object(name) for name in "abc"]
    fewer, more = contract({"oneOf": kinds[:2]}), contract({"oneOf": kinds})
    assert found(fewer, more) == [("compatible", "input.f", "oneOf gained an alternative")]


def test_a_union_of_types_is_their_list() -> None:
    """Nothing has changed."""
    listed, union = contract({"type": ["string", "integer"]}), contract({"anyOf": [WHOLE, {"type": "string"}]})
    assert found(listed, union) == found(union, listed) == []


@pytest.mark.parametrize(
    "union", [{"anyOf": [{**TEXT, "maxLength": 3}, WHOLE]}, {"anyOf": [TEXT, WHOLE], "enum": ["a"]}, {"anyOf": [WHOLE]}]
)
def test_a_union_that_refuses_what_was_right_breaks(union: dict[str, Any]) -> None:
    """By another limit, beside it, or for lack of the alternative."""
    assert "breaking" in {severity for severity, _, _ in found(contract(TEXT), contract(union))}


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ({"type": "array"}, {"type": "array", "items": {"type": "string"}}, "input.f[]"),
        ({}, {"items": {"type": "string"}}, "input.f[]"),
        ({"additionalProperties": True}, {"additionalProperties": {"type": "string"}}, "input.f{}"),
        ({"items": {}}, {"items": {"items": {"type": "string"}}}, "input.f[][]"),
    ],
)
def test_items_that_are_described_break_and_those_no_longer_described_do_not(
    before: dict[str, Any], after: dict[str, Any], place: str
) -> None:
    """What no schema describes may be anything."""
    described, left_open = found(contract(before), contract(after)), found(contract(after), contract(before))
    assert ("breaking", place, "type added") in described
    assert ("compatible", place, "type removed") in left_open
    assert {severity for severity, _, _ in left_open} == {"compatible"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"additionalProperties": False, "properties": {"a": {}}},
            {"additionalProperties": False, "allOf": [{"properties": {"a": {}}}]},
        ),
        ({"minimum": 1}, {"allOf": [{"minimum": 1}, {"maximum": 5}]}),
        ({"minimum": 1}, {"minimum": 1, "allOf": [{"minimum": 2}]}),
    ],
)
def test_a_part_that_refuses_more_still_breaks(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Also one that is read by itself, and not with what stands beside it."""
    assert found(contract(one), contract(other))[0][0] == "breaking"


def referring(rule: dict[str, Any], **more: Any) -> Contract:
    """Write a contract whose field refers to a rule, with more beside the reference."""
    plain = contract({"$ref": "#/$defs/a~1b%20c", **more})
    return replace(plain, request={**plain.request, "$defs": {"a/b c": rule}})


def test_a_reference_is_compared_by_what_it_leads_to() -> None:
    """As if it stood there, and with what stands beside it."""
    old, new = referring({"type": "string", "maxLength": 5}), referring({"type": "string", "maxLength": 3})
    assert found(old, new) == [("breaking", "input.f", "maxLength lowered")]
    assert found(old, contract({"type": "string", "maxLength": 5})) == []
    assert found(contract({"type": "string", "maxLength": 5}), referring({"type": "string"}, maxLength=5)) == []


def test_references_that_lead_to_themselves_or_multiply_end() -> None:
    """What changes in them is told of where they are met first."""
    trees = [
        referring({"type": "object", "properties": {"child": {"$ref": "#/$defs/a~1b%20c"}, "n": {"maximum": most}}})
        for most in (5, 3)
    ]
    assert ("breaking", "input.f.n", "maximum lowered") in found(*trees)
    many = {f"{one}": {"allOf": [{"not": {"$ref": f"#/$defs/{one + 1}"}}] * 2} for one in range(40)}
    bomb = contract({"$ref": "#/$defs/0"})
    bomb = replace(bomb, request={**bomb.request, "$defs": {**many, "40": {"type": "string"}}})
    assert found(bomb, bomb) == []


_LIST = {"type": "array", "items": {"type": "string", "maxLength": 5}}
_OBJECT = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
_MAP = {"type": "object", "additionalProperties": {"type": "string"}}


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
@pytest.mark.parametrize("holding", [_LIST, _OBJECT, _MAP, {"type": "array", "items": _OBJECT}], ids=str)
def test_what_holds_fields_and_becomes_one_of_several_is_wider(holding: dict[str, Any], keyword: str) -> None:
    """Its fields, or items, are those of the alternative, and not gone; the other way round an alternative is lost."""
    alternatives = {keyword: [{"type": "string"}, holding]}
    for wrap, place in ((lambda rule: rule, "input.f"), (lambda rule: {"type": "array", "items": rule}, "input.f[]")):
        one, other = contract(wrap(holding)), contract(wrap(alternatives))
        assert found(one, other) == [("compatible", place, f"{keyword} gained an alternative")]
        assert found(other, one) == [("breaking", place, f"{keyword} lost an alternative")]


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_an_object_that_becomes_one_of_several_may_have_one_more_field(keyword: str) -> None:
    """Nobody has sent it; back again it is gone, which breaks whoever reads it in an answer."""
    more = _OBJECT | {"properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}
    alternatives = {keyword: [{"type": "string"}, more]}
    assert found(contract(_OBJECT), contract(alternatives)) == [
        ("compatible", "input.f", f"{keyword} gained an alternative")
    ]
    for make in (contract, answering):
        assert found(make(alternatives), make(_OBJECT))[0][0] == "breaking"


@pytest.mark.parametrize("is_one_of_several", [False, True])
def test_a_field_that_takes_less_than_the_values_of_a_map_breaks(is_one_of_several: bool) -> None:
    """Some have been sent under its name."""
    values = {"type": "object", "additionalProperties": {"type": "string"}, "properties": {"a": {"type": "integer"}}}
    for rule, breaks in (({"type": "string"}, False), ({"type": "string", "maxLength": 9}, True), ({}, False)):
        more = values | {"properties": {"a": {"type": "integer"}, "b": rule}}
        new = {"anyOf": [{"type": "boolean"}, more]} if is_one_of_several else more
        assert (found(contract(values), contract(new))[0][0] == "breaking") == breaks


def test_what_holds_fields_and_becomes_one_of_several_that_take_less_breaks() -> None:
    """A list of shorter texts refuses what was right."""
    shorter = {"type": "array", "items": {"type": "string", "maxLength": 4}}
    assert found(contract(_LIST), contract({"anyOf": [{"type": "string"}, shorter]}))[0][0] == "breaking"


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
@pytest.mark.parametrize(
    "rules", [_LIST, _OBJECT, _MAP, {"type": "string", "maxLength": 5}, {"type": "integer", "minimum": 1}], ids=str
)
def test_several_types_with_rules_say_what_alternatives_of_each_say(rules: dict[str, Any], keyword: str) -> None:
    """Each rule is of the values of its type, so that null is the same beside it in the list and as an alternative."""
    listed, apart = rules | {"type": [rules["type"], "null"]}, {keyword: [rules, {"type": "null"}]}
    assert found(contract(listed), contract(apart)) == found(contract(apart), contract(listed)) == []
    more = {keyword: [rules, {"type": "null"}, {"type": "boolean"}]}
    assert found(contract(listed), contract(more)) == [("compatible", "input.f", f"{keyword} gained an alternative")]
    assert found(contract(more), contract(listed)) == [("breaking", "input.f", f"{keyword} lost an alternative")]
    stricter = {keyword: [rules | {"enum": []}, {"type": "null"}]}
    assert found(contract(listed), contract(stricter))[0][0] == "breaking"
