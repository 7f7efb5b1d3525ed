"""Which reader reads a file: told by what stands in it, whatever its name."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from fakie_contract.traffic.readers import har, own, vcr
from fakie_contract.traffic.readers.json_stream import top_level
from fakie_contract.traffic.readers.opened import BreaksOff, NoRecording, Unreadable, opened
from fakie_schemas.recordings.exchange import RecordedExchange

__all__ = ["SUFFIXES", "NoRecording", "Unreadable", "read"]

SUFFIXES = (".har", ".json", ".jsonl", ".ndjson", ".yaml", ".yml")
_LINES = {".jsonl", ".ndjson"}
_FORMS = "a HAR file, a VCR cassette or a recording of fakie's"
_JSON_FIRST = b"{["
_OTHER_KIND = f"is JSON of another kind; expected {_FORMS}"
# The longest text that could be a number or a string by itself.
_SCALAR = 1_000_000
_Reader = Callable[[Path], Iterator[RecordedExchange | None]]
# Who reads a JSON file, by the first of these keys that stands at its top; `[` is an array.
_READERS: Mapping[str, _Reader] = {
    "log": har.read,
    **{key: partial(vcr.read_json, key=key) for key in vcr.KEYS},
    "[": own.read_array,
    "request": own.read,
    "response": own.read,
}


def read(file: Path) -> Iterator[RecordedExchange | None]:
    """Return each exchange of a recording, None for what stands in the place of one and is none.

    Raises Unreadable where it cannot be read (further), NoRecording when it is something else.
    """
    first = _first_byte(file)
    suffix = file.suffix.lower()
    if first == b"<":
        raise NoRecording(f"is HTML or XML; expected {_FORMS}")
    if first not in _JSON_FIRST:
        if suffix in {".har", ".json", *_LINES}:
            raise _no_object(file)
        return vcr.read_yaml(file)
    if suffix in _LINES:
        # Line by line, so that one broken line costs no other.
        return own.read(file)
    return _read_json(file)


def _read_json(file: Path) -> Iterator[RecordedExchange | None]:
    reader = _READERS.get(_top_level(file))
    if reader is None:
        raise NoRecording(_OTHER_KIND)
    return reader(file)


def _top_level(file: Path) -> str:
    with opened(file) as source:
        try:
            return top_level(source, _READERS)
        except BreaksOff:
            raise
        except Unreadable as error:
            # What is not JSON before anything tells of an exchange, such as a configuration with comments.
            raise NoRecording(str(error)) if file.suffix.lower() != ".har" else error from None


def _no_object(file: Path) -> Unreadable:
    with opened(file) as source:
        text = source.read(_SCALAR)
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return Unreadable(f"is not JSON; expected {_FORMS}")
    return NoRecording(_OTHER_KIND)


def _first_byte(file: Path) -> bytes:
    with opened(file) as source:
        while True:
            byte: bytes = source.read(1)
            if not byte:
                raise Unreadable("the file is empty")
            if not byte.isspace():
                return byte
