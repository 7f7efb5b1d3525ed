"""The names of secrets, how long a secret is at least, and the mark that stands in its place.

One table for the journal, recordings, recorded traffic and reports.
"""

import json
import re
from functools import lru_cache
from urllib.parse import quote

MARK = "[REDACTED]"
_OPEN = MARK[:-1]
# A shorter text may be a word that stands there for its own sake.
SHORTEST = 6
# Keys to the fake are made up by tests, such as "success" or "account": replacing those would spoil what is shown.
SHORTEST_MADE_UP = 12
_PLAIN = re.compile(r"[\w.~-]*", re.ASCII)
_WORDS = "token|secret|signature|authori[sz]ation|cookie|password|passphrase|passwd|credential"
_HEADER = re.compile(rf"key|{_WORDS}|authori[sz]|x-auth", re.IGNORECASE)
_FIELD = rf".*(?:(?:api|access|private|webhook|hmac|subscription)key|{_WORDS})s?|.*secret.*|pass|pwd|auth"
# Looked for, not matched around: with ".*" on both sides a name costs the square of its length.
_OPENING = rf"(?i)key|{_WORDS}"
_SIGNING = (
    r"(?is)x-(?:amz|goog|oss|cos|bce|tos|ms)-.*"
    r"|expires|policy|sig|sign|q-sign.*|q-ak|jwt|hmac|auth|pwd|sv|se|sp|sr|st|ss|srt|ske|skt|sks|skv|skoid|sktid"
)
# The same names as they stand in a text that is JSON no more: a pattern, to be built into others.
NAMES_IN_TEXT = rf"(?:[\w-]*(?:key|{_WORDS})s?|pass|pwd|auth)"


def forms_of(secret: str) -> tuple[str, ...]:
    """Return a secret as it stands, and as URLs and JSON may write it, the longest first."""
    # Nearly all are of signs that nothing escapes.
    return (secret,) if _PLAIN.fullmatch(secret) else _forms(secret)


@lru_cache(maxsize=1024)
def _forms(secret: str) -> tuple[str, ...]:
    escaped = json.dumps(secret)[1:-1]
    forms = {secret, quote(secret), quote(secret, safe=""), escaped, escaped.replace("/", "\\/")}
    return tuple(sorted({*forms, *(form.lower() for form in forms if "%" in form)}, key=len, reverse=True))


def mark_for(what: str) -> str:
    """Return the mark that says what was taken out, such as `5 bytes`."""
    return f"{_OPEN}: {what}]"


def is_marked(content: str | bytes) -> bool:
    """Tell whether a text or body begins with a mark."""
    return content.startswith(_OPEN) if isinstance(content, str) else content.startswith(_OPEN.encode())


@lru_cache(maxsize=1024)
def is_secret_header(name: str) -> bool:
    """Tell whether a header of this name carries a secret."""
    return _HEADER.search(name) is not None


def header_mark(name: str, value: str) -> str | None:
    """Return what stands for a secret header's value, its scheme kept; None for a header that carries no secret."""
    if not is_secret_header(name):
        return None
    return f"Bearer {MARK}" if value.lower().startswith("bearer ") else MARK


@lru_cache(maxsize=1024)
def is_secret_field(name: str) -> bool:
    """Tell whether a JSON field of this name holds a secret."""
    return re.fullmatch(_FIELD, re.sub(r"[^a-z0-9]", "", name.lower())) is not None


def is_secret_argument(name: str) -> bool:
    """Tell whether a query argument of this name signs a URL or opens something."""
    opens = not name.lower().startswith("keyword") and re.search(_OPENING, name)
    return bool(opens or re.fullmatch(_SIGNING, name))
