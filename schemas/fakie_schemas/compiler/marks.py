"""Short hashes of JSON values, so that a change of what is only told of shows."""

import json
import re
from hashlib import sha256
from typing import Any

_MARK = re.compile(r" \(its content is [0-9a-f]{8}\)$")


def with_mark(why: str, marked: str | None) -> str:
    """Say why something is not read, with the mark of what stands there, if it is not empty."""
    return f"{why} (its content is {marked})" if marked else why


def without_mark(why: str) -> str:
    """Return the words alone, for people, to whom no change is to show."""
    return _MARK.sub("", why)


def mark(value: Any) -> str:
    """Return the mark of a value."""
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:8]
