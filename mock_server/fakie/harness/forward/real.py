"""Clocks and waits of this machine, taken before anything is replaced."""

import select
import threading
import time
from collections.abc import Callable
from typing import Any

from fakie.harness.forward.in_place import functions_of, original

# perf_counter is the one that no tool for travelling moves; one that freezes names may be at work already.
_time = functions_of(time)
sleep = original(_time.sleep)
clock: Callable[[], float] = original(_time.perf_counter)
wall: Callable[[], float] = original(_time.time)
join = threading.Thread.join
wait = threading.Condition.wait
notify = threading.Condition.notify
notify_all = threading.Condition.notify_all
# Windows has none.
poll: Any = type(select.poll()).poll if hasattr(select, "poll") else None


def shown_wall() -> float:
    """Return the seconds since the epoch that `time.time` shows, also where a tool that freezes time has replaced it.

    A mock of it that gives no number is left out.
    """
    shown: object = time.time()
    return float(shown) if isinstance(shown, float | int) else wall()


def steady_wall() -> Callable[[], float]:
    """Make a clock that shows seconds since the epoch, and goes on evenly whatever becomes of the system's."""
    ahead = shown_wall() - clock()

    def now() -> float:
        return ahead + clock()

    return now
