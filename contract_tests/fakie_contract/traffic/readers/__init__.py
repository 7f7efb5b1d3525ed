"""Which reader reads a file: told by what stands in it, whatever its name."""

from collections.abc import Iterator
from pathlib import Path

from fakie.recordings.exchange import RecordedExchange
from fakie_contract.traffic.readers import har, own, vcr
from fakie_contract.traffic.readers.json_stream import top_level
from fakie_contract.traffic.readers.opened import Unreadable, opened

__all__ = ["SUFFIXES", "NoRecording", "Unreadable", "read"]

SUFFIXES = (".har", ".json", ".jsonl", ".yaml", ".yml")
_FORMS = "a HAR file, a VCR cassette or a recording of fakie's"
_JSON_FIRST = b"{["


class NoRecording(Unreadable):
    """A file can be read, and holds something else."""


def read(file: Path) -> Iterator[RecordedExchange]:
    """Give each exchange of a recording; raises Unreadable where it cannot be read (further)."""
    first = _first_byte(file)
    if first == b"<":
        raise NoRecording(f"is HTML or XML; expected {_FORMS}")
    if first not in _JSON_FIRST:
        if file.suffix in {".har", ".json", ".jsonl"}:
            raise Unreadable(f"is not JSON; expected {_FORMS}")
        return vcr.read_yaml(file)
    if file.suffix == ".jsonl":
        # Line by line, so that one broken line costs no other.
        return own.read(file)
    return _read_json(file)


def _read_json(file: Path) -> Iterator[RecordedExchange]:
    with opened(file) as source:
        key = top_level(source)
    if key == "log":
        return har.read(file)
    if key in vcr.KEYS:
        return vcr.read_json(file, key)
    if key == "[":
        return own.read_array(file)
    if key in {"request", "response"}:
        return own.read(file)
    raise NoRecording(f"is JSON of another kind; expected {_FORMS}")


def _first_byte(file: Path) -> bytes:
    with opened(file) as source:
        while True:
            byte: bytes = source.read(1)
            if not byte:
                raise Unreadable("the file is empty")
            if not byte.isspace():
                return byte
