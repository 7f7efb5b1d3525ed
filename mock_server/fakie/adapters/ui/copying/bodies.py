"""The body of an entry as it is sent again."""

import json
from collections.abc import Mapping
from typing import Any

from fakie.core.handling.routes import endpoint_of
from fakie.core.http.body import object_in
from fakie.core.journal import Entry
from fakie_schemas.recordings.fields import body_without_secrets

_CUT = "\u2026 ("


def is_form(entry: Entry) -> bool:
    """Tell whether the request was a form with a file, of which the journal keeps the fields as JSON."""
    is_upload = endpoint_of(entry.method, entry.path) == "file-stream-upload" and bool(entry.sent)
    return is_upload and object_in(entry.body) is not None


def whole_body(entry: Entry) -> bytes:
    """Return the body as it was sent; of a long file as Base64 the journal has only the beginning."""
    if entry.situation == "file_uploaded" and _CUT in entry.body:
        return json.dumps({**json.loads(entry.body), "base64Data": "aGVsbG8="}).encode()
    try:
        return body_without_secrets(entry.sent.decode()).encode()
    except UnicodeDecodeError:
        return entry.sent


def shown_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a task's body as it may be shown, without its secrets."""
    shown: dict[str, Any] = json.loads(body_without_secrets(json.dumps(body)))
    return shown
