"""Uploads as multipart forms: their files are not kept."""

import re

from fakie_schemas.recordings.secrets import is_marked, mark_for

_BOUNDARY = re.compile(r"boundary=\"?([^\";,\s]+)", re.IGNORECASE)


def boundary_of(content_type: str) -> bytes | None:
    """Return the boundary that a Content-Type header names, or None when it is not a multipart one."""
    found = _BOUNDARY.search(content_type)
    return found[1].encode() if found and content_type.lower().startswith("multipart/") else None


def without_files(body: bytes, content_type: str) -> bytes:
    """Replace each file in a multipart body by its length; any other body stays."""
    boundary = boundary_of(content_type)
    if boundary is None:
        return body
    line = b"--" + boundary
    return line.join(_without_file(part) for part in body.split(line))


def _without_file(part: bytes) -> bytes:
    head, blank, content = part.partition(b"\r\n\r\n")
    if not blank or b"filename" not in head.lower() or is_marked(content):
        return part
    size = len(content.removesuffix(b"\r\n"))
    return head + blank + mark_for(f"{size} bytes").encode() + b"\r\n"
