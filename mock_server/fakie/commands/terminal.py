"""Ends rich: tables for people, wrapped to the terminal, and in full width where nobody looks."""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fakie_schemas.text_table import table_lines

_LONGEST_NAME = 60


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Collection[str] = ()) -> None:
    """Print rows under their headings, numbers to the right; a known word, such as a severity, has its colour."""
    click.echo("\n".join(table_lines(columns, rows, numbers=numbers, terminal=True)))


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
