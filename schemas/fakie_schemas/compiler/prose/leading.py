"""Lines that lead to others: what "In pro mode:" says holds for the list behind it."""

import re

from fakie_schemas.compiler.prose.clauses import Part, clauses
from fakie_schemas.compiler.prose.tokens import tokens

_ITEM = re.compile(r"\s*(?:[-*+•·]|\d{1,2}[.)、])\s")
_LABEL = re.compile(r"\s*[-*+•·]\s+(?P<said>[^:：]{1,80}[:：])")
_LEADS = re.compile(r"[:：]\s*(?:\*\*)?\s*$")


def leads(lines: list[str], name: str) -> list[Part | None]:
    """Return for each line the last words of the line that leads to it, or None.

    A line that ends with a colon leads to the list behind it, else to what stands behind it before an empty line;
    the label of a list's line, "- V4: at most 10", leads to what it says itself.
    """
    found: list[Part | None] = []
    lead, listed = None, False
    for before, line in zip(["", *lines], lines, strict=False):
        first = bool(_LEADS.search(before))
        if first:
            lead, listed = _last_part(before, name), bool(_ITEM.match(line))
        elif not line.strip() or (listed and not _ITEM.match(line) and not line.startswith(" ")):
            lead = None
        found.append(None if _LEADS.search(line) and not _ITEM.match(line) else lead or _own_label(line, name))
    return found


def _own_label(line: str, name: str) -> Part | None:
    label = _LABEL.match(line)
    return _last_part(label["said"], name) if label else None


def _last_part(line: str, name: str) -> Part | None:
    said = [clause for clause in clauses(tokens(line, name.strip())) if clause.outer is None]
    return said[-1].parts[-1] if said else None
