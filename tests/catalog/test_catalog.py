"""Revisions and profiles as objects."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import fakie_schemas
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.validation import first_violation
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.validator import contract_validator, is_absolute_http_url
from support.clients.doors import MODEL

MARKS = {"user", "doc", "obs", "rep", "inf", "inv"}


def test_the_users_page_is_the_pinned_revision_of_its_model() -> None:
    """The page of 2025-12 counts: ten codes, a task id alone, `input` as a bare object."""
    revision = Catalog.shipped().pinned(MODEL)
    assert revision is not None
    assert revision.date == "2025-12"
    assert revision.codes == (200, 401, 402, 404, 422, 429, 455, 500, 501, 505)
    assert revision.answer_keys == ("taskId",)
    assert revision.request_schema["properties"]["input"] == {"type": "object"}


def test_an_unknown_model_has_no_revision() -> None:
    """Neither pinned nor latest."""
    catalog = Catalog.shipped()
    assert catalog.pinned("no/model") is catalog.latest("no/model") is None


def write_revision(folder: Path, model: str, date: str, codes: list[int]) -> None:
    file = folder / model / f"{date}.revision.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"model": model, "codes": [{"code": code, "label": ""} for code in codes]}))


def test_the_latest_revision_is_pinned_unless_a_pin_says_otherwise(tmp_path: Path) -> None:
    """Dates order revisions; pins.json overrides for one model."""
    for date in ("2025-12", "2026-04"):
        write_revision(tmp_path, "a/one", date, [200])
        write_revision(tmp_path, "two", date, [200, 422])
    (tmp_path / "pins.json").write_text('{"format_version": 1, "pins": {"two": "2025-12"}}')
    catalog = Catalog(tmp_path)
    assert catalog.models == ("a/one", "two")
    pinned = [catalog.pinned(model) for model in catalog.models]
    assert [revision.date for revision in pinned if revision] == ["2026-04", "2025-12"]
    assert catalog.codes == (200, 422)


def test_every_row_of_a_profile_has_a_mark_a_source_and_a_complete_msg() -> None:
    """The data says where each answer comes from, and each msg can be worded when ordered."""
    profile = Profile.load("documented")
    for row in profile.rows:
        assert row.mark in MARKS, row
        assert row.source, row
        assert row.msg.format(**row.example)
        assert row.data in {"result", "null", "absent"}
        assert bool(row.example or not re.search(r"\{\w", row.msg))


def test_every_documented_code_has_exactly_one_default_situation() -> None:
    """What `Prefer: code=NNN` orders is never ambiguous, and every code of the page can be ordered."""
    profile = Profile.load("documented")
    # An endpoint may word a code in its own way, such as recordInfo an unknown task.
    defaults = [(row.code, row.endpoint or "*") for row in profile.rows if row.default_for_code]
    assert len(defaults) == len(set(defaults))
    assert set(Catalog.shipped().codes) <= set(profile.codes)


def test_every_fact_of_a_profile_has_a_mark() -> None:
    """Limits, prices and times say whether they were read, seen or invented."""
    for name, fact in fakie_schemas.profile("documented")["facts"].items():
        assert fact["mark"] in MARKS, name
        assert fact["source"], name


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("price", -1, "price"),
        ("price", "one", "price"),
        ("create_limit", {"count": 3}, "create_limit"),
        ("plan", [["waiting"]], "plan"),
        ("success_flags", [1], "success_flags"),
        ("speed_of_light", 1, "speed_of_light"),
    ],
)
def test_a_fact_that_cannot_be_read_is_named(name: str, value: object, words: str) -> None:
    """A profile is refused when it is loaded, not in the middle of an answer."""
    data = json.loads(json.dumps(fakie_schemas.profile("documented")))
    data["facts"][name] = {"value": value}
    with pytest.raises(ConfigurationError, match=words):
        Profile(data)


def test_the_most_specific_row_answers() -> None:
    """A row for a model goes before one for an endpoint, and that before one for all."""
    data = json.loads(json.dumps(fakie_schemas.profile("documented")))
    base = next(row for row in data["answers"] if row["situation"] == "field_missing")
    data["answers"] += [{**base, "code": 500, "endpoint": "createTask"}, {**base, "code": 501, "model": "m"}]
    profile = Profile(data)
    assert profile.row("field_missing", "recordInfo", None).code == 422
    assert profile.row("field_missing", "createTask", "x").code == 500
    assert profile.row("field_missing", "createTask", "m").code == 501
    with pytest.raises(KeyError, match="no answer for situation 'unheard_of'"):
        profile.row("unheard_of")


def test_an_unknown_profile_names_the_known_ones() -> None:
    """The error says what there is."""
    with pytest.raises(ConfigurationError, match="documented"):
        Profile.load("dreamt")


@pytest.mark.parametrize(
    ("rule", "value", "situation"),
    [
        ({"type": "string"}, 1, "wrong_type"),
        ({"type": ["string", "null"]}, 1, "wrong_type"),
        ({"type": "integer"}, True, "wrong_type"),
        ({"enum": ["5", "10"]}, 5, "value_not_allowed"),
        ({"type": "string", "maxLength": 2}, "abc", "too_long"),
        ({"type": "string", "minLength": 2}, "a", "too_short"),
        ({"type": "array", "maxItems": 1}, [1, 2], "too_many_items"),
        ({"type": "array", "minItems": 1}, [], "too_few_items"),
        ({"type": "number", "maximum": 1}, 1.1, "out_of_range"),
        ({"type": "number", "minimum": 0}, -0.1, "out_of_range"),
        ({"type": "number", "multipleOf": 0.1}, 0.35, "out_of_range"),
        ({"type": "string", "format": "uri"}, "x", "url_malformed"),
        ({"type": "string", "pattern": "^a", "examples": ["a"]}, "b", "rule_broken"),
        ({"type": "array", "items": {"type": "string"}}, ["a", 1], "wrong_type"),
    ],
)
def test_each_rule_has_its_situation(rule: dict[str, Any], value: object, situation: str) -> None:
    """A broken rule is named by situation, with field, rule, what came and something that works."""
    schema = {"type": "object", "properties": {"f": rule}}
    violation = first_violation(contract_validator(schema), {"f": value})
    assert violation is not None
    assert violation.situation == situation
    assert violation.field.startswith("f")
    assert violation.rule
    judged = rule.get("items", rule) if violation.field != "f" else rule
    assert contract_validator(judged).is_valid(json.loads(violation.works))


def test_decimal_steps_are_judged_in_decimals() -> None:
    """0.3 is a multiple of 0.1, whatever binary floats say; 0.35 is not."""
    validator = contract_validator({"multipleOf": 0.1})
    assert [value for value in (0, 0.1, 0.3, 0.7, 1, 2.9, "text", True) if not validator.is_valid(value)] == []
    assert [value for value in (0.05, 0.35, 1.01) if validator.is_valid(value)] == []


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://your-domain.com/api/callback", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:1/x?y#z", True),
        ("https://exämple.test/ü", True),
        ("HTTPS://EXAMPLE.TEST", True),
        ("//host/x", False),
        ("/x", False),
        ("", False),
        ("http://", False),
        ("http:///x", False),
        ("ftp://h/x", False),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("http://h:0/", False),
        ("http://h:port/", False),
        ("http://h/a b", False),
        ("http://h/\n", False),
        ("http://[::1/", False),
    ],
)
def test_a_uri_is_an_absolute_http_url(url: str, good: bool) -> None:
    """What `format: uri` accepts, for every judge alike."""
    assert is_absolute_http_url(url) is good
    assert contract_validator({"format": "uri"}).is_valid(url) is good
