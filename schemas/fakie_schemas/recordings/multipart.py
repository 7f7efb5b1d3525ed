"""Uploads as forms: what their fields are, and that their files are not kept."""

import re
from urllib.parse import parse_qsl

from fakie_schemas.recordings.secrets import MARK, is_marked, is_secret_field, mark_for

_NAME = re.compile(rb"(?<![\w*-])name=(?:\"([^\"]*)\"|([^\s;]*))", re.IGNORECASE)
_LINE_END = b"\r\n"
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
    if boundary_of(content_type) is None:
        return None
    from email.parser import BytesParser
    from email.policy import HTTP

    head = f"Content-Type: {content_type}\r\n\r\n".encode("utf-8", "replace")
    parts = BytesParser(policy=HTTP).parsebytes(head + without_files(body, content_type))
    fields: dict[str, str] = {}
    for part in parts.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            content = part.get_payload(decode=True)
            fields[name] = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    return fields


def without_files(body: bytes, content_type: str) -> bytes:
    """Replace each file in a multipart body by its length, and fields with secret names; any other body stays."""
    boundary = boundary_of(content_type)
    if boundary is None:
        return body
    line = b"--" + boundary
    return line.join(_without_file(part) for part in body.split(line))


def _without_file(part: bytes) -> bytes:
    head, blank, content = part.partition(b"\r\n\r\n")
    if not blank or is_marked(content):
        return part
    if b"filename" in head.lower():
        return head + blank + mark_for(f"{len(content.removesuffix(_LINE_END))} bytes").encode() + _LINE_END
    named = _NAME.search(head)
    is_secret = named and is_secret_field((named[1] or named[2] or b"").decode("utf-8", "replace"))
    return head + blank + MARK.encode() + _LINE_END if is_secret else part
