"""How far a run goes: what lies outside of that fails nothing, what lies within and was not judged is no verdict."""

from pathlib import Path
from typing import Any

import pytest

from fakie_contract.report import html
from fakie_contract.report.baseline import AcceptedDifference, Baseline
from fakie_contract.report.data import as_data
from fakie_contract.report.scope import FREE, PAID, Gap, gaps, kind_of
from fakie_contract.report.verdict import RunVerdict
from support.clients.suite import judge_live
from support.mutants.charges import CHARGES
from support.mutants.lies import LIES, lie
from support.reports import MODEL, data_of, finding, judged, result
from support.servers.broken import Mutant, running
from support.servers.stand_in import StandIn, standing_in

REFUSING = StandIn(refuses=lambda body: {"code": 422, "msg": "not supported", "data": None})


def test_what_lies_outside_is_no_gap() -> None:
    """A case that was dropped is one, and so is a kind of which none could be provoked; what lies outside is not."""
    results = [
        result(f"{MODEL}::life::success", ending="not_provokable", reason="still waiting"),
        result(f"{MODEL}::life::held", ending="not_provokable", reason="no levers", outside=True),
        result(f"{MODEL}::callback::success", ending="not_provokable", reason="none came"),
        result(f"{MODEL}::callback::refused"),
        result(f"{MODEL}::input::missing", ending="not_run", reason="silent"),
        result(f"{MODEL}::input::null"),
        result("api::path::unknown", model=None, ending="not_run", reason="may cost", outside=True),
    ]
    assert gaps(results) == [
        Gap(MODEL, "the life of a task", (f"{MODEL}::life::success",), "still waiting"),
        Gap(MODEL, "request bodies", (f"{MODEL}::input::missing",), "silent"),
    ]
    data = data_of(*results)
    assert (data["verdict"], data["complete"]) == ("incomplete", False)
    assert [gap["kind"] for gap in data["unjudged"]] == ["the life of a task", "request bodies"]
    assert f"not judged, or not whole: the life of a task of {MODEL}, request bodies of {MODEL}." in html.verdict(data)


@pytest.mark.parametrize(
    ("case", "model", "kind"),
    [
        ("api::key::credit::missing", None, "keys"),
        ("api::recordInfo::no-task-id", None, "unknown tasks"),
        ("z-image::code-429::by-nature", "z-image", "code 429"),
        ("z-image::prompt::missing", "z-image", "request bodies"),
    ],
)
def test_each_case_is_of_a_kind(case: str, model: str | None, kind: str) -> None:
    """By its id, whichever model it is of."""
    assert kind_of(case, model) == kind


def test_the_first_sentence_tells_news_known_differences_and_gaps_apart() -> None:
    """Each with its number, so that nobody takes an accepted difference for news, or silence for success."""
    accepted = AcceptedDifference(f"{MODEL}::life::known", "*", "told", "2026-11-01")
    ran = [
        result(f"{MODEL}::life::known", ending="findings", findings=(finding(f"{MODEL}::life::known"),)),
        result(f"{MODEL}::life::news", ending="findings", findings=(finding(f"{MODEL}::life::news"),)),
        result(f"{MODEL}::code-422::by-nature", findings=(finding(severity="info", known=True, since="2026-04"),)),
        result(f"{MODEL}::callback::success", ending="not_run", reason="the cap"),
    ]
    told = {"target": {"kind": "url", "url": "http://t.test"}, "profile": "documented", "scope": PAID}
    first = html.verdict(as_data(ran, None, told, RunVerdict("any", Baseline((accepted,))))).partition(". ")[0]
    assert "1 breaking difference in 1 of 3 cases that could be tried" in first
    assert "; 1 difference is known and accepted; 1 difference is known of the wire; not judged" in first
    assert first.rstrip(".").endswith(f"callbacks of {MODEL}")


def test_what_the_wire_does_otherwise_was_not_done_as_documented() -> None:
    """A case that holds with a difference known of the wire is no case in which the target did what is documented."""
    known = result("api::a", findings=(finding(severity="info", known=True, since="2026-04"),))
    assert "in 1 of 2 cases" in html.verdict(data_of(known, result("api::b")))
    assert "in all 1 cases" in html.verdict(data_of(result("api::b")))


