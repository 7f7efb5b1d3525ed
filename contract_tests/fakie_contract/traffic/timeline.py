"""The course of a task: which state was seen when, and what of it cannot be."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from fakie_contract.checks.agreement import (
    TaskEnd,
    back,
    callback_again,
    callback_agrees,
    changed,
    created_moved,
    progress_back,
    record_agrees,
    updated_back,
)
from fakie_schemas.families.family import ENDS
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.rules.difference import Difference

_RANKS: Mapping[str, int] = {"waiting": 0, "queuing": 1, "generating": 2, "success": 3, "fail": 3}
# A poll whose answer alone has a time may have begun as long before: four times what most take.
_LATENCY = 2.0
# Judges a poll by the most that an earlier one showed of a value.
_Back = Callable[[int, Mapping[str, Any]], Iterator[Difference]]


class Moment(Struct, frozen=True):
    """The moment of a request or an answer, by a clock: real time, or a place in a file that keeps the order."""

    clock: str
    start: float
    end: float
    is_time: bool


class ExchangeClock:
    """The clock by which exchanges have their moments."""

    def __init__(self) -> None:
        self._place = 0

    def moment(self, exchange: RecordedExchange, file: str) -> Moment | None:
        """Return the moment of an exchange; None when nothing tells of its order."""
        time = _time(exchange.at)
        if time is None:
            self._place += 1
            return Moment(file, self._place, self._place, is_time=False) if exchange.in_order else None
        # A time without a zone says when only among its like.
        clock = f"{file} by its own time" if time.tzinfo is None else ""
        at = time.timestamp()
        if exchange.took is None:
            return Moment(clock, at - _LATENCY, at, is_time=True)
        return Moment(clock, at, at + exchange.took, is_time=True)


class Timeline(Struct):
    """The states of one task: by clock, for each the end of the first poll that saw it and the start of the last."""

    _seen: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    _ranks: dict[str, int] = field(default_factory=lambda: dict(_RANKS))
    _end: str = ""

    def judge(self, state: str, moment: Moment | None, rank: int | None = None) -> Iterator[Difference]:
        """Find a state that was seen after one which it comes before: only polls that did not overlap can tell.

        `rank` is how far on its way a state is that the task's family has alone.
        """
        if rank is not None:
            self._ranks[state] = rank
        if state not in self._ranks:
            return
        if state in ENDS:
            if self._end and self._end != state:
                yield back(self._end, state, proven=True)
            self._end = self._end or state
        if moment is not None:
            yield from self._backwards(state, moment)

    def _backwards(self, state: str, moment: Moment) -> Iterator[Difference]:
        seen = self._seen.setdefault(moment.clock, {})
        for other, (first, last) in seen.items():
            if self._ranks[other] > self._ranks[state] and first < moment.start:
                yield back(other, state, proven=_is_proven(other, moment))
            elif self._ranks[other] < self._ranks[state] and last > moment.end:
                yield back(state, other, proven=_is_proven(state, moment))
        first, last = seen.get(state, (moment.end, moment.start))
        seen[state] = (min(first, moment.end), max(last, moment.start))


class Advance(Struct):
    """A value that must stay from poll to poll of a task (its createTime), or must not fall (progress, updateTime)."""

    _created: int | None = None
    _reached: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)

    def judge(self, data: Mapping[str, Any], moment: Moment | None) -> Iterator[Difference]:
        """Find another createTime than before, and less progress or an earlier updateTime than a poll before showed."""
        if self._created is not None:
            yield from created_moved(self._created, data)
        created = data.get("createTime")
        if self._created is None and type(created) is int:
            self._created = created
        if moment is not None:
            yield from self._fallen("progress", progress_back, data, moment)
            yield from self._fallen("updateTime", updated_back, data, moment)

    def _fallen(self, name: str, back: _Back, data: Mapping[str, Any], moment: Moment) -> Iterator[Difference]:
        told = data.get(name)
        if type(told) is not int:
            return
        most, at = self._reached.get((moment.clock, name), (told, moment.end))
        if at < moment.start:
            yield from back(most, data)
        if told >= most:
            self._reached[moment.clock, name] = told, moment.end


class ToldEnds(Struct):
    """The end of one task, as its record and its callback told of it first."""

    _polled: TaskEnd | None = None
    _called: TaskEnd | None = None

    def by_record(self, end: TaskEnd) -> Iterator[Difference]:
        """Judge what a record tells of the end by what was told of it before."""
        if self._polled and self._polled.state == end.state:
            yield from changed(self._polled, end)
        if self._called:
            yield from record_agrees(self._called, end)
        self._polled = self._polled or end

    def by_callback(self, end: TaskEnd) -> Iterator[Difference]:
        """Judge what a callback tells of the end by what was told of it before."""
        if self._called:
            yield from callback_again(self._called, end)
        elif self._polled:
            yield from callback_agrees(self._polled, end)
        self._called = self._called or end


def _is_proven(before: str, moment: Moment) -> bool:
    # What contradicts an ended task breaks whoever stopped polling. The order of the others is inferred, and a file's.
    return before in ENDS and moment.is_time


def _time(at: str) -> datetime | None:
    """Read a time of day; a date alone orders nothing."""
    try:
        time = datetime.fromisoformat(at) if ":" in at else None
        if time is not None:
            time.timestamp()
    except (ValueError, OverflowError, OSError):
        return None
    return time
