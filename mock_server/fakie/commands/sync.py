"""`fakie sync`: a whole catalogue in, revisions of today out."""

import datetime
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fakie.commands.compiling import require_compiler
from fakie.commands.options import table_options
from fakie.commands.terminal import progress
from fakie_schemas.addresses import UnclearUrl, read_url
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.hosts import is_loopback
from fakie_schemas.limits import WindowLimit
from fakie_schemas.pace import Pace
from fakie_schemas.schema.words import counted
from fakie_schemas.selection import is_meant

if TYPE_CHECKING:
    from fakie_schemas.sync.run import Sync
    from fakie_schemas.sync.source import Source
    from fakie_schemas.sync.state import SyncOutcome, SyncState

_LIVE = "https://api.kie.ai"
_KEY = "FAKIE_API_KEY"
_MADE_UP_KEY = "fakie-sync-key"
_STOPPED = 130


@click.command()
@table_options("sync", required=("out",))
def sync(
    out: Path,
    date: str | None,
    model: str,
    changed: bool,
    pace: float | None,
    dry_run: bool,
    as_json: bool,
    **origin: str,
) -> None:
    """Read a catalogue of models, and write the revision of each.

    It costs nothing. The key comes from FAKIE_API_KEY. A run that was stopped goes on where it was, by the file
    sync.json in the folder. Exit code 0: all is read; 1: some models could not be, each is listed; 2: the catalogue
    could not.
    """
    require_compiler()
    from fakie_schemas.sync.run import Sync, SyncChoice
    from fakie_schemas.sync.state import SyncState

    with _source(origin["from"], pace) as source:
        if dry_run:
            state = SyncState(out, source.name, "")
            _tell_plan(Sync(source, state, SyncChoice(model, changed)), source, model)
            return
        today = date or datetime.date.today().isoformat()
        state = SyncState.open(out, source.name, today, changed=changed)
        _run(Sync(source, state, SyncChoice(model, changed)), state)
        prices = _prices(source, state, model)
    if not state.outcomes:
        raise ConfigurationError(f"--model: no model of {source.name} fits {model!r}")
    _tell(state, as_json=as_json)
    if prices and not as_json:
        click.echo(prices)
    if state.of("failed"):
        raise SystemExit(1 if len(state.of("failed")) < len(state.outcomes) else 2)


@contextmanager
def _source(origin: str, pace: float | None) -> "Iterator[Source]":
    from fakie_schemas.sync.source import FileCatalogue, FolderCatalogue

    path = Path(origin)
    source: Source
    if origin == "live" or "://" in origin:
        source = _live(_LIVE if origin == "live" else origin, pace)
    elif path.is_dir():
        source = FolderCatalogue(path)
    elif path.is_file():
        source = FileCatalogue(path)
    else:
        raise ConfigurationError(f"--from: expected live, an http URL, a folder or a file; there is no {origin!r}")
    try:
        yield source
    finally:
        source.close()


def _live(url: str, pace: float | None) -> "Source":
    from fakie_schemas.sync.live import LiveCatalogue

    limit, key = _documented_pace(), os.environ.get(_KEY, "")
    if not _is_here(url):
        if not key:
            raise ConfigurationError(f"{url} wants an API key: put it into the environment as {_KEY}")
        if pace is not None and pace < limit.seconds / limit.count:
            raise ConfigurationError(f"--pace: {pace:g} s is faster than the documented pace of {url}")
    if key and not (key.isascii() and key.isprintable() and " " not in key):
        raise ConfigurationError(f"{_KEY} holds spaces or characters that no header can carry")
    return LiveCatalogue(url, key or _MADE_UP_KEY, Pace(limit if pace is None else WindowLimit(1, pace)))


def _documented_pace() -> WindowLimit:
    from fakie_schemas.catalog.profile import Profile

    return Profile.load("documented").facts.catalogue_limit


def _is_here(url: str) -> bool:
    try:
        return is_loopback(read_url(url).host)
    except UnclearUrl as unclear:
        raise ConfigurationError(f"--from: the address cannot be used: {unclear}") from None


def _run(run: "Sync", state: "SyncState") -> None:
    with progress("models") as show:

        def tell(place: int, total: int, outcome: "SyncOutcome | None") -> None:
            show(place, total, outcome.name if outcome else "")
            if outcome and outcome.state == "failed":
                click.echo(f"fakie: {outcome.name}: {outcome.why}", err=True)

        try:
            run.run(tell)
        except KeyboardInterrupt:
            done = counted(len(state.outcomes), "model")
            click.echo(f"fakie: stopped after {done}; the same command goes on from there", err=True)
            raise SystemExit(_STOPPED) from None


def _prices(source: "Source", state: "SyncState", pattern: str) -> str:
    """Write what the catalogue says of prices; return a line about it, empty where it says nothing."""
    from fakie_schemas.sync.prices import NAME, write_prices

    described = {model: words for model, words in source.described.items() if is_meant(model, pattern)}
    read, unread = write_prices(state.out, described, state.source, state.date)
    if not read + unread:
        return ""
    return f"prices: {read} of {read + unread} are plain; in {state.out / NAME}, which --prices takes"


def _tell_plan(run: "Sync", source: "Source", pattern: str) -> None:
    items = run.items()
    for item in items:
        click.echo(item.name)
    click.echo(f"{counted(len(items), 'model')} of {source.name} would be read ({pattern}); nothing is written")


def _tell(state: "SyncState", *, as_json: bool) -> None:
    if as_json:
        data: dict[str, Any] = state.as_dict(finished=not state.of("failed"))
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for outcome in state.of("left out"):
        click.echo(f"left out: {outcome.name}: {outcome.why}")
    counts = ", ".join(f"{count} {name}" for name, count in state.counts.items())
    click.echo(f"{counted(len(state.outcomes), 'model')} of {state.source}, {state.date}: {counts}; in {state.out}")
    if sys.stdout.isatty() and state.of("failed"):
        click.echo("the same command tries the failed ones again")
