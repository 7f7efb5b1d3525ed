"""Short hashes of JSON values, so that a change of what is only told of shows."""

import json
from hashlib import sha256
from typing import Any


def with_mark(why: str, marked: str | None) -> str:
    """Say why something is not read, with the mark of what stands there, if it is not empty."""
    return f"{why} (its content is {marked})" if marked else why


def mark(value: Any) -> str:
    """Return the mark of a value."""
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:8]
