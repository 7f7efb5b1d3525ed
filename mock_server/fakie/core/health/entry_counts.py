"""Counts of what has happened since the fake began, from the journal's entries, at next to no cost for a request."""

import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from math import fsum

from fakie.core.health.figures import CLASSES, OTHER, DeliveryLabels, RequestLabels, Times
from fakie.core.journal import Entry
from fakie_schemas.catalog.catalog import Catalog

# So many times wait to be sorted into their classes, which costs less together than one by one.
_AT_ONCE = 256


class _Row:
    """The answers of one situation and model; the last ones of them wait as their seconds."""

    __slots__ = ("classes", "seconds", "waiting")

    def __init__(self) -> None:
        self.waiting: list[float] = []
        self.classes = [0] * (len(CLASSES) + 1)
        self.seconds = 0.0

    def sort_in(self) -> None:
        """Count what waits, for one thread at a time."""
        number = len(self.waiting)
        # Whoever adds to the list meanwhile does so behind these.
        taken = sorted(self.waiting[:number])
        del self.waiting[:number]
        self.seconds += fsum(taken)
        below = 0
        for place, upto in enumerate((*(bisect_right(taken, end) for end in CLASSES), number)):
            self.classes[place] += upto - below
            below = upto


class EntryCounts:
    """Counts that only grow: neither a reset nor what the store forgets takes anything from them."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._rows: dict[tuple[str, str | None], _Row] = {}
        self._levers: Counter[str] = Counter()
        self._callbacks: Counter[tuple[str, int]] = Counter()

    def take(self, entry: Entry) -> None:
        """Count an entry of the journal, in the thread that writes it."""
        if entry.kind == "request":
            # Every request passes here. To add to a list is one step, which needs no lock.
            row = self._rows.get((entry.situation, entry.model)) or self._row(entry)
            row.waiting.append(entry.seconds)
            if len(row.waiting) >= _AT_ONCE:
                # Not those of all models, of which there may be a thousand.
                with self._lock:
                    row.sort_in()
            return
        with self._lock:
            if entry.kind == "lever":
                self._levers[entry.situation] += 1
            else:
                self._callbacks[entry.situation.removeprefix("callback_"), entry.attempt] += 1

    def _row(self, entry: Entry) -> _Row:
        """Return the row of what no row was found for: a new one, or that of all models which are not known."""
        # An empty name is none.
        model = entry.model or None
        if model and self._catalog.served(model) is None:
            model = OTHER
        return self._rows.setdefault((entry.situation, model), _Row())

    def _sort_in(self) -> None:
        with self._lock:
            for row in list(self._rows.values()):
                if row.waiting:
                    row.sort_in()

    @property
    def requests(self) -> Mapping[RequestLabels, Times]:
        """How many requests there were, of each situation and model, and how long their answers took."""
        self._sort_in()
        with self._lock:
            return {
                RequestLabels(situation, model or ""): Times(tuple(row.classes), row.seconds)
                for (situation, model), row in list(self._rows.items())
            }

    @property
    def levers(self) -> Mapping[str, int]:
        """How many calls of levers there were, of each situation."""
        with self._lock:
            return dict(self._levers)

    @property
    def callbacks(self) -> Mapping[DeliveryLabels, int]:
        """How many deliveries there were: of each outcome, at the nth attempt."""
        with self._lock:
            found = dict(self._callbacks)
        return {
            DeliveryLabels(situation.removeprefix("callback_"), attempt): n for (situation, attempt), n in found.items()
        }
