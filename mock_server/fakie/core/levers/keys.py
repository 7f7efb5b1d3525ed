"""Keys where a lever has no use for them: they would be kept, and shown to others, as they stand."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from fakie.core.control.errors import WrongOrderError
from fakie.core.journal import Entry
from fakie_schemas.recordings.secrets import MARK, SHORTEST_MADE_UP

# What takes a key, and keeps a handle of it.
_TAKEN = frozenset({"account", "key", "webhook_key"})
# More than an order or a scenario has: each word is looked up among the accounts, perhaps over a network.
_MOST_WORDS = 1000
# What may stand around a key in a text; of what follows some may be a part of it.
_AROUND = r"[\s\"'\\]+", r"[\s\"'\\,:;{}\[\]()<>?&=/]+"


def refuse_keys(body: Mapping[str, Any], is_key: Callable[[str], bool]) -> None:
    """Raise WrongOrderError for a text, or a name, among a lever's arguments that holds the key of an account."""
    if any(is_key(word) for word in islice(_words(body), _MOST_WORDS)):
        raise WrongOrderError(
            "expected texts without the key of an account, which would be kept and shown; got one with it; "
            "an account's requests are chosen by `account`"
        )


class NamesOfPath:
    """The long names in the path of a lever that was not pulled, each of which may be a key.

    `words` are those of the levers' own paths.
    """

    def __init__(self, path: str, words: frozenset[str]) -> None:
        parts = path.split("/")
        self._names = [part for part in parts if len(part) >= SHORTEST_MADE_UP and part not in words]
        self._path = "/".join(MARK if part in self._names else part for part in parts)

    def hide_in(self, entry: Entry) -> None:
        """Take the names out of the entry of this call; in a reason they may stand cut."""
        entry.path = self._path
        told = f"{entry.reason} {entry.answered.decode()}"
        for name in (one for one in self._names if one[:SHORTEST_MADE_UP] in told):
            cut = re.compile(re.escape(name[:SHORTEST_MADE_UP]) + r"[^\s\"'\\]*")
            entry.reason = cut.sub(MARK, entry.reason)
            entry.answered = cut.sub(MARK, entry.answered.decode()).encode()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield name
            if name not in _TAKEN:
                yield from _texts(one)


def _words(body: Mapping[str, Any]) -> Iterator[str]:
    """Return each word once that is long enough for a key."""
    seen: set[str] = set()
    for text in _texts(body):
        for word in chain.from_iterable(re.split(around, text) for around in _AROUND):
            if len(word) >= SHORTEST_MADE_UP and word not in seen:
                seen.add(word)
                yield word
