"""VCR cassettes, of vcrpy and of the Ruby VCR: YAML and JSON."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fakie_contract.traffic.readers.bodies import as_bytes, expanded, from_base64
from fakie_contract.traffic.readers.json_stream import items
from fakie_contract.traffic.readers.opened import NoRecording, opened
from fakie_contract.traffic.readers.yaml_file import load
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.forms import is_exchange

# vcrpy's own, and the Ruby VCR's.
KEYS = ("interactions", "http_interactions")
_NAMED = re.compile(rb"^\W{0,3}(?:http_)?interactions\W{0,2}:", re.MULTILINE)
_NO_CASSETTE = f"is not a cassette: expected a mapping with {' or '.join(KEYS)}"


def read_yaml(file: Path) -> Iterator[RecordedExchange | None]:
    """Return each exchange of a YAML cassette."""
    with opened(file) as source:
        text = source.read()
    # Looked for first: most YAML is not a cassette, and need not be readable.
    if not _NAMED.search(text):
        raise NoRecording(_NO_CASSETTE)
    found = load(text)
    interactions = next((found[key] for key in KEYS if key in found), None) if isinstance(found, dict) else None
    if not isinstance(interactions, list):
        raise NoRecording(_NO_CASSETTE)
    yield from (exchange(one, f"{file.name}, interaction {number}") for number, one in enumerate(interactions, start=1))


def read_json(file: Path, key: str) -> Iterator[RecordedExchange | None]:
    """Return each exchange of a JSON cassette whose interactions stand under `key`."""
    with opened(file) as source:
        for number, one in enumerate(items(source, key), start=1):
            yield exchange(one, f"{file.name}, interaction {number}")


def exchange(interaction: Any, origin: str) -> RecordedExchange | None:
    """Return one interaction as an exchange, None when it is none; what is missing is empty."""
    if not is_exchange(interaction):
        return None
    request, response = _mapping(interaction.get("request")), _mapping(interaction.get("response"))
    asked, answered = _headers(request.get("headers")), _headers(response.get("headers"))
    return RecordedExchange(
        method=str(request.get("method", "")).upper(),
        url=str(request.get("uri") or request.get("url") or ""),
        request_headers=asked,
        request_body=expanded(_body(request.get("body")), asked),
        status=_status(response),
        response_headers=answered,
        response_body=expanded(_body(response.get("body", response.get("content"))), answered),
        at=str(interaction.get("recorded_at") or ""),
        origin=origin,
        in_order=True,
    )


def _status(response: Mapping[str, Any]) -> int:
    found = response.get("status", response.get("status_code"))
    code = found.get("code") if isinstance(found, dict) else found
    return code if type(code) is int else 0


def _body(found: Any) -> bytes | None:
    if isinstance(found, dict):
        if isinstance(found.get("base64_string"), str):
            return from_base64(found["base64_string"])
        if "string" in found:
            return as_bytes(found["string"]) or None
    return as_bytes(found) or None


def _headers(found: Any) -> dict[str, str]:
    headers = _mapping(found).items()
    return {
        str(name).lower(): ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in headers
    }


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
