"""Profiles as files: shipped ones hold to their format, and one's own that cannot be used is one clear line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import fakie_schemas
from fakie.cli import main, program
from fakie_schemas.catalog.habits import Habits
from fakie_schemas.catalog.observed import Observed
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.profile_files import profile_names, read_profile
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.validator import contract_validator

ROW = {"situation": "maintenance", "status": 200, "code": 455, "msg": "later", "data": "null", "mark": "inv"}


def own(**more: Any) -> dict[str, Any]:
    return {"format_version": 1, "name": "mine", **more}


def written(folder: Path, data: Any, name: str = "mine.json") -> str:
    text = data if isinstance(data, str) else json.dumps(data)
    (folder / name).write_text(text, encoding="utf-8")
    return name


def test_the_shipped_profiles_are_named_and_hold_to_the_format() -> None:
    """What users write is what we ship."""
    assert profile_names() == ("documented", "observed")
    for name in profile_names():
        contract_validator(fakie_schemas.format_schema("profile")).validate(fakie_schemas.profile(name))
    for name in ("record_shapes", "callback_shapes"):
        schema = fakie_schemas.format_schema(name.replace("_", "-"))
        contract_validator(schema).validate(getattr(fakie_schemas, name)())


def test_every_row_of_the_wire_has_its_evidence_and_can_be_worded() -> None:
    """A mark, a source, and since when; and each msg can be worded by its example."""
    profile = Profile.load("observed")
    rows = fakie_schemas.profile("observed")["answers"]
    assert all(row["mark"] in profile.data["marks"] and row["source"] and row["since"] for row in rows)
    for row in profile.rows:
        assert row.words({"method": "GET", "path": "/", **row.example})
    situations = {row.situation for row in profile.rows}
    assert situations == {row.situation for row in Profile.load("documented").rows}


def test_every_code_of_the_pages_can_be_ordered_by_both() -> None:
    """An order by code stands for one situation, whatever the profile."""
    for name in profile_names():
        profile = Profile.load(name)
        for endpoint in ("createTask", "recordInfo", "credit"):
            assert profile.situation_for(422, endpoint)
            assert profile.situation_for(500, endpoint) == "server_error"
        assert set(Profile.load("documented").codes) == set(profile.codes)


def test_what_extends_another_has_its_rows_in_place_of_the_others() -> None:
    """Its own in the same place, the other's elsewhere; what was seen too answers nothing."""
    observed, documented = Profile.load("observed"), Profile.load("documented")
    assert observed.row("field_missing", "createTask", "z-image").code == 500
    assert observed.row("field_missing", "createTask", None, "model").code == 422
    assert observed.row("task_unknown", "recordInfo") == documented.row("task_unknown", "recordInfo")
    assert observed.row("credits_insufficient").code == 402
    assert observed.answering(500, "credits_insufficient", "createTask", None).also
    assert observed.row("not_found", "createTask").body is None


def test_only_a_profile_with_rows_of_fields_tells_them_apart() -> None:
    """Of every other situation nobody has to find out which field it is about."""
    observed, documented = Profile.load("observed"), Profile.load("documented")
    assert observed.tells_fields_apart("field_missing")
    assert not observed.tells_fields_apart("credits_insufficient")
    assert not any(map(documented.tells_fields_apart, documented.situations))


def test_the_longest_pattern_says_what_a_model_does() -> None:
    """A model of its own goes before its family, and that before all."""
    rows = [{"model": model, "seconds": n} for n, model in enumerate(("*", "a/*", "a/one"))]
    habits = Habits((("waiting", 0.0), ("success", 5.0)), durations=rows)
    ends = [habits.steps(model, measured=True)[-1][1] for model in ("b", "a/two", "a/one")]
    assert ends == [0, 1, 2]


def test_known_ways_of_the_wire_come_from_its_profile() -> None:
    """A refusal under a code that a row has, since when; under another it is news."""
    known = Observed.load()
    found = known.refusal("field_missing", 500, "z-image", "input.prompt")
    assert found is not None
    assert (found.words, found.since) == ("500 [obs]", "2026-04")
    assert known.refusal("field_missing", 422, "z-image", "input.prompt") is None
    assert known.refusal("maintenance", 500) is not None
    assert known.refusal("field_missing", None) is None


