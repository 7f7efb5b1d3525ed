"""Rules across fields that a page states in words alone: what is known of them is which fields they tie."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from fakie_contract.subjects import name_of
from fakie_schemas.catalog.revision import Revision

_NAMES = re.compile(r"its words name (.+)")
# What the compiler says of a keyword of rules across fields that it does not read.
_KEYWORD = re.compile(r"the keyword (dependent\w+|if|then|else|not|allOf|anyOf|oneOf|propertyNames) is not read")


class InWords(Struct, frozen=True):
    """Words of a page that tie one field to others: the field, those named (empty: none by name), and the line."""

    model: str
    field: str
    named: str
    line: int
    text: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {key: value for key, value in asdict(self).items() if key != "named"}


def in_words(revision: Revision) -> list[InWords]:
    """Return what a page says across fields and nothing is tried of."""
    facts, subject = revision.facts, name_of(revision)
    found = [_noted(subject, note) for note in facts.get("notes", ()) if note["kind"] == "depends"]
    unread = [_unread(subject, one) for one in facts.get("unread", ()) if _KEYWORD.search(one["why"])]
    return list(dict.fromkeys([*found, *unread]))


def tied(revision: Revision, body: Any) -> list[str]:
    """Return the fields of a request that such words tie: one that it has, or two of which each names the other."""
    given = body if isinstance(body, Mapping) else {}
    sent = set(_names(given.get("input") if revision.model else given))
    every = in_words(revision)
    pairs = {(one.field, one.named) for one in every}
    mutual = {one.field for one in every if (one.named, one.field) in pairs and not {one.field, one.named} & sent}
    return sorted({one.field for one in every if one.field in sent} | mutual)


def _noted(model: str, note: Mapping[str, Any]) -> InWords:
    named = _NAMES.fullmatch(note["text"])
    return InWords(model, note["field"], named[1] if named else "", note["line"], note["text"])


def _unread(model: str, one: Mapping[str, Any]) -> InWords:
    field, _, why = one["why"].partition(": ")
    return InWords(model, field, "", one["line"], why)


def _names(value: Any) -> Iterator[str]:
    """Return the names of all fields in a value, however deep."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield name
            yield from _names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner)