def test_a_free_live_run_holds_as_far_as_it_can_see() -> None:
    """Exit code 0 and complete, whatever lies outside; the verdict says how far that is."""
    with standing_in(REFUSING) as target:
        done, report = judge_live(target, "-k", "unknown-model or life", paid=False)
    assert (done.returncode, report["verdict"], report["complete"], report["scope"]) == (0, "holds", True, FREE)
    assert "as far as a free run can see" in done.stdout
    assert all(one["outside"] for one in report["results"] if one["ending"] != "held")


@pytest.mark.parametrize("scope", ["paid", "full"])
def test_a_live_run_that_may_not_cost_is_free(scope: str) -> None:
    """Another scope without both acts ends with one line before anything is sent."""
    with standing_in(StandIn()) as target:
        done, report = judge_live(target, "--scope", scope, paid=False)
    assert (done.returncode, report["verdict"], target.requests) == (2, "could_not_run", [])
    assert "FAKIE_ALLOW_PAID=1" in report["reason"]


def test_a_cap_that_is_reached_leaves_gaps() -> None:
    """What was not sent for the cap is within the scope: not complete, and not exit code 0."""
    with standing_in(StandIn(price=12.0)) as target:
        done, report = judge_live(target, "--max-credits", "5", "-k", "code-200")
    assert (done.returncode, report["verdict"], report["scope"]) == (2, "incomplete", PAID)
    assert "left of the cap" in report["unjudged"][0]["reason"]


def _judge(mutant: Mutant, folder: Path, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    monkeypatch.setenv("FAKIE_API_KEY", "the-key")
    with running(mutant, folder) as url:
        done, data, _ = judged("--target", url, *arguments)
    return done, data


def test_a_target_without_levers_is_judged_as_any_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what it can be brought to: 0 findings, complete, exit code 0; all the rest is outside, unless asked for."""
    words = "life or callback::success or account or code-402"
    done, data = _judge(lie("honest", ""), tmp_path, "-k", words, monkeypatch=monkeypatch)
    assert (done.returncode, data["verdict"], data["complete"], data["scope"]) == (0, "holds", True, PAID), done.stdout
    assert {one["ending"] for one in data["results"] if one["case"].endswith(("at-once", "success"))} == {"held"}
    done, data = _judge(lie("honest", ""), tmp_path, "-k", words, "--scope", "full", monkeypatch=monkeypatch)
    assert (done.returncode, data["verdict"], data["complete"]) == (2, "incomplete", False)
    assert "code 402" in {gap["kind"] for gap in data["unjudged"]}


def test_a_task_that_was_not_waited_for_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With less than the usual time nobody is blamed, and nothing holds."""
    mutant = next(one for one in LIES if one.name == "no task ends")
    done, data = _judge(mutant, tmp_path, "-k", "life::success", "--wait", "0.5", monkeypatch=monkeypatch)
    assert (done.returncode, data["verdict"], data["complete"]) == (2, "incomplete", False)
    assert "usually takes 10 s" in data["unjudged"][0]["reason"]


@pytest.mark.parametrize("name", ["every task fails", "every refusal is charged"])
def test_a_server_that_lies_does_not_hold(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a whole program: findings, and exit code 1."""
    mutant = next(one for one in (*LIES, *CHARGES) if one.name == name)
    done, data = _judge(mutant, tmp_path, "-k", "life::success or refusal-is-free", monkeypatch=monkeypatch)
    assert (done.returncode, data["verdict"]) == (1, "findings")


def test_a_fake_may_be_judged_without_its_levers() -> None:
    """A narrower scope than the target's own: what needs levers is left out, by the user's word, and said."""
    done, data, parsed = judged("--scope", "free", "-k", "api or life::held")
    assert (done.returncode, data["verdict"], data["scope"]) == (0, "holds", FREE)
    assert "lie outside its scope, free" in parsed.text
