"""The probe of a receiver's work: what it gives may change later, and work may go on after the answer."""

from collections.abc import Callable
from decimal import Decimal
from itertools import cycle, repeat
from sqlite3 import Row, connect
from typing import Any

import pytest
from flask import Flask, abort, request

from fakie.harness.fake import Fake
from fakie.harness.probed_values import copy_of, moves
from fakie.harness.receiver_suite import check_receiver
from fakie.harness.receivers import receiver_at

OF_REPEATS = {
    "duplicate",
    "duplicate after another task's",
    "failure, duplicate",
    "two at once",
    "failure after success",
}


class Working:
    """A receiver that does its work so many readings after the answers, by turns; `once` a task, or not."""

    def __init__(self, *readings: int, once: bool) -> None:
        self.app = Flask("working")
        self.app.post("/hook")(self._hook)
        self.done: list[str] = []
        self._readings, self._once = cycle(readings), once
        self._left: list[list[Any]] = []

    def probe(self) -> list[str]:
        """Return the tasks that it has worked on: the very list that it goes on with."""
        for work in self._left:
            work[0] -= 1
        for work in [each for each in self._left if each[0] < 0]:
            self._left.remove(work)
            self._do(work[1])
        return self.done

    def _hook(self) -> dict[str, int]:
        body = request.get_json(silent=True)
        if not body or "data" not in body:
            abort(400)
        if readings := next(self._readings):
            self._left.append([readings, body["data"]["taskId"]])
        else:
            self._do(body["data"]["taskId"])
        return {"code": 200}

    def _do(self, task: str) -> None:
        if not self._once or task not in self.done:
            self.done.append(task)


