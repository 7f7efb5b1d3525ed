"""Judging exchanges against each other: what one task says of itself over time, on creation and in its callback."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from fakie_contract.checks.agreement import CALLBACK, TaskEnd, asked_model, other_input
from fakie_contract.checks.fingerprint import fingerprint
from fakie_contract.checks.param import comes_back, filled_in, hook_comes_back, is_given, request_in
from fakie_contract.checks.redaction_marks import is_real_id, is_shortened
from fakie_contract.traffic.timeline import Advance, ExchangeClock, Moment, Timeline, ToldEnds
from fakie_contract.traffic.view import View
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.families.family import ENDS
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

_MOST_TASKS = 200_000
_MOST_EARLY = 10_000
# How long (s) after it was shown a task may be unknown to another part of the target: ten times as long as a fresh one.
_LAG = 10.0
# As keys are: what stands in place of one is a word, or one letter many times, and the same for every key.
_KEY = re.compile(r"(?i:bearer)\s+(?=\S*\d)([\w.-]{20,})")
_LETTERS = 6


class EarlyWord(Struct, frozen=True):
    """The words of a poll or a callback on a task whose createTask has not been read yet, and where they stand."""

    view: View
    moment: Moment | None
    data: Mapping[str, Any]
    is_callback: bool = False

    @classmethod
    def of(
        cls, view: View, moment: Moment | None, data: Mapping[str, Any], *, is_callback: bool = False
    ) -> "EarlyWord":
        """Keep no more than is needed."""
        where = replace(view.exchange, request_headers={}, response_headers={}, request_body=None, response_body=None)
        return cls(View(where), moment, {name: data.get(name) for name in ("model", "param")}, is_callback)


class _Task(Struct):
    """A task as it is remembered: no bodies, so that a recording of any length fits."""

    created: bool = False
    born: Moment | None = None
    host: str = ""
    # The first poll and the first callback.
    early: list[EarlyWord] = field(default_factory=list)
    # Given for two tasks, nobody can tell which is meant.
    ambiguous: bool = False
    model: str = ""
    # The fingerprint of what must come back as it was sent; None of what may come back as something else.
    sent: dict[str, int | None] = field(default_factory=dict)
    # What the input had; None where it was not recorded.
    names: frozenset[str] | None = None
    # Empty where what was sent is not to be compared: a recorder may have taken it out, and its name as well.
    hook: str = ""
    course: Timeline = field(default_factory=Timeline)
    advance: Advance = field(default_factory=Advance)
    ends: ToldEnds = field(default_factory=ToldEnds)
    # When it was first shown, and where to which key, by their fingerprint.
    shown: tuple[Moment, int] | None = None

    def is_meant(self, moment: Moment | None) -> bool:
        """Tell whether what was said at a moment is said of this task, not of an earlier one with its id."""
        born = self.born
        if self.ambiguous:
            return False
        return born is None or moment is None or moment.clock != born.clock or moment.end >= born.start


class TaskHistory:
    """Remembers tasks, and tells what in a new exchange contradicts what an earlier one said."""

    def __init__(self, catalog: Catalog, kept: float) -> None:
        """Begin with no task; `kept` is how long (s) the target keeps one."""
        self._catalog = catalog
        self._kept = kept
        self._tasks: dict[str, _Task] = {}
        self._clock = ExchangeClock()
        self._early = 0

    def created(self, view: View, file: str) -> Iterator[tuple[EarlyWord, list[Difference]]]:
        """Remember an accepted createTask; an id that is given again is that of another task.

        Yields what was told of the task before it in the recording, with what in that contradicts the request.
        """
        task, body = self._task(view.data), view.sent
        if task is None:
            return
        moment = self._clock.moment(view.exchange, file)
        if task.created:
            # Fakes with one seed give the same ids, on two hosts to two tasks.
            unclear = task.ambiguous or task.host != view.host or not _is_later(moment, task.born)
            task = self._tasks[view.data["taskId"]] = _Task(ambiguous=unclear)
        task.created, task.born, task.host = True, moment, view.host
        if isinstance(body, dict):
            task.model = body["model"] if isinstance(body.get("model"), str) else ""
            given = body.get("input")
            sent = given if isinstance(given, dict) else {}
            task.names = frozenset(given) if isinstance(given, dict) else None
            hook = body.get("callBackUrl")
            task.hook = hook if isinstance(hook, str) else ""
            task.sent = {key: _kept(value) for key, value in sent.items() if is_given(value)}
        early, task.early = task.early, []
        for word in early:
            if task.is_meant(word.moment):
                agrees = _called_as_asked if word.is_callback else self._agrees_with_request
                yield word, [*agrees(task, word.data)]

    def polled(self, view: View, file: str) -> Iterator[Difference]:
        """Judge a recordInfo against what is known of its task."""
        data, asked = view.data, view.query.get("taskId")
        task, moment = self._meant(data, view.exchange, file)
        if task is None or (is_real_id(asked) and asked != data["taskId"]):
            # All else in it may be that of the task that was asked for, or of the one that it names.
            return
        key = _asker(view)
        if key is not None and moment is not None and moment.is_time and task.shown is None:
            task.shown = moment, key
        state = data.get("state")
        if isinstance(state, str):
            yield from task.course.judge(state, moment)
        yield from task.advance.judge(data, moment)
        yield from self._agrees_with_request(task, data)
        if isinstance(state, str) and state in ENDS:
            yield from task.ends.by_record(TaskEnd.of(data))
        self._keep_early(task, EarlyWord.of(view, moment, data))

    def unknown(self, view: View, file: str) -> Iterator[Difference]:
        """Judge an answer that knows no task: the same key was shown it before, and it is not kept too long yet."""
        task, moment = self._tasks.get(view.query.get("taskId", "")), self._clock.moment(view.exchange, file)
        if task is None or task.shown is None or moment is None or task.ambiguous:
            return
        before, key = task.shown
        if moment.clock == before.clock and key == _asker(view) and _LAG < moment.start - before.end < self._kept:
            yield breach("task.vanished", view.code)

    def _keep_early(self, task: _Task, word: EarlyWord) -> None:
        known = any(one.is_callback is word.is_callback for one in task.early)
        if not (task.created or known) and self._early < _MOST_EARLY:
            self._early += 1
            task.early.append(word)

    def _agrees_with_request(self, task: _Task, data: Mapping[str, Any]) -> Iterator[Difference]:
        yield from _is_as_asked(task, data)
        given = _given_back(task, data)
        pages = (self._catalog.served(task.model), self._catalog.latest(task.model), self._catalog.pinned(task.model))
        if task.model and given and any(pages):
            yield from filled_in(task.names or (), given, [one for one in pages if one], task.model)

    def called_back(self, view: View, data: Mapping[str, Any], file: str) -> Iterator[Difference]:
        """Judge a callback's data against what is known of its task."""
        task, moment = self._meant(data, view.exchange, file)
        state = data.get("state")
        if task is None or not isinstance(state, str) or state not in ENDS:
            return
        yield from _called_as_asked(task, data)
        yield from task.ends.by_callback(TaskEnd.of(data))
        self._keep_early(task, EarlyWord.of(view, moment, data, is_callback=True))

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


