"""JSON data as the bytes that are kept."""

import json
from typing import Any

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def written(data: Any) -> bytes:
    """Return data as compact JSON; half a character, which UTF-8 does not have, becomes a question mark."""
    return _ENCODE(data).encode("utf-8", "replace")
