"""The part of a failed test's report about its fake: what was asked and answered, why, and the client's conduct."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from json import dumps

from msgspec import Struct

from fakie.core.conduct.entries import endpoint_of, is_poll, shown_by, state_of
from fakie.core.conduct.watched import asked_id
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
    words = _Words(_redactor(fake))
    return f"the last refused request: {words.name(refused[-1])}, {words.answer(refused[-1])}"


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
    entries = sorted([*fake.journal, *fake.journal.deliveries], key=lambda entry: entry.number)
    if not entries:
        return []
    words = _Words(_redactor(fake), entries[0].at)
    runs = [list(run) for _, run in groupby(entries, key=_kind)][::-1]
    left = [f"({len(runs) - _LINES} lines before these are left out{elsewhere})"] if len(runs) > _LINES else []
    return ["requests and callbacks, the last first:", *map(words.line, runs[:_LINES]), *left]


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


def _kind(entry: Entry) -> object:
    """Return what entries in a row have in common that are told as one: polls of a task with the same answer."""
    if not is_poll(entry) or entry.spoiled:
        return entry.number
    asked, answer = asked_id(entry) or entry.query, _msg(entry) if entry.refused else state_of(entry)
    return endpoint_of(entry), asked, entry.situation, entry.ordered, answer, entry.advice


class _Words(Struct):
    """Tells of entries without secrets: these are taken out before a text is cut, for half of one is found no more.

    `began` is the moment that times count from.
    """

    redactor: Redactor
    began: float = 0.0

    def line(self, run: Sequence[Entry]) -> str:
        first, last = run[0], run[-1]
        since = f"+{first.at - self.began:.1f} s"
        if len(run) > 1:
            since = f"{since} to +{last.at - self.began:.1f} s ({len(run)} times)"
        advice = f"\n  advice: {self.redactor.text(last.advice)}" if last.advice else ""
        return f"{since}: {self.what(last)}, {self.answer(last)}{advice}"

    def what(self, entry: Entry) -> str:
        if entry.kind == "delivery":
            return f"callback number {entry.number} of task {entry.task_id} to {self.cut(bare_hook(entry.path))}"
        return f"{self.name(entry)} {self.body(entry.body)}" if entry.body else self.name(entry)

    def name(self, entry: Entry) -> str:
        name = f"{endpoint_of(entry) or f'{entry.method} {self.cut(entry.path)}'} number {entry.number}"
        return f"{name} of {self.cut(entry.query) or 'no task'}" if is_poll(entry) else name

    def answer(self, entry: Entry) -> str:
        if entry.kind == "delivery":
            return f"{entry.situation}: {self.redactor.text(entry.reason)}"
        spoiled = f"; the client got: {entry.spoiled}" if entry.spoiled else ""
        code = "" if entry.code is None else f" and code {entry.code}"
        return f"answered HTTP {entry.status}{code}: {self.told(entry)}{spoiled}"

    def told(self, entry: Entry) -> str:
        if entry.situation == "task_shown":
            return self.state(entry)
        if not entry.refused:
            return f"{entry.situation} {entry.task_id or ''}".rstrip()
        return f"{self.cut(_msg(entry))} ({entry.situation}{', ordered' if entry.ordered else ''})"

    def state(self, entry: Entry) -> str:
        shown = shown_by(entry)
        code, msg = shown.failure if shown else ("", "")
        if code:
            return f"{state_of(entry)}, {code} {self.cut(msg)}"
        return f"{state_of(entry)}, {self.made(entry)}" if state_of(entry) == "success" else state_of(entry)

    def made(self, entry: Entry) -> str:
        """Return the part of a record that has the results: clients that fail here have read it wrongly."""
        data = (object_in(entry.answer) or {}).get("data")
        if not isinstance(data, dict):
            return "with a record that was not kept whole"
        results = next(({name: data[name]} for name in _RESULTS if data.get(name)), data)
        return self.cut(dumps(self.redactor.value(results), ensure_ascii=False))

    def body(self, text: str) -> str:
        body = object_in(text)
        return self.cut(dumps(self.redactor.value(body), ensure_ascii=False) if body else text)

    def cut(self, text: str) -> str:
        return cut(" ".join(self.redactor.text(text).split()), _LONGEST)


def _msg(entry: Entry) -> str:
    return str((object_in(entry.answer) or {}).get("msg", entry.answer))
