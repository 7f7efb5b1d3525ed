"""Memory of the tasks of families: who made them, of what, and what was said of their way and their end."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from fakie_contract.checks.agreement import CALLBACK, TaskEnd
from fakie_contract.checks.family_way import advance_of, place_of_state
from fakie_contract.checks.redaction_marks import is_placeholder
from fakie_contract.checks.shape import pointer
from fakie_contract.checks.told import RECORD
from fakie_contract.checks.told_twice import of_result
from fakie_contract.traffic.timeline import Advance, Moment, Timeline, ToldEnds
from fakie_schemas.families.family import FamilyEndpoint, Job, endpoints
from fakie_schemas.families.shown import ShownTask, rank
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

_MOST_TASKS = 200_000
_LONGEST_REQUEST = 20_000


class SeenTask(Struct):
    """One task: the endpoint that made it, if that was recorded, and its request, unless that is long."""

    maker: FamilyEndpoint | None = None
    sent: Mapping[str, Any] | None = None
    course: Timeline = field(default_factory=Timeline)
    advance: Advance = field(default_factory=Advance)
    ends: ToldEnds = field(default_factory=ToldEnds)
    # The callbacks so far: how far on the task's way each is, and when it came.
    posted: list[tuple[str, int, Moment]] = field(default_factory=list)

    def judge_poll(self, shown: ShownTask, moment: Moment | None) -> Iterator[Difference]:
        """Judge what a record shows against what was seen of the task before."""
        job, state = shown.job, shown.state
        if not state:
            return
        place = place_of_state(shown)
        for one in self.course.judge(state, moment, rank(job, state)):
            yield replace(one, place=place, got=shown.telling.word(str(one.got)))
        yield from self.advance.judge(advance_of(shown), moment)
        if shown.is_end:
            yield from self.ends.by_record(_end(shown, RECORD, place))

    def judge_callback(self, shown: ShownTask, moment: Moment | None) -> Iterator[Difference]:
        """Judge a callback against its task's record, and against the callbacks before it."""
        if moment is not None:
            yield from self._in_order(shown, moment)
        if shown.is_end:
            yield from self.ends.by_callback(_end(shown, CALLBACK, f"{CALLBACK}/code"))

    def _in_order(self, shown: ShownTask, moment: Moment) -> Iterator[Difference]:
        at = rank(shown.job, shown.state)
        # One that nobody took is sent again.
        is_again = any(name == shown.name for name, _, _ in self.posted)
        for name, other, came in self.posted if not is_again else ():
            if other > at and came.clock == moment.clock and came.end < moment.start:
                yield breach("callback.stage_order", shown.name, before=name)
                break
        self.posted.append((shown.name, at, moment))


class SeenTasks:
    """All tasks of families that a recording has shown so far, by their ids."""

    def __init__(self) -> None:
        self._tasks: dict[str, SeenTask] = {}

    def created(self, task_id: object, maker: FamilyEndpoint, sent: Any, length: int) -> None:
        """Remember an accepted request; an id that is given again is that of another task."""
        if isinstance(task_id, str) and is_id(task_id) and len(self._tasks) < _MOST_TASKS:
            kept = sent if isinstance(sent, dict) and length <= _LONGEST_REQUEST else None
            self._tasks[task_id] = SeenTask(maker, kept)

    def known(self, task_id: str) -> SeenTask | None:
        """Return a task that was seen, or None."""
        return self._tasks.get(task_id)

    def of(self, task_id: str) -> SeenTask:
        """Return a task, remembered from now on where its id can be that of one alone."""
        if not is_id(task_id) or len(self._tasks) >= _MOST_TASKS:
            return self._tasks.get(task_id) or SeenTask()
        return self._tasks.setdefault(task_id, SeenTask())


def is_id(task_id: str) -> bool:
    """Tell whether an id can mean one task alone; families write ids in forms of their own."""
    return len(task_id) > 7 and not is_placeholder(task_id)


def maker_of(job: Job) -> FamilyEndpoint:
    """Return an endpoint that makes tasks of a job."""
    return next(one for one in endpoints().values() if one.job is job)


def _end(shown: ShownTask, base: str, state_place: str) -> TaskEnd:
    told = [*of_result(shown.told), *(one for one in shown.told if one.fact.startswith(("failure.", "completed.")))]
    values = {one.fact: (base + pointer(one.steps), one.value) for one in told}
    return TaskEnd.told(shown.state, values, state_place)
