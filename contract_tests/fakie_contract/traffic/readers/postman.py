"""Collections of Postman: the answers that were saved as examples beside their requests."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fakie_contract.traffic.readers.bodies import as_bytes, expanded
from fakie_contract.traffic.readers.form_fields import form_of
from fakie_contract.traffic.readers.json_stream import items
from fakie_contract.traffic.readers.opened import NoRecording, opened
from fakie_contract.traffic.readers.plain import headers_of, listed, mapping, status_of, text, with_query
from fakie_schemas.recordings.exchange import RecordedExchange

_DEEPEST = 20
_NO_ANSWERS = "is a collection of Postman without saved answers; save them as examples, or export the traffic as HAR"


def read(file: Path) -> Iterator[RecordedExchange | None]:
    """Return each saved answer with its request; raises NoRecording when none was saved."""
    count = 0
    with opened(file) as source:
        for item in items(source, "item"):
            for request, response in _saved(item):
                count += 1
                yield exchange(request, response, f"{file.name}, example {count}")
    if not count:
        raise NoRecording(_NO_ANSWERS)


def _saved(item: Any, depth: int = 0) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Return requests and answers of an item, which may be a folder of items."""
    if depth > _DEEPEST:
        return
    for response in listed(mapping(item).get("response")):
        request = mapping(response, "originalRequest") or mapping(item, "request")
        yield request, mapping(response)
    for inner in listed(mapping(item).get("item")):
        yield from _saved(inner, depth + 1)


def exchange(request: Mapping[str, Any], response: Mapping[str, Any], origin: str) -> RecordedExchange:
    """Return a request and its saved answer as an exchange."""
    asked, answered = headers_of(request.get("header")), headers_of(response.get("header"))
    _keep_key(mapping(request, "auth"), asked)
    body = mapping(request, "body")
    return RecordedExchange(
        method=text(request.get("method")).upper(),
        url=_url(request.get("url")),
        request_headers=asked,
        request_body=as_bytes(text(body.get("raw"))) or form_of(body, asked),
        status=status_of(response.get("code")),
        response_headers=answered,
        response_body=expanded(as_bytes(text(response.get("body"))) or None, answered),
        origin=origin,
    )


def _url(found: Any) -> str:
    if not isinstance(found, dict):
        return text(found)
    pairs = [(text(mapping(one).get("key")), text(mapping(one).get("value"))) for one in listed(found.get("query"))]
    raw = text(found.get("raw"))
    if not raw:
        host, path = (sep.join(map(str, listed(found.get(key)))) for key, sep in (("host", "."), ("path", "/")))
        raw = f"{text(found.get('protocol')) or 'https'}://{host}/{path}"
    return with_query(raw, pairs)


def _keep_key(auth: Mapping[str, Any], asked: dict[str, str]) -> None:
    """Put a key that stands beside the request among its headers, where secrets are looked for."""
    for one in listed(auth.get(text(auth.get("type")))):
        if text(mapping(one).get("key")) in {"token", "value", "password"}:
            asked.setdefault("authorization", f"Bearer {text(mapping(one).get('value'))}")
