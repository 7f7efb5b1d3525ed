"""No reference escapes: whoever holds a clock or a sleep sees skipped time in a test, and real time after it."""

import datetime
import functools
import inspect
import os
import pickle
import sched
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from time import gmtime, localtime, monotonic_ns, sleep, strftime, time_ns
from typing import Any, ClassVar

import pytest

import support.clients.sleeper
from fakie.harness import fast_forward as forwarding
from fakie.harness.fake import Fake
from fakie.harness.fast_forward import fast_forward
from fakie.harness.forward import held, in_place
from fakie.harness.start import new_fake
from support.lap import Lap

nap = functools.partial(time.sleep, 1000)


def default_sleep(seconds: float, wait: Callable[[float], None] = time.sleep) -> None:
    wait(seconds)


class Watch:
    clock: ClassVar[Any] = time.perf_counter
    pause: ClassVar[Any] = time.sleep

    def lap(self) -> float:
        return float(self.clock())


@dataclass
class Stamped:
    at: datetime.datetime = field(default_factory=datetime.datetime.now)


class OwnDatetime(datetime.datetime):
    """A subclass, as libraries make them."""


held_now, held_id = datetime.datetime.now, functools.partial(time.clock_gettime, time.CLOCK_MONOTONIC)


def utc() -> float:
    return datetime.datetime.now(datetime.UTC).timestamp()


CLOCKS: dict[str, Callable[[], float]] = {
    "time": lambda: time.time(),
    "time_ns by name": lambda: time_ns() / 1e9,
    "monotonic": lambda: time.monotonic(),
    "monotonic_ns by name": lambda: monotonic_ns() / 1e9,
    "perf_counter of a class": lambda: Watch().lap(),
    "perf_counter_ns": lambda: time.perf_counter_ns() / 1e9,
    "clock_gettime": lambda: time.clock_gettime(time.CLOCK_REALTIME),
    "clock_gettime_ns": lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC) / 1e9,
    "clock_gettime of a partial": held_id,
    "gmtime by name": lambda: time.mktime(gmtime()),
    "localtime by name": lambda: time.mktime(localtime()),
    "strftime by name": lambda: time.mktime(time.strptime(strftime("%Y-%m-%d %H:%M:%S"), "%Y-%m-%d %H:%M:%S")),
    "ctime": lambda: time.mktime(time.strptime(time.ctime())),
    "asctime": lambda: time.mktime(time.strptime(time.asctime())),
    "now": lambda: datetime.datetime.now().timestamp(),
    "now held": lambda: held_now().timestamp(),
    "now with a zone": utc,
    "now of a subclass": lambda: OwnDatetime.now().timestamp(),
    "now of a factory": lambda: Stamped().at.timestamp(),
    "datetime.today": lambda: datetime.datetime.today().timestamp(),
}


@pytest.mark.parametrize("name", CLOCKS)
def test_every_clock_moves_along(fake: Fake, name: str) -> None:
    """By an hour that was slept, and not back within the block; after it, it shows the machine's time again."""
    read = CLOCKS[name]
    real = read()
    with fast_forward(fake):
        before = read()
        time.sleep(3600)
        assert read() - before == pytest.approx(3600, abs=5)
        assert before >= real
    assert read() - real == pytest.approx(0, abs=10)


@pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")
def test_a_clock_that_was_bound_in_another_block_is_as_any() -> None:
    """What a module keeps that a test is the first to import shows the machine's time, and then that of the next."""
    with fast_forward(new_fake()):
        kept = [datetime.datetime.now, datetime.datetime.utcnow, OwnDatetime.now]
        time.sleep(3600)
    for read, own in zip(kept, (datetime.datetime.now, datetime.datetime.utcnow, OwnDatetime.now), strict=True):
        assert abs((own() - read()).total_seconds()) < 10
        assert type(read()) is type(own())
        with fast_forward(new_fake()):
            before = read()
            time.sleep(3600)
            assert (read() - before).total_seconds() == pytest.approx(3600, abs=5)


def test_the_date_moves_along(fake: Fake) -> None:
    """Two days later it is the day after tomorrow."""
    today = datetime.date.today()
    with fast_forward(fake):
        time.sleep(2 * 86400)
        assert datetime.date.today() - today >= datetime.timedelta(days=2)
        assert isinstance(OwnDatetime.now(), OwnDatetime)
    assert datetime.date.today() - today <= datetime.timedelta(days=1)


