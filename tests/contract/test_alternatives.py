"""Revisions with alternatives, null, constants and maps: served, explained, sampled, and judged by the suite."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakie_contract.cases.body.rules import tried
from fakie_contract.cases.combined import combined_cases
from fakie_contract.cases.every import every_case
from fakie_contract.cases.generated import generated_cases
from fakie_contract.http.target import Target
from fakie_contract.run.runner import Engine
from fakie_contract.trial.environment import Environment
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.validation import first_violation
from fakie_schemas.schema.alternatives import plain_schemas
from fakie_schemas.schema.values import working_value
from fakie_schemas.validator import contract_validator, holds
from support.pages import synthetic
from support.servers.broken import Mutant, running

PROFILE = Profile.load("documented")
TEXT = {"type": "string", "maxLength": 9}
URL = {"type": "string", "format": "uri"}


def needs(*names: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(names), "properties": properties}


INPUTS: dict[str, dict[str, Any]] = {
    "branches": {"oneOf": [needs("text", text=TEXT), needs("url", url=URL), needs("a", "b", a=TEXT, b=TEXT)]},
    "one-of-described-names": {
        **needs("prompt", prompt=TEXT, image=URL, video=URL),
        "oneOf": [{"required": ["image"]}, {"required": ["video"]}],
    },
    "any-of-described-names": {
        **needs(prompt=TEXT, image=URL),
        "anyOf": [{"required": ["prompt"]}, {"required": ["image"]}],
    },
    "kinds": needs(kind={"anyOf": [TEXT, {"type": "array", "items": URL}, {"type": "null"}]}),
    "by-constant": {
        "oneOf": [
            needs("mode", "seconds", mode={"const": "fast"}, seconds={"type": "integer", "maximum": 5}),
            needs("mode", "size", mode={"const": "fine"}, size={"type": "string", "enum": ["S", "L"]}),
        ]
    },
    "several-groups": {
        **needs(a=TEXT, b=TEXT, c=TEXT, d=TEXT),
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
        "allOf": [{"anyOf": [{"required": ["c"]}, {"required": ["d"]}]}],
    },
    "nulls-constants-maps": needs(
        "version",
        version={"const": 2},
        seed={"type": ["integer", "null"], "minimum": 0},
        style={"type": ["string", "null"], "enum": ["oil", "ink", None]},
        voices={"type": "object", "additionalProperties": {"type": "string", "enum": ["a", "b"]}},
        shots={"type": "array", "minItems": 1, "items": {"anyOf": [needs("text", text=TEXT), needs("url", url=URL)]}},
    ),
}  # fmt: skip


def whole(given: dict[str, Any]) -> dict[str, Any]:
    properties = {"model": {"type": "string", "enum": [synthetic.MODEL]}, "callBackUrl": URL, "input": given}
    return {"type": "object", "required": ["model", "input"], "properties": properties}


@pytest.fixture(params=INPUTS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Write a revision with such an input."""
    return synthetic.write(tmp_path / "right", whole(INPUTS[request.param]))


def revision_in(folder: Path) -> Revision:
    found = Catalog(folder).served(synthetic.MODEL)
    assert found is not None
    return found


def test_the_suite_holds_on_the_fake(folder: Path) -> None:
    """Every case of the model, generated and combined ones too, is answered as the revision says."""
    catalog = Catalog(folder)
    revision = revision_in(folder)
    with running(Mutant("none", model="made-up"), folder.parent) as url:
        env = Environment.at(Target(url, "the-key"), catalog, PROFILE, patience=1.0)
        try:
            engine = Engine(env)
            cases = [
                *every_case(catalog, PROFILE, (synthetic.MODEL,)),
                *generated_cases(revision, PROFILE, 20, 0, "pinned"),
                *combined_cases(revision, PROFILE, None),
            ]
            results = [engine.run(case) for case in cases]
        finally:
            env.close()
    assert [result.findings for result in results if result.findings] == []
    accepted = [case for case in cases if "optional::all" in case.id]
    assert accepted


