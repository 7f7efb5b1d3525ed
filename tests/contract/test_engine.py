"""How cases are run: in any order, never at a cost on a live target, each to its own end."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path

import pytest

import fakie_schemas
from fakie_contract.cases.case import Case
from fakie_contract.cases.every import chosen_models, every_case
from fakie_contract.http.client import Client, NoAnswer
from fakie_contract.http.fake_process import CannotRun
from fakie_contract.http.target import Target
from fakie_contract.run.runner import Engine
from fakie_contract.trial.environment import Environment
from fakie_contract.trial.trial import NotProvokable, NotRun, Trial
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.validator import contract_validator
from support.pages import synthetic
from support.servers.broken import Mutant, running
from support.servers.listening import free_port

_GOOD = {"model": "z-image", "input": {"prompt": "a cat", "aspect_ratio": "1:1"}}


@contextmanager
def env_at(url: str, target: Target | None = None) -> Iterator[Environment]:
    """A bench whose requests go to `url`, whatever the target is called."""
    catalog, profile = Catalog.shipped(), Profile.load("documented")
    if target is None:
        env = Environment.at(Target(url, "the-key"), catalog, profile)
    else:
        env = Environment(target, catalog, profile, Client(url))
    try:
        yield env
    finally:
        env.close()


def cases() -> list[Case]:
    return list(every_case(Catalog.shipped(), Profile.load("documented"), ("elevenlabs/audio-isolation",)))


def test_cases_hold_in_any_order(tmp_path: Path) -> None:
    """Backwards, on one account book, nothing disturbs anything."""
    with running(Mutant("none"), tmp_path) as url, env_at(url) as env:
        engine = Engine(env)
        endings = {case.id: engine.run(case).ending for case in reversed(cases())}
    assert set(endings.values()) == {"held"}


def test_a_live_target_gets_nothing_that_could_cost(tmp_path: Path) -> None:
    """Whatever may cost is not run, with the reason; what is sent creates no task, and touches no lever."""
    live = Target("https://kie.test", "the-key", live=True)
    assert live.live
    situations: list[str] = []
    watched = Mutant(
        "none",
        parts=lambda service: service.state.journal.listen(lambda entry: situations.append(entry.situation)),
    )
    with running(watched, tmp_path) as url, env_at(url, live) as env:
        results = [Engine(env).run(case) for case in cases()]
    assert situations
    assert not {"accepted", "lever_pulled"} & set(situations)
    assert {result.ending for result in results} == {"held", "not_run", "not_provokable"}
    assert all("may cost" in result.reason for result in results if result.ending == "not_run")
    # What only a fake's levers can bring about no payment can: nobody is told to pay for it.
    unprovokable = {
        result.case for result in results if result.ending == "not_provokable" and "levers" in result.reason
    }
    assert unprovokable == {case.id for case in cases() if case.needs_levers}


@pytest.mark.parametrize(("answers", "ending"), [(True, "held"), (False, "not_run")])
def test_a_target_that_answers_again_after_a_while_is_judged_on(answers: bool, ending: str, tmp_path: Path) -> None:
    """Three cases without an answer end the run, unless the target was but away for a moment."""

    def silent(_: Trial) -> None:
        raise NoAnswer("nothing listens there")

    with running(Mutant("none", levers=False), tmp_path) as url, env_at(url) as env:
        if not answers:
            env.target = Target(f"http://127.0.0.1:{free_port()}", "the-key")
        engine = Engine(env)
        assert [engine.run(Case(f"silent::{number}", "", silent)).ending for number in range(3)] == ["findings"] * 3
        assert engine.run(Case("asked", "", lambda trial: None)).ending == ending


def test_a_target_that_is_silent_at_all_but_what_is_looked_at_is_given_up(tmp_path: Path) -> None:
    """It is judged on once: when again no case gets an answer, the rest is not run, and nobody waits for each."""

    def silent(_: Trial) -> None:
        raise NoAnswer("no whole answer within 10 s")

    with running(Mutant("none", levers=False), tmp_path) as url, env_at(url) as env:
        engine = Engine(env)
        endings = [engine.run(Case(f"silent::{number}", "", silent)).ending for number in range(8)]
    assert endings == ["findings"] * 6 + ["not_run"] * 2


def test_an_account_is_used_again_once_it_is_as_new(tmp_path: Path) -> None:
    """The next case gets the key of the last one, its credits and none of its tasks; a finding shows how to open it."""
    keys: list[str] = []
    tasks: list[str] = []
    balances: list[float] = []
    found: list[list[object]] = []

    def run(trial: Trial) -> None:
        account = trial.account()
        keys.append(account.key)
        balances.append(trial.credit(account).answer.data)
        found.append([trial.record(task, account).answer.data for task in tasks])
        sent = {"model": "elevenlabs/audio-isolation", "input": {"audio_url": "https://example.com/a.mp3"}}
        tasks.append(trial.create(sent, account).answer.data["taskId"])
        trial.find("answer.odd", "shown", "")

    with running(Mutant("none"), tmp_path) as url, env_at(url) as env:
        env.any_key, env.tidy = False, True
        results = [Engine(env).run(Case(name, "", run)) for name in ("one", "two")]
    assert keys[0] == keys[1]
    assert balances[0] == balances[1]
    assert found == [[], [None]]
    assert all("/_fakie/accounts" in result.findings[0].curl for result in results)


def test_what_is_found_of_a_task_is_shown_with_the_create_that_made_it(tmp_path: Path) -> None:
    """A poll alone calls nobody back; a finding about the create itself, or about what made nothing, has it once."""

    def run(trial: Trial) -> None:
        account = trial.account()
        trial.create({"model": "z-image"}, account)
        made = trial.create(_GOOD, account)
        trial.find("answer.odd", "of the create", made)
        trial.find("answer.odd", "of its task", trial.record(made.answer.data["taskId"], account))

    with running(Mutant("none"), tmp_path) as url, env_at(url) as env:
        of_create, of_task = Engine(env).run(Case("one", "", run)).findings
    assert [of_create.curl.count("createTask"), of_create.curl.count("a cat")] == [1, 1]
    [*_, made, polled] = of_task.curl.splitlines()
    assert ("a cat" in made, "recordInfo" in polled, of_task.curl.count("createTask")) == (True, True, 1)


def test_what_is_far_back_is_shown_too_and_what_came_again_once(tmp_path: Path) -> None:
    """The account's opening and the create come first, however often time was moved since, or more was made."""

    def run(trial: Trial) -> None:
        account = trial.account()
        made = trial.create(_GOOD, account)
        for _ in range(30):
            trial.pull("POST", "/clock", {"account": account.key, "advance": 1})
        trial.find("answer.odd", "of the create", made)
        for number in range(20):
            trial.create(_GOOD | {"other": number}, account)
            trial.pull("POST", "/clock", {"account": account.key, "advance": 1})
        trial.find("answer.odd", "of its task", trial.record(made.answer.data["taskId"], account))

    with running(Mutant("none"), tmp_path) as url, env_at(url) as env:
        of_create, of_task = Engine(env).run(Case("one", "", run)).findings
    [opened, made, moved] = of_create.curl.splitlines()
    assert ("/_fakie/accounts" in opened, "a cat" in made, moved.endswith("  # 30 times")) == (True, True, True)
    lines = of_task.curl.splitlines()
    assert lines[:3] == [opened, made, moved]
    assert ("# and 33 more" in lines, "recordInfo" in lines[-1], len(lines)) == (True, True, 12)


