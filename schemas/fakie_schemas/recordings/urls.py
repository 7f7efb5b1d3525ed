"""Taking secrets out of URLs before they are written down: user names, and the queries that open what is signed."""

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from fakie_schemas.recordings.secrets import MARK, SHORTEST_MADE_UP, is_opening, is_secret_argument

# The few names of arguments that queries have come again and again.
_is_secret = lru_cache(maxsize=256)(is_secret_argument)
# No brackets: within the host part of a URL they would be an address.
_USER = "REDACTED@"
_WORD = r"[^\s\"'<>`]+"
# From the colon on: to look for where the scheme before it begins costs the square of a long text's length.
_USERINFO = r"(?i)(?<=[a-z0-9+.-])(:(?:\\?/){2})[^/?#\s\\]*@"
_EQUALS = ("=", "\\u003d", "%3d", "%3D", "%253d", "%253D")
_TAIL = r"(?i)[?#]|%(?:25)?(?:3f|23)"
# The same within the argument of another URL.
_CODED_USERINFO = r"(?i)(%(?:25)?3a(?:%(?:25)?2f){2})(?:(?!%(?:25)?(?:2f|3f|23))[^/?#&\s\\\"'<>`])*%(?:25)?40"
# An argument's name as it stands, as JSON may escape it, and within the argument of another URL; and its value.
_ARGUMENT = (
    r"(?i)(?:(?<=[?&#;])|(?<=\\u0026)|(?<=%3f)|(?<=%26)|(?<=%23)|(?<=%253f)|(?<=%2526)|(?<=%2523))"
    r"((?:[^=?&#;%\s\\\"'<>]|%(?!2[356]|3[df])[0-9a-f]{2}){1,100})(?:=|\\u003d|%(?:25)?3d)"
)
_VALUE = re.compile(r"(?:(?!%(?:25)?(?:26|23))[^&#\s\\\"'<>`])+", re.IGNORECASE)
# The only argument of a query, as polls have it.
_SINGLE = re.compile(r"(\w{1,100})=[\w.-]*", re.ASCII)
_SLASH = re.compile(r"(\\*/)")
# Of what paths are made that say something: words and short numbers.
_PIECE = re.compile(r"[A-Z]?[a-z]{2,23}(?:[A-Z][a-z]{2,23}){0,3}|[A-Za-z]{0,6}\d{1,4}[a-z]{0,2}|[a-z]|[A-Z]{2,5}")
_NAME = r"(?i)(?:^|[?&#;]|\\u0026)([^=?&#;\s\\]+)="


def without_signatures(text: str) -> str:
    """Cut every signed URL in a text to the bare one and a mark; drop the user of any URL."""
    if "%" in text:
        text = re.sub(_CODED_USERINFO, rf"\g<1>{MARK}%40", text)
    return re.sub(_WORD, _bare_when_signed, text) if any(sign in text for sign in "?#@%;") else text


def without_openings(text: str) -> str:
    """Take what opens URLs out of a text, users and the values of secret arguments, and leave all else as it stands.

    So that JSON stays JSON, however often it is encoded.
    """
    if "@" in text:
        text = _without_user(text)
    if "%" in text:
        text = re.sub(_CODED_USERINFO, rf"\g<1>{MARK}%40", text)
    return _without_secret_values(text) if any(sign in text for sign in _EQUALS) else text


def query_without_openings(query: str) -> str:
    """Do the same to a URL's query, which has no question mark before it; polls, which come often, in no time."""
    single = _SINGLE.fullmatch(query)
    if single and not _is_secret(single[1]):
        return query
    return without_openings(f"?{query}")[1:]


def authority_without_user(authority: str) -> str:
    """Take the user out of a host and port, where a client has put one before them."""
    return _USER + authority.rpartition("@")[2] if "@" in authority else authority


def is_masked(url: str) -> bool:
    """Tell whether something was taken out of a URL, so that it leads nowhere."""
    return MARK in url or f"//{_USER}" in url


def bare(url: str) -> str:
    """Cut whatever follows a URL's path, and its user."""
    start, tail = _split(url)
    return _without_user(start) + (f"?{MARK}" if tail else "")


