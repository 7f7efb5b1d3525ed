"""Several workers are one fake: credits, limits, orders, clocks, events, levers and journal."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest

from fakie.adapters.redis.pulse import Pulse
from fakie.adapters.redis.redis_clock import RedisClock
from fakie.core.clock import ClockState
from fakie.core.ports import StoreUnwritableError
from fakie.core.service import Service
from fakie_schemas.account_words import read_account
from support.clients.doors import Answer, direct
from support.redis_fakes import FakeWorker, Sharing
from support.servers.fakes import Collector, HandClock

HOOK = "http://127.0.0.1:9/hook"


def both(workers: list[FakeWorker], times: int, ask: Callable[[FakeWorker], Answer]) -> list[Answer]:
    """Ask every worker so many times, all at once, and return the answers."""
    answers: list[Answer] = []
    start = threading.Barrier(len(workers))

    def one(worker: FakeWorker) -> None:
        start.wait()
        answers.extend(ask(worker) for _ in range(times))

    threads = [threading.Thread(target=one, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_workers_race_for_the_last_credits(share: Sharing) -> None:
    """As many tasks as there are credits are made, and not one more."""
    workers = [share(credits=7, create_limit=None, limits="off") for _ in range(2)]
    found = Counter(answer.situation for answer in both(workers, 10, lambda worker: worker.door.create()))
    assert found == {"accepted": 7, "credits_insufficient": 13}
    assert workers[0].door.get("/api/v1/chat/credit").data == 0
    assert len(workers[1].store.tasks()) == workers[0].store.count_tasks() == 7


def test_a_limit_is_one_for_all_workers(share: Sharing) -> None:
    """Of forty creates at once the documented twenty are let through."""
    workers = [share() for _ in range(2)]
    found = Counter(answer.situation for answer in both(workers, 20, lambda worker: worker.door.create()))
    assert found == {"accepted": 20, "rate_limited": 20}


def test_an_order_is_met_as_often_as_ordered_whoever_is_asked(share: Sharing) -> None:
    """Ordered at one worker, met at any; of a plan exactly so many tasks are there."""
    workers = [share(limits="off") for _ in range(2)]
    workers[0].door.post("/_fakie/faults", {"code": 429, "times": 5})
    workers[1].door.post("/_fakie/plans", {"outcome": "fail", "seconds": 1, "times": 6})
    found = Counter(answer.situation for answer in both(workers, 10, lambda worker: worker.door.create()))
    assert found == {"rate_limited": 5, "accepted": 15}
    plans = Counter(str(task.plan) for task in workers[0].store.tasks())
    assert sorted(plans.values()) == [6, 9]
    assert workers[0].door.get("/_fakie/plans").data == workers[1].door.get("/_fakie/faults").data == []


def test_a_day_goes_the_same_way_however_many_share_it(share: Sharing, make: Callable[..., Service]) -> None:
    """By chance and by quota, each request counts among all of its account: asked in turns as asked at one."""
    half = {"id": "half", "probability": 0.5, "fault": {"code": 500}}
    few = {"id": "few", "endpoint": "credit", "quota": {"requests": 5, "seconds": 60}, "fault": {"code": 429}}
    day = {"format_version": 1, "name": "a-day", "steps": [half, few]}
    workers = [share(limits="off") for _ in range(2)]
    alone = direct(make(limits="off"))
    seen = []
    for doors in ([workers[0].door, workers[1].door], [alone]):
        doors[0].post("/_fakie/scenarios", {"scenario": day})
        ask = [doors[number % len(doors)] for number in range(40)]
        seen.append([(one.create().code, one.get("/api/v1/chat/credit").code) for one in ask])
    assert seen[0] == seen[1]
    assert Counter(code for _, code in seen[0]) == {200: 5, 429: 35}
    assert {code for code, _ in seen[0]} == {200, 500}


def test_a_scenario_is_begun_and_ended_for_all_and_tells_no_key(share: Sharing) -> None:
    """At whichever worker; a step that is for a key is kept as one for its account."""
    one, other = share(), share()
    step = {"id": "down", "account": "test-key", "endpoint": "*", "fault": {"code": 455}}
    one.door.post("/_fakie/scenarios", {"scenario": {"format_version": 1, "name": "down", "steps": [step]}})
    assert [playing["steps"] for playing in other.door.get("/_fakie/scenarios").data["playing"]] == [["down"]]
    assert [worker.door.create().code for worker in (one, other)] == [455, 455]
    assert other.door.create(headers={"Authorization": "Bearer another"}).code == 200
    assert "test-key" not in str(one.store.scenarios.kept())
    assert other.door.ask("DELETE", "/_fakie/scenarios").data == {"removed": 1}
    assert [worker.door.create().code for worker in (one, other)] == [200, 200]


def test_of_a_quota_the_last_stretch_alone_is_kept(share: Sharing, clock: HandClock) -> None:
    """A day of short stretches would fill Redis otherwise; a late one of the stretch before counts in the next."""
    worker = share(limits="off")
    few = {"id": "few", "endpoint": "credit", "quota": {"requests": 1, "seconds": 1}, "fault": {"code": 429}}
    worker.door.post(
        "/_fakie/scenarios", {"scenario": {"format_version": 1, "name": "few", "steps": [few], "lasts": 3}}
    )
    codes = []
    for _ in range(7):
        codes += [worker.door.get("/api/v1/chat/credit").code for _ in range(2)]
        clock.seconds += 1
    assert codes == [200, 429] * 7
    [kept] = worker.store.scenarios.kept()
    asked, passed = kept.counts.count("x", {"late": (1, 2)}), kept.counts.count("x", {"late": (1, 1)})
    assert (asked, passed) == ((1, {"late": 1}), (2, {"late": 2}))
    assert kept.counts.count("x", {"late": (2, 0)}) == (3, {"late": 1})


def test_levers_clocks_and_journal_are_those_of_all(share: Sharing, sent: Collector) -> None:
    """What one worker was told the other shows, and time that one skips has passed for both."""
    one, other = share(), share()
    task = one.door.new_task(callBackUrl=HOOK)
    assert other.door.record(task)["state"] == "waiting"
    other.door.post("/_fakie/clock", {"advance": 60})
    assert one.door.record(task)["state"] == "success"
    assert [outgoing.url for outgoing in sent.outgoing] == [HOOK]
    kinds = [entry["kind"] for entry in one.door.get("/_fakie/journal").data]
    assert kinds == ["request", "request", "delivery", "request"]
    numbers = [entry["number"] for entry in other.door.get("/_fakie/journal").data]
    assert numbers == sorted(set(numbers))
    one.door.post("/_fakie/reset", {})
    assert other.door.get("/_fakie/tasks").data == other.door.get("/_fakie/journal").data == []


def test_accounts_that_are_opened_later_are_as_far_on_whoever_opens_them(share: Sharing, clock: HandClock) -> None:
    """The time of all that one worker moved or stopped is that of a key which another meets first."""
    one, other = share(), share()
    one.door.post("/_fakie/clock", {"advance": 600, "freeze": True})
    other.door.create(headers={"Authorization": "Bearer later"})
    seen = [row for name, row in other.door.get("/_fakie/clock").data.items() if name != "fake"]
    assert {(row["now"] - clock.seconds, row["frozen"]) for row in seen} == {(600, True)}
    other.door.post("/_fakie/reset")
    fresh = one.door.get("/_fakie/clock").data["fake"]
    assert (fresh["now"], fresh["frozen"]) == (clock.seconds, False)


def test_an_advance_of_a_worker_that_slept_too_long_overwrites_no_others(share: Sharing) -> None:
    """The clock of accounts to come is that of whoever went on meanwhile; the sleeper is told, and moves nothing."""
    slow, quick = share(lease=0.05).store, share().store

    def outrun(_: ClockState) -> ClockState:
        quick.change_clock_of_new(lambda _: ClockState(600.0))
        return ClockState(30.0)

    with pytest.raises(StoreUnwritableError, match="others went on"):
        slow.change_clock_of_new(outrun)
    assert quick.clock_of_new() == ClockState(600.0)


def test_advances_of_several_workers_at_once_add_up(share: Sharing, clock: HandClock) -> None:
    """Each skips its seconds on every clock, also on that of accounts to come."""
    workers = [share() for _ in range(2)]
    workers[0].door.create()
    both(workers, 10, lambda worker: worker.door.post("/_fakie/clock", {"advance": 30}))
    clocks = workers[1].door.get("/_fakie/clock").data
    assert [row["now"] - clock.seconds for row in clocks.values()] == [600, 600]


def test_an_uploaded_file_is_found_at_every_worker(share: Sharing) -> None:
    """Also one that has taken the place of another."""
    one, other = share(), share()
    for text in ("aGVsbG8=", "d29ybGQ="):
        given = {"base64Data": text, "uploadPath": "a", "fileName": "b.txt"}
        path = one.door.post("/api/file-base64-upload", given).data["filePath"]
        found = [worker.door.get(f"/{path}").body for worker in (one, other)]
        assert found[0] == found[1]
    assert found[1] == b"world"


def test_each_due_event_is_one_workers(share: Sharing, sent: Collector, clock: HandClock) -> None:
    """Looked for by all at once, every callback goes out once."""
    workers = [share(limits="off") for _ in range(3)]
    tasks = {workers[0].door.new_task(callBackUrl=f"{HOOK}/{number}") for number in range(20)}
    clock.seconds += 100
    both(workers, 3, lambda worker: worker.door.get("/api/v1/chat/credit"))
    for worker in workers:
        worker.door.service.run_due()
    assert Counter(outgoing.url for outgoing in sent.outgoing) == {
        f"{HOOK}/{number}": 1 for number in range(len(tasks))
    }


def test_standing_orders_are_set_up_by_the_first_worker_alone(share: Sharing) -> None:
    """What was met of them is not forgotten when another worker starts."""
    accounts = (read_account("flaky=fault:429:2"),)
    key = {"Authorization": "Bearer flaky"}
    one = share(accounts=accounts)
    assert one.door.create(headers=key).situation == "rate_limited"
    other = share(accounts=accounts)
    found = [other.door.create(headers=key).situation for _ in range(2)]
    assert found == ["rate_limited", "accepted"]


def test_the_clock_of_all_workers_is_that_of_redis(share: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine of each says: one that is five seconds ahead tells the same."""
    one, other = share(), share()
    clock = RedisClock(one.connection)
    machine = time.time
    monkeypatch.setattr(time, "time", lambda: machine() + 5)
    ahead = RedisClock(other.connection)
    before = one.connection.seconds()
    told = [clock(), ahead()]
    after = other.connection.seconds()
    assert all(before - 0.05 <= moment <= after + 0.05 for moment in told)


def test_the_time_is_told_without_a_word_to_redis(share: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long ago its clock was looked at: one that hangs would hold up who is only asked whether it lives."""
    worker = share()
    clock, machine = RedisClock(worker.connection), time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: machine() + 3600)
    real, asked = worker.connection.seconds, itertools.count()
    monkeypatch.setattr(worker.connection, "seconds", lambda: next(asked) + real())
    clock()
    assert next(asked) == 0
    Pulse(worker.store, lambda: None, look=clock.look)._beat()
    assert next(asked) > 1
