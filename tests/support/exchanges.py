"""Exchanges as a recorder sees them, before anything is taken out."""

import json
from typing import Any

from fakie_schemas.recordings.exchange import RecordedExchange

URL = "https://api.acme.test/api/v1/jobs/createTask"


def recorded(body: Any = None, answer: Any = None, url: str = URL, **headers: str) -> RecordedExchange:
    """Make an exchange; bodies that are not bytes become JSON."""
    asked, answered = (one if isinstance(one, bytes | None) else json.dumps(one).encode() for one in (body, answer))
    return RecordedExchange("POST", url, headers, asked, 200, {"content-type": "application/json"}, answered)
