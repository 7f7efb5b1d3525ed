"""A fake with a state file, in the test's folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakie.core.service import Service
from support.state import Restarting


@pytest.fixture
def start(make: Callable[..., Service], tmp_path: Path) -> Iterator[Restarting]:
    restarting = Restarting(make, tmp_path)
    yield restarting
    restarting.stop()