def test_a_working_value_holds(folder: Path) -> None:
    """From the schema alone, whichever branch it takes."""
    schema = revision_in(folder).request_schema
    assert holds(schema, working_value(schema))


def test_each_branch_is_tried(tmp_path: Path) -> None:
    """The rules of every branch are in the cases: both sides of the second and the third one's too."""
    revision = revision_in(synthetic.write(tmp_path / "right", whole(INPUTS["branches"])))
    names = {one.name for one in tried(revision)}
    assert {"input.text::length-above-maximum", "input.url::url-relative", "input.b::missing"} <= names


def test_plain_schemas_hold_every_branch_and_no_alternatives() -> None:
    """One of them for each branch; a schema without alternatives is its own."""
    plain = plain_schemas(INPUTS["branches"])
    assert [sorted(one["required"]) for one in plain] == [["text"], ["url"], ["a", "b"]]
    assert "oneOf" not in str(plain)
    assert plain_schemas(TEXT) == (TEXT,)
    assert plain_schemas(TEXT)[0] is TEXT


def test_names_that_another_branch_requires_stay_out() -> None:
    """Where one branch alone may hold, a body with all fields still holds."""
    plain = plain_schemas(INPUTS["one-of-described-names"])
    assert [sorted(one["properties"]) for one in plain] == [["image", "prompt"], ["prompt", "video"]]


@pytest.mark.parametrize(
    ("name", "given", "situation", "field", "words"),
    [
        ("branches", {"url": "no url"}, "url_malformed", "input.url", "nearest: alternative 2 of 3"),
        ("branches", {"a": "x"}, "field_missing", "input.b", "alternative 3 of 3"),
        ("branches", {}, "field_missing", "input.text", "alternative 1 of 3"),
        ("branches", {"a": "x", "b": "x", "text": "x"}, "rule_broken", "input", ""),
        ("by-constant", {"mode": "fine"}, "field_missing", "input.size", "alternative 2 of 2"),
        ("by-constant", {"mode": "slow", "size": "S"}, "value_not_allowed", "input.mode", "alternative 2 of 2"),
        ("by-constant", {"mode": "fast", "seconds": 9}, "out_of_range", "input.seconds", "alternative 1 of 2"),
        ("kinds", {"kind": 5}, "wrong_type", "input.kind", "of 3"),
        ("kinds", {"kind": ["no url"]}, "url_malformed", "input.kind[0]", "alternative 2 of 3"),
        ("any-of-described-names", {}, "field_missing", "input.prompt", "alternative 1 of 2"),
        ("nulls-constants-maps", {"version": 3}, "value_not_allowed", "input.version", "2"),
        ("nulls-constants-maps", {"version": 2, "voices": {"x": "c"}}, "value_not_allowed", "input.voices.x", '"a"'),
        ("nulls-constants-maps", {"version": 2, "seed": "x"}, "wrong_type", "input.seed", "0"),
    ],
)
def test_a_violation_names_the_nearest_branch(name: str, given: Any, situation: str, field: str, words: str) -> None:
    """And what the body lacks to be of it."""
    judge = contract_validator(whole(INPUTS[name]))
    violation = first_violation(judge, {"model": synthetic.MODEL, "input": given})
    assert violation is not None
    assert (violation.situation, violation.field) == (situation, field)
    assert words in violation.works


def test_a_value_that_fits_several_branches_is_told_so() -> None:
    """Where exactly one may hold."""
    judge = contract_validator(whole(INPUTS["one-of-described-names"]))
    both = {"prompt": "x", "image": "https://a.test/", "video": "https://a.test/"}
    violation = first_violation(judge, {"model": synthetic.MODEL, "input": both})
    assert violation is not None
    assert violation.rule == "exactly one of 2 alternatives, not several"


@pytest.mark.parametrize("make", [lambda: {"oneOf": [{"type": "object"}] * 3}, lambda: {"anyOf": [{"enum": []}]}])
def test_what_no_value_can_satisfy_ends_nothing(make: Callable[[], dict[str, Any]]) -> None:
    """A value is given all the same, as for a pattern without example."""
    assert working_value(make()) is not NotImplemented