def _is_as_asked(task: _Task, data: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge what a task tells of its request by what createTask was asked with."""
    yield from asked_model(task.model, data)
    found = request_in(data.get("param")) if task.names is not None else None
    if found is None:
        return
    outer, given = found
    for key, sent in task.sent.items():
        if not is_given(given.get(key)) or _is_other(given[key], sent):
            yield other_input(key, given.get(key))
    if task.hook:
        yield from hook_comes_back(task.hook, outer)


def _kept(value: Any) -> int | None:
    return fingerprint(value) if comes_back(value) else None


def _is_other(given: Any, sent: int | None) -> bool:
    return sent is not None and comes_back(given) and fingerprint(given) != sent


def _called_as_asked(task: _Task, data: Mapping[str, Any]) -> Iterator[Difference]:
    for one in _is_as_asked(task, data):
        yield replace(one, place=f"{CALLBACK}{one.place.removeprefix('/body')}")


def _given_back(task: _Task, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the input that a task gives back; empty where it, or what was sent, was not recorded."""
    found = request_in(data.get("param"))
    return found[1] if found and task.names is not None else {}


def _asker(view: View) -> int | None:
    """Return the fingerprint of a key and of where it asks; None where it was taken out of the recording."""
    found = _KEY.fullmatch(view.exchange.request_headers.get("authorization", ""))
    is_real = found is not None and len(set(found[1])) >= _LETTERS and not is_shortened(found[1])
    return fingerprint([view.exchange.url.partition("?")[0], found[1]]) if found and is_real else None


def _is_later(moment: Moment | None, before: Moment | None) -> bool:
    if moment is None or before is None:
        return False
    return moment.clock != before.clock or moment.start >= before.start
