"""Finding those at work while others wait: for certain, or perhaps, which is waited for a bounded while."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from threading import Thread

from msgspec import Struct

from fakie.harness.forward import real

# More than this (seconds) between two looks was not spent looking: the machine stood still, and so may the worker have.
MOST_SEEN = 0.005


class Worker(Struct, frozen=True):
    """Somebody who may be at work: the same `key` for as long as nothing changes, and words for the summary."""

    key: Hashable
    words: str
    certain: bool = False


# Given the threads that are known to wait, who may be at work.
Source = Callable[[set[Thread]], Iterable[Worker]]


class Doubts:
    """Decides whether time may move; somebody of whom it cannot be told is given `bound` seconds of real time."""

    def __init__(self, sources: Sequence[Source], bound: float, clock: Callable[[], float] = real.clock) -> None:
        self._sources = sources
        self._bound = bound
        self._clock = clock
        self._given_up: set[Hashable] = set()
        self._doubtful: set[Worker] = set()
        self._looked = clock()
        # How long (seconds) it has been seen that nothing changes.
        self._unchanged = 0.0
        self.passed_over: Counter[str] = Counter()
        # For how long (seconds) time stood still for each since it moved or was told of, and for whom the longest.
        self._seen: defaultdict[str, float] = defaultdict(float)
        self._reason = "nobody"

    def anybody_at_work(self, waiting: set[Thread]) -> bool:
        """Tell whether somebody other than these threads is at work, or may be and has not been given his while."""
        since = self._since_looked()
        found: set[Worker] = set()
        for source in self._sources:
            for worker in source(waiting):
                if worker.certain:
                    self._doubtful = set()
                    self._count(worker.words, since)
                    return True
                found.add(worker)
        self._given_up &= {worker.key for worker in found}
        return self._wait_for({worker for worker in found if worker.key not in self._given_up}, since)

    def _wait_for(self, doubtful: set[Worker], since: float) -> bool:
        self._unchanged = self._unchanged + min(since, MOST_SEEN) if doubtful == self._doubtful else 0.0
        self._doubtful = doubtful
        if self._unchanged < self._bound and doubtful:
            return True
        self._given_up |= {worker.key for worker in doubtful}
        self.passed_over.update(worker.words for worker in doubtful)
        self._doubtful = set()
        self._seen.clear()
        return False

    def saw(self, reason: str) -> None:
        """Hear for what else time stands still."""
        self._count(reason, self._since_looked())

    def told(self) -> str:
        """Return for whom time stood still the longest, and begin anew."""
        self._seen.clear()
        return self._reason

    def _since_looked(self) -> float:
        looked, self._looked = self._looked, self._clock()
        return self._looked - looked

    def _count(self, words: str, since: float) -> None:
        self._seen[words] += min(since, MOST_SEEN)
        self._reason = max(self._seen, key=self._seen.__getitem__)
