"""A task's way from poll to poll: what may not go back or move, and which times cannot be."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fakie_contract.checks.agreement import back, created_moved, progress_back, updated_back
from fakie_contract.checks.record import is_in_ms
from fakie_schemas.families.family import ENDS
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

STATES = ("waiting", "queuing", "generating", "success", "fail")
# So far (ms) beyond this machine's clock that no network and no whole second explain it.
NEAR = 15_000
# How much earlier (ms) than a poll something was for certain, where the target's Date has whole seconds.
BETWEEN = 2_000


class Way:
    """A task's way to its end: what may not go back, or move, from poll to poll."""

    def __init__(self) -> None:
        self._reached = 0
        self._progress: int | None = None
        self._created: int | None = None
        self._updated: int | None = None

    def judge(self, data: Mapping[str, Any]) -> Iterator[Difference]:
        """Judge the next poll."""
        state = data.get("state")
        rank = STATES.index(state) if state in STATES else self._reached
        if rank < self._reached:
            yield back(STATES[self._reached], str(state), proven=False)
        self._reached = max(self._reached, rank)
        if self._created is not None:
            yield from created_moved(self._created, data)
        elif type(data.get("createTime")) is int:
            self._created = data["createTime"]
        progress = data.get("progress")
        if self._progress is not None:
            yield from progress_back(self._progress, data)
        if type(progress) is int:
            self._progress = max(progress, self._progress or 0)
        updated = data.get("updateTime")
        if self._updated is not None:
            yield from updated_back(self._updated, data)
        if type(updated) is int:
            self._updated = max(updated, self._updated or 0)


def by_the_clock(course: Sequence[tuple[float, object]], ahead: int, data: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge a poll's times by the clock of the target, which nobody moves and is `ahead` (ms) of this machine's.

    `course` are the polls so far: when each was sent (s), and the state that it showed.
    """
    yield from in_future(ahead, data)
    completed, polled = data.get("completeTime"), seen_running(course) + ahead
    if is_in_ms(completed) and completed < polled - BETWEEN:
        yield breach("task.completed_while_running", completed, polled=polled)


def seen_running(course: Sequence[tuple[float, object]]) -> int:
    """Return when (ms) the last poll was sent that showed a task running; 0 where none did."""
    return max((int(at * 1000) for at, state in course if state not in ENDS), default=0)


def in_future(ahead: int, data: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge that a poll's times have passed by the clock of its task, which is `ahead` (ms) of this machine's."""
    now = int(time.time() * 1000) + ahead
    for name in ("completeTime", "updateTime"):
        told = data.get(name)
        if is_in_ms(told) and told > now + NEAR:
            yield breach("record.future", told, f"/body/data/{name}", now=now)
