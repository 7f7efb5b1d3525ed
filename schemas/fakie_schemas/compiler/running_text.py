"""Running text as it is shown: entities and tags of HTML resolved, wrapped lines joined; each word keeps its place."""

import html
import re
from itertools import pairwise

from fakie_schemas.compiler.comments import blank_comments

# Joining ends here, so that a text without full stops does not become one line that is too long to read.
_LONGEST = 2_000
_MOST_LINES = 500
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,10}\d?);", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/?p|/?li|/?ul|/?div)\s?/?>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:b|i|u|em|strong|code|span|small|kbd)>", re.IGNORECASE)
_ENDED = re.compile(r"[.。;；:：!！?？|)）]\s*$")
# A line that begins so goes on with a sentence; one that begins with a label may stand by itself.
_GOES_ON = re.compile(r"\s*[a-z]")
_LABEL = re.compile(r"\s*(?:max|min|default|step|range|length|size|limit|example|format|type|unit)", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:up to|at most|at least|than|exceed|between|from|and|to|or|of|is|be|not|max(?:imum)?|min(?:imum)?)\s*$",
    re.IGNORECASE,
)


def shown_text(text: str) -> str:
    """Return a text of Markdown as a reader sees it, of the same length."""
    text = blank_comments(text)
    text = _ENTITY.sub(_character, text) if "&" in text else text
    if "<" in text:
        text = _TAG.sub(_blank, _BREAK.sub(lambda found: ";" + " " * (len(found[0]) - 1), text))
    return _joined(text) if "\n" in text else text


def _character(found: re.Match[str]) -> str:
    shown = html.unescape(found[0])
    shown = " " if shown.isspace() else shown
    return shown.rjust(len(found[0])) if len(shown) == 1 else found[0]


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _joined(text: str) -> str:
    """Join lines that go on with a sentence, as Markdown shows them."""
    lines = text.split("\n")
    shown, length = [lines[0]], len(lines[0])
    for number, (before, line) in enumerate(pairwise(lines)):
        goes_on = number < _MOST_LINES and length + len(line) < _LONGEST and _continues(before, line)
        shown += (" " if goes_on else "\n", line)
        length = length + len(line) if goes_on else len(line)
    return "".join(shown)


def _continues(before: str, line: str) -> bool:
    if not before.strip() or _ENDED.search(before):
        return False
    if _ASKS.search(before) and line[:1].isdigit():
        return True
    stands_alone = _LABEL.match(line) and any(sign.isdigit() for sign in before)
    return bool(_GOES_ON.match(line)) and not stands_alone
