"""Short hashes of JSON values, so that a change of what is only told of shows."""

import json
from hashlib import sha256
from typing import Any


def mark(value: Any) -> str:
    """Return the mark of a value."""
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:8]
