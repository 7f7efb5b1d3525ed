"""HAR files of browsers, Polly.js, mitmproxy, Insomnia and other recorders: entry by entry, whatever the size."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from fakie_contract.traffic.readers.attached import Attached, attached_body, beside
from fakie_contract.traffic.readers.bodies import as_bytes, expanded, from_base64, from_hex
from fakie_contract.traffic.readers.form_fields import form_of
from fakie_contract.traffic.readers.json_stream import items
from fakie_contract.traffic.readers.opened import opened
from fakie_contract.traffic.readers.plain import (
    answered_status,
    headers_of,
    iso_time,
    listed,
    mapping,
    text,
    with_query,
)
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.forms import is_exchange
from fakie_schemas.schema.equality import is_number

# What browsers write where they know no type.
_SAYS_NOTHING = {"", "x-unknown", "application/octet-stream"}


def read(file: Path) -> Iterator[RecordedExchange | None]:
    """Return each exchange of a HAR file; raises Unreadable where the file breaks."""
    with opened(file) as source:
        yield from entries(source, file.name, beside(file.parent))


def entries(source: BinaryIO, name: str, attached: Attached) -> Iterator[RecordedExchange | None]:
    """Return each exchange of a HAR file that is open; `attached` reads the bodies that stand in files of their own."""
    for number, entry in enumerate(items(source, "log", "entries"), start=1):
        yield exchange(entry, f"{name}, entry {number}", attached)


def is_entry(found: Mapping[str, Any]) -> bool:
    """Tell whether an object by itself is an entry: it has its bodies where HAR has them."""
    return "postData" in mapping(found, "request") or isinstance(mapping(found, "response").get("content"), dict)


def exchange(entry: Any, origin: str, attached: Attached) -> RecordedExchange | None:
    """Return one entry as an exchange, None when it is none; what is missing is empty."""
    if not is_exchange(entry):
        return None
    request, response = mapping(entry, "request"), mapping(entry, "response")
    asked, answered = headers_of(request.get("headers")), headers_of(response.get("headers"))
    content = mapping(response, "content")
    sent = _request_body(mapping(request, "postData"), asked, attached)
    came, lost = _response_body(content, answered, attached)
    _keep_cookies(request.get("cookies"), asked)
    mime = text(content.get("mimeType"))
    if mime.strip().lower() not in _SAYS_NOTHING and "content-type" not in answered:
        answered["content-type"] = mime
    return RecordedExchange(
        method=(text(request.get("method")) or asked.get(":method", "")).upper(),
        url=_url(request, asked),
        request_headers=asked,
        request_body=sent,
        status=answered_status(response, answered),
        response_headers=answered,
        response_body=came,
        at=iso_time(entry.get("startedDateTime")),
        origin=origin,
        cut=_is_cut(content, came, answered),
        took=_seconds(entry.get("time")),
        in_order=True,
        lost=lost,
    )


def _url(request: Mapping[str, Any], asked: Mapping[str, str]) -> str:
    """Return the URL with its query, which some keep in a list alone; HTTP/2 has host and path among its headers."""
    url = text(request.get("url")) or asked.get(":path", "")
    if url.startswith("/"):
        host = asked.get(":authority", asked.get("host", ""))
        url = f"{asked.get(':scheme', 'https')}://{host}{url}" if host else url
    pairs = (
        (text(mapping(one).get("name")), text(mapping(one).get("value"))) for one in listed(request.get("queryString"))
    )
    return with_query(url, pairs)


def _keep_cookies(found: Any, asked: dict[str, str]) -> None:
    """Put cookies that stand in a list alone among the headers, where secrets are looked for."""
    pairs = [f"{text(mapping(one).get('name'))}={text(mapping(one).get('value'))}" for one in listed(found)]
    if pairs:
        asked.setdefault("cookie", "; ".join(pairs))


def _seconds(milliseconds: Any) -> float | None:
    """Read how long an entry took; -1, and what is not a number, is not known."""
    return milliseconds / 1000 if is_number(milliseconds) and milliseconds > 0 else None


def _request_body(post: Mapping[str, Any], headers: dict[str, str], attached: Attached) -> bytes | None:
    kept, _ = _kept(post, attached)
    if text(post.get("mimeType")):
        headers.setdefault("content-type", text(post["mimeType"]))
    return expanded(kept, headers) if kept else form_of(post, headers)


def _response_body(
    content: Mapping[str, Any], headers: Mapping[str, str], attached: Attached
) -> tuple[bytes | None, str]:
    kept, lost = _kept(content, attached)
    return expanded(kept, headers), lost


def _kept(part: Mapping[str, Any], attached: Attached) -> tuple[bytes | None, str]:
    """Return a body as it stands there, and why it does not where it is in another file."""
    found = part.get("text")
    # Some write down what they have parsed.
    kept = text(as_bytes(found) if isinstance(found, dict | list) else found)
    if not kept:
        name = part.get("_file", part.get("_path", _of_trace(part)))
        return attached_body(name, attached) if isinstance(name, str) and name else (None, "")
    encoding = text(part.get("encoding")).lower()
    if encoding == "base64":
        body = from_base64(kept)
    elif part.get("_isBinary") is True or encoding == "hex":
        body = from_hex(kept)
    else:
        return as_bytes(kept), ""
    return body, "" if body else f"the answer's body is not the {encoding or 'hex'} that it says"


def _of_trace(part: Mapping[str, Any]) -> str:
    """Return the file of a body in a trace, which older ones name by its hash; empty for none."""
    return f"resources/{part['_sha1']}" if text(part.get("_sha1")) else ""


def _is_cut(content: Mapping[str, Any], whole: bytes | None, headers: Mapping[str, str]) -> bool:
    """Tell whether a size that is larger than the text tells of a body that was not kept whole."""
    size = content.get("size")
    return type(size) is int and whole is not None and size > len(whole) and "content-encoding" not in headers
