"""What tests of commands share."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from support.servers.program import Program, Start


@pytest.fixture
def start() -> Iterator[Start]:
    """Start `fakie serve` with options, as often as is wanted; all are stopped at the end."""
    with ExitStack() as running:
        yield lambda *options: running.enter_context(Program(*options))
