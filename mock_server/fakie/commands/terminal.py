"""Ends rich: tables for people, wrapped to the terminal, and in full width where nobody looks."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

_WIDE = 10_000
_LONGEST_NAME = 60
_STYLES: Mapping[str, str] = {"breaking": "bold red", "suspect": "bold red", "compatible": "yellow", "required": "bold"}


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their headings; a cell that is a known word, such as a severity, has its colour."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        # A name that is cut in two cannot be copied.
        table.add_column(column, overflow="fold", no_wrap=column in {"model", "field", "default"})
    for row in rows:
        table.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    with console.capture() as capture:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in capture.get().splitlines()))


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show a bar on stderr while something long goes on, on a terminal alone; call it with place, total and a name."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=None)

        def show(place: int, total: int, name: str) -> None:
            shown = escape(name[:_LONGEST_NAME]) or what
            bar.update(task, completed=place, total=total, description=shown)

        yield show


def counted(count: int, word: str) -> str:
    """Write `1 page`, `2 pages`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
