"""The answer of a receiver for people: what it said beside its status, where it did not take a callback."""

import re
from collections.abc import Iterable
from html import unescape
from http.client import responses

from msgspec import Struct

# So much of a body is kept for this.
MOST_SAID = 16 * 1024
# What a page holds beside the words that are seen; it may have been cut within.
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(title|script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>", re.DOTALL | re.IGNORECASE)


class AppAnswer(Struct, frozen=True):
    """The answer of an app: HTTP status, seconds until it was whole, headers, and how the body begins."""

    status: int
    seconds: float
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def words_of(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> str:
    """Return that a redirect leads to a place, or on one line what a refusal says; empty where nothing was said.

    It may hold secrets, and none of them is cut: who shows it takes them out first, and shortens it then.
    """
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        place = next((value for name, value in headers if name.lower() == "location"), "")
        return f"redirects are not followed: this one leads to {_one_line(place)}" if place else ""
    text = body[:MOST_SAID].decode(errors="replace")
    told = _one_line(unescape(_UNSEEN.sub(" ", text)) if text.lstrip().startswith("<") else text)
    return "" if told in ("", responses.get(status)) else f"saying {told}"


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
