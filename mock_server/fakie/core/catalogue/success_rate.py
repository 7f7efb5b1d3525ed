"""How a model's tasks have gone in the last day, by ten minutes each."""

from collections.abc import Iterable
from typing import Any

from fakie.core.tasks.task import Task

_SECONDS = 600
_MOST = 144


def points(model: str, tasks: Iterable[Task], now: float) -> list[dict[str, Any]]:
    """Return the last day's points, oldest first, times in ms since the epoch; nulls where no task of it ended."""
    ended: dict[int, list[bool]] = {}
    for task in tasks:
        if task.model == model and task.end:
            ended.setdefault(int(task.end.at // _SECONDS), []).append(task.end.state == "success")
    last = int(now // _SECONDS)
    return [_point(number, ended.get(number, [])) for number in range(last - _MOST + 1, last + 1)]


def _point(number: int, ends: list[bool]) -> dict[str, Any]:
    rate = round(sum(ends) / len(ends), 4) if ends else None
    return {
        "start": number * _SECONDS * 1000,
        "end": (number + 1) * _SECONDS * 1000,
        "successRate": rate,
        "errorRate": None if rate is None else round(1 - rate, 4),
        "isNormal": None if rate is None else 2 * sum(ends) >= len(ends),
    }
