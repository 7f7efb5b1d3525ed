"""Judging exchanges against each other: what one task says of itself over time, on creation and in its callback."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fakie_contract.exchange import shown
from fakie_contract.traffic.found import Found, Severity
from fakie_contract.traffic.secrets import is_redacted, is_shortened
from fakie_contract.traffic.view import NOT_JSON, View, as_json

_RANKS: Mapping[str, int] = {"waiting": 0, "queuing": 1, "generating": 2, "success": 3, "fail": 3}
_ENDED = 3
_LASTING = ("model", "state", "param", "resultJson", "failCode", "failMsg", "costTime", "completeTime", "createTime")
_TOLD = ("model", "state", "param", "resultJson", "failCode", "failMsg", "costTime")
_MOST_TASKS = 200_000
_LONGEST = 200
_Kept = tuple[int, str]


@dataclass
class _Task:
    """What is remembered of a task: no bodies, so that a recording of any length fits."""

    model: str = ""
    sent: dict[str, int] = field(default_factory=dict)
    # By clock, or by file where the times are unknown: each state with the first and last moment it was seen at.
    seen: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    ended: dict[str, _Kept] = field(default_factory=dict)
    called: dict[str, _Kept] = field(default_factory=dict)


class Across:
    """Remembers tasks, and tells what in a new exchange contradicts what an earlier one said."""

    def __init__(self) -> None:
        self._tasks: dict[str, _Task] = {}
        self._moment = 0

    def created(self, view: View) -> None:
        """Remember an accepted createTask."""
        task = self._task(view.data)
        body = view.sent
        if task is not None and isinstance(body, dict):
            task.model = body["model"] if isinstance(body.get("model"), str) else ""
            given = body.get("input")
            task.sent = (
                {key: _mark(value) for key, value in given.items() if _echoes(value)} if isinstance(given, dict) else {}
            )

    def polled(self, view: View, file: str) -> Iterator[Found]:
        """Judge a recordInfo against what is known of its task."""
        data, task = view.data, self._task(view.data)
        if task is None:
            return
        yield from self._course(task, data, view, file)
        yield from _agrees_with_request(task, data)
        if data.get("state") in {"success", "fail"}:
            kept = _kept(data, _LASTING)
            yield from _differing("changed", "/body/data", task.ended, kept, "as polled before: the task had ended")
            yield from _differing("callback", "/body/data", task.called, kept, "as its callback says", _TOLD)
            task.ended = task.ended or kept

    def called_back(self, view: View) -> Iterator[Found]:
        """Judge a callback against what is known of its task."""
        data, task = view.sent["data"], self._task(view.sent["data"])
        if task is None:
            return
        kept = _kept(data, _LASTING)
        yield from _differing("callback", "/request/body/data", task.ended, kept, "as recordInfo says", _TOLD)
        task.called = kept

    def _task(self, data: Any) -> _Task | None:
        task_id = data.get("taskId") if isinstance(data, dict) else None
        if not isinstance(task_id, str) or not task_id or is_redacted(task_id):
            return None
        if task_id not in self._tasks and len(self._tasks) >= _MOST_TASKS:
            return None
        return self._tasks.setdefault(task_id, _Task())

    def _course(self, task: _Task, data: Mapping[str, Any], view: View, file: str) -> Iterator[Found]:
        """Find a state that is seen after one which it comes before, by the recorded times or else within one file."""
        state = data.get("state")
        if not isinstance(state, str) or state not in _RANKS:
            return
        self._moment += 1
        time = _time(view.exchange.at)
        now = float(self._moment) if time is None else time
        seen = task.seen.setdefault(file if time is None else "", {})
        for other, (first, last) in seen.items():
            later = other if _RANKS[other] > _RANKS[state] and first < now else ""
            earlier = other if _RANKS[other] < _RANKS[state] and last > now else ""
            clash = other != state and _RANKS[other] == _RANKS[state] == _ENDED
            if later or earlier or clash:
                yield _went_back(*((other, state) if not earlier else (state, other)))
        first, last = seen.get(state, (now, now))
        seen[state] = (min(first, now), max(last, now))


def _went_back(before: str, after: str) -> Found:
    # What contradicts an ended task breaks whoever stopped polling; among the others the order is inferred.
    severity: Severity = "breaking" if _RANKS[before] == _ENDED else "minor"
    expected = f"no way back from {before} (the states' order on the page of record-info)"
    return Found(severity, "state", "/body/data/state", expected, after)


def _agrees_with_request(task: _Task, data: Mapping[str, Any]) -> Iterator[Found]:
    model = data.get("model")
    if (
        task.model
        and isinstance(model, str)
        and not is_redacted(model)
        and not is_redacted(task.model)
        and model != task.model
    ):
        yield Found("breaking", "model", "/body/data/model", f"{task.model}, as createTask was asked", model)
    param = as_json(data["param"]) if isinstance(data.get("param"), str) else None
    given = param.get("input") if isinstance(param, dict) else None
    given = as_json(given) if isinstance(given, str) else given
    given = given if isinstance(given, dict) else {}
    for key, mark in task.sent.items():
        if key in given and _echoes(given[key]) and _mark(given[key]) != mark:
            expected = f"the {key} that createTask was asked with (param gives the request back: observed)"
            yield Found("minor", "param", "/body/data/param", expected, given[key])


def _differing(
    rule: str,
    place: str,
    before: Mapping[str, _Kept],
    now: Mapping[str, _Kept],
    why: str,
    names: tuple[str, ...] = _LASTING,
) -> Iterator[Found]:
    for name in names:
        if name in before and name in now and before[name][0] != now[name][0]:
            yield Found("minor", rule, f"{place}/{name}", f"{before[name][1]}, {why} (inferred)", now[name][1])


def _kept(data: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, _Kept]:
    return {
        name: (_mark(data[name]), shown(data[name], _LONGEST))
        for name in names
        if name in data and _kept_whole(data[name])
    }


def _kept_whole(value: Any) -> bool:
    return not (isinstance(value, str) and is_shortened(value))


def _mark(value: Any) -> int:
    """Give a value's hash: 5 and "5" are one, and the query that signs a URL is left out."""
    parsed = as_json(value) if isinstance(value, str) else value
    plain = value if parsed is NOT_JSON else parsed
    plain = int(plain) if isinstance(plain, float) and plain.is_integer() else plain
    # Keys come back in another order.
    text = json.dumps(plain, sort_keys=True) if isinstance(plain, dict | list) else " ".join(str(plain).split())
    return hash("".join(part.partition("?")[0] if part.startswith("http") else part for part in text.split('"')))


def _echoes(value: Any) -> bool:
    """Tell whether a value comes back as it was sent: an empty one may not, nor a URL, nor what was redacted."""
    if value in (None, "", [], {}):
        return False
    text = shown(value, 100_000)
    return "://" not in text and not is_shortened(text)


def _time(at: str) -> float | None:
    """Read a time of day; a date alone orders nothing."""
    try:
        return datetime.fromisoformat(at).timestamp() if ":" in at else None
    except (ValueError, OverflowError, OSError):
        return None
