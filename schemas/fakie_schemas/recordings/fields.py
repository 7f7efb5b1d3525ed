"""Bodies as they may be shown: without the values of fields with secret names, and without what opens URLs."""

import re
from collections.abc import Callable, Iterator

from fakie_schemas.recordings.secrets import MARK, is_secret_field
from fakie_schemas.recordings.urls import query_without_openings, without_openings

# A field's name, the colon behind it and the quote that opens its value, also within a text that is JSON of its own:
# then backslashes stand before quotes, of which the first is looked for, or a long run of them would cost its square.
_NAME = r'(?<!\\)(\\*)"((?:[^"\\]|\\{1,16}u[0-9a-fA-F]{4}){1,100})\1"\s{0,20}:\s{0,20}(\[\s{0,20})?\1"'
_QUOTE = re.compile(r'(?<!\\)(\\*)"')
_MORE = re.compile(r'\s{0,20},\s{0,20}\\*"')
_ESCAPE = r"\\+u([0-9a-fA-F]{4})"
# Without one of them no name is secret; most bodies have none, which this tells at once.
_IN_NAMES = (
    *("key", "token", "secret", "signature", "auth", "cookie", "pass", "pwd", "credential", "bearer", "jwt", "hmac"),
    *("session", 'sid"', "sid\\", "\\u00"),
)
_FORM = re.compile(r"[\w.\[\]-]{1,100}=")


def body_without_secrets(text: str) -> str:
    """Take out of a body what is secret by its name, and what opens URLs; all else stays as it stands.

    So JSON stays JSON, however often it is encoded, and a part of a body stays a part. What begins as a form is read as
    one.
    """
    if _FORM.match(text):
        return query_without_openings(text)
    return without_openings(without_secret_fields(text))


def without_secret_fields(text: str) -> str:
    """Take what is secret by its name out of the JSON that a text is or holds, whole or cut."""
    lowered = text.lower()
    if not any(part in lowered for part in _IN_NAMES):
        return text
    return with_fields(text, is_secret_field, lambda _: MARK)


def with_fields(text: str, is_meant: Callable[[str], bool], changed: Callable[[str], str]) -> str:
    """Return a text with the strings changed that fields of these names have in the JSON that it is or holds."""
    kept, at = [], 0
    for _, begin, end in fields_in(text, is_meant):
        kept += [text[at:begin], changed(text[begin:end])]
        at = end
    return "".join(kept) + text[at:]


def fields_in(text: str, is_meant: Callable[[str], bool]) -> Iterator[tuple[str, int, int]]:
    """Yield the name of each such field, and where the string begins and ends that it has, or each string of a list."""
    at = 0
    for found in re.finditer(_NAME, text):
        if found.start() < at or not is_meant(name := _plain(found[2])):
            continue
        for begin, end in _values(text, found.end(), len(found[1]), many=bool(found[3])):
            if end > begin:
                yield name, begin, end
                at = end


def _values(text: str, begin: int, depth: int, *, many: bool) -> Iterator[tuple[int, int]]:
    """Yield where each string begins and ends that a name has: one, or those of a list."""
    end = _end(text, begin, depth)
    yield begin, end
    while many and (more := _MORE.match(text, end + depth + 1)):
        begin, end = more.end(), _end(text, more.end(), depth)
        yield begin, end


def _plain(name: str) -> str:
    return name if "\\" not in name else re.sub(_ESCAPE, lambda found: chr(int(found[1], 16)), name)


def _end(text: str, begin: int, depth: int) -> int:
    """Return where a string ends that began behind a quote with so many backslashes before it."""
    for quote in _QUOTE.finditer(text, begin):
        # Each further encoding doubles what stands before a quote; the rest are backslashes of the value.
        if len(quote[1]) >= depth and (len(quote[1]) - depth) % (2 * (depth + 1)) == 0:
            return quote.end() - 1 - depth
    return len(text)
