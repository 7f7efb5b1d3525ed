"""Judging exchanges against each other: what one task says of itself over time, on creation and in its callback."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fakie_contract.http.exchange import shown
from fakie_contract.traffic.course import ENDS, Clock, Course, Moment
from fakie_contract.traffic.found import Found
from fakie_contract.traffic.sameness import mark
from fakie_contract.traffic.taken_out import is_real_id, is_redacted, is_whole
from fakie_contract.traffic.view import View, as_json
from fakie_schemas.recordings.exchange import RecordedExchange

_LASTING = ("model", "param", "resultJson", "failCode", "failMsg", "costTime", "completeTime", "createTime")
_TOLD = ("model", "param", "resultJson", "failCode", "failMsg", "costTime")
# A callback's are rounded to whole seconds.
_TIMES = ("completeTime", "createTime")
_ROUNDING = 1000
_MOST_TASKS = 200_000
_LONGEST = 200
_Kept = tuple[int, str]


@dataclass
class _End:
    """What was said of a task's end, without its bodies."""

    state: str
    kept: Mapping[str, _Kept]
    times: Mapping[str, int]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "_End":
        kept = {
            name: (mark(data[name]), shown(data[name], _LONGEST))
            for name in _LASTING
            if name in data and is_whole(data[name])
        }
        return cls(data["state"], kept, {name: data[name] for name in _TIMES if type(data.get(name)) is int})


@dataclass
class _Task:
    """What is remembered of a task: no bodies, so that a recording of any length fits."""

    created: bool = False
    born: Moment | None = None
    # Given for two tasks, nobody can tell which is meant.
    ambiguous: bool = False
    model: str = ""
    sent: dict[str, int] = field(default_factory=dict)
    course: Course = field(default_factory=Course)
    polled: _End | None = None
    called: _End | None = None

    def is_meant(self, moment: Moment | None) -> bool:
        """Tell whether what was said at a moment is said of this task, not of an earlier one with its id."""
        born = self.born
        if self.ambiguous:
            return False
        return born is None or moment is None or moment.clock != born.clock or moment.end >= born.start


class Across:
    """Remembers tasks, and tells what in a new exchange contradicts what an earlier one said."""

    def __init__(self) -> None:
        self._tasks: dict[str, _Task] = {}
        self._clock = Clock()

    def created(self, view: View, file: str) -> None:
        """Remember an accepted createTask; an id that is given again is that of another task."""
        task, body = self._task(view.data), view.sent
        if task is None:
            return
        moment = self._clock.moment(view.exchange, file)
        if task.created:
            again = _Task(ambiguous=task.ambiguous or not _is_later(moment, task.born))
            task = self._tasks[view.data["taskId"]] = again
        task.created, task.born = True, moment
        if isinstance(body, dict):
            task.model = body["model"] if isinstance(body.get("model"), str) else ""
            given = body.get("input")
            sent = given if isinstance(given, dict) else {}
            task.sent = {key: mark(value) for key, value in sent.items() if _echoes(value)}

    def polled(self, view: View, file: str) -> Iterator[Found]:
        """Judge a recordInfo against what is known of its task."""
        data = view.data
        task, moment = self._meant(data, view.exchange, file)
        if task is None:
            return
        state = data.get("state")
        if isinstance(state, str):
            yield from task.course.judge(state, moment)
        yield from _agrees_with_request(task, data)
        if isinstance(state, str) and state in ENDS:
            end = _End.of(data)
            if task.polled and task.polled.state == state:
                yield from _differing("changed", "/body/data", task.polled, end, "as polled before: the task had ended")
            if task.called:
                yield from _differing("callback", "/body/data", task.called, end, "as its callback says", _TOLD)
            task.polled = task.polled or end

    def called_back(self, view: View, data: Mapping[str, Any], file: str) -> Iterator[Found]:
        """Judge a callback's data against what is known of its task."""
        task, _ = self._meant(data, view.exchange, file)
        state = data.get("state")
        if task is None or not isinstance(state, str) or state not in ENDS:
            return
        task.called = _End.of(data)
        if task.polled:
            place = "/request/body/data"
            yield from _differing("callback", place, task.polled, task.called, "as recordInfo says", _TOLD)

    def _meant(self, data: Any, exchange: RecordedExchange, file: str) -> tuple[_Task | None, Moment | None]:
        task, moment = self._task(data), self._clock.moment(exchange, file)
        return (task if task is not None and task.is_meant(moment) else None), moment

    def _task(self, data: Any) -> _Task | None:
        task_id = data.get("taskId") if isinstance(data, dict) else None
        if not isinstance(task_id, str) or not is_real_id(task_id):
            return None
        if task_id not in self._tasks and len(self._tasks) >= _MOST_TASKS:
            return None
        return self._tasks.setdefault(task_id, _Task())


def _is_later(moment: Moment | None, before: Moment | None) -> bool:
    if moment is None or before is None:
        return False
    return moment.clock != before.clock or moment.start >= before.start


def _agrees_with_request(task: _Task, data: Mapping[str, Any]) -> Iterator[Found]:
    model = data.get("model")
    told = isinstance(model, str) and not is_redacted(model) and not is_redacted(task.model)
    if told and task.model and model != task.model:
        yield Found("breaking", "model", "/body/data/model", f"{task.model}, as createTask was asked", model)
    given = _input(data.get("param")) if task.sent else {}
    for key, sent in task.sent.items():
        if key in given and _echoes(given[key]) and mark(given[key]) != sent:
            expected = f"the {key} that createTask was asked with (param gives the request back: observed)"
            yield Found("minor", "param", "/body/data/param", expected, given[key])


def _input(param: Any) -> Mapping[str, Any]:
    parsed = as_json(param) if isinstance(param, str) else None
    given = parsed.get("input") if isinstance(parsed, dict) else None
    given = as_json(given) if isinstance(given, str) else given
    return given if isinstance(given, dict) else {}


def _differing(
    rule: str, place: str, before: _End, now: _End, why: str, names: tuple[str, ...] = _LASTING
) -> Iterator[Found]:
    if before.state != now.state:
        # All else follows from it.
        yield Found("breaking", rule, f"{place}/state", f"{before.state}, {why}", now.state)
        return
    for name in names:
        if name in before.kept and name in now.kept and before.kept[name][0] != now.kept[name][0]:
            yield Found(
                "minor", rule, f"{place}/{name}", f"{before.kept[name][1]}, {why} (inferred)", now.kept[name][1]
            )
    for name in _TIMES if names is _TOLD else ():
        if name in before.times and name in now.times and abs(before.times[name] - now.times[name]) > _ROUNDING:
            expected = f"{before.times[name]} but for its rounding to seconds, {why} (inferred)"
            yield Found("minor", rule, f"{place}/{name}", expected, now.times[name])


def _echoes(value: Any) -> bool:
    """Tell whether a value comes back as it was sent: an empty one may not, nor a URL, nor what was redacted."""
    if value in (None, "", [], {}):
        return False
    return "://" not in shown(value, 100_000) and is_whole(value)