def cases_found(fake: Fake, working: Working, probe: Callable[[], Any]) -> set[str]:
    found = check_receiver(receiver_at(working.app, path="/hook", probe=probe), fake)
    return {one.case for one in found}


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is counted in readings here, so none has to be waited for."""
    monkeypatch.setattr("fakie.harness.receiver_probe._STEP", 0)


@pytest.mark.parametrize("readings", [0, 1, 3, 12])
def test_a_receiver_that_works_after_its_answer_is_judged_by_what_it_has_done_then(fake: Fake, readings: int) -> None:
    """A thread or a queue that goes on is waited for: what works once is not accused, what works twice is found."""
    right, wrong = Working(readings, once=True), Working(readings, once=False)
    assert cases_found(fake, right, lambda: len(right.probe())) == set()
    assert cases_found(fake, wrong, lambda: len(wrong.probe())) == OF_REPEATS


@pytest.mark.parametrize("readings", [(1, 30, 0, 22, 3), (0, 0, 0, 0, 45), (0, 40)])
def test_work_that_takes_longer_than_it_was_seen_to_take_is_no_second_work(
    fake: Fake, readings: tuple[int, ...]
) -> None:
    """What only the probe shows is tried again with more patience: a right receiver is not accused, a wrong one is."""
    right, wrong = Working(*readings, once=True), Working(*readings, once=False)
    assert cases_found(fake, right, lambda: len(right.probe())) == set()
    assert {"duplicate", "failure after success"} <= cases_found(fake, wrong, lambda: len(wrong.probe()))


def test_a_probe_may_give_what_the_receiver_goes_on_changing(fake: Fake) -> None:
    """A list that grows is compared with what it was, and not with itself."""
    wrong = Working(0, once=False)
    assert cases_found(fake, wrong, wrong.probe) == OF_REPEATS


def test_a_probe_that_never_rests_ends_the_run_all_the_same(fake: Fake) -> None:
    """A value that is another one at each reading is read once a time, and accuses nobody."""
    read: list[int] = []

    def restless() -> int:
        read.append(len(read))
        return read[-1]

    found = check_receiver(receiver_at(Working(0, once=True).app, path="/hook", probe=restless), fake)
    assert [(one.rule, one.severity) for one in found] == [("receiver.restless", "info")]
    assert len(read) < 300


@pytest.mark.parametrize("readings", [1, 2, 15, 40])
def test_a_probe_with_a_heartbeat_in_it_accuses_nobody(fake: Fake, readings: int) -> None:
    """What changes by itself, after as many readings each, is told of and is no second work."""
    working, read = Working(0, once=True), list[int]()

    def probe() -> dict[str, int]:
        read.append(0)
        return {"done": len(working.probe()), "beats": len(read) // readings}

    found = check_receiver(receiver_at(working.app, path="/hook", probe=probe), fake)
    assert {one.rule for one in found} <= {"receiver.restless"}


def swallowing(skips: Callable[[Any], bool]) -> tuple[Flask, list[str]]:
    """Return a receiver that answers each callback alike and works on those alone that it does not skip; its work."""
    app, done = Flask("swallowing"), list[str]()

    @app.post("/hook")
    def hook() -> dict[str, int]:
        body = request.get_json(silent=True)
        if not body or "data" not in body:
            abort(400)
        if not skips(body) and body["data"]["taskId"] not in done:
            done.append(body["data"]["taskId"])
        return {"code": 200}

    return app, done


@pytest.mark.parametrize(
    ("skips", "expected"),
    [
        (lambda body: "completeTime" not in body["data"], {("receiver.undone", "failure as of 2026-09")}),
        (lambda body: "traceId" in body, {("receiver.undone", "unknown keys")}),
        # Failures are no work here, whatever they look like.
        (lambda body: body["code"] != 200, set()),
        (lambda _: True, {("receiver.unmoved", "probe")}),
    ],
)
def test_an_answer_that_hides_an_error_is_found_by_the_probe(
    fake: Fake, skips: Callable[[Any], bool], expected: set[tuple[str, str]]
) -> None:
    """What was taken is worked on where a plain callback of such an end is; a probe that shows nothing is told of."""
    app, done = swallowing(skips)
    found = check_receiver(receiver_at(app, path="/hook", probe=lambda: len(done)), fake)
    assert {(one.rule, one.case) for one in found} == expected


@pytest.mark.parametrize("every", [2, 3, 5])
def test_a_repeat_of_what_was_refused_is_no_second_work(fake: Fake, every: int) -> None:
    """A receiver that works once on each task, and fails every so often, is accused of its failures alone."""
    app, done = swallowing(lambda _: False)
    turns = cycle([*repeat(True, every - 1), False])
    app.before_request(lambda: None if next(turns) else ("down", 500))
    found = check_receiver(receiver_at(app, path="/hook", probe=lambda: len(done)), fake)
    assert {one.rule for one in found} == {"receiver.takes", "receiver.again", "receiver.breaks"}


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_a_receiver_that_works_on_several_at_a_time_leaves_nothing_undone(fake: Fake, size: int) -> None:
    """What is collected first changes the probe with the last of them alone, which need not be a plain one."""
    app, done = swallowing(lambda _: False)
    receiver = receiver_at(app, path="/hook", probe=lambda: len(done) // size)
    accused = {"receiver.undone", "receiver.stopped", "receiver.repeats"}
    assert not accused & {one.rule for one in check_receiver(receiver, fake)}


@pytest.mark.parametrize(("size", "most"), [(1, 1), (1, 2), (1, 3), (1, 4), (1, 8), (3, 1), (3, 4), (3, 8)])
def test_a_receiver_that_stops_working_is_found(fake: Fake, size: int, most: int) -> None:
    """It takes everything to the end, and works on the first callbacks alone."""
    app, done = swallowing(lambda _: len(done) >= most * size)
    found = check_receiver(receiver_at(app, path="/hook", probe=lambda: len(done) // size), fake)
    assert ("receiver.stopped", "to the end") in {(one.rule, one.case) for one in found}


@pytest.mark.parametrize(
    "read",
    [
        lambda done: "done" if done else None,
        lambda done: b"done" if done else b"",
        bool,
        lambda done: {"state": bool(done)},
        lambda done: {"ready": bool(done), "errors": 0},
        lambda done: (1, "done" if done else "new", 0),
        lambda done: {"queue": [], "job": {"ready": bool(done)}},
        lambda done: {"state": "done", "credits": 3} if done else None,
    ],
)
def test_a_probe_that_gives_a_state_accuses_nobody(fake: Fake, read: Callable[[list[str]], Any]) -> None:
    """It changes with the first callback alone, which is no sign of work that was left undone."""
    app, done = swallowing(lambda _: False)
    assert check_receiver(receiver_at(app, path="/hook", probe=lambda: read(done)), fake) == []


@pytest.mark.parametrize(
    ("before", "once", "twice", "expected"),
    [
        (1, 2, 4, [(1, 2)]),
        ([], ["a"], ["a", "b"], [(1, 1)]),
        ((2, ["a"]), (3, ["a", "b"]), (5, ["a", "b", "c"]), [(0, 0), (1, 1), (1, 2)]),
        ({"paid": 1.5, "state": "on"}, {"paid": 2.0, "state": "off"}, {"paid": 3.0, "state": ""}, [(0, 0), (0.5, 1.0)]),
        ({}, {"a": 1}, {"a": 1, "b": 2}, [(1, 1)]),
        (None, None, None, []),
        (Decimal("9.50"), Decimal("8.50"), Decimal("6.50"), [(1, 2)]),
    ],
)
def test_what_a_probe_gives_moves_in_each_of_its_parts(
    before: Any, once: Any, twice: Any, expected: list[tuple[float, float]]
) -> None:
    """Of a tuple or a dict too; a text in one is no amount, and what is left of something falls."""
    assert sorted(moves(before, once, twice)) == expected


class KeptJob:
    """A task as the receiver keeps it: an object that equals no other one."""

    def __init__(self, state: str) -> None:
        self.state = state
        self.itself = self


def row_of(jobs: dict[str, KeptJob]) -> Row:
    """Return how many jobs there are, as a database gives it."""
    database = connect(":memory:")
    database.row_factory = Row
    row: Row = database.execute("select ? as jobs, 'open' as state", (len(jobs),)).fetchone()
    database.close()
    return row


@pytest.mark.parametrize(
    "read",
    [
        lambda jobs: jobs,
        lambda jobs: [KeptJob(job.state) for job in jobs.values()],
        lambda jobs: set(jobs.values()),
        lambda jobs: (task for task in jobs),
        lambda jobs: jobs.values(),
        row_of,
    ],
)
@pytest.mark.parametrize("habit", ["right", "overwrites"])
def test_what_equals_no_copy_of_its_own_is_judged_by_what_it_holds(
    fake: Fake, read: Callable[[dict[str, KeptJob]], Any], habit: str
) -> None:
    """Objects, views and rows: a right receiver has no finding, and one that forgets an end has."""
    app, jobs = Flask("keeping"), dict[str, KeptJob]()

    @app.post("/hook")
    def hook() -> dict[str, int]:
        data = (request.get_json(silent=True) or {}).get("data")
        if not data:
            abort(400)
        task = data["taskId"]
        jobs.setdefault(task, KeptJob(data["state"]))
        if habit == "overwrites" and jobs[task].state != data["state"]:
            jobs[task].state = data["state"]
            jobs[f"{task} again"] = jobs[task]
        return {"code": 200}

    found = check_receiver(receiver_at(app, path="/hook", probe=lambda: read(jobs)), fake)
    assert {one.rule for one in found} == ({"receiver.ended"} if habit == "overwrites" else set())


def test_a_probe_that_gives_things_without_end_is_read_so_far() -> None:
    """What it gives first is compared; the rest is never asked for."""
    assert copy_of(repeat(1)) == copy_of(repeat(1))
    assert copy_of(repeat(1)) != copy_of(repeat(2))
