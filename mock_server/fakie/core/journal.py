"""The journal: every request, its answer and situation, and every callback delivery, with the reason."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any, Literal, Protocol
from urllib.parse import unquote

from msgspec import Struct

from fakie.core.http.headers import Headers, headers_of
from fakie_schemas.recordings.fields import body_without_secrets
from fakie_schemas.recordings.secrets import MARK
from fakie_schemas.recordings.urls import query_without_openings

# The most entries, and bytes of their bodies, that are kept.
KEPT, KEPT_BYTES = 10_000, 64 * 1024 * 1024
_TEXT = 20_000
# So many entries are taken out at once by whoever reads them all: a slow reader keeps these alive.
_AT_ONCE = 8
# UTF-8 has at most four bytes for a character.
_BYTES = 4 * _TEXT
# What a client says may stand in each of these.
_TEXTS = ("path", "query", "reason", "model", "task_id", "advice")
_texts_of = attrgetter(*_TEXTS)
_SUCCESS = range(200, 300)
_SHOWN_AS = {"sent": "body", "answered": "answer"}
Kind = Literal["request", "delivery", "lever"]


# Not frozen, which would triple the cost of writing one; nobody changes an entry that is written. It refers to nothing
# that could refer to it, so that no look for garbage needs to see it.
class Entry(Struct, eq=False, gc=False):
    """One event.

    `at` is seconds since the epoch on the account's clock; `number` counts from 1 in the order of writing; `seconds`
    is how long the answer took; `spoiled` is what the client got instead of the answer, if anything, and `delay` by how
    many seconds it came late; `scenario` names the steps of a scenario that it met. For a delivery `path` is the
    receiver's URL, `status` its answer and `attempt` counts from 1. `sent` and `answered` are the bodies as bytes,
    which become text when they are read.
    """

    kind: Kind
    at: float
    account: str | None
    method: str
    path: str
    headers: Mapping[str, str]
    sent: bytes
    situation: str
    reason: str
    query: str = ""
    ordered: bool = False
    status: int | None = None
    code: int | None = None
    answered: bytes = b""
    model: str | None = None
    task_id: str | None = None
    advice: str = ""
    seconds: float = 0.0
    spoiled: str = ""
    delay: float = 0.0
    scenario: str = ""
    attempt: int = 0
    number: int = 0

    def __repr__(self) -> str:
        """Return it as it may be shown, for whoever shows a failed assertion may show this."""
        return f"Entry({', '.join(f'{name}={value!r}' for name, value in self.as_dict().items())})"

    @property
    def refused(self) -> bool:
        """Whether the answer was no success, by its code or, where it has none, by its HTTP status."""
        return (self.code or self.status) not in _SUCCESS

    @property
    def body(self) -> str:
        """The request's body as text, cut."""
        return _text(self.sent)

    @property
    def answer(self) -> str:
        """The answer's body as text, cut; of a file its size."""
        return _text(self.answered)

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as JSON data."""
        names = [_SHOWN_AS.get(name, name) for name in self.__struct_fields__]
        return {name: getattr(self, name) for name in names}


class EntryLog(Protocol):
    """The part of a store that keeps the journal's entries, the last ones of them."""

    def __iter__(self) -> Iterator[Entry]:
        """Return the entries, oldest first."""

    @property
    def last(self) -> int:
        """The number of the newest entry that is kept; 0 where there is none."""

    @property
    def given(self) -> int:
        """The last number that an entry was given, kept or not; 0 where there was none."""

    def add(self, entry: Entry) -> None:
        """Keep an entry under the next number: whoever has seen it has seen all before it; the oldest makes room."""

    def pass_over(self, entry: Entry) -> None:
        """Let an entry have the next number, and do not keep it."""

    def forget(self, account: str | None = None) -> None:
        """Drop one account's entries, or all."""


