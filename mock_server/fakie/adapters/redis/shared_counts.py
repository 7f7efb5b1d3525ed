"""The counts of all processes of a fake, added up in Redis: each adds what it has counted since it last did."""

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from fakie.adapters.redis import scripts
from fakie.adapters.redis.connection import RedisConnection
from fakie.core.health.figures import CLASSES, Counted, DeliveryLabels, RequestLabels, Times

# What is counted, by a name that is one field in Redis.
_Fields = Mapping[str, float]


class SharedCounts:
    """Adds one process's counts to those of all; what it added before counts once, however often it is sent."""

    def __init__(self, connection: RedisConnection, worker: str) -> None:
        self._add = connection.script(scripts.ADD_UP)
        self._worker = worker
        self._lock = threading.Lock()
        self._number = 0
        self._added: dict[str, float] = {}
        # What has been sent, and perhaps has not arrived.
        self._sent: _Fields = {}

    def add(self, counts: Counted) -> None:
        """Add what this process has counted, which is `counts` so far; raises StoreUnwritableError."""
        with self._lock:
            if self._next(counts):
                self._send()

    def together(self, counts: Counted) -> Counted:
        """Return what all have counted, of which this process has `counts` so far; raises StoreUnwritableError."""
        with self._lock:
            self._next(counts)
            processes, *found = self._send()
        pairs = iter(found)
        return _counts({name.decode(): float(number) for name, number in zip(pairs, pairs, strict=True)}, processes)

    def _next(self, counts: Counted) -> _Fields:
        """Return what is to be sent now, after what has been sent and perhaps has not arrived."""
        if self._sent:
            self._send()
        self._number += 1
        self._sent = {name: by for name, now in _fields(counts) if (by := now - self._added.get(name, 0))}
        return self._sent

    def _send(self) -> Any:
        told = [part for name, by in self._sent.items() for part in (name, repr(by))]
        found = self._add(self._worker, self._number, *told)
        for name, by in self._sent.items():
            self._added[name] = self._added.get(name, 0) + by
        self._sent = {}
        return found


def _fields(counts: Counted) -> Iterator[tuple[str, float]]:
    for asked, times in counts.requests.items():
        yield json.dumps(["seconds", *asked]), times.seconds
        for place, number in enumerate(times.classes):
            yield json.dumps(["requests", *asked, place]), number
    for situation, number in counts.levers.items():
        yield json.dumps(["levers", situation]), number
    for called, number in counts.callbacks.items():
        yield json.dumps(["callbacks", *called]), number
    yield json.dumps(["errors"]), counts.store_errors


def _counts(fields: _Fields, processes: int) -> Counted:
    classes: dict[RequestLabels, list[int]] = {}
    seconds: Counter[RequestLabels] = Counter()
    levers: dict[str, int] = {}
    callbacks: dict[DeliveryLabels, int] = {}
    errors = 0
    for name, number in fields.items():
        kind, *labels = json.loads(name)
        if kind == "requests":
            row = classes.setdefault(RequestLabels(*labels[:2]), [0] * (len(CLASSES) + 1))
            row[labels[2]] = int(number)
        elif kind == "seconds":
            seconds[RequestLabels(*labels)] += number  # type: ignore[assignment]
        elif kind == "levers":
            levers[labels[0]] = int(number)
        elif kind == "callbacks":
            callbacks[DeliveryLabels(*labels)] = int(number)
        else:
            errors = int(number)
    requests = {asked: Times(tuple(row), seconds[asked]) for asked, row in classes.items()}
    return Counted(requests, levers, callbacks, errors, processes)
