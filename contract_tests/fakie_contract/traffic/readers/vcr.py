"""Cassettes of vcrpy, Betamax, the Ruby VCR, go-vcr, PHP-VCR, responses and their like: YAML and JSON."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fakie_contract.traffic.readers.bodies import as_bytes, expanded, from_base64
from fakie_contract.traffic.readers.form_fields import form_of
from fakie_contract.traffic.readers.json_stream import items
from fakie_contract.traffic.readers.opened import BreaksOff, NoRecording, Unreadable, opened
from fakie_contract.traffic.readers.plain import answered_status, headers_of, iso_time, mapping, text
from fakie_contract.traffic.readers.yaml_file import LARGEST, load, salvaged
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.forms import is_exchange

# vcrpy's own and go-vcr's, and the Ruby VCR's.
KEYS = ("interactions", "http_interactions")
# Of answers alone, each with the method and the URL that were asked.
_ANSWERS = "responses"
_NAMED = re.compile(rb"^\W{0,3}(?:(?:http_)?interactions|responses)\W{0,2}:|^-\s{1,80}request\W{0,2}:", re.MULTILINE)
_NO_CASSETTE = f"is not a cassette: expected a mapping with {' or '.join(KEYS)}; or write the traffic as HAR"
_REQUESTS_ALONE = re.compile(rb"^type: \S*insomnia\.rest/", re.MULTILINE)
# Where a body stands, also within an object that says how its text is kept; and what else such an object has.
_BODIES = ("body", "content", "json_body", "json", "text")
_IN_BASE64, _PARSED, _AS_TEXT = ("base64_string", "base64"), ("string", "json"), ("text", "content", "data")
_OF_CASSETTES = {"string", "base64_string"}
_ABOUT_TEXT = {*_IN_BASE64, *_PARSED, *_AS_TEXT, "encoding", "charset", "mimeType", "size"}


def read_yaml(file: Path) -> Iterator[RecordedExchange | None]:
    """Return each exchange of a YAML cassette; of one that breaks off, those before."""
    with opened(file) as source:
        # Whatever it is, no more of it than a cassette may have, and one byte that tells of more.
        kept = source.read(LARGEST + 1)
    if _REQUESTS_ALONE.search(kept):
        raise NoRecording("is a collection of Insomnia, which holds no answers; export its responses as HAR")
    # Looked for first: most YAML is not a cassette, and need not be readable.
    if not _NAMED.search(kept):
        raise NoRecording(_NO_CASSETTE)
    if len(kept) > LARGEST:
        raise Unreadable(f"is YAML of more than {LARGEST} bytes, which is read whole; expected smaller cassettes")
    found, broken = salvaged(kept, load)
    interactions = found
    if isinstance(found, dict):
        interactions = next((found[key] for key in (*KEYS, _ANSWERS) if key in found), None)
    if not isinstance(interactions, list):
        raise broken or NoRecording(_NO_CASSETTE)
    yield from (exchange(one, f"{file.name}, interaction {number}") for number, one in enumerate(interactions, start=1))
    # YAML can be read wherever it ends.
    if not broken and interactions and _is_begun(interactions[-1], ends_in_line=not kept.endswith(b"\n")):
        broken = BreaksOff("breaks off: its last interaction has no response")
    if broken:
        raise broken


def _is_begun(interaction: Any, *, ends_in_line: bool) -> bool:
    """Tell whether an interaction has no answer because the file ends there, in the middle of a line perhaps."""
    if "request" in mapping(interaction) and not isinstance(mapping(interaction).get("response"), dict):
        return True
    found = exchange(interaction, "") if ends_in_line else None
    return ends_in_line and (found is None or not found.status)


def read_json(file: Path, key: str) -> Iterator[RecordedExchange | None]:
    """Return each exchange of a JSON cassette whose interactions stand under `key`."""
    with opened(file) as source:
        for number, one in enumerate(items(source, key), start=1):
            yield exchange(one, f"{file.name}, interaction {number}")


def is_interaction(found: Mapping[str, Any]) -> bool:
    """Tell whether an item of an array is written as in a cassette: by `uri`, or a status or a body that is told of."""
    response = mapping(found, "response")
    body = mapping(response, "body")
    told = isinstance(response.get("status"), dict) or (_is_wrapper(body) and bool(_OF_CASSETTES & body.keys()))
    return "uri" in mapping(found, "request") or told


def exchange(interaction: Any, origin: str) -> RecordedExchange | None:
    """Return one interaction as an exchange, None when it is none; what is missing is empty."""
    interaction = _with_request(interaction)
    if not is_exchange(interaction):
        return None
    request, response = mapping(interaction, "request"), mapping(interaction, "response")
    asked, answered = headers_of(request.get("headers")), headers_of(response.get("headers"))
    return RecordedExchange(
        method=text(request.get("method")).lstrip(":").upper(),
        url=text(request.get("uri") or request.get("url")),
        request_headers=asked,
        request_body=expanded(_body(request, asked), asked) or form_of(request, asked),
        status=answered_status(response, answered),
        response_headers=answered,
        response_body=expanded(_body(response, answered), answered),
        at=iso_time(interaction.get("recorded_at") or interaction.get("recorded")),
        origin=origin,
        in_order=True,
    )


def _with_request(interaction: Any) -> Any:
    """Return an interaction whose answer alone was kept with what was asked, as an object beside it."""
    response = mapping(interaction, "response")
    if "request" in mapping(interaction) or not text(response.get("url")):
        return interaction
    kind = text(response.get("content_type"))
    headers = {**({"content-type": kind} if kind else {}), **mapping(response, "headers")}
    asked = {"method": response.get("method"), "url": response["url"]}
    return {"request": asked, "response": {**response, "headers": headers}}


def _body(side: Mapping[str, Any], headers: dict[str, str]) -> bytes | None:
    if "parsed_body" in side:
        # Written by serializers that parse JSON, so that people can read it.
        headers.setdefault("content-type", "application/json")
        return as_bytes(side["parsed_body"])
    found = next((side[key] for key in _BODIES if side.get(key) is not None), None)
    return _unwrapped(found) if isinstance(found, dict) and _is_wrapper(found) else as_bytes(found) or None


def _is_wrapper(found: Mapping[str, Any]) -> bool:
    """Tell whether an object says how a body is kept, and is not the body itself; one without a text had none."""
    plain = all(found.get(key) is None or isinstance(found[key], str | bytes) for key in _AS_TEXT)
    return bool(found) and found.keys() <= _ABOUT_TEXT and plain


def _unwrapped(found: Mapping[str, Any]) -> bytes | None:
    kept = next((found[key] for key in (*_IN_BASE64, *_PARSED, *_AS_TEXT) if found.get(key) is not None), None)
    coded = any(key in found for key in _IN_BASE64) or text(found.get("encoding")).lower() == "base64"
    return from_base64(kept) if coded and isinstance(kept, str) else as_bytes(kept) or None
