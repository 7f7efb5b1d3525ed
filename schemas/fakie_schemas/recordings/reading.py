"""Reads recordings: our own files, and the looser ones that people write by hand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fakie_schemas import format_schema
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.recordings.bodies import body_bytes
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.validator import contract_validator

_LARGEST_FILE = 256 * 1024 * 1024


@dataclass(frozen=True)
class BrokenRecording:
    """A file that could not be read, and why."""

    file: Path
    reason: str


@dataclass(frozen=True)
class Recordings:
    """What a folder holds: the exchanges in recorded order, and the files that hold none."""

    exchanges: tuple[RecordedExchange, ...]
    broken: tuple[BrokenRecording, ...]


def read_recordings(folder: Path) -> Recordings:
    """Read every `*.json` file of a folder; raises ConfigurationError when there is nothing to read."""
    if not folder.is_dir():
        raise ConfigurationError(f"{folder} is not a folder of recordings; expected what `fakie record --out` fills")
    found: list[RecordedExchange] = []
    broken: list[BrokenRecording] = []
    try:
        files = sorted(folder.glob("*.json"))
    except OSError as error:
        raise ConfigurationError(f"cannot read {folder}: {error.strerror or error}") from None
    for file in files:
        try:
            found.append(read_recording(file))
        except ValueError as error:
            broken.append(BrokenRecording(file, " ".join(str(error).split())[:300]))
    return Recordings(tuple(found), tuple(broken))


def read_recording(file: Path) -> RecordedExchange:
    """Read one file; raises ValueError, with the reason, when it holds no exchange."""
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise ValueError(f"it is larger than {_LARGEST_FILE} bytes")
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from error
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    return exchange_of(document, file.name)


def exchange_of(document: Any, origin: str) -> RecordedExchange:
    """Make an exchange of a recording's JSON data; raises ValueError when it is none."""
    strict = _strict(document)
    validator = contract_validator(format_schema("recording"))
    error = next(iter(sorted(validator.iter_errors(strict), key=lambda found: list(map(str, found.path)))), None)
    if error is not None:
        place = ".".join(map(str, error.path))
        raise ValueError(f"{place}: {error.message[:200]}" if place else error.message[:200])
    request, response = strict["request"], strict["response"]
    return RecordedExchange(
        method=request["method"],
        url=request["url"],
        request_headers=_lowered(request),
        request_body=body_bytes(request),
        status=response["status"],
        response_headers=_lowered(response),
        response_body=body_bytes(response),
        at=strict["recorded"],
        origin=origin,
        cut=strict.get("truncated", False),
    )


def _strict(document: Any) -> Any:
    """Bring a loose recording into the form of ours; what cannot be brought is left for the schema to name."""
    if not isinstance(document, dict):
        return document
    strict = {"format_version": 1, **document, "recorded": document.get("recorded", document.get("captured", ""))}
    for side in ("request", "response"):
        if isinstance(document.get(side), dict):
            strict[side] = _strict_side(document[side])
    return strict


def _strict_side(side: Mapping[str, Any]) -> dict[str, Any]:
    strict = dict(side)
    if "url" not in side and isinstance(side.get("host"), str) and isinstance(side.get("path"), str):
        query = side.get("query")
        asked = urlencode(query, doseq=True) if isinstance(query, dict) else str(query or "")
        strict["url"] = f"https://{side['host']}{side['path']}" + (f"?{asked}" if asked else "")
    headers = side.get("headers") or {}
    if "contentType" in side and isinstance(headers, dict):
        headers = {"content-type": side["contentType"], **headers}
    return {**strict, "headers": headers}


def _lowered(part: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in part["headers"].items()}
