"""Fixtures for fakes inside a test."""

from collections.abc import Iterator

import pytest

from fakie.harness.fake import Fake
from fakie.harness.fast_forward import fast_forward
from fakie.harness.start import in_process, new_fake


@pytest.fixture
def fake() -> Iterator[Fake]:
    """A fake in the way of this process's calls, by real time."""
    made = new_fake()
    with in_process(made):
        yield made


@pytest.fixture
def fast(fake: Fake) -> Iterator[Fake]:
    """The same, fast-forwarded."""
    with fast_forward(fake):
        yield fake
