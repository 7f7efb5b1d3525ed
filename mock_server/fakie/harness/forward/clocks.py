"""Clocks as the code under test reads them: the machine's readings plus the time that was skipped."""

import datetime
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from fakie.adapters.imported import imported
from fakie.harness.forward import real
from fakie.harness.forward.callers import Callers
from fakie.harness.forward.hand_over import HandOver
from fakie.harness.forward.held import Method
from fakie.harness.forward.in_place import Function, functions_of, original
from fakie.harness.forward.spinning import Spinning
from fakie.harness.forward.timekeeper import Timekeeper

_STEADY = ("monotonic", "perf_counter")
# What shows a given moment, or the present one.
_SHOWING = ("gmtime", "localtime", "ctime")
_OLD_UTC = (
    "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. Use timezone-aware objects"
    " to represent datetimes in UTC: datetime.datetime.now(datetime.UTC)."
)
_OF_WORK = ("CLOCK_PROCESS_CPUTIME_ID", "CLOCK_THREAD_CPUTIME_ID")
# The class in C, also where a tool that freezes time has put its own subclass in its place. Alone in a tuple, for such
# a tool replaces whatever name of a module stands for the class itself.
_DATETIME = tuple(kind for kind in datetime.datetime.__mro__ if type(vars(kind).get("now")) is not classmethod)[:1]


class Clocks:
    """Stand-ins for every clock of `time` and `datetime`, which move as a clock of which `now` is the time.

    Once the `keeper`'s block is over a reading that somebody has kept is that of the clock in place by then.
    `own` are the functions of `time`, whatever other tools have put in place of them.
    """

    def __init__(self, now: Callable[[], float], callers: Callers, keeper: Timekeeper) -> None:
        self._now, self._callers, self._keeper = now, callers, keeper
        self._spinning = Spinning(lambda: keeper.moved)
        self._zero = now()
        self.own = functions_of(time)
        self._wall: Callable[[], float] = original(self.own.time)
        self._wall_began: float = self._wall()
        self._began = real.clock()

    def wall(self) -> float:
        """Return the seconds since the epoch."""
        # Every request reads it some ten times, mostly where there is no such tool.
        if "time_machine" in sys.modules and _is_travelling():
            return self._wall() + self._travelled()
        return self._wall_began + (self._now() - self._zero)

    def hand_over(self, to: HandOver) -> None:
        """Have each thread see the moment that is its own at the end of the block."""
        skipped = self._now
        self._now = lambda: to.now(skipped, lambda: self._zero + float(real.clock() - self._began))

    def ahead(self) -> float:
        """Return the seconds that were skipped."""
        return self._passed() - float(real.clock() - self._began)

    def _passed(self) -> float:
        """Return the seconds that passed since these were made."""
        return self._now() - self._zero

    def functions(self) -> dict[Function, Function]:
        """Return the stand-in of each function of `time`."""
        own = self.own
        found: dict[Function, Function] = {
            own.time: self._shown(own.time, self.wall),
            own.time_ns: self._shown(own.time_ns, lambda: round(self.wall() * 1e9)),
            **dict(self._steady()),
            **{getattr(own, name): self._showing(getattr(own, name)) for name in _SHOWING},
            own.strftime: self._describing(own.strftime, 1),
            own.asctime: self._describing(own.asctime, 0),
        }
        if hasattr(own, "clock_gettime"):
            found[own.clock_gettime] = self._by_id(own.clock_gettime, lambda seconds: seconds)
            found[own.clock_gettime_ns] = self._by_id(own.clock_gettime_ns, lambda seconds: round(seconds * 1e9))
        return found

    def methods(self) -> list[Method]:
        """Return what stands in for `datetime.now` and `datetime.utcnow`, given their class."""
        (kind,) = _DATETIME
        return [(kind, "now", self._datetime_now(kind)), (kind, "utcnow", self._utcnow(kind))]

    def _steady(self) -> Iterator[tuple[Function, Function]]:
        for name in _STEADY:
            for function, scale in ((getattr(self.own, name), None), (getattr(self.own, f"{name}_ns"), 1e9)):
                yield function, self._shown(function, self._since(original(function)(), scale))

    def _since(self, began: Any, scale: float | None) -> Callable[[], Any]:
        if scale is None:
            return lambda: began + (self._now() - self._zero)
        return lambda: began + round(self._passed() * scale)

    def _shown(self, function: Function, moved: Callable[[], Any]) -> Function:
        own, frame_of = original(function), sys._getframe
        reads_real, read_at = self._callers.reads_real, self._spinning.read_at

        def reading() -> Any:
            frame = frame_of(1)
            if reads_real(frame):
                return own()
            read_at(frame)
            return moved()

        return reading

    def _showing(self, function: Function) -> Function:
        own = original(function)

        def showing(seconds: Any = None, /) -> Any:
            if seconds is None and not self._reads_real(sys._getframe(1)):
                return own(self.wall())
            return own(seconds)

        return showing

    def _describing(self, function: Function, given: int) -> Function:
        own, localtime = original(function), original(self.own.localtime)

        def describing(*arguments: Any) -> Any:
            if len(arguments) == given and not self._reads_real(sys._getframe(1)):
                return own(*arguments, localtime(self.wall()))
            return own(*arguments)

        return describing

    def _by_id(self, function: Function, unit: Callable[[float], Any]) -> Function:
        own = original(function)
        work = {getattr(time, name, None) for name in _OF_WORK}
        began: dict[int, Any] = {}

        def reading(clock: int, /) -> Any:
            if clock in work or self._reads_real(sys._getframe(1)):
                return own(clock)
            if clock == time.CLOCK_REALTIME:
                return unit(self.wall())
            if clock not in began:
                began[clock] = own(clock) + unit(self.ahead() - self._passed())
            return began[clock] + unit(self._passed())

        return reading

    def _datetime_now(self, kind: type) -> Function:
        def now(owner: Any, tz: datetime.tzinfo | None = None) -> Any:
            if self._keeper.is_over:
                return vars(kind)["now"].__get__(None, owner)(tz)
            return owner.fromtimestamp(self._seen(sys._getframe(1)), tz)

        return now

    def _utcnow(self, kind: type) -> Function:
        def utcnow(owner: Any) -> Any:
            if sys.version_info >= (3, 12):
                warnings.warn(_OLD_UTC, DeprecationWarning, stacklevel=2)
            if self._keeper.is_over:
                return vars(kind)["now"].__get__(None, owner)(datetime.UTC).replace(tzinfo=None)
            return owner.fromtimestamp(self._seen(sys._getframe(1)), datetime.UTC).replace(tzinfo=None)

        return utcnow

    def _seen(self, frame: FrameType) -> float:
        return self._wall() if self._reads_real(frame) else self.wall()

    def _reads_real(self, frame: FrameType) -> bool:
        """Tell whether a reading in this frame is to be the machine's; any other is counted."""
        is_real = self._callers.reads_real(frame)
        if not is_real:
            self._spinning.read_at(frame)
        return is_real

    def _travelled(self) -> float:
        """Return what was skipped, for a wall clock that another tool moves; nothing if it stopped it."""
        first = self._wall()
        return 0.0 if self._wall() == self._wall() == first else self.ahead()


def _is_travelling() -> bool:
    time_machine = imported("time_machine", having="escape_hatch")
    return time_machine is not None and bool(time_machine.escape_hatch.is_travelling())
