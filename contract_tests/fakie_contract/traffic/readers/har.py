"""HAR files of browsers, Polly.js, mitmproxy and other recorders: entry by entry, whatever the size."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fakie_contract.traffic.readers.bodies import as_bytes, expanded, from_base64, from_hex_chunks
from fakie_contract.traffic.readers.json_stream import items
from fakie_contract.traffic.readers.opened import opened
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.forms import is_exchange

_Body = tuple[bytes | None, bool]
# What browsers write where they know no type.
_SAYS_NOTHING = {"", "x-unknown", "application/octet-stream"}


def read(file: Path) -> Iterator[RecordedExchange | None]:
    """Return each exchange of a HAR file; raises Unreadable where the file breaks."""
    with opened(file) as source:
        for number, entry in enumerate(items(source, "log", "entries"), start=1):
            yield exchange(entry, f"{file.name}, entry {number}")


def exchange(entry: Any, origin: str) -> RecordedExchange | None:
    """Return one entry as an exchange, None when it is none; what is missing is empty."""
    if not is_exchange(entry):
        return None
    request, response = _mapping(entry, "request"), _mapping(entry, "response")
    asked, answered = _headers(request.get("headers")), _headers(response.get("headers"))
    sent, sent_cut = _request_body(_mapping(request, "postData"), asked)
    came, came_cut = _response_body(_mapping(response, "content"), answered)
    mime = _text(_mapping(response, "content").get("mimeType"))
    if mime.strip().lower() not in _SAYS_NOTHING and "content-type" not in answered:
        answered["content-type"] = mime
    status = response.get("status")
    return RecordedExchange(
        method=_text(request.get("method")).upper(),
        url=_text(request.get("url")),
        request_headers=asked,
        request_body=sent,
        status=status if type(status) is int else 0,
        response_headers=answered,
        response_body=came,
        at=_text(entry.get("startedDateTime")),
        origin=origin,
        cut=sent_cut or came_cut,
        took=_seconds(entry.get("time")),
        in_order=True,
    )


def _seconds(milliseconds: Any) -> float | None:
    """Read how long an entry took; -1, and what is not a number, is not known."""
    known = isinstance(milliseconds, int | float) and not isinstance(milliseconds, bool) and milliseconds > 0
    return milliseconds / 1000 if known else None


def _request_body(post: Mapping[str, Any], headers: Mapping[str, str]) -> _Body:
    text = post.get("text")
    if not isinstance(text, str) or not text:
        return None, False
    body = from_base64(text) if post.get("encoding") == "base64" else as_bytes(text)
    return expanded(body, headers), False


def _response_body(content: Mapping[str, Any], headers: Mapping[str, str]) -> _Body:
    text = content.get("text")
    if not isinstance(text, str) or not text:
        return None, False
    if content.get("encoding") == "base64":
        body = from_base64(text)
    elif content.get("_isBinary") is True or content.get("encoding") == "hex":
        body = from_hex_chunks(text)
    else:
        body = as_bytes(text)
    size = content.get("size")
    whole = expanded(body, headers)
    # A comment, or a size that is larger than the text, tells of a body that was not kept whole.
    cut = type(size) is int and whole is not None and size > len(whole) and "content-encoding" not in headers
    return whole, cut


def _headers(found: Any) -> dict[str, str]:
    headers: dict[str, str] = {}
    for header in found if isinstance(found, list) else ():
        if isinstance(header, dict) and isinstance(header.get("name"), str):
            headers[header["name"].lower()] = _text(header.get("value"))
    return headers


def _mapping(value: Any, key: str) -> Mapping[str, Any]:
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
