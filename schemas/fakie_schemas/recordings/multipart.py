"""Uploads as forms: what their fields are, and that their files are not kept."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl

from fakie_schemas.recordings.secrets import MARK, is_marked, is_secret_field, mark_for

_NAME = re.compile(rb"(?<![\w*-])name(?:\*=[\w-]*'[\w-]*'|=)(?:\"([^\"]*)\"|([^\s;]*))", re.IGNORECASE)
_DISPOSITION = re.compile(rb"^content-disposition:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
# Some write plain lines.
_BLANK = re.compile(rb"\r?\n\r?\n")
# A part of another kind is a file, whether or not it has a name.
_FIELD_KIND = re.compile(rb"^content-type:(?!\s*(?:text/plain|application/json))", re.IGNORECASE | re.MULTILINE)
# Where no header tells it.
_FIRST_LINE = re.compile(rb"--([^\s\"]{1,70})\r?\nContent-Disposition:", re.IGNORECASE)
_BOUNDARY = re.compile(r"boundary=\"?([^\";,\s]+)", re.IGNORECASE)


def boundary_of(content_type: str) -> bytes | None:
    """Return the boundary that a Content-Type header names, or None when it is not a multipart one."""
    found = _BOUNDARY.search(content_type)
    return found[1].encode() if found and content_type.lower().startswith("multipart/") else None


def form_fields(body: bytes | None, content_type: str) -> dict[str, str] | None:
    """Return the fields of a form, a file as its mark or its name; None for a body that is no form."""
    if not body or body.lstrip()[:1] == b"{":
        return None
    if content_type.lower().startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    boundary = boundary_of(content_type)
    if boundary is None:
        return None
    fields: dict[str, str] = {}
    for part in _parts(without_files(body, content_type), boundary)[::2]:
        head, content, _ = _taken_apart(part)
        if (name := _name_of(head)) is not None:
            fields[name] = content.decode("utf-8", "replace")
    return fields


def without_files(body: bytes, content_type: str, clean: Callable[[str, str], str] | None = None) -> bytes:
    """Replace each file in a multipart body by its length, and fields with secret names; any other body stays.

    `clean` redacts the value of another field by its name.
    """
    boundary = boundary_of(content_type)
    if boundary is None:
        first = _FIRST_LINE.match(body)
        if first is None:
            return body
        boundary = first[1]
    parts = _parts(body, boundary)
    return b"".join(part if number % 2 else _without_file(part, clean) for number, part in enumerate(parts))


def _parts(body: bytes, boundary: bytes) -> list[bytes]:
    """Return the parts of a body, and between two of them the line that divides them."""
    # At the start of a line alone: a file may hold the same signs.
    return re.split(rb"((?:(?<=\n)|\A)--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?=\r?\n|\Z))", body)


def _without_file(part: bytes, clean: Callable[[str, str], str] | None) -> bytes:
    head, content, end = _taken_apart(part)
    if not head or is_marked(content):
        return part
    if b"filename" in head.lower() or _FIELD_KIND.search(head):
        return head + mark_for(f"{len(content)} bytes").encode() + end
    name = _name_of(head) or ""
    if is_secret_field(name):
        return head + MARK.encode() + end
    return part if clean is None else head + _cleaned(content, name, clean) + end


def _cleaned(content: bytes, name: str, clean: Callable[[str, str], str]) -> bytes:
    try:
        return clean(name, content.decode()).encode()
    except UnicodeError:
        return content


def _taken_apart(part: bytes) -> tuple[bytes, bytes, bytes]:
    """Return a part's head with the blank line behind it, its content, and the end of its last line."""
    blank = _BLANK.search(part)
    if blank is None:
        return b"", b"", b""
    last = 2 if part.endswith(b"\r\n") else 1 if part.endswith(b"\n") else 0
    end = max(blank.end(), len(part) - last)
    return part[: blank.end()], part[blank.end() : end], part[end:]


def _name_of(head: bytes) -> str | None:
    """Return the name that a part's head gives its field; in the time of its length, as no parser of mails does it."""
    told = _DISPOSITION.search(head)
    named = _NAME.search(told[1]) if told else None
    return (named[1] or named[2] or b"").decode("utf-8", "replace") if named else None
