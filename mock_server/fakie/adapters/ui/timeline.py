"""The life of a task, moment by moment: its create, polls, states, callbacks, downloads."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from fakie.core.conduct.entries import about, state_of, task_of_result
from fakie.core.journal import Entry
from fakie.core.tasks.plans import TimedPlan
from fakie.core.tasks.task import Task

_MOST = 300


class LifeMoment(Struct, frozen=True):
    """Something that happened: when (epoch seconds, seconds after the create), what kind, in words, and its entries."""

    at: float
    after: float
    kind: str
    what: str
    why: str = ""
    entries: tuple[Entry, ...] = ()


def timeline(task: Task, entries: Sequence[Entry], now: float) -> list[LifeMoment]:
    """Return the moments of a task in their order, from what the journal still has and from its plan; the last ones."""
    seen = [*_states(task, now), *_events(task, entries)]
    return sorted(seen, key=lambda moment: (moment.at, moment.kind != "create"))[-_MOST:]


def _states(task: Task, now: float) -> Iterator[LifeMoment]:
    end = task.end
    last = min(now, end.at if end else now)
    for state, age in task.plan.steps[1:-1] if isinstance(task.plan, TimedPlan) else ():
        if task.created_at + age <= last:
            yield LifeMoment(task.created_at + age, age, "state", f"now {state}")
    if end:
        why = f"{end.failure.code}: {end.failure.msg}" if end.failure else ""
        yield LifeMoment(end.at, end.at - task.created_at, "end", f"ended: {end.state}", why)


def _events(task: Task, entries: Sequence[Entry]) -> Iterator[LifeMoment]:
    """Return what the journal tells; polls in a row that showed the same are one."""
    named = [(_kind(entry), _what(entry), entry) for entry in entries]
    for (kind, what), group in groupby(named, key=lambda one: one[:2]):
        alike = [entry for _, _, entry in group]
        for some in [alike] if kind == "poll" else [[entry] for entry in alike]:
            times = f", {len(some)} times" if len(some) > 1 else ""
            last = some[-1]
            why = last.reason if last.kind == "delivery" or last.refused else ""
            yield LifeMoment(
                some[0].at, some[0].at - task.created_at, kind, what + times, why, (some[0], last)[: len(some)]
            )


def _kind(entry: Entry) -> str:
    if entry.kind == "delivery":
        return "callback"
    if task_of_result(entry):
        return "download"
    found = about(entry)
    return {"create": "create", "record": "poll"}.get(found.kind, "request") if found else "request"


def _what(entry: Entry) -> str:
    kind = _kind(entry)
    if kind == "create":
        return "created"
    if kind == "poll":
        return f"polled: {state_of(entry) or entry.situation}"
    if kind == "callback":
        return entry.situation.replace("_", " ")
    if kind == "download":
        return "result asked for: gone" if entry.refused else "result fetched"
    return f"{entry.method} {entry.path}"
