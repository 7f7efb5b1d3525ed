"""Files of single exchanges: one JSON object for each, an array of them, or JSON Lines; ours, of mocks, of traces."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from msgspec.structs import replace

from fakie_contract.http.json_values import loads
from fakie_contract.traffic.readers import charles, har, mocks, ngrok, vcr
from fakie_contract.traffic.readers.attached import Attached
from fakie_contract.traffic.readers.bodies import expanded
from fakie_contract.traffic.readers.form_fields import form_of
from fakie_contract.traffic.readers.json_stream import items
from fakie_contract.traffic.readers.opened import Unreadable, opened
from fakie_contract.traffic.readers.others import refuse_known
from fakie_contract.traffic.readers.plain import answered_status, headers_of, mapping
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.reading import incomplete_exchange_of

_BLOCK = 1024 * 1024
# A line is held whole, and a packed one of some kilobytes could be of any length.
_LONGEST = 256 * _BLOCK
SNAPSHOT = "snapshot"
_SIDES = ("request", "response")


def read(file: Path) -> Iterator[RecordedExchange | None]:
    """Return each exchange of a file that holds one object, or one on each line."""
    attached = mocks.attached_files(file)
    with opened(file) as source:
        lines = _lines(source)
        first, second = next(lines, b""), next(lines, None)
        every = chain([first], [] if second is None else [second], lines)
        if second is not None and _is_json(first):
            yield from _of_lines(every, file.name, attached)
            return
        # Not the first of many lines: one object over several, or lines of which this one is broken.
        kept = [*every]
        whole = b"\n".join(kept)
        if _is_json(whole):
            yield exchange(loads(whole), file.name, attached)
        else:
            yield from _of_lines(kept, file.name, attached)


def entries(source: BinaryIO, name: str, attached: Attached) -> Iterator[RecordedExchange | None]:
    """Return each exchange of JSON Lines that are open; raises Unreadable at their end where some are broken."""
    return _of_lines(_lines(source), name, attached)


def read_array(file: Path, key: str = "") -> Iterator[RecordedExchange | None]:
    """Return each exchange of a JSON array, which stands under `key` if there is one."""
    attached = mocks.attached_files(file)
    with opened(file) as source:
        for number, one in enumerate(items(source, *filter(None, [key])), start=1):
            found = exchange(one, f"{file.name}, item {number}", attached)
            if number == 1 and found is None and isinstance(one, dict):
                refuse_known(one)
            yield found


def exchange(record: Any, origin: str, attached: Attached) -> RecordedExchange | None:
    """Return one object as an exchange, whoever wrote it; None when it is none, and what is missing is empty."""
    if isinstance(record, dict) and isinstance(record.get(SNAPSHOT), dict):
        # An entry of HAR within a line of a trace.
        record = record[SNAPSHOT]
    if isinstance(record, dict) and mocks.is_nock(record):
        return mocks.nocked(record, origin)
    if not isinstance(record, dict) or not all(isinstance(record.get(side), dict) for side in _SIDES):
        return None
    return _of_sides(record, origin, attached)


def _of_sides(record: dict[str, Any], origin: str, attached: Attached) -> RecordedExchange | None:
    """Return an object with request and response as an exchange, by what tells whose it is."""
    if charles.is_transaction(record):
        return charles.exchange(record, origin)
    if har.is_entry(record):
        return har.exchange(record, origin, attached)
    if ngrok.is_inspected(record):
        return ngrok.exchange(record, origin)
    if vcr.is_interaction(record):
        return vcr.exchange(record, origin)
    if mocks.is_mapping(record):
        return mocks.mapped(record, origin, attached)
    return _ours(record, origin)


def _ours(record: dict[str, Any], origin: str) -> RecordedExchange | None:
    found = incomplete_exchange_of(record, origin)
    if found is None:
        return None
    request, response = (mapping(record, side) for side in _SIDES)
    # Written by hand or by a program, headers may be a list, or have lists of values.
    asked = {**found.request_headers, **headers_of(request.get("headers"))}
    answered = {**found.response_headers, **headers_of(response.get("headers"))}
    return replace(
        found,
        request_headers=asked,
        request_body=expanded(found.request_body, asked) or form_of(request, asked),
        status=found.status or answered_status(response, answered),
        response_headers=answered,
        response_body=expanded(found.response_body, answered),
    )


def _of_lines(lines: Iterable[bytes], name: str, attached: Attached) -> Iterator[RecordedExchange | None]:
    broken = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            one = loads(line)
        except (ValueError, RecursionError):
            broken.append(number)
            continue
        yield exchange(one, f"{name}, line {number}", attached)
    if broken:
        others = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        raise Unreadable(f"line {broken[0]}{others} is not JSON")


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Return the lines of a file one by one; of a block's pieces each is joined once, whatever a line's length."""
    parts: list[bytes] = []
    while block := source.read(_BLOCK):
        head, *rest = block.split(b"\n")
        parts.append(head)
        if len(parts) > _LONGEST // _BLOCK:
            raise Unreadable(f"holds a line of more than {_LONGEST} bytes")
        for piece in rest:
            yield b"".join(parts).removesuffix(b"\r")
            parts = [piece]
    if any(parts):
        yield b"".join(parts)


def _is_json(text: bytes) -> bool:
    try:
        loads(text)
    except (ValueError, RecursionError):
        return False
    return True
