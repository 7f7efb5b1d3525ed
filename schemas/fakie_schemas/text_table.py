"""Adapter for rich: rows under their headings, as lines of text; most runs show none, and never import it."""

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.console import Console

_WIDE = 10_000
_GAP = 2
# What is cut in two cannot be copied.
_WHOLE = {"model", "field", "default", "case"}
_STYLES: Mapping[str, str] = {"breaking": "bold red", "suspect": "bold red", "compatible": "yellow", "required": "bold"}


def table_lines(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Collection[str] = (), terminal: bool = False
) -> list[str]:
    """Return the lines of a table; columns named in `numbers` are aligned to the right.

    With `terminal`, where stdout is one, known words, such as a severity, have their colour, and cells are wrapped to
    its width, unless that would break a word; otherwise each row is one plain line.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [list(row) for row in rows]
    seen = terminal and sys.stdout.isatty()
    widths = _widths(columns, cells, Console().width if seen else _WIDE)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column, width in zip(columns, widths, strict=True):
        justify: Literal["right", "left"] = "right" if column in numbers else "left"
        table.add_column(column, overflow="fold", justify=justify, width=width)
    for row in cells:
        table.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
    # The widths are set, so that the table's own is no concern of the console.
    console = Console(highlight=False, width=_WIDE) if terminal else _plain()
    with console.capture() as capture:
        console.print(table)
    return [line.rstrip() for line in capture.get().splitlines()]


def _plain() -> "Console":
    from rich.console import Console

    return Console(file=StringIO(), width=_WIDE, color_system=None)


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return the width of each column: what it wants where there is room, and no less than its longest word.

    A terminal folds a line that is too long, without a break in what is copied from it: so it is where not even the
    words have room.
    """
    from rich.cells import cell_len

    texts = [(column, *(row[place] for row in rows)) for place, column in enumerate(columns)]
    wanted = [max(map(cell_len, some)) for some in texts]
    widths = [max(map(cell_len, _parts(column, some))) for column, some in zip(columns, texts, strict=True)]
    left = room - sum(widths) - _GAP * (len(columns) - 1)
    if left < 0:
        return wanted
    # Who wants least is served first; the others share what is left.
    for done, place in enumerate(sorted(range(len(columns)), key=lambda place: wanted[place] - widths[place])):
        more = min(wanted[place] - widths[place], left // (len(columns) - done))
        widths[place] += more
        left -= more
    return widths


def _parts(column: str, texts: Iterable[str]) -> list[str]:
    """Return the parts of a column's texts that stay in one piece."""
    return ["", *(part for text in texts for part in ([text] if column in _WHOLE else text.split()))]
