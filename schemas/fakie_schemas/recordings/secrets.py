"""The names of secrets, how long a secret is at least, and the mark that stands in its place.

One table for the journal, recordings, recorded traffic and reports.
"""

import re
from base64 import b64encode
from functools import lru_cache
from json import dumps
from urllib.parse import quote

MARK = "[REDACTED]"
_OPEN = MARK[:-1]
# A shorter text may be a word that stands there for its own sake.
SHORTEST = 6
# Keys to the fake are made up by tests, such as "success" or "account": replacing those would spoil what is shown.
SHORTEST_MADE_UP = 12
# Below so many letters a part of a base64 text, or of a hexadecimal one, is not a sign of what it came from.
BASE64_LEAST = 8
_MARKED = re.compile(
    rf"{re.escape(_OPEN)}(?:: (?:a file|\d+ (?:bytes|characters)(?:, [\w ,.;=*-]{{1,20}})?))?\]", re.ASCII
)
_PLAIN = re.compile(r"[\w.~-]*", re.ASCII)
_WORDS = "token|secret|signature|authori[sz]ation|cookie|password|passphrase|passwd|credential|bearer|jwt|hmac"
_HEADER = re.compile(
    rf"key|{_WORDS}|authori[sz]|x-auth|session|[cx]srf|^authentication|(?:^|[-_])(?:auth|pass|pwd|sig|bypass)(?:$|[-_])",
    re.IGNORECASE,
)
# What only sounds like one: counts of tokens, names under which answers are cached, what a browser may do.
_NO_SECRET_HEADER = re.compile(r"rate-?limit|(?:cache|surrogate)-keys?$|token-type$|-allow-credentials$", re.IGNORECASE)
_KEYS = (
    "api|access|account|app|auth|client|encryption|hmac|kie|license|master|private|service|shared|sign|signing|ssh"
    "|subscription|user|webhook"
)
_FIELD = (
    rf".*(?:(?:{_KEYS})key|{_WORDS})(?:s|value|header|hash)?\d*|.*secret.*"
    r"|(?:user|db|smtp|ftp|http|proxy|login|basic)?(?:pass|pwd|auth)|sessionid|sid"
)
# Looked for, not matched around: with ".*" on both sides a name costs the square of its length.
_OPENING = rf"(?i)key|{_WORDS}"
_SESSION = r"(?i)auth|pass|pwd|sid|sig|sign|(?:php|j)?sess(?:ion)?_?(?:id)?"
_SIGNING = (
    r"(?is)x-(?:amz|goog|oss|cos|bce|tos|ms)-.*"
    r"|expires|policy|q-sign.*|q-ak|sv|se|sp|sr|st|ss|srt|ske|skt|sks|skv|skoid|sktid"
)
# Keys by how they look, and headers in the text of an error or of a command.
# No word of a prompt: with a digit, a capital or a sign within.
_KEY_LIKE = r"(?=\w[a-z+/]{0,60}(?:[A-Z0-9]|[.~_=-]\w))[\w.~+/=-]{12,}"
TEXTS_WITH_SECRETS = (
    (re.compile(rf"\b((?i:bearer)\s{{1,20}}){_KEY_LIKE}"), rf"\1{MARK}"),
    (re.compile(r"\b((?i:basic)\s{1,20})(?=\w[a-z+/]{0,60}[A-Z0-9])[\w+/-]{12,}=*"), rf"\1{MARK}"),
    (
        # As headers have it, variables of an environment, and fields of what is not JSON.
        re.compile(
            r"((?<![\w-])(?:(?:[A-Za-z]{1,20}[-_]){1,5}|(?i:access|api|auth|client|private))"
            r"(?i:key|token|secret|password)['\"\]]{0,2}\s{0,4}(?:=>|[:=>])\s{0,4}['\"]?)" + _KEY_LIKE
        ),
        rf"\1{MARK}",
    ),
    (re.compile(r"\b(?:(?:sk|pk|rk|xox[a-z])[-_]|(?:gh[opsur]|github_pat|hf|r8|whsec)_)[\w-]{12,}"), MARK),
    (re.compile(r"\bAIza[\w-]{30,}"), MARK),
    (re.compile(r"(-----BEGIN (?:[A-Z]{1,10} ){0,3}PRIVATE KEY-----)[^-]+"), rf"\1{MARK}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), MARK),
)
# The same names as they stand in a text that is JSON no more: a pattern, to be built into others.
NAMES_IN_TEXT = rf"(?:[\w-]*(?:key|{_WORDS})s?|pass|pwd|auth)"


def forms_of(secret: str) -> tuple[str, ...]:
    """Return a secret as it stands, and as URLs and JSON may write it, the longest first."""
    # Nearly all are of signs that nothing escapes.
    return (secret,) if _PLAIN.fullmatch(secret) else _forms(secret)


@lru_cache(maxsize=1024)
def _forms(secret: str) -> tuple[str, ...]:
    escaped = dumps(secret)[1:-1]
    quoted = {quote(secret, safe=safe, errors="surrogatepass") for safe in ("", "/")}
    forms = {secret, *quoted, escaped, escaped.replace("/", "\\/")}
    return tuple(sorted({*forms, *(form.lower() for form in forms if "%" in form)}, key=len, reverse=True))


def base64_part(secret: bytes, before: int) -> str:
    """Return those letters of a base64 text that the secret alone decides, when so many bytes stand before it."""
    text = b64encode(bytes(before) + secret).decode()
    return text[(0, 2, 3)[before] : (before + len(secret)) * 8 // 6]


def mark_for(what: str) -> str:
    """Return the mark that says what was taken out, such as `5 bytes`."""
    return f"{_OPEN}: {what}]"


def is_marked(content: str | bytes) -> bool:
    """Tell whether a text or body is a mark, and nothing else: behind one a secret could follow."""
    return _MARKED.fullmatch(content[:100] if isinstance(content, str) else content[:100].decode("latin-1")) is not None


@lru_cache(maxsize=1024)
def is_secret_header(name: str) -> bool:
    """Tell whether a header of this name carries a secret."""
    return _HEADER.search(name) is not None and _NO_SECRET_HEADER.search(name) is None


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
    return is_opening(name) or re.fullmatch(_SIGNING, name) is not None


def is_opening(name: str) -> bool:
    """Tell whether a query argument of this name holds a key, and not one of the dates and numbers of a signature."""
    named = re.search(_OPENING, name) or re.fullmatch(_SESSION, name)
    return named is not None and not name.lower().startswith("keyword")
