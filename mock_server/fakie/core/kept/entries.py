"""The journal's entries as data, beside the bytes of the two bodies."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from fakie.core.journal import Entry

_BYTES = {"sent", "answered"}
_NAMES = tuple(one.name for one in fields(Entry) if one.name not in _BYTES)


def entry_data(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON data, without the bodies."""
    return {name: getattr(entry, name) for name in _NAMES}


def read_entry(data: Mapping[str, Any], sent: bytes, answered: bytes) -> Entry:
    """Return the entry of such data with these bodies."""
    return Entry(sent=sent, answered=answered, **{name: data[name] for name in _NAMES if name in data})