class MemoryLog:
    """An `EntryLog` in memory; its first entry gets the number after `given`."""

    def __init__(self, given: int = 0) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        # How many have made room: entries are counted from the first that there ever was.
        self._gone = 0
        self.given = given

    def __iter__(self) -> Iterator[Entry]:
        """Return what is kept now, read as it goes: what has to make room meanwhile is left out."""
        with self._lock:
            at, end = self._gone, self._gone + len(self._entries)
        while at < end:
            with self._lock:
                at = max(at, self._gone)
                page = [self._entries[place - self._gone] for place in range(at, min(end, at + _AT_ONCE))]
            yield from page
            at += max(1, len(page))

    def add(self, entry: Entry) -> None:
        """Keep an entry under the next number; the oldest make room for it."""
        entries = self._entries
        with self._lock:
            self.given = entry.number = self.given + 1
            entries.append(entry)
            self._bytes += len(entry.sent) + len(entry.answered)
            while self._bytes > KEPT_BYTES or len(entries) > KEPT:
                gone = entries.popleft()
                self._bytes -= len(gone.sent) + len(gone.answered)
                self._gone += 1

    def pass_over(self, entry: Entry) -> None:
        """Let an entry have the next number, and do not keep it."""
        with self._lock:
            self.given = entry.number = self.given + 1

    @property
    def last(self) -> int:
        """The number of the newest entry that is kept; 0 where there is none."""
        with self._lock:
            return self._entries[-1].number if self._entries else 0

    @property
    def oldest(self) -> int:
        """The number of the oldest entry that is kept; 0 where there is none."""
        with self._lock:
            return self._entries[0].number if self._entries else 0

    def forget(self, account: str | None = None) -> None:
        """Drop one account's entries, or all."""
        with self._lock:
            kept = [] if account is None else [entry for entry in self._entries if entry.account != account]
            self._gone += len(self._entries)
            self._entries = deque(kept)
            self._bytes = sum(len(entry.sent) + len(entry.answered) for entry in kept)


class Journal:
    """The last entries, which a log keeps, and the listeners that are told of each new one."""

    def __init__(self, log: EntryLog | None = None) -> None:
        self._log = log or MemoryLog()
        self._listeners: list[Callable[[Entry], None]] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._log)

    @property
    def last(self) -> int:
        """The number of the newest entry that is kept; 0 where there is none."""
        return self._log.last

    @property
    def given(self) -> int:
        """The last number that an entry was given, kept or not; 0 where there was none."""
        return self._log.given

    def listen(self, listener: Callable[[Entry], None]) -> None:
        """Call `listener` with every new entry, in the thread that writes it."""
        self._listeners.append(listener)

    def write(self, entry: Entry, *, numbered: bool = True) -> None:
        """Add an entry, numbered, redacted and cut, and tell the listeners; one about a lever is not kept.

        One that is not `numbered`, either, has nothing to do with the store, which may be far, and away.
        """
        _hide(entry)
        _cut(entry)
        if entry.kind != "lever":
            self._log.add(entry)
        elif numbered:
            self._log.pass_over(entry)
        for listener in self._listeners:
            listener(entry)

    def forget(self, account: str | None = None) -> None:
        """Drop one account's entries, or all."""
        self._log.forget(account)


def _text(data: bytes) -> str:
    # Here, and not when it is written: most entries are never read.
    return body_without_secrets(data.decode("utf-8", "replace")[:_TEXT])


def _hide(entry: Entry) -> None:
    """Mask the headers that are secret, what opens URLs, and the key wherever else it stands."""
    headers = headers_of(entry.headers)
    entry.headers = headers.shown
    if headers.longest > _TEXT:
        entry.headers = {name: value[:_TEXT] for name, value in entry.headers.items()}
    if entry.query:
        entry.query = query_without_openings(entry.query)
    if "://" in entry.reason or '"' in entry.reason:
        entry.reason = body_without_secrets(entry.reason)
    if headers.forms:
        _hide_key(entry, headers)


def _hide_key(entry: Entry, headers: Headers) -> None:
    entry.sent, entry.answered = headers.hide_in_bytes(entry.sent), headers.hide_in_bytes(entry.answered)
    # One look at all of them, for it is hardly ever there.
    told = "\n".join(filter(None, _texts_of(entry)))
    if headers.hide(told) is not told:
        for name in _TEXTS:
            text = getattr(entry, name)
            setattr(entry, name, text and headers.hide(text))
    if "%" in entry.query and headers.key in unquote(entry.query):
        # In none of the usual forms: any letter may be percent-encoded.
        entry.query = MARK


def _cut(entry: Entry) -> None:
    """Keep no more than can be shown."""
    if len(entry.sent) > _BYTES or len(entry.answered) > _BYTES:
        entry.sent, entry.answered = entry.sent[:_BYTES], entry.answered[:_BYTES]
    if len(entry.path) > _TEXT or len(entry.query) > _TEXT or len(entry.reason) > _TEXT:
        entry.path, entry.query, entry.reason = entry.path[:_TEXT], entry.query[:_TEXT], entry.reason[:_TEXT]
