"""Facts that a record or a callback shows of a task whose request may not be known: its job, its state, its facts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from fakie_schemas.families.family import ENDS, FamilyEndpoint, Job, endpoints
from fakie_schemas.families.reading import MISSING, UNKNOWN, Told
from fakie_schemas.families.telling import NO_FAILURE, Telling

# How tasks go whose job has no plan of its own.
USUAL = ("waiting", "queuing", "generating")
_SENT = "sent."
_ACCEPTED = 200
# Facts of a task that shows its state by name.
_DATED = {"taskId": "id", "failCode": "failure.code", "failMsg": "failure.msg"}


class ShownTask(Struct, frozen=True):
    """A task as a body shows it: its job, its state (empty: none that can be read), and each place that was read.

    `name` is the stage or the end that a callback is of.
    """

    telling: Telling
    state: str
    told: Sequence[Told]
    name: str = ""

    @property
    def job(self) -> Job:
        """The job that the task does."""
        return self.telling.job

    @property
    def task_id(self) -> str:
        """The task's id, or nothing."""
        return next((value for value in self.values("id") if isinstance(value, str)), "")

    @property
    def failure(self) -> tuple[str, str]:
        """The code and the words of the failure that is told of, each empty where there is none."""
        codes = (*self.values("failure.code"), *self.values("failure.code_text"))
        code = next((str(code) for code in codes if code not in NO_FAILURE), "")
        return code, next((msg for msg in self.values("failure.msg") if isinstance(msg, str)), "")

    @property
    def is_end(self) -> bool:
        """Whether the task has ended."""
        return self.state in ENDS

    def values(self, fact: str) -> list[Any]:
        """Return what is said of a fact, at each place that tells of it."""
        return [one.value for one in self.told if one.fact == fact and one.value is not MISSING]


def rank(job: Job, state: str) -> int:
    """Return how far on its way a state is: each end comes last; -1 for one that is not on it."""
    states = tuple(name for name, _ in job.plan if name not in ENDS) or USUAL
    if state in ENDS:
        return len(states)
    return states.index(state) if state in states else -1


def jobs_shown_by(record: str) -> tuple[Job, ...]:
    """Return the jobs whose tasks an endpoint of the kind record shows."""
    made = (one.job for one in endpoints().values())
    return tuple({job.name: job for job in made if job and record in job.records}.values())


def show_record(
    record: FamilyEndpoint, data: Any, job: Job | None = None, sent: Mapping[str, Any] | None = None
) -> ShownTask:
    """Read a record's data as that of a job, or of the nearest one; `sent` is its request, if known."""
    jobs = (job,) if job else jobs_shown_by(record.name)
    if jobs[0].dated:
        return _by_name(jobs[0], data)
    return min((_record(telling, data) for one in jobs for telling in _tellings(one, sent)), key=unlikeness)


def show_callback(job: Job, body: Any, sent: Mapping[str, Any] | None = None) -> ShownTask:
    """Read a body as the callback of a job that its words say it is, else as the one that its code says."""
    succeeds = isinstance(body, dict) and body.get("code") == _ACCEPTED
    usual = ENDS[0] if succeeds else ENDS[1]
    states = {one.name: one.state for one in job.stages}
    every = [
        ShownTask(telling, states.get(name, name), telling.callback(name, body), name)
        for telling in _tellings(job, sent)
        for name in telling.job.bodies
    ]
    return max(every, key=lambda one: (_words_kept(one), one.name == usual, -unlikeness(one)))


def _record(telling: Telling, data: Any) -> ShownTask:
    state = telling.state(data) or ""
    return ShownTask(telling, state, telling.record(state, data))


def _by_name(job: Job, data: Any) -> ShownTask:
    given = data if isinstance(data, dict) else {}
    state = given.get("state")
    told = [Told((key,), given[key], fact) for key, fact in _DATED.items() if key in given]
    return ShownTask(Telling.of(job, USUAL, {}), state if isinstance(state, str) else "", told)


def _tellings(job: Job, sent: Mapping[str, Any] | None) -> Iterator[Telling]:
    """Yield how a task of a job may tell of itself: as its request decides, else in each way that requests have."""
    if sent is not None:
        yield Telling.of(job, USUAL, sent)
        return
    chosen = dict(_choices((job.record, job.record_in, job.callbacks, [one.body for one in job.stages], job.result)))
    yield Telling.of(job, USUAL, {})
    yield from (Telling.of(job, USUAL, {name: word}) for name, words in chosen.items() for word in words)


def _choices(template: Any) -> Iterator[tuple[str, Sequence[str]]]:
    if isinstance(template, Mapping):
        if str(template.get("choose", "")).startswith(_SENT):
            yield template["choose"].removeprefix(_SENT), tuple(template["of"])
        for inner in template.values():
            yield from _choices(inner)
    elif isinstance(template, list | tuple):
        for inner in template:
            yield from _choices(inner)


def unlikeness(shown: ShownTask) -> int:
    """Return how many keys are missing, or are there without being known."""
    return sum(one.value is MISSING or one.template is UNKNOWN for one in shown.told)


def _words_kept(shown: ShownTask) -> int:
    """Count the fixed words that a callback has, less those that it has otherwise; code and msg are judged apart."""
    fixed = [one for one in shown.told if isinstance(one.template, str) and one.template and "{" not in one.template]
    return sum(1 if one.value == one.template else -1 for one in fixed if one.steps not in (("code",), ("msg",)))
