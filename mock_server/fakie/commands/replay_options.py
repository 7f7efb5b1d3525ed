"""The options that let a fake answer from recordings."""

import logging
from collections.abc import Sequence
from pathlib import Path

import click

from fakie_schemas.errors import ConfigurationError
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.reading import read_recordings

_log = logging.getLogger("fakie")

replay_option = click.option(
    "--replay", type=click.Path(path_type=Path), help="Answer from this folder of recordings what it has an answer to."
)
replay_miss_option = click.option(
    "--replay-miss",
    type=click.Choice(["fake", "refuse"]),
    default="fake",
    show_default=True,
    help="What no recording answers: ask the fake, or refuse it and name the nearest recordings.",
)


def read_all(folder: Path) -> Sequence[RecordedExchange]:
    """Read a folder's recordings, warning of broken ones; raises ConfigurationError when none can be used."""
    found = read_recordings(folder)
    if not found.exchanges:
        why = f"; {found.broken[0].file.name}: {found.broken[0].reason}" if found.broken else ""
        raise ConfigurationError(f"--replay {folder}: there is no recording in it that can be used{why}")
    for broken in found.broken:
        _log.warning("left out: %s: %s", broken.file, broken.reason)
    for exchange in found.exchanges:
        if exchange.cut:
            _log.warning("left out: %s: a body was shortened when it was recorded", exchange.origin)
    return found.exchanges
