"""One entry of the journal as one line, for people or for programs: without keys, queries, headers or bodies."""

import json
import time
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, Literal

import click

from fakie.core.journal import Entry
from fakie_schemas.shortening import short

_LONGEST_PATH = 200
_LONGEST_METHOD = 20
# Whatever a client calls a model or a task: a line is to be read at a glance.
_LONGEST_NAME = 100
_WRONG, _REFUSED = 500, 400
# What a line shows of an entry, by the names that the journal has for it.
SHOWN = (
    "at",
    "kind",
    "account",
    "method",
    "path",
    "status",
    "model",
    "situation",
    "code",
    "seconds",
    "task_id",
    "reason",
)

Facts = Mapping[str, Any]
LineOf = Callable[[Facts], str]
LogForm = Literal["text", "json", "quiet"]


def line_maker(form: LogForm, *, colored: bool = False) -> LineOf | None:
    """Return what makes the lines of requests; None where they are not to be seen."""
    makers: Mapping[LogForm, LineOf | None] = {
        "text": partial(as_text, colored=colored),
        "json": as_json,
        "quiet": None,
    }
    return makers[form]


def facts_of(entry: Entry, at: float) -> Facts:
    """Return what a line shows of an entry that was written at a moment of this machine's clock."""
    found = {name: getattr(entry, name) for name in SHOWN}
    return {**found, "at": at, "model": _cut(entry.model), "task_id": _cut(entry.task_id)}


def as_text(facts: Facts, *, colored: bool = False) -> str:
    """Return a line for people: when, what was asked, what came of it, for whom, in how long, model and task."""
    line = f"{_time_of_day(int(facts['at']))} {_printable_text(_told(facts))}"
    return click.style(line, fg=_color(facts)) if colored else line


def as_json(facts: Facts) -> str:
    """Return a line for programs: one JSON object with the names of the journal."""
    shown = {name: facts[name] for name in SHOWN}
    return json.dumps({**shown, "path": _printable(facts["path"])}, ensure_ascii=True)


def _told(facts: Facts) -> str:
    account = facts["account"] or "-"
    if facts["kind"] == "delivery":
        return f"callback {facts['task_id']} {account} {facts['situation']} {facts['reason']}".rstrip()
    asked = f"{facts['method'][:_LONGEST_METHOD]} {facts['path'][:_LONGEST_PATH]}"
    code, status = facts["code"], facts["status"]
    came = f"{facts['situation']} {f'HTTP {status}' if code is None else code}"
    # HTTP 200 goes without saying: the API's errors come with it.
    came += f" (HTTP {status})" if code is not None and status not in (None, code, 200) else ""
    about = " ".join(filter(None, (facts["model"], facts["task_id"])))
    return f"{asked} {came} {account} {facts['seconds'] * 1000:.1f} ms {about}".rstrip()


def _color(facts: Facts) -> str | None:
    if facts["kind"] == "delivery":
        return "cyan" if facts["situation"] == "callback_delivered" else "yellow"
    seen = max(facts["code"] or 0, facts["status"] or 0)
    return "red" if seen >= _WRONG else "yellow" if seen >= _REFUSED else "green"


def _cut(name: str | None) -> str | None:
    return name and short(name, _LONGEST_NAME)


def _printable(path: str) -> str:
    return _printable_text(path[:_LONGEST_PATH])


def _printable_text(text: str) -> str:
    return text if text.isprintable() else "".join(one if one.isprintable() else "?" for one in text)


@lru_cache(maxsize=2)
def _time_of_day(second: int) -> str:
    return time.strftime("%H:%M:%S", time.localtime(second))
