"""The answer of a receiver for people: what it said beside its status, where it did not take a callback."""

import re
from collections.abc import Callable, Iterable
from html import unescape
from http.client import responses

from msgspec import Struct

# So much of a body is kept for this, and so many letters of it are told.
MOST_SAID = 16 * 1024
_MOST_TOLD = 160
# What a page holds beside the words that are seen; it may have been cut within.
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(title|script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>", re.DOTALL | re.IGNORECASE)


class AppAnswer(Struct, frozen=True):
    """The answer of an app: HTTP status, seconds until it was whole, headers, and how the body begins."""

    status: int
    seconds: float
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def words_of(status: int, headers: Iterable[tuple[str, str]], body: bytes, safe: Callable[[str], str]) -> str:
    """Return where a redirect leads, or on one line how the body of a refusal begins; empty where nothing was said.

    `safe` returns a text without its secrets, of which none may be cut.
    """
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        place = next((value for name, value in headers if name.lower() == "location"), "")
        return f"to {_cut(safe(_one_line(place)))}: redirects are not followed" if place else ""
    text = body[:MOST_SAID].decode(errors="replace")
    told = _one_line(unescape(_UNSEEN.sub(" ", text)) if text.lstrip().startswith("<") else text)
    return "" if told in ("", responses.get(status)) else f"saying {_cut(safe(told))}"


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _cut(line: str) -> str:
    return line if len(line) <= _MOST_TOLD else f"{line[: _MOST_TOLD - 1]}…"
