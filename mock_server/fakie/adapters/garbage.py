"""Collecting garbage where next to nothing is garbage: what requests leave stays until it makes room."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

# After so many entries of the journal the new objects are looked at, and after so many such looks all of them.
_OFTEN, _SELDOM = 1_000, 1_000
# CPython's own looks, which it still takes at what is made otherwise, as when a catalogue is read.
_BY_ITSELF = 50_000, 10, 50


class GarbageLooks:
    """Looks for circles among the objects made since the last look, a few at a time, and lets be what survives.

    Everybody waits during a look. CPython looks at survivors a second time, many at once, and what makes room for them
    puts its looks off; both keep clients waiting for tens of milliseconds. Objects without circles are freed as ever;
    circles that outlive a look stay until the seldom one, so what requests and connections leave must not be in any.
    """

    def __init__(self) -> None:
        self._entries = count(1)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let CPython look of itself only where very many objects are made at once, for a `with` block."""
        usual = gc.get_threshold()
        gc.set_threshold(*_BY_ITSELF)
        try:
            yield
        finally:
            gc.set_threshold(*usual)

    def entry(self, _: object) -> None:
        """Hear of an entry of the journal."""
        number = next(self._entries)
        if number % _OFTEN:
            return
        if number % (_OFTEN * _SELDOM):
            gc.collect(0)
        else:
            gc.unfreeze()
            gc.collect()
        gc.freeze()