def bare_hook(url: str) -> str:
    """Do the same to a callback's URL, and mask the segments of its path that are not words: they open it too."""
    start, *tail = bare(url).partition("?")
    parts = _SLASH.split(start)
    segments = range(_first_of_path(parts), len(parts), 2)
    masked = {at: MARK for at in segments if not is_plain(parts[at])}
    return "".join(masked.get(at, part) for at, part in enumerate([*parts, *tail]))


def is_plain(segment: str) -> bool:
    """Tell whether a path's segment is made of words and short numbers, as those of the API are."""
    pieces = re.split(r"[-_.]", segment[:80])
    return len(segment) <= 60 and all(not piece or _PIECE.fullmatch(piece) for piece in pieces)


def without_secret_arguments(url: str, clean: Callable[[str, str], str] | None = None) -> str:
    """Keep a URL's query, but for the values of secret arguments; `clean` redacts another by its name."""
    parts = urlsplit(_without_user(url))
    query = query_without_secret_arguments(parts.query, clean)
    # What stands behind a semicolon is an argument too, in the path as in the query.
    path = without_openings(parts.path) if ";" in parts.path else parts.path
    return urlunsplit(parts._replace(path=path, query=query, fragment=""))


def query_without_secret_arguments(query: str, clean: Callable[[str, str], str] | None = None) -> str:
    """Do the same to a query, or to a form."""
    pairs = parse_qsl(query, keep_blank_values=True)
    safe = [(name, MARK if is_secret_argument(name) else _safe_value(name, value, clean)) for name, value in pairs]
    return query if safe == pairs else urlencode(safe, safe="[]/:")


def secret_arguments(url: str) -> list[str]:
    """Return the keys among a URL's arguments, to look for them elsewhere."""
    query = url.partition("?")[2].partition("#")[0]
    return [value for name, value in parse_qsl(query) if is_opening(name)]


def _safe_value(name: str, value: str, clean: Callable[[str, str], str] | None) -> str:
    value = without_openings(value) if ";" in value else value
    return without_signatures(value) if clean is None else clean(name, value)


def secret_parts(url: str) -> list[str]:
    """Return what `bare_hook` takes out, to look for it elsewhere."""
    start, tail = _split(url)
    found = re.search(_USERINFO, start)
    user = found[0].lstrip(":/\\").rstrip("@") if found else ""
    values = [value for _, value in parse_qsl(tail[1:]) if len(value) >= SHORTEST_MADE_UP and not is_plain(value)]
    parts = _SLASH.split(start)
    path = parts[_first_of_path(parts) :: 2]
    odd = [segment for segment in path if not is_plain(segment)]
    return [tail[1:], user, user.partition(":")[2], *values, *odd]


def _first_of_path(parts: list[str]) -> int:
    """Return where the path begins in a URL that was split at its slashes, which stand between the other parts."""
    return 6 if parts[0].endswith(":") else 2


def _without_secret_values(text: str) -> str:
    kept, at = [], 0
    for name in re.finditer(_ARGUMENT, text):
        # Not one within a value that is masked already.
        if name.start() >= at and is_secret_argument(unquote(name[1])) and (value := _VALUE.match(text, name.end())):
            kept += [text[at : name.end()], MARK]
            at = value.end()
    return "".join(kept) + text[at:]


def _bare_when_signed(match: re.Match[str]) -> str:
    word = _without_secret_values(match[0]) if ";" in match[0] else match[0]
    _, tail = _split(word)
    # Twice: a URL can be an argument of another.
    plain = unquote(unquote(tail)).replace("&amp;", "&")
    signed = any(is_secret_argument(name) for name in re.findall(_NAME, plain))
    return bare(word) if signed else _without_user(word)


def _split(url: str) -> tuple[str, str]:
    found = re.search(_TAIL, url)
    return (url[: found.start()], url[found.start() :]) if found else (url, "")


def _without_user(url: str) -> str:
    return re.sub(_USERINFO, rf"\g<1>{_USER}", url)