WRONG: dict[str, tuple[Any, str]] = {
    "no JSON": ("{", "mine.json"),
    "no object": ("[]", "expected a JSON object"),
    "an unknown situation": (own(answers=[{**ROW, "situation": "snowed_in"}]), "no situation is called 'snowed_in'"),
    "a row without a mark": (
        own(answers=[{k: v for k, v in ROW.items() if k != "mark"}]),
        "an evidence mark; got none",
    ),
    "an unknown mark": (own(answers=[{**ROW, "mark": "sure"}]), 'an evidence mark; got "sure"'),
    "a wrong extends": (own(extends="dreamt"), "extends: no profile is called 'dreamt'"),
    "an extended file that is not there": (own(extends="none.json"), "extends: no file is called 'none.json'"),
    "a circle": (own(extends="mine.json"), "extends itself"),
    "an unknown key": (own(answer=[]), "answer"),
    "a row with an unknown key": (own(answers=[{**ROW, "massage": "x"}]), "massage"),
    "a code that is a text": (own(answers=[{**ROW, "code": "455"}]), "code"),
    "a row that is none": (own(answers=["later"]), "answers"),
    "no name": ({"format_version": 1}, "name"),
    "another format": (own(format_version=2), "format_version"),
    "a wire that never was": (own(wire="2025-01"), "wire"),
    "a fact without a mark": (own(facts={"credits": {"value": 1}}), "mark"),
    "an unknown fact": (own(facts={"speed": {"value": 1, "mark": "inv"}}), "speed"),
    "a fact of another kind": (own(facts={"credits": {"value": "much", "mark": "inv"}}), "credits"),
    "a habit without a mark": (own(habits={"added": [{"model": "*", "input": {}}]}), "mark"),
    "an unknown field in a msg": (own(answers=[{**ROW, "msg": "{colour}"}]), "colour"),
    "an unknown fact in a body": (own(answers=[{**ROW, "body": {"a": "{colour}"}}]), "colour"),
    "a callback without a code": (own(callbacks={"success": {"msg": "done"}}), "code"),
    "a failure whose code is a number": (own(failures={"default": {"code": 5, "msg": "x", "mark": "inv"}}), "code"),
    "an unknown endpoint": (own(answers=[{**ROW, "endpoint": "createTsk"}]), "did you mean 'createTask'?"),
    "a pattern of no endpoint": (own(answers=[{**ROW, "endpoint": "zz*"}]), "no endpoint is called 'zz*'; there are: "),
    "a row said twice": (
        own(answers=[ROW, {**ROW, "msg": "y"}]),
        "answers[1] (maintenance): answers[0] is of the same",
    ),
    "a key twice": ('{"format_version": 1, "name": "mine", "name": "yours"}', "the key 'name' occurs twice"),
    "what is no number": (
        f'{json.dumps(own())[:-1]}, "facts": {{"price": {{"value": NaN}}}}}}',
        "NaN is not a JSON number",
    ),
    "a limit of none": (own(facts={"create_limit": {"value": {"count": 0, "seconds": 9}, "mark": "inv"}}), "from 1 on"),
    "a limit in no time": (own(facts={"poll_limit": {"value": {"count": 1, "seconds": 0}, "mark": "inv"}}), "than 0"),
    "a limit that is a number": (own(facts={"create_limit": {"value": 20, "mark": "inv"}}), 'such as {"count": 20,'),
    "a plan without steps": (own(facts={"plan": {"value": [], "mark": "inv"}}), "and success last; got []"),
    "a plan of an unknown state": (
        own(facts={"plan": {"value": [["odd", 0], ["success", 5]], "mark": "inv"}}),
        '"odd"',
    ),
    "a plan that goes back": (own(facts={"plan": {"value": [["waiting", 5], ["success", 1]], "mark": "inv"}}), "at 0"),
    "half a byte": (own(facts={"body_bytes": {"value": 0.5, "mark": "inv"}}), "a whole number from 0 on; got 0.5"),
    "a msg that cannot be filled": (own(answers=[{**ROW, "msg": "{"}]), "msg"),
}


