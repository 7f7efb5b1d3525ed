"""Reads recordings: our own files, and the looser ones that people write by hand."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from fakie_schemas import format_schema
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.recordings.bodies import body_bytes
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.forms import completed, is_exchange, our_form
from fakie_schemas.shortening import one_line
from fakie_schemas.strict_json import StrictJson
from fakie_schemas.validator import contract_validator

if TYPE_CHECKING:
    from jsonschema import ValidationError

# Of what is written by hand no more is asked than that it can be read.
_JSON = StrictJson(unique=False, finite=False)
_LARGEST_FILE = 256 * 1024 * 1024
_KINDS: dict[Any, str] = {str: "a text", list: "a list", dict: "an object"}


class BrokenRecording(Struct, frozen=True):
    """A file that could not be read, and why."""

    file: Path
    reason: str


class Recordings(Struct, frozen=True):
    """The recordings of a folder: the exchanges in recorded order, and the files that hold none."""

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
            broken.append(BrokenRecording(file, one_line(error, 300)))
    return Recordings(tuple(found), tuple(broken))


def read_recording(file: Path) -> RecordedExchange:
    """Read one file; raises ValueError, with the reason, when it holds no exchange."""
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise ValueError(f"it is larger than {_LARGEST_FILE} bytes")
        document = _JSON.read(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from error
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    return exchange_of(document, file.name)


def exchange_of(document: Any, origin: str) -> RecordedExchange:
    """Make an exchange of a recording's JSON data; raises ValueError when it is not one."""
    form = our_form(document)
    validator = contract_validator(format_schema("recording"))
    error = next(iter(sorted(validator.iter_errors(form), key=lambda found: list(map(str, found.path)))), None)
    if error is not None:
        place = ".".join(map(str, error.path))
        raise ValueError(f"{place}: {_words(error)}" if place else _words(error))
    return _exchange(form, origin, body_bytes)


def incomplete_exchange_of(document: Any, origin: str) -> RecordedExchange | None:
    """Make an exchange of a recording's JSON data, with nothing in the place of what is missing or cannot be used.

    Return None for data without the objects `request` and `response`.
    """
    return _exchange(completed(our_form(document)), origin, _body_if_any) if is_exchange(document) else None


def _exchange(
    form: Mapping[str, Any], origin: str, body: Callable[[Mapping[str, Any]], bytes | None]
) -> RecordedExchange:
    request, response = form["request"], form["response"]
    return RecordedExchange(
        method=request["method"].upper(),
        url=request["url"],
        request_headers=_lowered(request),
        request_body=body(request),
        status=response["status"],
        response_headers=_lowered(response),
        response_body=body(response),
        at=form["recorded"],
        origin=origin,
        cut=form.get("truncated", False),
    )


def _words(error: "ValidationError") -> str:
    if error.validator == "required":
        return error.message[:200]
    # No text, nor what holds one: it may be a key, for what was made elsewhere has not been redacted.
    got = _KINDS.get(type(error.instance)) or json.dumps(error.instance)
    return f"expected {error.validator} {json.dumps(error.validator_value)[:100]}, got {got}"


def _body_if_any(side: Mapping[str, Any]) -> bytes | None:
    try:
        return body_bytes(side)
    except ValueError:
        return None


def _lowered(part: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in part["headers"].items()}
