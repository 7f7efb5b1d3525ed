"""Markdown of tables and of their cells."""

from collections.abc import Iterable, Sequence

MADE = "Made from code by `make reference`; do not edit."


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown; a bar in a cell is escaped, a line break becomes a blank."""
    lines = [_line(head), _line(["---"] * len(head)), *(_line([cell(text) for text in row]) for row in rows)]
    return "\n".join(lines) + "\n"


def page(title: str, about: str, *parts: str) -> str:
    """Return a page: its title, what it is about, that it is made, and its parts with a blank line between them."""
    return "\n\n".join(part.strip("\n") for part in (f"# {title}", f"{about}\n{MADE}", *parts)) + "\n"


def code(text: object) -> str:
    """Return a text as code, an empty one as nothing."""
    return f"`{text}`" if str(text) else ""


def codes(texts: Iterable[object], between: str = ", ") -> str:
    """Return several texts as code."""
    return between.join(code(text) for text in texts)


def cell(text: str) -> str:
    """Return a text that stays within its cell."""
    return " ".join(text.split()).replace("|", "\\|")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
