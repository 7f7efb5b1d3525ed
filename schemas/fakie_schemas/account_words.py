"""Accounts and orders in words, for programs whose headers cannot be changed: `flaky=credits:5,fault:429:2`."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct

from fakie_schemas.disk import read_secret
from fakie_schemas.nearest import did_you_mean

# What an account may have, or be allowed to spend, at most: so sums of it stay exact.
MOST_CREDITS = 10**12

_WORKS = "such as broke=credits:0 or flaky=credits:5,fault:429:2"
_AMOUNT = r"\d{1,13}(\.\d{1,4})?"
_ORDERS = ("fault", "spoil", "plan")
# No situation, code or kind has more characters.
_LONGEST = 60


class OrderWord(Struct, frozen=True):
    """An order in one word: `what` of a kind (fault, spoil, plan), so many `times` (None: always).

    `endpoint` is None where none is said: what that means is for whoever takes the word.
    """

    kind: str
    what: str
    endpoint: str | None = None
    times: int | None = None


@dataclass(frozen=True)
class NamedAccount:
    """An account from the beginning: its key, what it has and may spend (None: as usual), and what it meets."""

    key: str = field(repr=False)
    credits: Decimal | None = None
    cap: Decimal | None = None
    orders: tuple[OrderWord, ...] = ()
    hourly_cap: Decimal | None = None
    daily_cap: Decimal | None = None


def read_order(text: str) -> OrderWord:
    """Read `KIND:WHAT`, with `@ENDPOINT` and `:TIMES` behind; raises ValueError with what would work."""
    kind, _, rest = text.partition(":")
    if kind not in _ORDERS:
        raise ValueError(_unknown("order", kind, _ORDERS))
    what, _, times = rest.partition(":")
    what, at, endpoint = what.partition("@")
    if not what or len(what) > _LONGEST or (at and not endpoint):
        raise ValueError(f"{kind}: expected {kind}:WHAT or {kind}:WHAT@ENDPOINT, such as fault:429@recordInfo")
    if times and not re.fullmatch(r"[1-9]\d{0,8}", times):
        raise ValueError(f"{kind}:{what}: expected how many times as a whole number from 1 on; got {times[:40]!r}")
    return OrderWord(kind, what, endpoint or None, int(times) if times else None)


def read_account(text: str) -> NamedAccount:
    """Read `NAME=WORD,WORD…`; the name is the key, unless a word `key:` gives another, plain or as @FILE.

    Raises ValueError with what was expected, and never with a key.
    """
    name, equals, words = text.partition("=")
    if not (name and equals and words):
        raise ValueError(f"expected NAME=WORDS, {_WORKS}")
    facts: dict[str, Any] = {}
    orders: list[OrderWord] = []
    for word in words.split(","):
        kind, _, value = word.partition(":")
        if kind not in (*_FACTS, *_ORDERS):
            raise ValueError(_unknown("word", kind, (*_FACTS, *_ORDERS)))
        if kind in _ORDERS:
            orders.append(read_order(word))
        elif kind in facts:
            raise ValueError(f"{kind} is said twice; say it once")
        else:
            facts[kind] = _FACTS[kind](value)
    return NamedAccount(**{"key": name, **facts}, orders=tuple(orders))


def _unknown(what: str, got: str, known: Iterable[str]) -> str:
    return f"no {what} is called {got[:40]!r}{did_you_mean(got, known)} (there are: {', '.join(known)})"


def _amount(text: str) -> Decimal:
    if not re.fullmatch(_AMOUNT, text) or Decimal(text) > MOST_CREDITS:
        bounds = f"from 0 up to {MOST_CREDITS:g}, with at most four decimals"
        raise ValueError(f"expected credits {bounds}, such as 5 or 0.5; got {text[:40]!r}")
    return Decimal(text)


def _key(text: str) -> str:
    try:
        key = read_secret(Path(text[1:])) if text.startswith("@") else text
    except (OSError, ValueError):
        key = ""
    if not key or key.split() != [key]:
        raise ValueError("key: expected a key without spaces, or @FILE, a file that can be read and holds one")
    return key


_FACTS: Mapping[str, Callable[[str], Any]] = {
    "credits": _amount,
    "cap": _amount,
    "hourly_cap": _amount,
    "daily_cap": _amount,
    "key": _key,
}
