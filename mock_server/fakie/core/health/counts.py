"""What has happened since the fake began, counted from the journal's entries: a request pays one short lock for it."""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping

from fakie.core.health.figures import CLASSES, OTHER, Asked, Called, Times
from fakie.core.journal import Entry
from fakie_schemas.catalog.catalog import Catalog


class Counts:
    """Counts that only grow: neither a reset nor what the store forgets takes anything from them."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        # How many answers fell into each class, by situation and model, and at the end their seconds together.
        self._requests: dict[tuple[str, str | None], list[float]] = {}
        self._levers: Counter[str] = Counter()
        self._callbacks: Counter[tuple[str, int]] = Counter()

    def take(self, entry: Entry) -> None:
        """Count an entry of the journal, in the thread that writes it."""
        if entry.kind == "request":
            # Every request passes here, which is why it is one look-up and two additions.
            row = self._requests.get((entry.situation, entry.model)) or self._row(entry)
            seconds = entry.seconds
            place = bisect_left(CLASSES, seconds)
            with self._lock:
                row[place] += 1
                row[-1] += seconds
            return
        with self._lock:
            if entry.kind == "lever":
                self._levers[entry.situation] += 1
            else:
                self._callbacks[entry.situation, entry.attempt] += 1

    def _row(self, entry: Entry) -> list[float]:
        """Return the row of what no row was found for: a new one, or that of all models which are not known."""
        model = OTHER if entry.model and self._catalog.served(entry.model) is None else entry.model
        with self._lock:
            return self._requests.setdefault((entry.situation, model), [0] * (len(CLASSES) + 1) + [0.0])

    @property
    def requests(self) -> Mapping[Asked, Times]:
        """How many requests there were, of each situation and model, and how long their answers took."""
        with self._lock:
            rows = {label: list(row) for label, row in self._requests.items()}
        return {
            Asked(situation, model or ""): Times(tuple(map(int, row[:-1])), row[-1])
            for (situation, model), row in rows.items()
        }

    @property
    def levers(self) -> Mapping[str, int]:
        """How many calls of levers there were, of each situation."""
        with self._lock:
            return dict(self._levers)

    @property
    def callbacks(self) -> Mapping[Called, int]:
        """How many deliveries there were: of each outcome, at the nth attempt."""
        with self._lock:
            found = dict(self._callbacks)
        return {Called(situation.removeprefix("callback_"), attempt): n for (situation, attempt), n in found.items()}
