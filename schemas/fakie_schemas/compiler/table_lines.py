"""Rows of Markdown tables as they stand: a bar too many, as in "`x` | `y`", would cut off the last cell."""

import re
from collections.abc import Iterator

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_BAR = re.compile(r"(?<!\\)\|")
_FENCE = re.compile(r"\s{0,3}(?:`{3}|~{3})")


def rows_of_too_many_cells(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the place of each such row, and the row with the bars of its last cell escaped."""
    columns, fenced = 0, False
    for place, line in enumerate(lines):
        fenced ^= bool(_FENCE.match(line))
        if fenced or "|" not in line:
            columns = 0
        elif columns == 0 and place and "-" in line and _RULE.fullmatch(line):
            columns = len(_bars(lines[place - 1])) + 1
        elif columns and len(bars := _bars(line)) >= columns:
            kept = set(bars[columns - 1 :])
            yield place, "".join("\\|" if at in kept else sign for at, sign in enumerate(line))


def _bars(line: str) -> list[int]:
    """Return where the bars between a row's cells stand."""
    bars = [match.start() for match in _BAR.finditer(line)]
    if bars and not line[: bars[0]].strip():
        bars = bars[1:]
    return bars[:-1] if bars and not line[bars[-1] + 1 :].strip() else bars
