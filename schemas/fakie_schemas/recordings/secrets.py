"""What is a secret by its name, how short a secret is none, and the mark that stands in its place.

One table for the journal, recordings, recorded traffic and reports.
"""

import re

MARK = "[REDACTED]"
# A shorter text may be a word that stands there for its own sake.
SHORTEST = 6
_WORDS = "token|secret|signature|authori[sz]ation|cookie|password|passphrase|passwd|credential"
_HEADER = re.compile(rf"key|{_WORDS}|authori[sz]|x-auth", re.IGNORECASE)
_FIELD = re.compile(
    rf".*(?:(?:api|access|private|webhook|hmac|subscription)key|{_WORDS})s?|.*secret.*|pass|pwd|auth",
)
_ARGUMENT = re.compile(
    rf"x-(?:amz|goog|oss|cos|bce|tos|ms)-.*|(?!keyword).*(?:key|{_WORDS}).*"
    r"|expires|policy|sig|sign|q-sign.*|q-ak|jwt|hmac|auth|pwd|sv|se|sp|sr|st|ss|srt|ske|skt|sks|skv|skoid|sktid",
    re.IGNORECASE,
)
# The same names as they stand in a text that is JSON no more: a pattern, to be built into others.
NAMES_IN_TEXT = rf"(?:[\w-]*(?:key|{_WORDS})s?|pass|pwd|auth)"


def is_secret_header(name: str) -> bool:
    """Tell whether a header of this name carries a secret."""
    return _HEADER.search(name) is not None


def is_secret_field(name: str) -> bool:
    """Tell whether a JSON field of this name holds a secret."""
    return _FIELD.fullmatch(re.sub(r"[^a-z0-9]", "", name.lower())) is not None


def is_secret_argument(name: str) -> bool:
    """Tell whether a query argument of this name signs a URL or opens something."""
    return _ARGUMENT.fullmatch(name) is not None
