"""One entry of the journal as one line, for people or for programs: without keys, queries, headers or bodies."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import Literal

import click

from fakie.core.journal import Entry
from fakie_schemas.shortening import short

_LONGEST_PATH = 200
_LONGEST_METHOD = 20
# Whatever a client calls a model or a task: a line is to be read at a glance.
_LONGEST_NAME = 100
_LONGEST_ADVICE = 200
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
    "advice",
)

# Makes a line of the moment, on this machine's clock, at which an entry was written, and the entry.
LineOf = Callable[[float, Entry], str]
LogForm = Literal["text", "json", "quiet"]


def line_maker(form: LogForm, *, colored: bool = False) -> LineOf | None:
    """Return what makes the lines of requests; None where they are not to be seen."""
    makers: Mapping[LogForm, LineOf | None] = {
        "text": partial(as_text, colored=colored),
        "json": as_json,
        "quiet": None,
    }
    return makers[form]


def as_text(at: float, entry: Entry | SimpleNamespace, *, colored: bool = False) -> str:
    """Return a line for people: when, what was asked, what came of it, for whom, in how long, model, task and advice.

    The entry may be another fake's, with the names that the journal has.
    """
    line = f"{time_of_day(int(at))} {_printable(_told(entry))}"
    return click.style(line, fg=_color(entry)) if colored else line


def as_json(at: float, entry: Entry) -> str:
    """Return a line for programs: one JSON object with the names of the journal."""
    shown = {name: getattr(entry, name) for name in SHOWN}
    path = _printable(entry.path[:_LONGEST_PATH])
    mine = {"at": at, "path": path, "model": _cut(entry.model), "task_id": _cut(entry.task_id)}
    return json.dumps({**shown, **mine}, ensure_ascii=True)


def _told(entry: Entry | SimpleNamespace) -> str:
    account, model, task_id = entry.account or "-", entry.model, entry.task_id
    if entry.kind == "delivery":
        return f"callback {_cut(task_id)} {account} {entry.situation} {entry.reason}".rstrip()
    # Every request passes here: as few texts as there can be.
    code, status = entry.code, entry.status
    if code is None:
        code = f"HTTP {status}"
    elif status not in (None, 200, code):
        # HTTP 200 goes without saying: the API's errors come with it.
        code = f"{code} (HTTP {status})"
    asked = f"{entry.method[:_LONGEST_METHOD]} {entry.path[:_LONGEST_PATH]}"
    line = f"{asked} {entry.situation} {code} {account} {entry.seconds * 1000:.1f} ms"
    if not entry.path:
        # It could not be read, and who sent it may not see the answer: what came is told here or nowhere.
        return f"{line.lstrip()} {entry.reason}"
    if model:
        line += f" {short(model, _LONGEST_NAME)}"
    if task_id:
        line += f" {short(task_id, _LONGEST_NAME)}"
    # It stands in a header, at which hardly anybody looks who asks why a callback never came.
    return f"{line}; {short(entry.advice, _LONGEST_ADVICE)}" if entry.advice else line


def _color(entry: Entry | SimpleNamespace) -> str | None:
    if entry.kind == "delivery":
        return "cyan" if entry.situation == "callback_delivered" else "yellow"
    seen = max(entry.code or 0, entry.status or 0)
    return "red" if seen >= _WRONG else "yellow" if seen >= _REFUSED else "green"


def _cut(name: str | None) -> str | None:
    return name and short(name, _LONGEST_NAME)


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(one if one.isprintable() else "?" for one in text)


@lru_cache(maxsize=2)
def time_of_day(second: int) -> str:
    """Return the time of the local day of a Unix second."""
    return time.strftime("%H:%M:%S", time.localtime(second))


def moment_of(second: float) -> str:
    """Return a Unix second as a day and a time in UTC; as the number of seconds where no date is so late."""
    try:
        return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return f"{second:g} s"
