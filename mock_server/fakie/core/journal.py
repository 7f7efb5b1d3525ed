"""The journal: every request, its answer and situation, and every callback delivery, with the reason."""

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

_KEPT = 10_000
_TEXT = 20_000
_SHORTEST_SECRET = 12
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})


@dataclass(frozen=True)
class Entry:
    """One event.

    `at` is seconds since the epoch on the account's clock; `number` counts from 1 in the order of writing; `seconds`
    is how long the answer took; `spoiled` is what the client got instead of the answer, if anything; `scenario` names
    the steps of a scenario that it met. For a delivery `path` is the receiver's URL and `status` its answer.
    """

    kind: Literal["request", "delivery", "lever"]
    at: float
    account: str | None
    method: str
    path: str
    headers: Mapping[str, str]
    body: str
    situation: str
    reason: str
    query: str = ""
    ordered: bool = False
    status: int | None = None
    code: int | None = None
    answer: str = ""
    model: str | None = None
    task_id: str | None = None
    advice: str = ""
    seconds: float = 0.0
    spoiled: str = ""
    scenario: str = ""
    number: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as JSON data."""
        return asdict(self)


class Journal:
    """The last entries, and the listeners that are told of each new one."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._numbers = itertools.count(1)
        self._listeners: list[Callable[[Entry], None]] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries))

    def listen(self, listener: Callable[[Entry], None]) -> None:
        """Call `listener` with every new entry, in the thread that writes it."""
        self._listeners.append(listener)

    def write(self, entry: Entry) -> None:
        """Add an entry, numbered, redacted and cut, and tell the listeners; one about a lever is not kept."""
        key = _presented_key(entry)
        safe = replace(
            entry,
            number=next(self._numbers),
            path=_without_key(entry.path, key)[:_TEXT],
            query=_without_key(entry.query, key)[:_TEXT],
            headers={name: _without_secret(name, value)[:_TEXT] for name, value in entry.headers.items()},
            body=_without_key(entry.body, key)[:_TEXT],
            answer=_without_key(entry.answer, key)[:_TEXT],
            reason=_without_key(entry.reason, key)[:_TEXT],
        )
        if safe.kind != "lever":
            self._entries.append(safe)
        for listener in self._listeners:
            listener(safe)

    def forget(self, account: str | None = None) -> None:
        """Drop one account's entries, or all."""
        kept = [] if account is None else [entry for entry in self._entries if entry.account != account]
        self._entries = deque(kept, maxlen=_KEPT)


def _presented_key(entry: Entry) -> str:
    return entry.headers.get("authorization", "").partition(" ")[2].strip()


def _without_key(text: str, key: str) -> str:
    # A short key may be a word that stands there for its own sake.
    return text.replace(key, "[REDACTED]") if len(key) >= _SHORTEST_SECRET else text


def _without_secret(name: str, value: str) -> str:
    if name.lower() not in _SECRET_HEADERS:
        return value
    return "Bearer [REDACTED]" if value.lower().startswith("bearer ") else "[REDACTED]"
