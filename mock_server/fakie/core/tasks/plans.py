"""How a task will go: by time, by polls, or held by hand. A plan never skips a state that it lists."""

from collections.abc import Sequence
from typing import Annotated, Protocol

from msgspec import Meta, Struct

from fakie.core.tasks.quirks import Quirk
from fakie.core.tasks.result_order import ResultOrder
from fakie_schemas.catalog.profile import Failure

# What is read has a state.
_SOME = Meta(min_length=1)


class Plan(Protocol):
    """How a task goes: its state at a moment, in seconds since the epoch, and after a number of polls."""

    @property
    def ends_after(self) -> float | None:
        """Seconds from creation to the end, or None when time alone does not end it."""

    def state(self, began: float, now: float, polls: int) -> str:
        """Return the state as of `now` of a task that began then, after this many polls."""


class TimedPlan(Struct, frozen=True, tag_field="by", tag="time"):
    """States that begin at given ages, in seconds; the last one is the end."""

    steps: Annotated[tuple[tuple[str, float], ...], _SOME]

    @classmethod
    def of(cls, steps: Sequence[Sequence[object]], end: str = "success", speed: float = 1.0) -> "TimedPlan":
        """Make a plan from `[[state, age], …]`, its last state replaced by `end`, `speed` times as fast."""
        states = [str(state) for state, _ in steps[:-1]] + [end]
        ages = [float(str(age)) / speed for _, age in steps]
        return cls(tuple(zip(states, ages, strict=True)))

    @property
    def ends_after(self) -> float | None:
        """Seconds from creation to the end."""
        return self.steps[-1][1]

    def state(self, began: float, now: float, polls: int) -> str:  # noqa: ARG002 - the plan goes by time alone
        """Return the state as of `now` of a task that began then."""
        for state, age in reversed(self.steps):
            # Added up as for the event of that moment: the difference of the two can be a rounding error less.
            if began + age <= now:
                return state
        return self.steps[0][0]


class PolledPlan(Struct, frozen=True, tag_field="by", tag="polls"):
    """States of which each poll shows the next; the last one is the end."""

    states: Annotated[tuple[str, ...], _SOME]
    ends_after: float | None = None

    def state(self, began: float, now: float, polls: int) -> str:  # noqa: ARG002 - the plan goes by polls alone
        """Return the state that the poll of this number (from 1) shows."""
        return self.states[min(max(polls, 1), len(self.states)) - 1]


class HeldPlan(Struct, frozen=True, tag_field="by", tag="hold"):
    """One state, until the task is ended by hand."""

    held: Annotated[str, _SOME]
    ends_after: float | None = None

    def state(self, began: float, now: float, polls: int) -> str:  # noqa: ARG002 - nothing moves it
        """Return the state in which the task is held."""
        return self.held


class PlanOrder(Struct, frozen=True):
    """An order for how a task will go.

    `by` time, polls or hold; in how many `seconds` (None: as usual); with a `failure`, if it is to fail; what is
    odd about its callback; what it results in (None: as usual); and the `words` of a failure, code and msg, as said.
    """

    by: str = "time"
    # Written without a fraction, it is shown without one again.
    seconds: int | float | None = None
    failure: Failure | None = None
    quirk: Quirk = ""
    result: ResultOrder | None = None
    words: tuple[str | None, str | None] = (None, None)

    def plan(self, steps: Sequence[Sequence[object]], speed: float) -> Plan:
        """Make the plan, from the usual steps `[[state, age], …]`."""
        end = "fail" if self.failure else "success"
        if self.quirk == "before_answer":
            return TimedPlan.of(steps, end, float("inf"))
        if self.by == "hold":
            return HeldPlan(str(steps[0][0]))
        if self.by == "polls":
            return PolledPlan((*(str(state) for state, _ in steps[:-1]), end))
        if self.seconds is not None:
            speed = (float(str(steps[-1][1])) or 1.0) / self.seconds if self.seconds else float("inf")
        return TimedPlan.of(steps, end, speed)
