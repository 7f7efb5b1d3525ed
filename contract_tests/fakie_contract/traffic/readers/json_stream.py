"""Adapter for ijson: the items of a large JSON file one by one, in bounded memory, up to where the file breaks."""

import re
from collections.abc import Container, Iterator
from itertools import islice
from typing import Any, BinaryIO

import ijson

from fakie_contract.traffic.readers.opened import BreaksOff, NoRecording, Unreadable

# Far deeper than any recording, and shallow enough for whatever walks the value later.
DEEPEST = 100
_ENDLESS = re.compile(rb"(\d{1000})\d+")
# Of a text that is longer than a block, such as a film in base64, what is there is looked through again with each.
_BLOCK = 4 * 1024 * 1024
_OPENING = {"start_map", "start_array"}
_CLOSING = {"end_map", "end_array"}
# Ten times slower, without a bound on integers.
_SLOW: Any = ijson.get_backend("python")
# What its errors repeat of the text.
_REPEATED = re.compile(r"(?<=symbol )(?P<mark>[\"']).*(?P=mark) |(?<=number): .*")
_Event = tuple[str, Any]


def top_level(source: BinaryIO, telling: Container[str]) -> str:
    """Return the first key of a file's object that is one of `telling`; `[` for an array, else an empty string."""
    start = source.tell()
    try:
        return _top_level(_events(source), telling)
    except _TooLarge:
        source.seek(start)
        return _top_level(_events(_Shortened(source), _SLOW), telling)


def _top_level(events: Iterator[_Event], telling: Container[str]) -> str:
    depth = 0
    for event, value in events:
        if event in _OPENING:
            if event == "start_array" and depth == 0:
                return "["
            depth += 1
        elif event in _CLOSING:
            depth -= 1
        elif event == "map_key" and depth == 1 and value in telling:
            return str(value)
    return ""


def items(source: BinaryIO, *path: str) -> Iterator[Any]:
    """Return each item of the array at `path` (keys from the top; none: the top-level array itself)."""
    start, given = source.tell(), 0
    try:
        for item in _items(_events(source), path):
            yield item
            given += 1
    except _TooLarge:
        source.seek(start)
        yield from islice(_items(_events(_Shortened(source), _SLOW), path), given, None)


def _items(events: Iterator[_Event], path: tuple[str, ...]) -> Iterator[Any]:
    if not _descend(events, path):
        raise NoRecording(f"has no array at {'.'.join(path) or 'its top'}, which a recording of its kind has")
    for event, value in events:
        if event == "end_array":
            break
        yield _value(event, value, events)
    # The rest is read too: a file that breaks off there is broken all the same.
    for _ in events:
        pass


def _descend(events: Iterator[_Event], path: tuple[str, ...]) -> bool:
    """Go to the inside of the array at `path`; tells whether there is one."""
    event, _ = next(events, ("", None))
    for key in path:
        if event != "start_map" or not _find(events, key):
            return False
        event, _ = next(events, ("", None))
    return event == "start_array"


def _find(events: Iterator[_Event], key: str) -> bool:
    """Pass over the members of the object that has just begun, up to the value of `key`."""
    for event, value in events:
        if event == "end_map":
            return False
        if value == key:
            return True
        _pass_over(*next(events), events)
    return False


def _pass_over(event: str, _: Any, events: Iterator[_Event]) -> None:
    depth = int(event in _OPENING)
    while depth:
        event, _ = next(events)
        depth += (event in _OPENING) - (event in _CLOSING)


def _value(event: str, value: Any, events: Iterator[_Event]) -> Any:
    """Build the value that begins with an event; of a key that stands twice the last one counts, as everywhere."""
    if event not in _OPENING:
        return value
    builder = ijson.ObjectBuilder()
    builder.event(event, value)
    depth = 1
    while depth:
        event, value = next(events)
        depth += (event in _OPENING) - (event in _CLOSING)
        if depth > DEEPEST:
            raise Unreadable(f"is nested deeper than {DEEPEST} levels")
        builder.event(event, value)
    return builder.value


class _TooLarge(Exception):
    """An integer of more than 64 bits stands there, which ijson's C code does not read."""


class _Shortened:
    """A source without numbers of more digits than Python reads: what stands in their place is large as well."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        return _ENDLESS.sub(rb"\1", self._source.read(size))


def _events(source: BinaryIO | _Shortened, backend: Any = ijson) -> Iterator[_Event]:
    try:
        yield from backend.basic_parse(source, use_float=True, buf_size=_BLOCK)
    except ijson.IncompleteJSONError as error:
        reason = _reason(error)
        if backend is not _SLOW and "integer overflow" in reason:
            raise _TooLarge from None
        if reason in _BREAKS:
            raise BreaksOff("breaks off: its end is missing") from error
        raise Unreadable(f"is not JSON from some place on: {reason}") from error
    except (ijson.JSONError, ValueError) as error:
        raise Unreadable(f"is not JSON: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """Say what is wrong in one line, without the text that stands around it: it may be a secret."""
    # Where that text is not UTF-8, ijson gives its error as bytes.
    told = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error).encode("utf-8", "replace")
    return _REPEATED.sub("", told.decode("utf-8", "replace").partition("\n")[0]).strip()[:200]


_BREAKS = {"parse error: premature EOF", "Incomplete JSON content"}
