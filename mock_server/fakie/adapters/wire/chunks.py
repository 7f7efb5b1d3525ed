"""The size that an unfinished chunk announces; no parser tells it before the chunk is whole."""

import re

_SIZE_LINE = re.compile(rb"\r\n([0-9A-Fa-f]{1,16})(?:[;\t ][^\r\n]{0,64})?\r\n\Z")
_LONGEST_LINE = 96


def announced_size(data: bytes, body_bytes: int) -> int | None:
    """Return the size of the chunk that `data` ends in, of which `body_bytes` are in `data`; None when unknown."""
    end = len(data) - body_bytes
    found = _SIZE_LINE.search(data[max(0, end - _LONGEST_LINE) : max(0, end)])
    return int(found[1], 16) if found else None
