"""Files of our own recordings: one JSON object for each exchange, an array of them, or JSON Lines."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from fakie_contract.http.json_values import loads
from fakie_contract.traffic.readers.bodies import expanded
from fakie_contract.traffic.readers.json_stream import items
from fakie_contract.traffic.readers.opened import Unreadable, opened
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.reading import incomplete_exchange_of


def read(file: Path) -> Iterator[RecordedExchange | None]:
    """Return each exchange of a file that holds one object, or one on each line."""
    with opened(file) as source:
        text = source.read()
    try:
        found = [loads(text)]
    except (ValueError, RecursionError):
        yield from _lines(text, file)
        return
    yield from (exchange(one, file.name) for one in found)


def read_array(file: Path) -> Iterator[RecordedExchange | None]:
    """Return each exchange of a JSON array."""
    with opened(file) as source:
        for number, one in enumerate(items(source), start=1):
            yield exchange(one, f"{file.name}, item {number}")


def exchange(record: Any, origin: str) -> RecordedExchange | None:
    """Return one object as an exchange, None when it is none; what is missing is empty."""
    found = incomplete_exchange_of(record, origin)
    if found is None:
        return None
    return replace(
        found,
        request_body=expanded(found.request_body, found.request_headers),
        response_body=expanded(found.response_body, found.response_headers),
    )


def _lines(text: bytes, file: Path) -> Iterator[RecordedExchange | None]:
    broken = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            one = loads(line)
        except (ValueError, RecursionError):
            broken.append(number)
            continue
        yield exchange(one, f"{file.name}, line {number}")
    if broken:
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        raise Unreadable(f"line {broken[0]}{more} is not JSON")
