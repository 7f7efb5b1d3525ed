"""The part of a failed test's report about its fake: what was asked and answered, why, and the client's conduct."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from json import dumps

from fakie.core.conduct.entries import endpoint_of, is_poll, shown_by, state_of
from fakie.core.http.body import object_in
from fakie.core.journal import Entry
from fakie.harness.fake import Fake
from fakie.harness.receiver_verdicts import in_lines
from fakie_schemas.recordings.redaction import Redactor
from fakie_schemas.recordings.urls import bare_hook
from fakie_schemas.rules.difference import Difference
from fakie_schemas.shortening import cut

_LINES = 25
_LONGEST = 300
# Where records have their results; one of a family that has neither is shown from its beginning.
_RESULTS = ("resultJson", "response")
_PACKAGES = ("fakie", "fakie_schemas")
_HIDE = "__tracebackhide__"


def last_refusal(fake: Fake) -> str:
    """Say in one line what was refused last, and in which words; nothing if nothing was."""
    refused = [entry for entry in fake.journal if entry.refused]
    if not refused:
        return ""
    return _redactor(fake).text(f"the last refused request: {_name(refused[-1])}, {_answer(refused[-1])}")


def section(fake: Fake, refused_calls: Sequence[str] = (), of_receivers: Sequence[Difference] = ()) -> str:
    """Return what happened in a test over a bounded number of lines, the last first, without secrets.

    `of_receivers` is what was found about webhook receivers that it judged.
    """
    redactor = _redactor(fake)
    judged = [cut(f"receiver: {redactor.text(line)}", _LONGEST) for line in in_lines(of_receivers) if of_receivers]
    # The callbacks of a receiver's judge are no requests of its test.
    unasked = [] if judged else [f"the fake was asked for nothing; it is at {fake.url}"]
    parts = [
        *judged,
        *filter(None, [last_refusal(fake)]),
        *(f"a call was refused: {call}" for call in refused_calls[-_LINES:]),
        *(history(fake, "; fakie.journal has all") or unasked),
        *(f"conduct: {finding}\n  instead: {finding.instead}" for finding in fake.conduct),
    ]
    return "\n".join(parts)


def history(fake: Fake, elsewhere: str = "") -> list[str]:
    """Return a bounded number of lines on requests and callbacks, the last first, without secrets; none for none.

    `elsewhere` says where those are that are left out.
    """
    redactor = _redactor(fake)
    lines = [redactor.text(line) for line in _lines([*fake.journal, *fake.journal.deliveries])]
    left = [f"({len(lines) - _LINES} lines before these are left out{elsewhere})"] if len(lines) > _LINES else []
    return ["requests and callbacks, the last first:", *lines[:_LINES], *left] if lines else []


@contextmanager
def own_frames_hidden() -> Iterator[None]:
    """Let pytest leave the frames of fakie's own code out of tracebacks that it writes in a `with` block."""
    names = [name for name in sys.modules if name.partition(".")[0] in _PACKAGES]
    spaces = [vars(module) for name in names if (module := sys.modules.get(name)) is not None]
    hidden = [space for space in spaces if _HIDE not in space]
    for space in hidden:
        space[_HIDE] = True
    try:
        yield
    finally:
        for space in hidden:
            del space[_HIDE]


def _redactor(fake: Fake) -> Redactor:
    return Redactor(account.webhook_key for account in fake.accounts if account.webhook_key)


def _lines(entries: list[Entry]) -> list[str]:
    if not entries:
        return []
    entries.sort(key=lambda entry: entry.number)
    began = entries[0].at
    runs = [list(run) for _, run in groupby(entries, key=_kind)]
    return [_line(run, began) for run in reversed(runs)]


def _kind(entry: Entry) -> object:
    """Return what entries in a row have in common that are told as one: polls of a task that show the same."""
    if not is_poll(entry) or entry.situation != "task_shown" or entry.spoiled:
        return entry.number
    return entry.task_id, state_of(entry), entry.advice


def _line(run: Sequence[Entry], began: float) -> str:
    first, last = run[0], run[-1]
    since = f"+{first.at - began:.1f} s"
    if len(run) > 1:
        since = f"{since} to +{last.at - began:.1f} s ({len(run)} times)"
    advice = f"\n  advice: {last.advice}" if last.advice else ""
    return f"{since}: {_what(last)}, {_answer(last)}{advice}"


def _what(entry: Entry) -> str:
    if entry.kind == "delivery":
        return f"callback number {entry.number} of task {entry.task_id} to {_cut(bare_hook(entry.path))}"
    return f"{_name(entry)} {_body(entry.body)}" if entry.body else _name(entry)


def _name(entry: Entry) -> str:
    name = f"{endpoint_of(entry) or f'{entry.method} {_cut(entry.path)}'} number {entry.number}"
    return f"{name} of {_cut(entry.query) or 'no task'}" if is_poll(entry) else name


def _answer(entry: Entry) -> str:
    if entry.kind == "delivery":
        return f"{entry.situation}: {entry.reason}"
    spoiled = f"; the client got: {entry.spoiled}" if entry.spoiled else ""
    code = "" if entry.code is None else f" and code {entry.code}"
    return f"answered HTTP {entry.status}{code}: {_told(entry)}{spoiled}"


def _told(entry: Entry) -> str:
    if entry.situation == "task_shown":
        return _state(entry)
    if not entry.refused:
        return f"{entry.situation} {entry.task_id or ''}".rstrip()
    return f"{_cut(_msg(entry))} ({entry.situation}{', ordered' if entry.ordered else ''})"


def _state(entry: Entry) -> str:
    shown = shown_by(entry)
    code, msg = shown.failure if shown else ("", "")
    if code:
        return f"{state_of(entry)}, {code} {_cut(msg)}"
    return f"{state_of(entry)}, {_made(entry)}" if state_of(entry) == "success" else state_of(entry)


def _made(entry: Entry) -> str:
    """Return the part of a record that has the results: clients that fail here have read it wrongly."""
    data = (object_in(entry.answer) or {}).get("data")
    if not isinstance(data, dict):
        return "with a record that was not kept whole"
    results = next(({name: data[name]} for name in _RESULTS if data.get(name)), data)
    return _cut(dumps(Redactor().value(results), ensure_ascii=False))


def _msg(entry: Entry) -> str:
    return str((object_in(entry.answer) or {}).get("msg", entry.answer))


def _body(text: str) -> str:
    body = object_in(text) or {}
    safe = Redactor().value(body)
    return _cut(dumps(safe, ensure_ascii=False) if body else text)


def _cut(text: str) -> str:
    return cut(" ".join(text.split()), _LONGEST)
