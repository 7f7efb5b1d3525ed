"""Adapter for rich: tables for people, wrapped to the terminal, and in full width where nobody looks."""

import shutil
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fakie_schemas.text_table import table_lines

_LONGEST_NAME = 60
_Item = TypeVar("_Item")


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Collection[str] = ()) -> None:
    """Print rows under their headings, numbers to the right; a known word, such as a severity, has its colour."""
    click.echo("\n".join(table_lines(columns, rows, numbers=numbers, terminal=True)))


def show_long(lines: Sequence[str]) -> None:
    """Print lines, through the user's pager where they are more than fit on a terminal."""
    text = "\n".join(lines)
    if sys.stdout.isatty() and sys.stdin.isatty() and len(lines) > shutil.get_terminal_size().lines:
        click.echo_via_pager(text)
    else:
        click.echo(text)


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


def counting(what: str, items: Sequence[_Item]) -> Iterator[_Item]:
    """Go through what takes long, under a bar that counts."""
    with progress(what) as show:
        for place, item in enumerate(items):
            show(place, len(items), what)
            yield item
