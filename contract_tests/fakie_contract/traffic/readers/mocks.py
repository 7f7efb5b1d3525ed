"""Readers of what mocks record to play it back: WireMock's mappings and journal, nock's fixtures."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fakie_contract.traffic.readers.attached import Attached, attached_body, beside
from fakie_contract.traffic.readers.bodies import as_bytes, expanded, from_base64, from_hex
from fakie_contract.traffic.readers.form_fields import form_of
from fakie_contract.traffic.readers.json_stream import items
from fakie_contract.traffic.readers.opened import opened
from fakie_contract.traffic.readers.plain import (
    headers_of,
    iso_time,
    listed,
    mapping,
    status_of,
    text,
    value_of,
    with_query,
)
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.forms import is_exchange

# Where a mapping has the URL: as it is, or as a pattern, whose escapes are undone.
_URLS, _PATTERNS = ("absoluteUrl", "url", "urlPath", "urlPathTemplate"), ("urlPattern", "urlPathPattern")
_OF_MAPPINGS = frozenset({"absoluteUrl", "urlPath", "urlPathTemplate", "urlPattern", "urlPathPattern", "bodyPatterns"})
_OF_ANSWERS = frozenset({"jsonBody", "base64Body", "bodyFileName", "bodyAsBase64"})
_FINE = 200
_Body = tuple[bytes | None, str]


def read_wiremock(file: Path) -> Iterator[RecordedExchange | None]:
    """Return each exchange of a file of mappings."""
    with opened(file) as source:
        for number, one in enumerate(items(source, "mappings"), start=1):
            yield mapped(one, f"{file.name}, mapping {number}", attached_files(file))


def attached_files(file: Path) -> Attached:
    """Return what reads the bodies of mappings, which stand in `__files` beside their folder."""
    around = [folder / "__files" for folder in (*file.resolve().parents[:3],)]
    return beside(next((folder for folder in around if folder.is_dir()), file.parent))


def is_mapping(item: Mapping[str, Any]) -> bool:
    """Tell whether an object with request and response is a mapping: what it has besides is WireMock's alone."""
    request, response = mapping(item, "request"), mapping(item, "response")
    local = text(request.get("url")).startswith("/") and "host" not in request
    return bool(_OF_MAPPINGS & request.keys() or _OF_ANSWERS & response.keys() or local)


def mapped(item: Any, origin: str, attached: Attached) -> RecordedExchange | None:
    """Return one mapping as an exchange, None when it is none."""
    if not is_exchange(item):
        return None
    request, response = mapping(item, "request"), mapping(item, "response")
    asked, answered = headers_of(request.get("headers")), headers_of(response.get("headers"))
    came, lost = _answered(response, attached)
    query = mapping(request.get("queryParameters", request.get("queryParams")))
    return RecordedExchange(
        method=text(request.get("method")).upper(),
        url=with_query(_url(request), ((name, value_of(value)) for name, value in query.items())),
        request_headers=asked,
        request_body=expanded(_asked(request), asked) or form_of(request, asked),
        status=status_of(response.get("status")) or (0 if "fault" in response else _FINE),
        response_headers=answered,
        response_body=expanded(came, answered),
        at=iso_time(request.get("loggedDate")),
        origin=origin,
        lost=lost,
    )


def _url(request: Mapping[str, Any]) -> str:
    found = next((text(request[key]) for key in _URLS if text(request.get(key))), "")
    pattern = next((text(request[key]) for key in _PATTERNS if text(request.get(key))), "")
    return found or pattern.replace("\\", "").strip("^$")


def _asked(request: Mapping[str, Any]) -> bytes | None:
    for pattern in listed(request.get("bodyPatterns")):
        for key in ("equalToJson", "equalTo"):
            if key in mapping(pattern):
                return as_bytes(pattern[key])
        if "binaryEqualTo" in mapping(pattern):
            return from_base64(text(pattern["binaryEqualTo"]))
    return _kept(request)


def _answered(response: Mapping[str, Any], attached: Attached) -> _Body:
    if "jsonBody" in response:
        return as_bytes(response["jsonBody"]), ""
    if text(response.get("base64Body")):
        return from_base64(text(response["base64Body"])), ""
    if text(response.get("bodyFileName")):
        return attached_body(response["bodyFileName"], attached)
    return _kept(response), ""


def _kept(side: Mapping[str, Any]) -> bytes | None:
    if text(side.get("bodyAsBase64")) and not side.get("body"):
        return from_base64(text(side["bodyAsBase64"]))
    return as_bytes(side.get("body")) or None


def is_nock(item: Mapping[str, Any]) -> bool:
    """Tell whether an item of an array is a definition of nock."""
    return {"scope", "path", "status"} <= item.keys()


def nocked(item: Mapping[str, Any], origin: str) -> RecordedExchange:
    """Return one definition of nock as an exchange."""
    answered = headers_of(item.get("rawHeaders", item.get("headers")))
    asked, response, sent = headers_of(item.get("reqheaders")), item.get("response"), item.get("body")
    binary = [response] if isinstance(response, str) and item.get("responseIsBinary") is True else listed(response)
    # A list of texts may also be the answer itself.
    came = (from_hex(binary) if binary else None) or as_bytes(response) or None
    return RecordedExchange(
        method=text(item.get("method")).upper(),
        url=text(item.get("scope")).rstrip("/") + text(item.get("path")),
        request_headers=asked,
        request_body=as_bytes(sent) or None,
        status=status_of(item.get("status")),
        response_headers=answered,
        response_body=expanded(came, answered),
        origin=origin,
        in_order=True,
    )
