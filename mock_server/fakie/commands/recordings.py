"""Reading the recordings that a fake is to answer from."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fakie_schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from fakie_schemas.recordings.exchange import RecordedExchange

_log = logging.getLogger("fakie")
_EXPECTED = "expected *.json as `fakie record --out` writes them (HAR files and cassettes: `fakie check-traffic`)"


def read_all(folder: Path) -> Sequence["RecordedExchange"]:
    """Read a folder's recordings, warning of broken ones; raises ConfigurationError when none can be used."""
    from fakie_schemas.recordings.reading import read_recordings

    found = read_recordings(folder)
    if not found.exchanges:
        first = next(iter(found.broken), None)
        why = f"{first.file.name}: {first.reason}" if first else _EXPECTED
        raise ConfigurationError(f"--replay {folder}: there is no recording in it that can be used; {why}")
    for broken in found.broken:
        _log.warning("left out: %s: %s", broken.file, broken.reason)
    for exchange in found.exchanges:
        if exchange.cut:
            _log.warning("left out: %s: a body was shortened when it was recorded", exchange.origin)
    return found.exchanges
