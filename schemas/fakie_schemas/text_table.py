"""Adapter for rich: rows under their headings, as lines of text."""

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from io import StringIO
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDE = 10_000
# What is cut in two cannot be copied.
_WHOLE = {"model", "field", "default", "case"}
_STYLES: Mapping[str, str] = {"breaking": "bold red", "suspect": "bold red", "compatible": "yellow", "required": "bold"}


def table_lines(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Collection[str] = (), terminal: bool = False
) -> list[str]:
    """Return the lines of a table; columns named in `numbers` are aligned to the right.

    With `terminal`, where stdout is one, cells are wrapped to its width and known words, such as a severity, have their
    colour; otherwise each row is one plain line.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        justify: Literal["right", "left"] = "right" if column in numbers else "left"
        table.add_column(column, overflow="fold", no_wrap=column in _WHOLE, justify=justify)
    for row in rows:
        table.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
    console = _of_stdout() if terminal else Console(file=StringIO(), width=_WIDE, color_system=None)
    with console.capture() as capture:
        console.print(table)
    return [line.rstrip() for line in capture.get().splitlines()]


def _of_stdout() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
