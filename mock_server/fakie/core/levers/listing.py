"""Long lists as JSON, written a page at a time: one may be as long as everything that a fake keeps."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from fakie.core.tasks.wire import compact

# The text that is made at once.
_PAGE = 64 * 1024


class Listing:
    """Rows as a JSON list: its text as far as the first page goes, and the other pages, if there are any.

    The first is made at once, so that what cannot be read is refused as ever.
    """

    def __init__(self, rows: Iterable[Any]) -> None:
        pages = _pages(rows)
        self.first = next(pages)
        second = next(pages, None)
        self.rest: Iterator[str] | None = None if second is None else chain([second], pages)

    def whole(self) -> str:
        """Return all of it."""
        return "".join([self.first, *(self.rest or ())])


def _pages(rows: Iterable[Any]) -> Iterator[str]:
    """Yield the text of a list."""
    page, size = ["["], 0
    before = ""
    for row in rows:
        text = before + compact(row)
        before = ","
        page.append(text)
        size += len(text)
        if size >= _PAGE:
            yield "".join(page)
            page, size = [], 0
    yield "".join([*page, "]"])
