"""Parts of headers with secrets that can be repeated elsewhere: the whole, its pieces, and what base64 hides."""

import base64
import re
from collections.abc import Iterator, Mapping

from fakie_schemas.recordings.secrets import SHORTEST, is_secret_header

# The word before a key is no secret, and stands in texts that speak of it.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,19}\s+")
# What clients send that have no key.
_WORDS = frozenset({"bearer", "digest", "apikey", "undefined"})
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
    found = {word for name, value in headers.items() if is_secret_header(name) for word in _words(name, value)}
    long = {word for word in found if len(word) >= (_LONG_NUMBER if word.isdecimal() else SHORTEST)}
    return {word for word in long if word.lower() not in _WORDS}


def _words(name: str, value: str) -> Iterator[str]:
    if "cookie" in name.lower():
        yield from (
            found[2].strip('"') for found in _PART.finditer(value) if found[1] and not _RULE.fullmatch(found[1])
        )
        return
    whole = value.strip()
    key = _SCHEME.sub("", whole, count=1) if _SCHEME.match(whole) else whole
    yield from (whole, key, *_login(whole))
    for found in _PART.finditer(key):
        # Of one part alone the name can be the start of the key.
        if found.end() - found.start() < len(key) and not _RULE.fullmatch(found[1] or ""):
            yield found[2].strip('"')


def _login(value: str) -> Iterator[str]:
    """Yield the user with the password, and the password, of a header that has them in base64."""
    found = _BASIC.fullmatch(value)
    try:
        login = base64.b64decode(found[1]).decode() if found else ""
    except ValueError:
        return
    yield from (login, login.partition(":")[2])
