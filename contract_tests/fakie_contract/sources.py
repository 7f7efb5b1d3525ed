"""Naming the source of an expectation: the revision with its page line, or the profile's row with its mark."""

from fakie.catalog.profile import Row
from fakie.catalog.revision import Revision


def of_revision(revision: Revision, pointer: str) -> str:
    """Cite a revision, with the page line of the nearest place that has one."""
    name = f"{revision.facts['model'] or revision.file.parent.name} {revision.date}"
    lines = revision.facts.get("sources", {})
    while pointer:
        if pointer in lines:
            return f"{name}, page line {lines[pointer]}"
        pointer = pointer.rpartition("/")[0]
    return name


def of_row(row: Row) -> str:
    """Cite a profile's row."""
    return f"{row.source} [{row.mark}]"
