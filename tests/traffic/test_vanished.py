"""A task that a key was shown and that is unknown to it later: only what the recording proves."""

from pathlib import Path
from typing import Any

import pytest

from support.recordings import TASK, Exchange, exchange, record, report_of, task, waiting

_KEY = "Bearer 0123456789abcdef0123456789abcdef"
_OTHER = "Bearer fedcba9876543210fedcba9876543210"
_NULL = {"code": 422, "msg": "recordInfo is null", "data": None}


def _by(key: str, time: str, one: Exchange) -> Exchange:
    one["request"]["headers"] = {"Authorization": key}
    return {**one, "recorded": time if "T" in time else f"2026-10-05T{time}Z"}


def _unknown(came: Any = None, task_id: str = TASK) -> Exchange:
    return exchange("GET", f"/api/v1/jobs/recordInfo?taskId={task_id}", None, came or _NULL)


def _vanished(folder: Path, *exchanges: Exchange) -> list[str]:
    return [one["severity"] for one in report_of(folder, *exchanges)["findings"] if one["rule"] == "task.vanished"]


@pytest.mark.parametrize("shown", [task(), waiting()])
@pytest.mark.parametrize("came", [_NULL, {"code": 404, "msg": "Task not found", "data": None}])
def test_what_was_shown_is_not_unknown_a_minute_later(shown: Any, came: Any, tmp_path: Path) -> None:
    """The same key was shown the task, running or ended; whichever code says that there is none."""
    polls = _by(_KEY, "10:00:00", record(shown)), _by(_KEY, "10:01:00", _unknown(came))
    assert _vanished(tmp_path, *polls) == ["minor"]


@pytest.mark.parametrize(
    ("key", "time"),
    [
        pytest.param(_OTHER, "10:01:00", id="another-key"),
        pytest.param("", "10:01:00", id="no-key"),
        pytest.param(_KEY, "09:59:00", id="before"),
        pytest.param(_KEY, "10:00:05", id="a-moment-later"),
        pytest.param(_KEY, "2026-12-24T10:00:00Z", id="months-later"),
    ],
)
def test_what_the_api_may_do_is_no_finding(key: str, time: str, tmp_path: Path) -> None:
    """Another account sees nothing, a fresh task may not be known everywhere yet, and an old one is not kept."""
    polls = _by(_KEY, "10:00:00", record(task())), _by(key, time, _unknown())
    assert _vanished(tmp_path, *polls) == []


@pytest.mark.parametrize("key", ["Bearer [REDACTED]", "Bearer DUMMY", "Bearer YOUR_API_KEY", f"Bearer {'x1' * 16}", ""])
def test_keys_that_were_taken_out_prove_nothing(key: str, tmp_path: Path) -> None:
    """What stands in place of a key stands there for every key."""
    polls = _by(key, "10:00:00", record(task())), _by(key, "10:01:00", _unknown())
    assert _vanished(tmp_path, *polls) == []


def test_other_refusals_and_other_tasks_are_no_finding(tmp_path: Path) -> None:
    """Too many queries, and a task that was never shown."""
    busy = {"code": 429, "msg": "too often", "data": None}
    others = _unknown(busy), _unknown(task_id="7b1f04ce95d2a86830cc51e7f94ab26d")
    polls = [_by(_KEY, "10:01:00", one) for one in others]
    assert _vanished(tmp_path, _by(_KEY, "10:00:00", record(task())), *polls) == []


def test_two_servers_are_not_one(tmp_path: Path) -> None:
    """Fakes with one seed give the same ids, and know each their own tasks."""
    elsewhere = exchange("GET", f"/api/v1/jobs/recordInfo?taskId={TASK}", None, _NULL, host="fake.test:8081")
    assert _vanished(tmp_path, _by(_KEY, "10:00:00", record(task())), _by(_KEY, "10:01:00", elsewhere)) == []
