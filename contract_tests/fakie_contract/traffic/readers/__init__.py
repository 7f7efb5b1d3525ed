"""Which reader reads a file: told by what stands in it, whatever its name."""

import json
from collections.abc import Callable, Container, Iterator, Mapping
from functools import partial
from pathlib import Path

from fakie_contract.traffic.readers import har, hoverfly, mocks, own, postman, vcr, zipped
from fakie_contract.traffic.readers.json_stream import top_level
from fakie_contract.traffic.readers.opened import BreaksOff, NoRecording, Unreadable, opened
from fakie_contract.traffic.readers.others import ITEM_KEYS, KEYS, known_other
from fakie_schemas.recordings.exchange import RecordedExchange

__all__ = ["SUFFIXES", "NoRecording", "Unreadable", "is_named_as_recording", "read"]

SUFFIXES = (".har", ".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".chlsj", ".zip")
_PACKED = ".gz"
_LINES = {".jsonl", ".ndjson"}
_FORMS = "a HAR file, a VCR cassette or a recording of fakie's (docs/check-traffic.md lists all forms)"
# Under which contracts of Pact, too, have what they hold.
_SHARED = "interactions"
_JSON_FIRST = b"{["
_OTHER_KIND = f"is JSON of another kind; expected {_FORMS}"
# The longest text that could be a number or a string by itself.
_SCALAR = 1_000_000
_BLOCK = 64 * 1024
_Reader = Callable[[Path], Iterator[RecordedExchange | None]]


def _refusing(words: str) -> _Reader:
    def read(_: Path) -> Iterator[RecordedExchange | None]:
        raise NoRecording(words)

    return read


# Who reads a JSON file, by the first of these keys that stands at its top; `[` is an array.
_READERS: Mapping[str, _Reader] = {
    "log": har.read,
    **{key: partial(vcr.read_json, key=key) for key in vcr.KEYS},
    "mappings": mocks.read_wiremock,
    # A journal of WireMock, or what ngrok's inspector has seen.
    "requests": partial(own.read_array, key="requests"),
    "data": hoverfly.read,
    "item": postman.read,
    "_type": _refusing("is an export of Insomnia, which holds no answers; export the responses as HAR"),
    "constants": _refusing("is a log of Chrome's network; save the traffic as HAR, in the panel Network of its tools"),
    **{key: _refusing(words) for key, words in ITEM_KEYS.items()},
    "[": own.read_array,
    "request": own.read,
    "response": own.read,
    "scope": own.read,
    own.SNAPSHOT: own.read,
}


def is_named_as_recording(file: Path) -> bool:
    """Tell whether a file has the name of a recording, packed or not."""
    name = file.name.lower()
    return name.removesuffix(_PACKED).endswith(SUFFIXES)


def read(file: Path) -> Iterator[RecordedExchange | None]:
    """Return each exchange of a recording, None for what stands in the place of one and is none.

    Raises Unreadable where it cannot be read (further), NoRecording when it is something else.
    """
    other = known_other(file)
    if other == "zip":
        return zipped.read(file)
    if other:
        raise Unreadable(other)
    first = _first_byte(file)
    suffix = Path(file.name.lower().removesuffix(_PACKED)).suffix
    if first == b"<":
        raise NoRecording(f"is HTML or XML; expected {_FORMS}")
    if first not in _JSON_FIRST:
        if suffix in {".har", ".json", ".chlsj", *_LINES}:
            raise _no_object(file)
        return vcr.read_yaml(file)
    if suffix in _LINES:
        # Line by line, so that one broken line costs no other.
        return own.read(file)
    return _read_json(file, suffix)


def _read_json(file: Path, suffix: str) -> Iterator[RecordedExchange | None]:
    found = _top_level(file, suffix, _READERS)
    if found in ("", _SHARED):
        other = _top_level(file, suffix, {*KEYS, _SHARED})
        if other != _SHARED:
            raise NoRecording(KEYS.get(other, _OTHER_KIND))
    return _READERS[found](file)


def _top_level(file: Path, suffix: str, telling: Container[str]) -> str:
    with opened(file) as source:
        try:
            return top_level(source, telling)
        except BreaksOff:
            raise
        except Unreadable as error:
            # What is not JSON before anything tells of an exchange, such as a configuration with comments.
            raise NoRecording(str(error)) if suffix != ".har" else error from None


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
        while block := source.read(_BLOCK):
            if begun := block.lstrip():
                return begun[:1]
        raise Unreadable("the file is empty")
