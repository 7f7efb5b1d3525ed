"""Rules across fields: what one field asks of others is tried on both sides."""

import json
from pathlib import Path
from typing import Any

import pytest

from fakie_contract.cases.body.across import across, rules_across
from fakie_contract.cases.fields import across_cases
from fakie_contract.http.target import Target
from fakie_contract.run.runner import Engine
from fakie_contract.trial.environment import Environment
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision
from support.pages import synthetic
from support.servers.broken import Mutant, running

PROFILE = Profile.load("documented")
TEXT = {"type": "string", "maxLength": 9}
WHEN_10 = {"properties": {"duration": {"const": 10}}, "required": ["duration"]}
PLAIN: dict[str, Any] = {
    "type": "object",
    "required": ["prompt"],
    "properties": {
        "prompt": TEXT,
        "head": TEXT,
        "tail": TEXT,
        "duration": {"type": "integer", "enum": [5, 10]},
        "resolution": {"type": "string", "enum": ["720p", "1080p"]},
        "seconds": {"type": "integer", "minimum": 1, "maximum": 30},
        "hd": {"type": "boolean"},
        "camera": {"type": "object", "properties": {"x": TEXT, "y": TEXT}},
    },
}
# Each rule by the name of its cases; the last step of its place has the keyword.
ACROSS: dict[str, tuple[str, dict[str, Any]]] = {
    "set with another": ("input::dependentRequired-tail", {"dependentRequired": {"tail": ["head"]}}),
    "a value with another": ("input::if-0", {"if": WHEN_10, "then": {"properties": {"resolution": {"const": "720p"}}}}),
    "else": ("input::if-0", {"if": WHEN_10, "else": {"required": ["hd"]}}),
    "a lower limit": (
        "input::dependentSchemas-hd",
        {"dependentSchemas": {"hd": {"properties": {"seconds": {"maximum": 10}}, "required": ["seconds"]}}},
    ),
    "beyond a limit": (
        "input::if-0",
        {
            "if": {"properties": {"seconds": {"minimum": 20}}, "required": ["seconds"]},
            "then": {"required": ["resolution"]},
        },
    ),
    "not together": ("input::not-0", {"not": {"required": ["head", "tail"]}}),
    "either": ("input::anyOf-0", {"anyOf": [{"required": ["head"]}, {"required": ["tail"]}]}),
    "one alone": ("input::oneOf-0", {"oneOf": [{"required": ["head"]}, {"required": ["tail"]}]}),
}


def whole(given: dict[str, Any]) -> dict[str, Any]:
    hook = {"type": "string", "format": "uri"}
    properties = {"model": {"type": "string", "enum": [synthetic.MODEL]}, "callBackUrl": hook, "input": given}
    return {"type": "object", "required": ["model", "input"], "properties": properties}


def revision_in(folder: Path, given: dict[str, Any]) -> Revision:
    found = Catalog(synthetic.write(folder / "right", whole(given))).served(synthetic.MODEL)
    assert found is not None
    return found


def findings(folder: Path, revision: Revision, mutant: Mutant) -> set[str]:
    """Judge a fake by a revision's rules across fields; gives the cases with findings."""
    with running(mutant, folder) as url:
        env = Environment.at(Target(url, "the-key"), Catalog(folder / "right"), PROFILE, patience=1.0)
        try:
            results = [Engine(env).run(case) for case in across_cases(revision, PROFILE)]
        finally:
            env.close()
    assert results
    return {result.case.removeprefix(f"{synthetic.MODEL}::") for result in results if result.findings}


@pytest.mark.parametrize("rule", ACROSS)
def test_a_rule_across_fields_is_tried_on_both_sides(rule: str, tmp_path: Path) -> None:
    """A target that keeps it has no finding, and one that forgot it has one."""
    name, keywords = ACROSS[rule]
    revision = revision_in(tmp_path, PLAIN | keywords)
    assert findings(tmp_path, revision, Mutant("none", model="made-up")) == set()

    def forget(schema: dict[str, Any]) -> None:
        for keyword in keywords:
            schema["properties"]["input"].pop(keyword)

    assert findings(tmp_path, revision, Mutant("forgetful", model="made-up", schema=forget)) == {f"{name}::broken"}


def test_a_target_that_asks_for_more_is_found_too(tmp_path: Path) -> None:
    """The body that keeps the rule is refused."""
    revision = revision_in(tmp_path, PLAIN | {"dependentRequired": {"tail": ["head"]}})

    def never(schema: dict[str, Any]) -> None:
        schema["properties"]["input"]["not"] = {"required": ["tail"]}

    found = findings(tmp_path, revision, Mutant("strict", model="made-up", schema=never))
    assert found == {"input::dependentRequired-tail::kept"}


def test_a_rule_within_an_object_is_tried_there(tmp_path: Path) -> None:
    """The object comes into the body with it."""
    given = json.loads(json.dumps(PLAIN))
    given["properties"]["camera"]["dependentRequired"] = {"x": ["y"]}
    sides = {one.is_kept: one.body["input"]["camera"] for one in across(revision_in(tmp_path, given))}
    assert sides == {True: {"x": "text", "y": "text"}, False: {"x": "text"}}


def test_what_speaks_of_one_field_is_no_rule_across_fields() -> None:
    """Nor are alternatives of a value, which the rules of that field try."""
    one = {"anyOf": [{"required": ["head"]}, {"required": ["head"]}], "not": {"required": ["tail"]}}
    assert rules_across(whole(PLAIN | one)) == []
    assert rules_across(whole(PLAIN)) == []


def test_each_body_breaks_its_own_rule_alone(tmp_path: Path) -> None:
    """With all rules at once; what another rule forbids is left out."""
    keywords = {key: value for _, some in ACROSS.values() for key, value in some.items() if key not in ("not", "oneOf")}
    revision = revision_in(tmp_path, PLAIN | keywords)
    sides = list(across(revision))
    assert {one.rule.keyword for one in sides if not one.is_kept} == {
        "anyOf",
        "dependentRequired",
        "dependentSchemas",
        "if",
    }
    assert all(revision.holds(one.body) is one.is_kept for one in sides)
