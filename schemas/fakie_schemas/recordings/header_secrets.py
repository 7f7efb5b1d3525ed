"""Parts of headers with secrets that can be repeated elsewhere: the whole, its pieces, and what base64 hides."""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping

from fakie_schemas.recordings.secrets import SHORTEST, SHORTEST_MADE_UP, is_secret_header

# The word before a key is no secret, and stands in texts that speak of it.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,19}\s+")
# What clients send that have no key.
_WORDS = frozenset({"bearer", "digest", "apikey", "undefined"})
# Headers whose values are words as often as keys.
_SAYS = re.compile(r"cookie|session|[cx]srf|pass$|bypass|sig", re.IGNORECASE)
_BASIC = re.compile(r"basic\s+([\w+/-]+=*)", re.IGNORECASE)
_PART = re.compile(r"(?<![^=;,\s])(?:([^=;,\s]+)=)?(\"[^\"]*\"|[^;,\s]+)")
# What a cookie, and a signature, say of themselves: a domain is not a secret.
_RULE = re.compile(
    r"domain|expires|max-age|path|priority|samesite|realm|algorithm|qop|uri|username|opaque", re.IGNORECASE
)
# A shorter number is a count or a time, such as those of rate-limit headers.
_LONG_NUMBER = 20


def header_secrets(headers: Mapping[str, str]) -> set[str]:
    """Return what headers with secrets hold, each long enough to be looked for."""
    found = {word for name, value in headers.items() if is_secret_header(name) for word in _of_header(name, value)}
    long = {word for word in found if len(word) >= (_LONG_NUMBER if word.isdecimal() else SHORTEST)}
    return {word for word in long if word.lower() not in _WORDS}


def _of_header(name: str, value: str) -> Iterator[str]:
    """Yield what of a header is worth looking for: a word counts as a key only where a key is the whole value."""
    whole = value.strip()
    keys = {*_login(whole), "" if _SAYS.search(name) else _SCHEME.sub("", whole, count=1)}
    for word in _words(name, whole):
        if word in keys or len(word) >= SHORTEST_MADE_UP or not word.isalpha():
            yield word


def _words(name: str, value: str) -> Iterator[str]:
    if "cookie" in name.lower():
        yield from (
            found[2].strip('"') for found in _PART.finditer(value) if found[1] and not _RULE.fullmatch(found[1])
        )
        return
    key = _SCHEME.sub("", value, count=1)
    yield from (value, key, *_login(value))
    for found in _PART.finditer(key):
        # Of one part alone the name can be the start of the key.
        if found.end() - found.start() < len(key) and not _RULE.fullmatch(found[1] or ""):
            yield found[2].strip('"')


def _login(value: str) -> Iterator[str]:
    """Yield the user with the password, and the password, of a header that has them in base64."""
    found = _BASIC.fullmatch(value)
    try:
        login = b64decode(found[1]).decode() if found else ""
    except ValueError:
        return
    yield from (login, login.partition(":")[2])
