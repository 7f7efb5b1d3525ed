"""Generated cases: what they send, that it is the same everywhere, and what becomes of one that fails."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie_contract.cases.case import Case
from fakie_contract.cases.changed import changed_since
from fakie_contract.cases.generated import check_installed, generated_cases
from fakie_contract.cases.replay import read_id, replay_case, replay_id
from fakie_contract.http.target import Target
from fakie_contract.report.result import Result
from fakie_contract.run.runner import Engine
from fakie_contract.subjects import page_of
from fakie_contract.trial.environment import Environment
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.families.family import endpoints
from fakie_schemas.validator import contract_validator
from support.mutants.edits import CREATE, on_body, on_sent
from support.pages import synthetic
from support.purse import full_purse
from support.servers.broken import Door, Mutant, running

CATALOG = Catalog.shipped()
PROFILE = Profile.load("documented")
MODEL = "z-image"


def generated(subject: str = MODEL, count: int = 40, seed: int = 0) -> list[Case]:
    revision = page_of(CATALOG, subject)
    assert revision is not None
    return list(generated_cases(revision, PROFILE, count, seed, "pinned"))


def digest() -> str:
    sent = [
        (case.id, case.what, case.kind, case.sends())
        for model in (MODEL, "kling-3.0/video")
        for case in generated(model, seed=7)
    ]
    return hashlib.sha256(json.dumps(sent).encode()).hexdigest()


def refusing(wrong: Callable[[dict[str, Any]], bool]) -> Mutant:
    """A fake that refuses some requests which the page allows, as if their model were unknown."""

    def spoil(body: dict[str, Any]) -> None:
        if wrong(body):
            body["model"] = "fakie/no-such-model"

    return Mutant("refuses", handle=on_body(spoil))


@contextmanager
def engine_at(mutant: Mutant, folder: Path, *, live: bool = False) -> Iterator[Engine]:
    with running(mutant, folder) as url:
        purse = full_purse(folder, CATALOG) if live else None
        env = Environment.at(Target(url, "the-key", live=live, paid=live), CATALOG, PROFILE, purse=purse)
        try:
            yield Engine(env)
        finally:
            env.close()


def replayed(result: Result) -> str:
    [name] = {finding.expected.rpartition("--replay ")[2].rstrip(")") for finding in result.findings}
    return name


def sent(body: dict[str, Any], field: str) -> Any:
    return body["input"].get(field) if isinstance(body.get("input"), dict) else None


@pytest.mark.parametrize("model", CATALOG.models)
def test_generated_bodies_hold_or_break_one_rule(model: str) -> None:
    """By turns; the validator agrees, and the situation is what the first broken rule is."""
    revision = CATALOG.served(model)
    assert revision is not None
    # Of alternatives the branch that bodies are made from; a value may break several rules of its own field.
    validator = contract_validator(revision.plain_schema)
    cases = generated(model, 12, seed=3)
    assert len(cases) == 12
    for case in cases:
        [body] = case.sends()
        rules = {(error.validator, tuple(error.absolute_path)) for error in validator.iter_errors(body)}
        kinds = {keyword for keyword, _ in rules}
        assert case.rule in kinds if case.rule else not kinds, case.id
        assert len({place for _, place in rules}) == int(case.kind is not None), case.id
        assert case.id.endswith("refused" if case.kind else "accepted")


def test_the_made_up_schema_with_every_rule_is_generated(tmp_path: Path) -> None:
    """Numbers on a step, patterns, nested lists: bodies are found for both sides of them."""
    catalog = Catalog(synthetic.write(tmp_path))
    revision = catalog.served(catalog.first)
    assert revision is not None
    cases = list(generated_cases(revision, PROFILE, 100, 0, "pinned"))
    assert len(cases) == 100
    assert {case.rule for case in cases} > {"type", "required", "enum", "maximum", "multipleOf", "maxItems", "format"}


def test_the_same_seed_gives_the_same_bodies_in_every_process() -> None:
    """Whatever the hash seed and the folder are; another seed gives others, and more of them keep the first ones."""
    program = "from test_generated import digest; print(digest())"
    here = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])}
    command = [sys.executable, "-c", program]
    told = [
        subprocess.run(command, capture_output=True, text=True, check=True, env=here | {"PYTHONHASHSEED": one}).stdout
        for one in "12"
    ]
    assert told == [f"{digest()}\n"] * 2
    bodies, others = ([case.sends() for case in generated(seed=seed)] for seed in (0, 1))
    assert bodies != others
    assert [case.sends() for case in generated(count=5)] == bodies[:5]


def test_a_fake_without_faults_holds(tmp_path: Path) -> None:
    """Nothing is found, and nothing is left lying about."""
    with engine_at(Mutant("none"), tmp_path) as engine:
        assert {engine.run(case).ending for case in generated()} == {"held"}
    assert not Path(".hypothesis").exists()


def test_a_failing_request_is_shrunk_once_and_replayed(tmp_path: Path) -> None:
    """A fake that refuses wide characters: the finding names the plainest such body; replaying it finds the same."""
    wide = refusing(lambda body: any(ord(one) > 0x2E7F for one in str(sent(body, "prompt"))))
    with engine_at(wide, tmp_path) as engine:
        results = [result for case in generated(count=20) if (result := engine.run(case)).ending != "held"]
        found = [result for result in results if result.ending == "findings"]
        assert found
        for result in found:
            assert len(result.findings) == 1
            model, body = read_id(replayed(result))
            assert model == MODEL
            assert set(body) == {"model", "input"}
            # Its page requires aspect_ratio beside a default: a body without one breaks a rule in one reading.
            assert set(body["input"]) == {"prompt", "aspect_ratio"}
            assert len(body["input"]["prompt"]) == 1
            again = engine.run(replay_case(CATALOG, PROFILE, replayed(result)))
            assert [one.got for one in again.findings] == [one.got for one in result.findings]
    assert len({replayed(result) for result in found}) == len(found)
    assert all(result.ending == "findings" or "is reported" in result.reason for result in results)
    assert not Path(".hypothesis").exists()


def test_a_failing_request_of_an_endpoint_is_replayed(tmp_path: Path) -> None:
    """Its id names the endpoint, which has no model, and finds the same again."""
    endpoint = "veo/generate"
    path = endpoints()[endpoint].path
    with engine_at(Mutant("refuses", handle=on_sent(path, lambda body: body.pop("prompt", None))), tmp_path) as engine:
        found = [result for case in generated(endpoint, 5) if (result := engine.run(case)).ending == "findings"]
        assert found
        for result in found:
            again = engine.run(replay_case(CATALOG, PROFILE, replayed(result)))
            assert [one.got for one in again.findings] == [one.got for one in result.findings]


def test_one_choice_that_is_refused_is_found(tmp_path: Path) -> None:
    """The minimal body has that choice, and nothing that is not needed."""
    one = refusing(lambda body: sent(body, "aspect_ratio") == "16:9")
    with engine_at(one, tmp_path) as engine:
        found = [result for case in generated(count=20) if (result := engine.run(case)).ending == "findings"]
    assert {json.dumps(read_id(replayed(result))[1]) for result in found} == {
        json.dumps({"input": {"aspect_ratio": "16:9", "prompt": "t"}, "model": MODEL})
    }


def test_a_rule_that_is_not_enforced_is_found(tmp_path: Path) -> None:
    """A fake that takes any aspect ratio: accepted where it had to be refused; the one wrong value stays."""

    def forgive(body: dict[str, Any]) -> None:
        if isinstance(body.get("input"), dict) and "aspect_ratio" in body["input"]:
            body["input"]["aspect_ratio"] = "1:1"

    with engine_at(Mutant("forgives", handle=on_body(forgive)), tmp_path) as engine:
        # That the record has another ratio than was sent is a finding too, of those that were right.
        wrong = [case for case in generated(count=20) if not case.id.endswith("-accepted")]
        found = [result for case in wrong if (result := engine.run(case)).ending == "findings"]
    assert found
    for result in found:
        assert result.field == "input.aspect_ratio"
        _, body = read_id(replayed(result))
        assert set(body["input"]) == {"prompt", "aspect_ratio"}
        assert body["input"]["prompt"] == "t"


def test_a_live_target_gets_each_generated_request_once(tmp_path: Path) -> None:
    """Each try may cost there: nothing is shrunk, and the body is named as it was sent."""
    creates: list[Request] = []

    def note(door: Door, request: Request, service: Service) -> Response:
        if request.path == CREATE:
            creates.append(request)
        return on_body(lambda body: body.update(model="fakie/no-such-model"))(door, request, service)

    with engine_at(Mutant("refuses all", handle=note), tmp_path, live=True) as engine:
        case = generated()[0]
        result = engine.run(case)
    assert len(creates) == 1
    assert read_id(replayed(result)) == (MODEL, *case.sends())


@pytest.mark.parametrize("text", ["", "z-image", "z-image~", "z-image~!!!", "z-image~abc", replay_id("", {})])
def test_a_broken_replay_id_is_one_clear_line(text: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigurationError, match="expected the whole id") as told:
        read_id(text)
    assert "\n" not in str(told.value)


def test_a_cut_or_unknown_replay_id_is_refused() -> None:
    """A cut one, one that opens to too much, and one of a model that is not there."""
    whole = replay_id(MODEL, {"model": MODEL, "input": {"prompt": "音" * 50}})
    for text in (whole[:-6], replay_id(MODEL, "t" * 5_000_000)):
        with pytest.raises(ConfigurationError, match="expected the whole id"):
            read_id(text)
    with pytest.raises(ConfigurationError, match="z-image"):
        replay_case(CATALOG, PROFILE, replay_id("z-imag", {}))


def test_models_whose_pages_changed_are_those_that_say_something_else() -> None:
    """New ones, and ones whose served page is newer than the date and differs."""
    latest = Catalog.shipped(docs="latest")
    model = "elevenlabs/audio-isolation"
    assert changed_since(latest, model, "2026-01")
    assert not changed_since(CATALOG, model, "2026-01")
    assert changed_since(CATALOG, model, "2025-11")
    assert changed_since(CATALOG, MODEL, "2026-03-15")
    assert not changed_since(CATALOG, MODEL, "2026-04")


def test_a_month_holds_the_pages_of_its_days() -> None:
    """As it does for `--docs`: what was read on one of them is no news since that month, but since the day before."""
    latest, model = Catalog.shipped(docs="latest"), "hailuo/2-3-image-to-video-pro"
    assert latest.revisions(model)[-1].date == "2026-08-19"
    dates = ("2026-07", "2026-08-18", "2026-08", "2026-08-19")
    assert [changed_since(latest, model, date) for date in dates] == [True, True, False, False]


def told_by(*arguments: str) -> tuple[int, str, Any]:
    """Run `fakie test` with a report; gives its exit code, what it printed, and the report."""
    command = [sys.executable, "-m", "fakie", "test", "--report", "report.json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr, json.loads(Path("report.json").read_text(encoding="utf-8"))


def test_generated_cases_run_in_two_processes() -> None:
    """Both collect the same."""
    code, told, report = told_by("--generate", "6", "--seed", "3", "-n", "2", "-k", "generated")
    assert code == 0, told
    assert report["counts"]["held"] == 6


@pytest.mark.parametrize("more", [(), ("-n", "2"), ("--dry-run",)], ids=" ".join)
def test_nothing_has_changed(more: tuple[str, ...]) -> None:
    """One line that counts models as models, a report, exit code 0, and no word of pytest's; in two processes too."""
    code, told, report = told_by("--changed-since", "2099-01", *more)
    assert code == 0, told
    assert told.count("nothing to judge") == 1
    assert "Exit" not in told
    models = len(CATALOG.models)
    assert re.search(rf"of {models} models and \d\d endpoints of families no page has changed since 2099-01", told)
    assert report["results"] == []


def test_a_replayed_request_is_the_only_case() -> None:
    """It is judged by what the page says of it."""
    code, told, report = told_by("--replay", replay_id(MODEL, {"model": MODEL}))
    assert code == 0, told
    assert [(result["case"], result["code"]) for result in report["results"]] == [(f"{MODEL}::replay", 422)]


def test_an_id_of_no_case_is_one_line_and_ends_with_2() -> None:
    """Nothing is sent; the report says why."""
    code, told, report = told_by("--replay", "z-image~abc")
    assert code == 2
    assert "z-image~abc" in told
    assert report["results"] == []


def test_without_hypothesis_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is sent."""
    monkeypatch.setattr("fakie_contract.cases.generated.find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'fakie\[contract\]'"):
        check_installed()
