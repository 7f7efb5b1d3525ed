"""Sessions of Charles as JSON (.chlsj): an array of transactions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fakie_contract.traffic.readers.bodies import as_bytes, expanded, from_base64
from fakie_contract.traffic.readers.plain import headers_of, iso_time, mapping, status_of, text
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.forms import is_exchange

_DONE = "COMPLETE"


def is_transaction(item: Mapping[str, Any]) -> bool:
    """Tell whether an item of an array is a transaction: it has its host beside the request, and no URL."""
    return {"scheme", "host", "path"} <= item.keys() and "url" not in mapping(item, "request")


def exchange(item: Any, origin: str) -> RecordedExchange | None:
    """Return one transaction as an exchange, None when it is none."""
    if not is_exchange(item):
        return None
    request, response, times = mapping(item, "request"), mapping(item, "response"), mapping(item, "times")
    asked, answered = _headers(request), _headers(response)
    start, end = iso_time(times.get("start")), iso_time(times.get("end"))
    whole = text(item.get("status")) in {"", _DONE}
    return RecordedExchange(
        method=text(item.get("method")).upper(),
        url=_url(item),
        request_headers=asked,
        request_body=expanded(_body(request), asked),
        status=status_of(response.get("status")) if whole else 0,
        response_headers=answered,
        response_body=expanded(_body(response), answered),
        at=start or end,
        origin=origin,
        took=_seconds(start, end),
        in_order=True,
    )


def _url(item: Mapping[str, Any]) -> str:
    query = text(item.get("query"))
    port = item.get("port")
    host = text(item.get("host")) + (f":{port}" if type(port) is int else "")
    return f"{text(item.get('scheme')) or 'https'}://{host}{text(item.get('path'))}{f'?{query}' if query else ''}"


def _headers(side: Mapping[str, Any]) -> dict[str, str]:
    headers = headers_of(mapping(side, "header").get("headers", side.get("headers")))
    kind, charset = text(side.get("mimeType")), text(side.get("charset"))
    if kind:
        headers.setdefault("content-type", f"{kind}; charset={charset}" if charset else kind)
    return headers


def _body(side: Mapping[str, Any]) -> bytes | None:
    body = mapping(side, "body")
    for key in ("encoded", "decoded"):
        if isinstance(body.get(key), str):
            return from_base64(body[key])
    kept = text(body.get("text"))
    if text(body.get("encoding")).lower() == "base64":
        return from_base64(kept)
    return as_bytes(kept or None)


def _seconds(start: str, end: str) -> float | None:
    try:
        return max((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
