"""Naming the source of an expectation: a page with its line, an answer schema, a row of the profile with its mark."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import fakie_schemas
from fakie_schemas.catalog.profile import Row
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.schema.pointers import of_field

# What rests on a page's words, so that the page at hand can be cited for it.
_FROM_PAGES = ("user", "doc")
_BELOW = ("properties/", "items/")
_SLASH = re.compile("/")


def of_revision(revision: Revision, pointer: str) -> str:
    """Cite a revision, with the page line of the nearest place that has one: there, in it, or around it."""
    name = f"{revision.facts['model'] or revision.file.parent.name} {revision.date}"
    lines = _lines(revision)
    while pointer:
        if pointer in lines:
            return f"{name}, page line {lines[pointer]}"
        pointer = pointer.rpartition("/")[0]
    return name


# As many as the Market has, and some: who reads revisions again must not have the old ones kept.
@lru_cache(maxsize=512)
def _lines(revision: Revision) -> Mapping[str, int]:
    """Return the page's line by place: its own, else the first that states something of the value there itself."""
    own: Mapping[str, int] = revision.facts.get("sources", {})
    first: dict[str, int] = {}
    for at, line in own.items():
        for slash in (found.start() for found in _SLASH.finditer(at)):
            if not at.startswith(_BELOW, slash + 1):
                first[at[:slash]] = min(line, first.get(at[:slash], line))
    return {**first, **own}


def of_row(row: Row, page: Revision | None = None) -> str:
    """Cite a profile's row; by the line of the page at hand, where that lists the code and the row rests on pages."""
    told = f"{row.source} [{row.mark}]"
    if page is None or row.code not in page.codes:
        return told
    line = of_revision(page, "/codes")
    return line if row.mark in _FROM_PAGES else f"{told}; the code: {line}"


def of_answer(schema: str | None, page: Revision | None, steps: Sequence[str | int]) -> str:
    """Cite what speaks of a place in an answer: the shared answer schema with its mark, if any, and the page's line."""
    if schema is None:
        return "" if page is None else of_revision(page, "/answers/success" + of_field(steps))
    part = part_of(fakie_schemas.answer_schema(schema), steps) or {}
    mark, note = part.get("x-mark"), part.get("x-note")
    told = f"answer schema {schema}{f' [{mark}]' if mark else ''}{f': {note}' if note else ''}"
    if page is None:
        return told
    # A list of codes stands apart from the answer that it is about.
    where = "/codes" if tuple(steps) == ("code",) else "/answers/success" + of_field(steps)
    return f"{told}; {of_revision(page, where)}"


@cache
def endpoint_page(name: str) -> Revision:
    """Return the newest page of an endpoint that is not a model's, such as `record-info`."""
    return Revision(max((fakie_schemas.data_folder("revisions") / "endpoints" / name).glob("*.revision.json")))


def part_of(schema: Mapping[str, Any], steps: Sequence[str | int]) -> Mapping[str, Any] | None:
    """Return the schema that speaks of a place, or None when none does."""
    part: Any = schema
    for step in steps:
        part = part.get("items") if isinstance(step, int) else part.get("properties", {}).get(step)
        if not isinstance(part, Mapping):
            return None
    return part if isinstance(part, Mapping) else None


def joined(source: str, cited: str) -> str:
    """Return the source of an expectation with the line of the page at hand, each once."""
    if not cited or "page line" in source or "answer schema" in source:
        return cited if cited.startswith(source) else source
    return f"{source}; {cited}"
