"""Cells of HTML tables in their columns, where some span several rows or columns."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

# No table of fields has more columns; what stands beyond would only cost time in each row that it spans.
_MOST_COLUMNS = 100
# A cell that spans 0 rows spans all that are left of its group, which is where each ends.
ALL_ROWS = 99_999


class Cell(Struct):
    """A cell: its text, and how many rows and columns it spans."""

    text: str
    rows: int = 1
    columns: int = 1


def spanned(stated: str | None, *, zero: int = 1) -> int:
    """Read the number of rows or columns that a cell spans, 1 where none is stated that can be, `zero` where it is 0."""
    text = (stated or "").strip()
    return (int(text) or zero) if text.isdecimal() and len(text) < 6 else 1


def laid_out(rows: Iterable[list[Cell]], *, names_again: bool = False) -> Iterator[list[str]]:
    """Yield each row's texts by column: what spans rows is said in each of them, what spans columns in the first.

    But of the first column, which names what a row is about, unless with `names_again`: rows below go on with that.
    """
    below: dict[int, Cell] = {}
    for row in rows:
        above, below = below, {}
        texts: list[str] = []
        for cell in [*row[:_MOST_COLUMNS], None]:
            while held := above.get(len(texts)):
                _put(held if texts or names_again else replace(held, text=""), texts, below)
            if cell and len(texts) < _MOST_COLUMNS:
                for text in [cell.text, *[""] * (min(cell.columns, _MOST_COLUMNS) - 1)]:
                    _put(Cell(text, cell.rows), texts, below)
        yield texts


def title_rows(rows: Sequence[list[Cell]]) -> int:
    """Return how many rows of titles a table begins with: those that its first row spans into have more."""
    return min(max((cell.rows for cell in rows[0]), default=1), len(rows))


def titles(rows: Sequence[list[Cell]]) -> list[str]:
    """Return the title of each column from rows of them: the last, and what spans it from above."""
    *_, last = laid_out(rows, names_again=True)
    return last


def _put(cell: Cell, texts: list[str], below: dict[int, Cell]) -> None:
    """Write a cell of one column into a row, and keep it for the row below if it spans that too."""
    if cell.rows > 1:
        below[len(texts)] = Cell(cell.text, cell.rows - 1)
    texts.append(cell.text)
