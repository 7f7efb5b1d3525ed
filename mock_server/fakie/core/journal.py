"""The journal: every request, its answer and situation, and every callback delivery, with the reason."""

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

_KEPT = 10_000
_TEXT = 20_000
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})


@dataclass(frozen=True)
class Entry:
    """One event.

    `at` is seconds since the epoch on the account's clock; `number` counts from 1 in the order of writing; `seconds`
    is how long the answer took; `spoiled` is what the client got instead of the answer, if anything. For a delivery
    `path` is the receiver's URL and `status` its answer.
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
    number: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Give the entry as JSON data."""
        return asdict(self)


class Journal:
    """The last entries, and whoever wants to hear of each new one."""

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
        safe = replace(
            entry,
            number=next(self._numbers),
            path=entry.path[:_TEXT],
            query=entry.query[:_TEXT],
            headers={name: _without_secret(name, value)[:_TEXT] for name, value in entry.headers.items()},
            body=entry.body[:_TEXT],
            answer=entry.answer[:_TEXT],
        )
        if safe.kind != "lever":
            self._entries.append(safe)
        for listener in self._listeners:
            listener(safe)

    def forget(self, account: str | None = None) -> None:
        """Drop one account's entries, or all."""
        kept = [] if account is None else [entry for entry in self._entries if entry.account != account]
        self._entries = deque(kept, maxlen=_KEPT)


def _without_secret(name: str, value: str) -> str:
    if name.lower() not in _SECRET_HEADERS:
        return value
    return "Bearer [REDACTED]" if value.lower().startswith("bearer ") else "[REDACTED]"
