"""The journal's entries as data, beside the bytes of the two bodies."""

from collections.abc import Mapping
from typing import Any

from fakie.core.journal import Entry
from fakie.core.kept.typed import fields_of, plain
from fakie_schemas.recordings.fields import body_without_secrets
from fakie_schemas.recordings.urls import without_openings

_BYTES = {"sent", "answered"}
_NAMES = tuple(one for one in Entry.__struct_fields__ if one not in _BYTES)
_KEPT = fields_of(Entry, _BYTES)


def entry_data(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON data, without the bodies."""
    kept = {name: getattr(entry, name) for name in _NAMES}
    return {**kept, "path": without_openings(entry.path), "query": without_openings(f"?{entry.query}")[1:]}


def masked_body(body: bytes) -> bytes:
    """Return a body as it is kept: as the journal shows it, without its secrets."""
    return body_without_secrets(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def read_entry(data: Mapping[str, Any], sent: bytes, answered: bytes) -> Entry:
    """Return the entry of such data with these bodies."""
    return Entry(sent=sent, answered=answered, **plain(data, _KEPT))
