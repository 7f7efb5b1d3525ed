"""Turns of the processes that share a ledger: who waits for whom, how long, and that nobody waits for ever."""

import os
import time
from contextlib import closing
from pathlib import Path

import pytest

from fakie_contract.http.exchange import SentRequest
from fakie_contract.http.target import Target
from fakie_contract.purse.purse import NotAllowed
from fakie_contract.trial.environment import Environment, bearer
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.too_often import TooOften
from fakie_contract.trial.trial import NotRun, Trial
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.families.family import endpoints
from support.purse import BODY, CATALOG, MODEL, changed, opened, refused, waiting, wanted
from support.servers.stand_in import CREDIT_PATH, KEY, StandIn, standing_in

PROFILE = Profile.load("documented")


def test_a_ledger_from_the_future_makes_nobody_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its times were written by a clock that was wrong: they are no reason to sleep."""
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail(f"it slept for {seconds} s"))
    purse = opened(tmp_path, cap=1000)
    for _ in range(18):
        refused(purse, wanted())
    changed(purse, "UPDATE creates SET at = at + 7200")
    changed(purse, "UPDATE runs SET quiet_until = ?", time.time() + 7200)
    purse.reserve(wanted()).refused()


@pytest.mark.parametrize("others", [0, 6])
def test_whoever_waits_is_patient_as_long_as_others_have_their_turn(
    others: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each wait takes a minute: an answer that does not come is given up, processes that go on are not."""
    purse, clock = opened(tmp_path), [time.monotonic()]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with purse.ledger.transaction() as book:
        columns = "INSERT INTO creates (run, at, pid, name, worst, state, charged)"
        book.execute(f"{columns} VALUES (?, 0, ?, 'under way', 0, 'open', 0)", (purse.run, os.getpid()))

    def a_minute(_: float) -> None:
        clock[0] += 60
        nonlocal others
        if others:
            changed(purse, f"{columns} VALUES (?, 0, 0, 'another', 0, 'refused', 0)", purse.run)
            others -= 1
            if not others:
                changed(purse, "UPDATE creates SET state = 'refused'")

    monkeypatch.setattr(time, "sleep", a_minute)
    if others:
        purse.reserve(wanted())
    else:
        with pytest.raises(NotAllowed, match="no process could send a create within 120 s"):
            purse.reserve(wanted())


def test_a_create_that_is_under_way_goes_before_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of another process, until the balance has told of it; whose own it is does not wait for itself."""
    purse = opened(tmp_path)
    waits = waiting(purse, monkeypatch, "DELETE FROM creates")
    for pid, expected in ((os.getpid(), 0), (os.getppid(), 1)):
        waits.clear()
        columns = "INSERT INTO creates (run, at, pid, name, worst, state)"
        changed(purse, f"{columns} VALUES (?, 0, ?, 'under way', 0, 'refused')", purse.run, pid)
        with purse.ledger.turn(purse.run):
            assert len(waits) == expected


def test_one_question_is_asked_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process waits for its end; one that died in the middle of its own holds nobody."""
    purse = opened(tmp_path)
    waits = waiting(purse, monkeypatch, "DELETE FROM asking")
    with purse.ledger.turn(purse.run), purse.ledger.transaction() as book:
        assert book.execute("SELECT pid FROM asking").fetchall() == [(os.getpid(),)]
    for pid, expected in ((os.getppid(), 1), (2**22 + 1, 0)):
        changed(purse, "INSERT INTO asking (run, pid) VALUES (?, ?)", purse.run, pid)
        waits.clear()
        with purse.ledger.turn(purse.run):
            assert len(waits) == expected


def test_a_turn_that_does_not_come_is_awaited_to_the_end_of_the_run_alone(tmp_path: Path) -> None:
    """A process that lives, and holds its turn for ever, as one that was stopped does, keeps nobody longer."""
    purse = opened(tmp_path)
    changed(purse, "INSERT INTO asking (run, pid) VALUES (?, ?)", purse.run, os.getppid())
    with pytest.raises(TimeoutError, match="time limit"), purse.ledger.turn(purse.run, time.monotonic()):
        pytest.fail("it had its turn")


@pytest.mark.parametrize("alone", [False, True], ids=["no-turn", "no-balance"])
def test_a_create_that_is_not_sent_after_all_is_in_no_ledger(alone: bool, tmp_path: Path) -> None:
    """Its turn does not come before the end of the run, or the balance cannot be read: the run owes nothing."""
    purse = opened(tmp_path)
    with standing_in(StandIn()) as target:
        if alone:
            target.instead[CREDIT_PATH] = (200, {}, b"no")
            refused(purse, wanted(), left=None)
        else:
            changed(purse, "INSERT INTO asking (run, pid) VALUES (?, ?)", purse.run, os.getppid())
        env = Environment.at(Target(target.url, KEY, live=True, paid=True), CATALOG, PROFILE, purse=purse)
        env.alone, env.deadline = alone, time.monotonic() + 0.1
        with closing(env), pytest.raises(NotRun):
            Trial("case", env, MODEL).create(BODY, TargetAccount(KEY, own=False))
        assert target.creates == []
    assert [one.state for one in purse.ledger.creates(purse.run)] == ["refused"] * alone
    purse.ledger.end(purse.run)
    following = opened(tmp_path)
    assert following.ledger.creates(following.run) == []


def test_a_question_in_disguise_is_not_repeated_when_it_was_too_often(tmp_path: Path) -> None:
    """With a header that may make a create of it: what may cost is sent once, whatever its method and path say."""
    asked = f"{endpoints()['recordInfo'].path}?taskId=1"
    busy = (429, {"Content-Type": "application/json"}, b'{"code": 429, "msg": "too often", "data": null}')
    with standing_in(StandIn(instead={endpoints()["recordInfo"].path: busy})) as target:
        live = Target(target.url, KEY, live=True, paid=True)
        env = Environment.at(live, CATALOG, PROFILE, purse=opened(tmp_path))
        env.too_often = TooOften(live=False)
        with closing(env):
            disguised = (*bearer(KEY), ("X-HTTP-Method-Override", "POST"))
            assert Trial("case", env, MODEL).ask(SentRequest("GET", asked, disguised)).answer.status == 429
    assert target.requests.count(("GET", asked)) == 1


def test_nobody_waits_beyond_the_end_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the rate allows the next create only after the deadline, it is refused at once."""
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail(f"it slept for {seconds} s"))
    purse = opened(tmp_path)
    purse.ledger.be_quiet(purse.run, 9)
    purse.deadline = time.monotonic() + 1
    with pytest.raises(NotAllowed, match="time limit"):
        purse.reserve(wanted())