# What is tried with the server too, which would go on for ever if it took it.
SERVED = ("an unknown situation", "a row without a mark", "a wrong extends")


@pytest.mark.parametrize("wrong", WRONG)
def test_a_profile_that_cannot_be_used_is_one_line(
    wrong: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever serves or judges by it is told what was expected and what came, with exit code 2."""
    data, words = WRONG[wrong]
    name = written(tmp_path, data)
    serve = [["serve", "--port", "0", "--profile", name]] if wrong in SERVED else []
    for command in (["profile", "show", name], *serve):
        with pytest.raises(SystemExit) as ended:
            main(command)
        told = capsys.readouterr()
        assert ended.value.code == 2
        assert (told.out, told.err.count("\n")) == ("", 1)
        assert words in told.err


def test_whoever_judges_by_such_a_profile_is_told_the_same(tmp_path: Path) -> None:
    """The suite and the judge of recorded traffic end with exit code 2 and the one line."""
    name = written(tmp_path, own(extends="dreamt"))
    for command in (["test", "--profile", name], ["check-traffic", ".", "--profile", name]):
        done = subprocess.run(
            [sys.executable, "-m", "fakie", *command], capture_output=True, text=True, cwd=tmp_path, timeout=60
        )
        assert done.returncode == 2
        assert "extends: no profile is called 'dreamt'" in done.stdout + done.stderr


def test_a_file_that_is_not_there_names_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Shipped names, and that a file's name ends in .json."""
    for name in ("none.json", "none", "../none"):
        with pytest.raises(SystemExit) as ended:
            main(["profile", "show", name])
        assert ended.value.code == 2
        assert "there are: documented, observed" in capsys.readouterr().err


def test_a_file_beside_another_is_found_from_anywhere(tmp_path: Path) -> None:
    """`extends` is meant from the folder of the file that says it."""
    inner = tmp_path / "inner"
    inner.mkdir()
    written(inner, own(facts={"credits": {"value": 3, "mark": "inv"}}), "base.json")
    written(inner, own(name="top", extends="base.json"), "top.json")
    assert Profile(read_profile("inner/top.json", tmp_path)).facts.credits == 3
    assert Profile(read_profile(str(inner / "top.json"), Path("/"))).name == "top"
    written(tmp_path, own(name="outer", extends="inner/top.json"), "base.json")
    outer = Profile(read_profile("base.json", tmp_path))
    assert (outer.name, outer.facts.credits) == ("outer", 3)


def test_a_row_that_is_not_read_by_an_order_keeps_being_none(tmp_path: Path) -> None:
    """One's own words for a situation that nobody may order make it no more orderable."""
    name = written(tmp_path, own(answers=[{**ROW, "situation": "accepted", "code": 200, "data": "result"}]))
    assert "accepted" not in Profile.load(name).orderable
    with pytest.raises(ConfigurationError, match="no profile"):
        Profile.load("mine")


def test_a_profile_is_shown_with_its_evidence(tmp_path: Path) -> None:
    """As a table for people, whose marks are words, and as JSON."""

    def shown(*arguments: str) -> str:
        return CliRunner().invoke(program, ["profile", "show", *arguments]).output

    table = shown("observed")
    for words in ("observed, extends documented", "--docs latest", "observed since 2026-04", "reported", "invented"):
        assert words in table
    data = json.loads(shown("observed", "--json"))
    assert (data["format_version"], data["name"], data["wire"]) == (1, "observed", "2026-10")
    assert len(data["answers"]) == len(Profile.load("observed").rows)
    assert shown().startswith("documented\n")
    diff = shown("documented", "--diff", "observed")
    assert "field_missing, model elevenlabs/*" in diff
    assert "task_unknown" not in diff
    same = json.loads(shown("observed", "--diff", "observed", "--json"))
    assert same["differences"] == []
    name = written(tmp_path, own(extends="observed", facts={"credits": {"value": 3, "mark": "inv"}}))
    told = json.loads(shown("observed", "--diff", name, "--json"))["differences"]
    assert [one["what"] for one in told] == ["facts: credits"]
