"""Scenarios as a store keeps them: which are played, since when, and how manieth each request is."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

# A stretch of a quota: in which round of the scenario it lies, and which of the round's it is.
Stretch = tuple[int, int]


class ScenarioCounts(Protocol):
    """The counts of one scenario that is played, whoever asks, in whichever process."""

    def count(self, asked: str, quotas: Mapping[str, Stretch]) -> tuple[int, Mapping[str, int]]:
        """Count a request; return how manieth it is as `asked`, and in the stretch of each quota, by its name."""


class KeptScenario(Struct, frozen=True):
    """A scenario that is played: its data, an account named by its handle, for whom (None: all), and since when."""

    data: Mapping[str, Any]
    account: str | None
    began: float
    counts: ScenarioCounts


class ScenarioShelf(Protocol):
    """The part of a store that keeps the scenarios that are played: one for all accounts, and one for each of some."""

    def version(self) -> object:
        """Return what is another after every change."""

    def kept(self) -> Sequence[KeptScenario]:
        """Return what is played."""

    def play(self, data: Mapping[str, Any], account: str | None, began: float) -> None:
        """Keep a scenario in place of the one of the account, or of all; its counts begin anew."""

    def stop(self, account: str | None) -> int:
        """Forget the scenario of an account, or every one; return how many there were."""


class MemoryCounts:
    """`ScenarioCounts` in this process: of each quota the stretch that is open alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()
        self._passed: dict[str, tuple[Stretch, int]] = {}

    def count(self, asked: str, quotas: Mapping[str, Stretch]) -> tuple[int, Mapping[str, int]]:
        """Count a request; one that was overtaken by the first of a new stretch counts there."""
        with self._lock:
            self._asked[asked] += 1
            for name, stretch in quotas.items():
                last, number = self._passed.get(name, (stretch, 0))
                self._passed[name] = (stretch, 1) if stretch > last else (last, number + 1)
            return self._asked[asked], {name: self._passed[name][1] for name in quotas}


class MemoryScenarios:
    """A `ScenarioShelf` in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str | None, KeptScenario] = {}
        self._version = 0

    def version(self) -> object:
        """Return how often it was changed."""
        return self._version

    def kept(self) -> Sequence[KeptScenario]:
        """Return what is played."""
        with self._lock:
            return list(self._kept.values())

    def play(self, data: Mapping[str, Any], account: str | None, began: float) -> None:
        """Keep a scenario in place of the one of the account, or of all."""
        with self._lock:
            self._kept[account] = KeptScenario(data, account, began, MemoryCounts())
            self._version += 1

    def stop(self, account: str | None) -> int:
        """Forget the scenario of an account, or every one."""
        with self._lock:
            gone = [one for one in self._kept if account in (None, one)]
            for one in gone:
                del self._kept[one]
            self._version += 1
        return len(gone)
