"""Simulations of Hoverfly: pairs of what a request must match, and its answer."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fakie_contract.traffic.readers.attached import Attached, attached_body, beside
from fakie_contract.traffic.readers.bodies import as_bytes, expanded, from_base64
from fakie_contract.traffic.readers.form_fields import form_of
from fakie_contract.traffic.readers.json_stream import items
from fakie_contract.traffic.readers.opened import NoRecording, opened
from fakie_contract.traffic.readers.plain import headers_of, mapping, status_of, text, value_of, with_query
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.forms import is_exchange

_NO_SIMULATION = "has data, and no pairs in it as a simulation of Hoverfly; an answer is judged with its request alone"


def read(file: Path) -> Iterator[RecordedExchange | None]:
    """Return each pair of a simulation as an exchange; the first version has them without a name."""
    for path in (("data", "pairs"), ("data",)):
        with suppress(NoRecording):
            yield from _pairs(file, *path)
            return
    raise NoRecording(_NO_SIMULATION)


def _pairs(file: Path, *path: str) -> Iterator[RecordedExchange | None]:
    with opened(file) as source:
        for number, one in enumerate(items(source, *path), start=1):
            yield exchange(one, f"{file.name}, pair {number}", beside(file.parent))


def exchange(pair: Any, origin: str, attached: Attached) -> RecordedExchange | None:
    """Return one pair as an exchange, None when it is none."""
    if not is_exchange(pair):
        return None
    request, response = mapping(pair, "request"), mapping(pair, "response")
    asked, answered = headers_of(request.get("headers")), headers_of(response.get("headers"))
    came, lost = _body(response, attached)
    return RecordedExchange(
        method=value_of(request.get("method")).upper(),
        url=_url(request),
        request_headers=asked,
        request_body=as_bytes(value_of(request.get("body"))) or form_of(request, asked),
        status=status_of(response.get("status")),
        response_headers=answered,
        response_body=expanded(came, answered),
        origin=origin,
        lost=lost,
    )


def _url(request: Mapping[str, Any]) -> str:
    scheme, host = value_of(request.get("scheme")) or "https", value_of(request.get("destination"))
    return with_query(f"{scheme}://{host}{value_of(request.get('path'))}", _query(request))


def _query(request: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the query: a matcher of the whole (up to version 4), or matchers by name."""
    for key in ("query", "deprecatedQuery"):
        found = request.get(key)
        if isinstance(found, dict) and not all(isinstance(value, str) for value in found.values()):
            return [(name, value_of(value)) for name, value in found.items()]
        if value_of(found):
            return parse_qsl(value_of(found), keep_blank_values=True)
    return []


def _body(response: Mapping[str, Any], attached: Attached) -> tuple[bytes | None, str]:
    if text(response.get("bodyFile")) and not response.get("body"):
        return attached_body(response["bodyFile"], attached)
    kept = text(response.get("body"))
    if response.get("encodedBody") is True:
        return from_base64(kept), ""
    return as_bytes(kept) or None, ""