def test_the_same_again_is_shown_beside_what_came_before(tmp_path: Path) -> None:
    """A create that differs from earlier ones by its answer alone is not taken for one of them."""

    def run(trial: Trial) -> None:
        account = trial.account()
        trial.create(_GOOD, account)
        trial.pull("POST", "/accounts", {"key": account.key, "credits": 0})
        trial.find("answer.odd", "refused", trial.create(_GOOD, account))

    with running(Mutant("none"), tmp_path) as url, env_at(url) as env:
        (found,) = Engine(env).run(Case("one", "", run)).findings
    assert ["createTask" in line for line in found.curl.splitlines()] == [False, True, False, True]


@pytest.mark.parametrize("url", ["https://api.kie.ai", "http://10.0.0.1:8080", "http://127.0.0.1.example.com"])
def test_every_target_that_is_not_this_machine_needs_a_key_and_is_live(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key, no run; with one, nothing may cost."""
    monkeypatch.delenv("FAKIE_API_KEY", raising=False)
    with pytest.raises(CannotRun, match="FAKIE_API_KEY"):
        Target.at(url)
    monkeypatch.setenv("FAKIE_API_KEY", "k-1")
    assert (Target.at(url).live, Target.at(url).may_cost) == (True, False)


@pytest.mark.parametrize("scheme", ["http", "ftp", "https"])
def test_a_target_with_a_user_is_refused_for_that_and_without_its_password(scheme: str) -> None:
    """The line tells what came apart from what would work."""
    url = f"{scheme}://bob:Zq7Lm2Pv99@127.0.0.1:1/?token=Zq7Lm2Pv99"
    with pytest.raises(CannotRun) as refused:
        Target.at(url)
    assert "Zq7Lm2Pv99" not in str(refused.value)
    assert f"{scheme}://REDACTED@127.0.0.1:1/?token=[REDACTED]" in str(refused.value)


def test_a_case_that_breaks_is_a_finding_and_does_not_end_the_run(tmp_path: Path) -> None:
    """Whatever a case raises, the next one runs."""

    def broken(_: Trial) -> None:
        raise KeyError("data")

    def impossible(_: Trial) -> None:
        raise NotProvokable("no levers")

    def untried(_: Trial) -> None:
        raise NotRun("later")

    with running(Mutant("none"), tmp_path) as url, env_at(url) as env:
        engine = Engine(env)
        results = [engine.run(Case(run.__name__, "", run)) for run in (broken, impossible, untried)]
    assert [(result.case, result.ending, result.reason) for result in results] == [
        ("broken", "findings", ""),
        ("impossible", "not_provokable", "no levers"),
        ("untried", "not_run", "later"),
    ]


def test_a_wave_file_holds_under_both_names_of_its_type(tmp_path: Path) -> None:
    """The result of a speech model is audio/wav, which this machine may know as audio/x-wav alone."""
    model = "google/gemini-2-5-pro-tts"
    every = every_case(Catalog.shipped(), Profile.load("documented"), (model,))
    [life] = [case for case in every if case.id == f"{model}::life::success"]
    with running(Mutant("none"), tmp_path) as url, env_at(url) as env:
        result = Engine(env).run(life)
    assert (result.ending, result.findings) == ("held", ())


def test_a_target_that_falls_silent_is_given_up() -> None:
    """After three cases without an answer the rest are not run, and say why."""
    with env_at("http://127.0.0.1:1", Target("http://127.0.0.1:1", "k")) as env:
        engine = Engine(env)
        results = [engine.run(case) for case in cases()[:5]]
    assert [result.ending for result in results] == ["findings"] * 3 + ["not_run"] * 2
    assert "nothing listens there" in results[0].findings[0].got


def test_ids_stay_and_are_unique(tmp_path: Path) -> None:
    """The same catalog gives the same ids; each names model, field and rule."""
    catalog = Catalog(synthetic.write(tmp_path))
    profile = Profile.load("documented")
    first, second = ([case.id for case in every_case(catalog, profile, catalog.models)] for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first)
    assert "fakie/everything::input.turns[0].text::length-above-maximum" in first


def test_models_are_chosen_by_names_and_patterns() -> None:
    """Commas between them."""
    chosen = chosen_models(Catalog.shipped(), "elevenlabs/audio-isolation, qwen2/*")
    assert "elevenlabs/audio-isolation" in chosen
    assert all(model.startswith(("elevenlabs/audio-isolation", "qwen2/")) for model in chosen)


@pytest.mark.parametrize("name", ["record-info", "credit"])
def test_captured_answers_hold_to_the_answer_schemas(name: str, shared: Path) -> None:
    """What the real API was seen to answer satisfies what the suite expects."""
    validator = contract_validator(fakie_schemas.answer_schema(name))
    answers = [
        fakie_schemas.read_json(file)["response"]["body"] for file in (shared / "observed").glob(f"{name}*.json")
    ]
    held = [answer for answer in answers if answer.get("code") == 200]
    assert held
    assert [error.message for answer in held for error in validator.iter_errors(answer)] == []


def test_what_must_not_come_is_waited_for_where_it_could_come(tmp_path: Path) -> None:
    """Long, each time, for a target with a clock of its own; once where levers move time; never of our own fake."""
    live = Target("https://kie.test", "the-key", live=True)
    whats = ("another record", "a second callback", "another record")
    waits: dict[str, list[bool]] = {}
    with running(Mutant("none"), tmp_path) as url, env_at(url) as moved, env_at(url, live) as watched:
        own = copy(moved)
        own.tidy = True
        for name, env in (("live", watched), ("moved", moved), ("own", own)):
            env.lingering = 3.0
            waits[name] = [env.linger(what) == 3.0 for what in whats]
    assert waits == {"live": [True] * 3, "moved": [True, False, False], "own": [False] * 3}
