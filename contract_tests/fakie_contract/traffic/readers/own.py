"""Our own recordings: one JSON object an exchange, an array of such, or JSON Lines; older spellings are read too."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fakie_contract.http.json_values import loads
from fakie_contract.traffic.readers.bodies import as_bytes, expanded, from_base64, is_exchange
from fakie_contract.traffic.readers.json_stream import items
from fakie_contract.traffic.readers.opened import Unreadable, opened
from fakie_schemas.recordings.exchange import RecordedExchange


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
    if not is_exchange(record):
        return None
    request, response = record["request"], record["response"]
    asked, answered = _headers(request), _headers(response)
    return RecordedExchange(
        method=_text(request.get("method")).upper(),
        url=_url(request),
        request_headers=asked,
        request_body=expanded(_body(request), asked),
        status=_status(response.get("status")),
        response_headers=answered,
        response_body=expanded(_body(response), answered),
        at=_text(record.get("recorded")) or _text(record.get("captured")),
        origin=origin,
        # The recorder writes `truncated`.
        cut=any(side.get(word) is True for side in (record, request, response) for word in ("cut", "truncated")),
    )


def _status(found: Any) -> int:
    if isinstance(found, str) and re.fullmatch(r"[1-9]\d\d", found):
        return int(found)
    return found if type(found) is int else 0


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


def _url(request: Mapping[str, Any]) -> str:
    url = _text(request.get("url"))
    if url:
        return url
    query = request.get("query")
    asked = query.removeprefix("?") if isinstance(query, str) else ""
    asked = urlencode(query, doseq=True) if isinstance(query, dict) else asked
    tail = f"?{asked}" if asked else ""
    return f"https://{_text(request.get('host'))}{_text(request.get('path'))}{tail}"


def _headers(side: Mapping[str, Any]) -> dict[str, str]:
    headers = {str(name).lower(): str(value) for name, value in _mapping(side.get("headers")).items()}
    if isinstance(side.get("contentType"), str):
        headers.setdefault("content-type", side["contentType"])
    return headers


def _body(side: Mapping[str, Any]) -> bytes | None:
    if side.get("body") is not None:
        return as_bytes(side["body"])
    if isinstance(side.get("base64"), str):
        return from_base64(side["base64"])
    return as_bytes(side["text"]) if isinstance(side.get("text"), str) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
