"""A probe of a receiver's work, read when the work rests: a thread or a queue of it may go on after the answer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any

from fakie.core.ports import Outgoing
from fakie.harness.probed_values import copy_of
from fakie.harness.receiver import Post, ReceiverAnswer

# Counted in readings, since the clock of a test may be fast-forwarded: seconds between two of them.
_STEP = 0.02
# What an earlier callback left to do is seen within so many; what this one did, within so many, in doubt within more.
_SOON, _LATEST, _IN_DOUBT = 5, 50, 150
# A value that changes for so long has no rest.
_MOST = 250

Probe = Callable[[], Any]


class WatchedProbe:
    """A probe that remembers whether it has ever given another value than at first."""

    def __init__(self, probe: Probe) -> None:
        """Watch a probe; it is not called yet."""
        self._probe = probe
        self._first: list[Any] = []
        self.moved = False

    def __call__(self) -> Any:
        """Return what the probe gives, as it is now."""
        value = copy_of(self._probe())
        if not self._first:
            self._first.append(value)
        self.moved = self.moved or bool(value != self._first[0])
        return value


class PatientProbe:
    """A probe that is read at rest where work goes on after the answer; how long it saw work go on, it keeps in mind.

    `post` sends a callback, and makes the next reading wait for what that may have left to do.
    """

    def __init__(self, probe: Probe, post: Post) -> None:
        """Read by `probe` what becomes of what is sent by `post`."""
        self._probe, self._post = probe, post
        # Readings without a change before a late one, and as many as are waited for at least.
        self._longest, self._least = 0, 0
        self._at_rest: list[Any] = []
        # Whether it comes to rest where nothing is sent, and whether it has told one success from two.
        self.rests = True
        self.counts = False
        # Values at rest, the callbacks since another one came, and as many as came at most before one did.
        self._seen: list[Any] = []
        self._idle, self.most_idle = 0, 0

    @property
    def first(self) -> Any:
        """The value that it gave at first; None before it has given any."""
        return self._seen[0] if self._seen else None

    @property
    def moves(self) -> int:
        """How many times it has come to give a value that it had not given before."""
        return max(0, len(self._seen) - 1)

    def post(self, outgoing: Outgoing, *, slowly: bool = False) -> ReceiverAnswer:
        """Send a callback."""
        self._at_rest.clear()
        self._idle += 1
        return self._post(outgoing, slowly=slowly)

    def begin(self, deliver: Callable[[], object]) -> None:
        """Find out from two callbacks of one kind, which `deliver` sends, how work shows."""
        self()
        self.learn(deliver)
        before = self()
        deliver()
        self.counts = bool(self() != before)

    def learn(self, deliver: Callable[[], object], latest: int = _LATEST) -> None:
        """Find out from one more callback, which `deliver` sends, whether work goes on after the answer."""
        before = self._probe()
        deliver()
        value, last, step, apart = self._probe(), 0, 0, 0
        until = latest if value == before else _SOON
        while step < until:
            sleep(_STEP)
            step += 1
            now = self._probe()
            if now != value:
                apart = max(apart, step - last) if last else apart
                value, last, until = now, step, min(2 * step + _SOON, _MOST)
        # What changes in even steps has not come to its end as long as no longer one has passed.
        self.rests = self.rests and step - last > apart
        self._longest = max(self._longest, last)

    @contextmanager
    def in_doubt(self, deliver: Callable[[], object]) -> Iterator[None]:
        """Wait longer meanwhile: work need not take as long each time as it was seen to take."""
        self._least = _LATEST
        self.learn(deliver, _IN_DOUBT)
        yield
        self._least = 0

    def __call__(self) -> Any:
        """Return what the probe gives at rest."""
        value = self._probe()
        if not self.rests or (self._at_rest and self._at_rest[0] == value):
            return value
        value = self._at_last(value)
        self._at_rest[:] = [value]
        if value not in self._seen:
            self._seen.append(value)
            self._idle, self.most_idle = 0, max(self.most_idle, self._idle)
        return value

    def _at_last(self, value: Any) -> Any:
        """Return what it gives once no other value has come for long enough; what goes on longer has no rest."""
        equal = 0
        for _ in range(_MOST):
            if equal >= min(max(self._least, self._longest and self._longest * 5 // 4 + _SOON), _MOST - 1):
                return value
            sleep(_STEP)
            now, equal = self._probe(), equal + 1
            if now != value:
                value, equal, self._longest = now, 0, max(self._longest, equal)
        self.rests = False
        return value
