"""Reader of what ngrok's inspector shows: exchanges with both messages as they went through its tunnel."""

from collections.abc import Mapping
from typing import Any

from fakie_contract.traffic.readers.bodies import expanded, from_base64
from fakie_contract.traffic.readers.plain import headers_of, iso_time, mapping, status_of, text
from fakie_schemas.decimals import whole_number
from fakie_schemas.recordings.exchange import RecordedExchange

_NANOSECONDS = 1_000_000_000
_Headers = dict[str, str]


def is_inspected(record: Mapping[str, Any]) -> bool:
    """Tell whether an object with request and response is the inspector's: it has the messages whole, too."""
    return isinstance(mapping(record, "request").get("raw"), str)


def exchange(record: Mapping[str, Any], origin: str) -> RecordedExchange:
    """Return what went through the tunnel as an exchange; what is missing is empty."""
    request, response, took = mapping(record, "request"), mapping(record, "response"), record.get("duration")
    asked, sent = _message(request)
    answered, came = _message(response)
    return RecordedExchange(
        method=text(request.get("method")).upper(),
        url=f"{asked.get('x-forwarded-proto', 'https')}://{asked.get('host', '')}{text(request.get('uri'))}",
        request_headers=asked,
        request_body=expanded(sent, asked),
        status=status_of(response.get("status_code"), response.get("status")),
        response_headers=answered,
        response_body=expanded(came, answered),
        at=iso_time(record.get("start")),
        origin=origin,
        # A long message is kept up to a limit.
        cut=len(came or b"") < (whole_number(answered.get("content-length", "")) or 0),
        took=took / _NANOSECONDS if type(took) is int else None,
    )


def _message(side: Mapping[str, Any]) -> tuple[_Headers, bytes | None]:
    """Return the headers of a message, of which its own line of `Host` is one, and its body."""
    head, _, body = (from_base64(text(side.get("raw"))) or b"").partition(b"\r\n\r\n")
    lines = (line.partition(":") for line in text(head).splitlines()[1:])
    return headers_of([[name.strip(), value.strip()] for name, _, value in lines]), body or None
