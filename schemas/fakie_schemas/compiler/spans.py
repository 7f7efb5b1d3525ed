"""Cells of HTML tables in their columns, where some span several rows or columns."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

# No table of fields has more columns; what stands beyond would only cost time in each row that it spans.
_MOST_COLUMNS = 100


class Cell(Struct):
    """A cell: its text, and how many rows and columns it spans."""

    text: str
    rows: int = 1
    columns: int = 1


def spanned(stated: str | None) -> int:
    """Read the number of rows or columns that a cell spans, 1 where none is stated that can be."""
    text = (stated or "").strip()
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


def laid_out(rows: Iterable[list[Cell]]) -> Iterator[list[str]]:
    """Yield each row's texts by column: what spans rows is said in each of them, what spans columns in the first."""
    below: dict[int, Cell] = {}
    for row in rows:
        above, below = below, {}
        texts: list[str] = []
        for cell in [*row[:_MOST_COLUMNS], None]:
            while held := above.get(len(texts)):
                _put(held, texts, below)
            if cell and len(texts) < _MOST_COLUMNS:
                for text in [cell.text, *[""] * (min(cell.columns, _MOST_COLUMNS) - 1)]:
                    _put(Cell(text, cell.rows), texts, below)
        yield texts


def _put(cell: Cell, texts: list[str], below: dict[int, Cell]) -> None:
    """Write a cell of one column into a row, and keep it for the row below if it spans that too."""
    if cell.rows > 1:
        below[len(texts)] = Cell(cell.text, cell.rows - 1)
    texts.append(cell.text)
