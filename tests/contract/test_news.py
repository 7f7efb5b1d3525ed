"""News against what is known: other codes than were accepted, fresh tasks that are unknown for a moment, guesses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakie_contract.checks.refusals import other_code
from fakie_contract.report.baseline import Baseline
from fakie_schemas.catalog.observed import Observed
from fakie_schemas.catalog.profile import Profile
from support.clients.program import fakie
from support.mutants.edits import CREATE, RECORD, on_answer
from support.reports import judged
from support.servers.broken import Mutant, running

DOCUMENTED = Profile.load("documented")


def answering(code: int) -> Mutant:
    """Return a fake that has another code for unknown tasks."""
    return Mutant(f"code {code}", handle=on_answer(RECORD, lambda body: body.update(code=code), when=422))


def test_another_code_than_the_accepted_one_is_news(tmp_path: Path) -> None:
    """Drafted with 500, the same passes and 400 does not; what it was is told as gone."""
    with running(answering(500), tmp_path / "a") as url:
        judged("--target", url, "-k", "unknown-task")
        drafted = fakie("baseline", "r.json", "--reason", "as it has always been", "--out", "known.json")
        assert drafted.returncode == 0, drafted.stderr
        done, data, _ = judged("--target", url, "-k", "unknown-task", "--baseline", "known.json")
        assert (done.returncode, data["differences"]["breaking"]) == (0, 0)
    with running(answering(400), tmp_path / "b") as url:
        done, data, _ = judged("--target", url, "-k", "unknown-task", "--baseline", "known.json")
    assert done.returncode == 1
    assert [entry["status"] for entry in data["baseline"]] == ["disappeared"]
    kept = [entry.get("got") for entry in json.loads(Path("known.json").read_text(encoding="utf-8"))["known"]]
    assert kept == ["500"]


def test_one_id_for_every_task_is_found_by_few_creates(tmp_path: Path) -> None:
    """Without a case of its own for it: whoever is given the first task's id polls another task."""
    one_id = {"taskId": "0" * 32, "recordId": "0" * 32}
    mutant = Mutant("one id", handle=on_answer(CREATE, lambda body: body.update(data=one_id), when=200))
    with running(mutant, tmp_path) as url:
        done, data, _ = judged("--target", url, "-k", "input.anything or unknown_field or absent or optional")
    found = [one for result in data["results"] for one in result["findings"]]
    assert done.returncode == 1
    assert {one["severity"] for one in found if one["rule"] == "task.id_again"} == {"breaking"}


@pytest.mark.parametrize(
    ("place", "got", "same", "other"),
    [
        ("/body/code", "500", "500", "400"),
        ("/status", "404", "404", "200"),
        ("/body/data", 'HTTP 200 {"code":500,"msg":"a"}', 'HTTP 200 {"code":500,"msg":"b"}', 'HTTP 200 {"code":400}'),
        (
            "/body/code",
            'HTTP 200 {"code": 200, "data": {"taskId": "1"}}',
            '{"code": 200, "data": 2}',
            '{"code": 2001, "data": 2}',
        ),
        ("/status", "HTTP 200 with code 404", "HTTP 200 with code 404", "HTTP 500 with code 404"),
        ("/status", "HTTP 200 with code 404", "HTTP 200 with code 404", "HTTP 200 with code 4040"),
        ("/body", "HTTP 502, text/html, 50 bytes", "HTTP 502, text/html, 70 bytes", "HTTP 503, text/html, 50 bytes"),
        ("/body/data", '"1000.0"', '"999.0"', "null"),
        ("/body/data", "null", "null", "false"),
        ("/body/data", "[1, 2]", "[]", "{}"),
        ("/body/data", '{"a": 1}', "{}", '"{}"'),
    ],
)
def test_a_draft_holds_the_code_that_came(place: str, got: str, same: str, other: str) -> None:
    """Texts and ids may change, the code may not."""
    about = {"severity": "breaking", "place": place, "rule": "answer.code", "situation": "", "case": "a"}
    drafted = Baseline().joined([{**about, "got": got}], "why")
    assert drafted.match({**about, "got": same})
    assert not drafted.match({**about, "got": other})


def test_what_is_another_each_time_is_not_held() -> None:
    """A number, words of ours: the entry accepts whatever comes there, as files without `got` do."""
    about = {"severity": "minor", "place": "/body/data", "rule": "shape.type", "situation": "", "case": "a"}
    for got, other in (("12", "null"), ("none", "two"), ("accepted: 7", "accepted: 8"), ("", "null")):
        drafted = Baseline().joined([{**about, "got": got}], "why")
        assert drafted.known[0].got is None
        assert drafted.match({**about, "got": other})


def unknown(times: int, change: Callable[[dict[str, Any]], None]) -> Mutant:
    """Return a fake whose tasks are not known to the first so many polls."""
    asked = [0]

    def briefly(body: dict[str, Any]) -> None:
        asked[0] += 1
        if asked[0] <= times:
            change(body)

    return Mutant("brief", handle=on_answer(RECORD, briefly, when=200))


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.update(code=422, msg="recordInfo is null", data=None),
        lambda body: body.update(data=None),
        lambda body: body.update(code=404, msg="Task not found", data=None),
    ],
    ids=["422", "null", "404"],
)
def test_a_fresh_task_is_asked_for_again(change: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    """It is told for information, as known of the wire, and the task is followed to its end."""
    with running(unknown(2, change), tmp_path) as url:
        done, data, _ = judged("--target", url, "-k", "life::success")
    assert done.returncode == 0, done.stdout
    (result,) = data["results"]
    assert [(one["rule"], one["known_of_the_wire"]) for one in result["findings"]] == [("task.unknown_at_first", True)]


def test_a_task_that_stays_unknown_is_a_finding(tmp_path: Path) -> None:
    """Beyond the known time it is none of the wire's ways; up to then a target may allow but so many polls a second."""
    polls = []

    def never(body: dict[str, Any]) -> None:
        polls.append(body["data"])
        body.update(code=422, msg="recordInfo is null", data=None)

    with running(unknown(10**6, never), tmp_path) as url:
        done, data, _ = judged("--target", url, "-k", "life::success")
    # Two a second, for five seconds.
    assert 2 <= len(polls) <= 11
    assert done.returncode == 1
    assert "task.unknown_at_first" not in json.dumps(data["results"])


@pytest.mark.parametrize(("situation", "guessed"), [("field_missing", False), ("too_many_items", True)])
def test_what_the_wire_is_guessed_to_do_is_no_known_way(situation: str, guessed: bool) -> None:
    """A code that was seen is known since a date; one that somebody inferred is told as a guess, without one."""
    row = DOCUMENTED.row(situation, "createTask")
    found = Observed.load().refusal(situation, 500)
    assert found is not None
    assert found.guess is guessed
    one = other_code(500, row, "the page")
    assert (one.severity, one.known, bool(one.since)) == ("info", not guessed, not guessed)
    assert f"{'guessed' if guessed else 'known'} of the wire: 500" in one.source