@pytest.mark.parametrize(
    "wait",
    [nap, lambda: sleep(1000), lambda: default_sleep(1000), lambda: Watch.pause(1000), lambda: Watch().pause(1000)],
    ids=["partial", "name", "default", "class", "instance"],
)
def test_every_sleep_skips_in_every_test(wait: Callable[[], None]) -> None:
    """In a second fake's block as in the first."""
    began = os.times().elapsed
    for _ in range(2):
        with fast_forward(new_fake()):
            lap = Lap()
            wait()
            assert lap.skipped(1000)
    assert os.times().elapsed - began < 50


def test_a_scheduler_runs_by_skipped_time(fast: Fake) -> None:
    """`sched` holds both its clock and its sleep as defaults."""
    ran: list[float] = []
    scheduler, before = sched.scheduler(), time.monotonic()
    for after in (100, 300, 200):
        scheduler.enter(after, 1, lambda: ran.append(time.monotonic() - before))
    scheduler.run()
    assert ran == [pytest.approx(each, abs=3) for each in (100, 200, 300)]


def test_wrong_arguments_are_refused_as_ever(fast: Fake) -> None:
    """The same errors as without a fake."""
    with pytest.raises(ValueError, match="non-negative"):
        time.sleep(-1)
    with pytest.raises(TypeError):
        time.sleep("5")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        datetime.datetime.now("UTC")  # type: ignore[arg-type]
    with pytest.raises(OverflowError):
        time.localtime(1e30)
    with pytest.raises(TypeError):
        time.time(1)  # type: ignore[call-arg]


class BrokenZone(datetime.tzinfo):
    """A time zone that cannot be asked."""

    def utcoffset(self, _: datetime.datetime | None) -> datetime.timedelta:
        raise ZeroDivisionError

    dst = utcoffset

    def tzname(self, _: datetime.datetime | None) -> str:
        return "broken"


held_utcnow, own_now = datetime.datetime.utcnow, OwnDatetime.now


@pytest.mark.parametrize("now", [datetime.datetime.now, held_now, own_now])
def test_a_kept_now_raises_as_ever(fast: Fake, now: Callable[[object], object]) -> None:
    """What is no time zone, and what goes wrong in one, come to who asked, by whichever reference."""
    with pytest.raises(TypeError):
        now("Europe/Berlin")
    with pytest.raises(ZeroDivisionError):
        now(BrokenZone())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="utcnow is not deprecated there")
def test_a_kept_utcnow_warns_of_who_calls_it(fast: Fake) -> None:
    """The warning has the caller's place, by which filters choose, and is an error where it is to be one."""
    with warnings.catch_warnings(record=True, action="always") as told:
        held_utcnow()
    assert [warning.filename for warning in told] == [__file__]
    with warnings.catch_warnings(action="error"), pytest.raises(DeprecationWarning):
        held_utcnow()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_kept_now_that_nobody_finds_moves_along_and_breaks_nothing(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that the garbage collector does not show: it moves, and what it cannot raise is told of."""
    monkeypatch.setattr(held, "_those_among", lambda *_: {})
    hidden = OwnDatetime.now
    with fast_forward(fake):
        began = hidden()
        time.sleep(100)
        assert 100 <= (hidden() - began).total_seconds() < 130
        assert hidden("Europe/Berlin") is None  # type: ignore[arg-type]


def test_clocks_of_work_and_of_the_machine_stay_real(fast: Fake) -> None:
    """os.times(), process_time and thread_time do not move."""
    before = os.times().elapsed, time.process_time(), time.thread_time()
    time.sleep(3600)
    after = os.times().elapsed, time.process_time(), time.thread_time()
    assert all(later - earlier < 30 for earlier, later in zip(before, after, strict=True))


def test_functions_stay_what_they_are(fast: Fake) -> None:
    """What is replaced lies within the function: it is the same builtin one, and other processes are handed it."""
    assert time.sleep is SLEEP
    assert inspect.isbuiltin(time.sleep)
    assert time.sleep.__name__ == "sleep"
    assert pickle.loads(pickle.dumps(time.sleep)) is time.sleep


SLEEP = time.sleep


def test_another_python_replaces_by_name(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where functions cannot be replaced in place, names of modules skip, and are put back."""
    monkeypatch.setattr(in_place, "is_possible", lambda: False)
    monkeypatch.setattr(forwarding, "is_possible", lambda: False)
    began, real_sleep = os.times().elapsed, time.sleep
    with fast_forward(fake):
        lap = Lap()
        time.sleep(1000)
        support.clients.sleeper.nap(1000)
        assert lap.skipped(2000)
    assert os.times().elapsed - began < 50
    assert time.sleep is support.clients.sleeper.sleep is real_sleep


def test_a_name_that_another_tool_has_taken_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this Python can do is not judged by a function that a mock may stand in for."""
    monkeypatch.setattr(time, "sleep", lambda _: None)
    in_place.is_possible.cache_clear()
    assert in_place.is_possible()
