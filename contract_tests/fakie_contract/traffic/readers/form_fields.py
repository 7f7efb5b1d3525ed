"""Form bodies that a recorder keeps as a list of fields: written as the bytes that were sent."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from fakie_contract.traffic.readers.plain import listed, mapping, text, value_of
from fakie_schemas.recordings.multipart import boundary_of
from fakie_schemas.recordings.secrets import mark_for

_URLENCODED = "application/x-www-form-urlencoded"
_BOUNDARY = "the-recorder-kept-fields-alone"
# Where recorders keep fields, where they keep files, and what they call the name of a file.
_FIELDS, _FILES, _FILE_NAME = ("params", "form", "formdata", "urlencoded"), "files", ("fileName", "filename", "src")


class FormField(Struct, frozen=True):
    """A field of a form; `file_name` and `kind` are those of a file, whose content is not kept."""

    name: str
    value: str
    file_name: str | None = None
    kind: str = ""


def form_of(kept: Mapping[str, Any], headers: dict[str, str]) -> bytes | None:
    """Return the body that the fields in a recorded request stand for, None without any; sets its Content-Type."""
    fields = [*_fields(kept)]
    if not fields:
        return None
    told = headers.get("content-type") or text(kept.get("mimeType"))
    is_multipart = told.lower().startswith("multipart/") or (not told and any(one.file_name for one in fields))
    if not is_multipart:
        headers.setdefault("content-type", told or _URLENCODED)
        return urlencode([(one.name, one.value) for one in fields]).encode()
    boundary = boundary_of(told) or _BOUNDARY.encode()
    headers["content-type"] = f"multipart/form-data; boundary={boundary.decode('latin-1')}"
    line = b"--" + boundary
    return b"".join(line + b"\r\n" + _part(one) for one in fields) + line + b"--\r\n"


def _fields(kept: Mapping[str, Any]) -> Iterator[FormField]:
    for place in _FIELDS:
        yield from _of(kept.get(place), is_file=False)
    yield from _of(kept.get(_FILES), is_file=True)


def _of(found: Any, *, is_file: bool) -> Iterator[FormField]:
    if isinstance(found, dict):
        for name, value in found.items():
            for one in value if isinstance(value, list) else [value]:
                yield _field(str(name), one, is_file=is_file)
    for one in listed(found):
        name = text(mapping(one).get("name", mapping(one).get("key")))
        if name:
            yield _field(name, one, is_file=is_file or mapping(one).get("type") == "file")


def _field(name: str, one: Any, *, is_file: bool) -> FormField:
    kept = mapping(one)
    file_name = next((value_of(kept[key]) for key in _FILE_NAME if kept.get(key)), "upload" if is_file else None)
    value = value_of(kept.get("value", kept.get("content"))) if kept else value_of(one)
    kind = text(kept.get("contentType", kept.get("content_type")))
    return FormField(name, value, file_name, kind)


def _part(one: FormField) -> bytes:
    quoted = [part.replace('"', "%22").replace("\r", "").replace("\n", "") for part in (one.name, one.file_name or "")]
    head = f'Content-Disposition: form-data; name="{quoted[0]}"'
    if one.file_name is None:
        return f"{head}\r\n\r\n{one.value}\r\n".encode("utf-8", "replace")
    kind = f"\r\nContent-Type: {one.kind}" if one.kind.isprintable() and one.kind else ""
    return f'{head}; filename="{quoted[1]}"{kind}\r\n\r\n{one.value or mark_for("a file")}\r\n'.encode(
        "utf-8", "replace"
    )
