"""Loops that never wait: time stands still for them, so that they would go on for as long as they say."""

import sys
from collections import Counter
from collections.abc import Callable, Hashable
from types import FrameType
from typing import NoReturn

from fakie.harness.forward.callers import place_of
from fakie_schemas.errors import FakieError

# So many readings of a clock at each of so few places with no other between them, some seconds' worth, are no measuring
# any more: a loop may read its deadline here, and what it calls a clock of its own there.
_MOST_READINGS, _FEW_PLACES = 2_000_000, 4
# A place at which no clock was read for so many readings is no part of that loop: it is what measures all of it.
_LONGEST_ROUND = 100
# So many readings since time was skipped, or since they were at more places than these, are no such loop yet.
_UNSEEN = 200_000
# So many polls while no time passes: a job takes no longer for being asked more often.
_MOST_POLLS = 1_000
# So many polls of a task that runs, over so long (seconds of the test), are no patience any more: jobs take minutes,
# who waits for a day asks every ten seconds or less often, and ten times as many would be minutes of real time.
_MOST_PATIENT_POLLS, _LONGEST_JOB = 10_000, 7_200
# So often a loop is stopped by an error that it may catch, since what is around it may tell of it best.
_MOST_CAUGHT = 100
# Where each module's own sleep is from.
_HOMES = {"time": "time", "asyncio": "asyncio."}


class BusyLoopError(FakieError):
    """Code under test goes round and round without waiting."""


class CaughtStopError(BaseException):
    """Code under test has caught, over and over, the error that stops its loop; no `except Exception` catches this."""


def stop_loop(error: Exception, caught: int, most: int = _MOST_CAUGHT) -> NoReturn:
    """Raise an error that stops a loop; CaughtStopError in its place when the loop has caught it often."""
    if caught < most:
        raise error
    raise CaughtStopError(
        f"{error}; this error was caught {caught} times, and the loop went on: expected an `except` of what the"
        " library raises, not of every Exception"
    ) from error


class Spinning:
    """Counts how often clocks are read at the same few places, with no other and no skip between."""

    def __init__(self, moved: Callable[[], int]) -> None:
        # How often time was skipped so far, now and when these were last without suspicion.
        self._moved = moved
        self._at = -1
        # How many readings there were, in all and until the last new place, and which of them was the last at each.
        self._times = self._until_new = 0
        self._last: dict[tuple[int, int], int] = {}
        # Up to which of them nobody looks where they are: that takes longer than the reading itself.
        self._unseen = _UNSEEN

    def read_at(self, frame: FrameType) -> None:
        """Count a reading; raises BusyLoopError when there were far too many of it in a row."""
        self._times += 1
        if self._times > self._unseen:
            self._look_at(frame)

    def _look_at(self, frame: FrameType) -> None:
        reader = _reader(frame)
        # Of the code its identity: a hash of all that is in it would take longer than the reading.
        place, moved = (id(reader.f_code), reader.f_lasti), self._moved()
        last = self._last.get(place)
        is_new = last is None or self._times - last > _LONGEST_ROUND
        if moved != self._at or (is_new and len(self._last) >= _FEW_PLACES):
            self._at, self._last, self._unseen = moved, {}, self._times + _UNSEEN
            return
        if is_new:
            self._until_new = self._times
        self._last[place] = self._times
        too_many = self._times - self._until_new - _MOST_READINGS * len(self._last)
        if too_many > 0:
            error = BusyLoopError(
                f"{place_of(reader)} reads the clock over and over; expected a sleep or a wait between"
            )
            stop_loop(error, too_many - 1)


class Polling:
    """Counts how often a path is asked, for one and the same task if it is about one, while no time is skipped."""

    def __init__(self) -> None:
        self._moved = -1
        self._times: Counter[tuple[str, str | None]] = Counter()

    def polled(self, moved: int, path: str, task_id: str | None) -> None:
        """Count a poll, after the time was moved so many times; raises BusyLoopError when there were far too many."""
        if moved != self._moved:
            self._times.clear()
            self._moved = moved
        self._times[path, task_id] += 1
        times = self._times[path, task_id]
        if times > _MOST_POLLS:
            error = BusyLoopError(
                f"{path} was asked {_MOST_POLLS} times in a row without a sleep or a wait between; expected one,"
                " such as time.sleep(5), which is skipped"
                + "".join(
                    f"; this test has put its own in place of {name}: leave that out" for name in _replaced_sleeps()
                )
            )
            stop_loop(error, times - _MOST_POLLS - 1)


def _replaced_sleeps() -> list[str]:
    """Return the sleeps, by name, in whose place somebody has put his own."""
    found = {module: getattr(sys.modules.get(module), "sleep", None) for module in _HOMES}
    homes = {module: str(getattr(sleep, "__module__", "")) for module, sleep in found.items() if sleep is not None}
    return [f"{module}.sleep" for module, home in homes.items() if not home.startswith((_HOMES[module], "fakie."))]


class EndlessLoopError(FakieError):
    """Code under test waits between its polls, but for an end that it does not see, or that never comes."""


class Patience:
    """Counts what is asked for again and again: where time is skipped, a loop without an end goes on for ever."""

    def __init__(self) -> None:
        self._asked: dict[str, tuple[int, float]] = {}
        self._tried: Counter[Hashable] = Counter()
        self._stopped: Counter[Hashable] = Counter()

    def polled(self, task_id: str, now: float, why_no_more: Callable[[], tuple[str, int]]) -> None:
        """Count a poll; raises EndlessLoopError when there were far too many of this task.

        `why_no_more` says why it need not be asked for, empty while it runs, and how often it was until then.
        """
        times, began = self._asked.get(task_id, (0, now))
        self._asked[task_id] = times + 1, began
        if times < _MOST_POLLS:
            return
        ended, before = why_no_more()
        if ended and times - before >= _MOST_POLLS:
            self._stop(
                task_id,
                f"{_named(task_id)} was asked for {_MOST_POLLS} times more {ended}; expected a loop that ends"
                " by each of success, fail and a refusal, and when its own time is up",
            )
        if times >= _MOST_PATIENT_POLLS and now - began >= _LONGEST_JOB:
            self._stop(
                task_id,
                f"{_named(task_id)} was asked for {times} times over {(now - began) / 3600:.0f} hours, and still"
                " runs; expected a loop that gives up when its own time is up",
            )

    def tried(self, endpoint: str, body: bytes, came: str) -> None:
        """Count a create that was sent, `came` of it empty when it was taken; raises EndlessLoopError like `polled`."""
        key = endpoint, hash(body)
        if not came:
            self._tried.pop(key, None)
            return
        self._tried[key] += 1
        if self._tried[key] > _MOST_POLLS:
            self._stop(
                key,
                f"{endpoint} was sent {_MOST_POLLS} times with one and the same body, and each time in vain (at last"
                f" {came}); expected a loop that gives up",
            )

    def _stop(self, key: Hashable, text: str) -> NoReturn:
        self._stopped[key] += 1
        stop_loop(EndlessLoopError(text), self._stopped[key] - 1)


def _named(task_id: str) -> str:
    return f"task {task_id:.100}" if task_id else "a record of no task (its taskId is missing, or empty)"


def _reader(frame: FrameType) -> FrameType:
    """Return who reads a clock: that of an event loop reads the system's for whoever asked."""
    is_loop = frame.f_code.co_name in {"time", "current_time"} and frame.f_back is not None
    return frame.f_back or frame if is_loop else frame
