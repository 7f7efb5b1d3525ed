"""The shapes that recordInfo has had on the wire: which keys its data has, by date."""

from collections.abc import Mapping
from functools import cache

from msgspec import Struct, field

import fakie_schemas
from fakie_schemas.catalog.callback_shapes import CallbackShape, callback_shapes
from fakie_schemas.catalog.docs import Docs, is_date
from fakie_schemas.errors import ConfigurationError


class RecordShape(Struct, frozen=True):
    """The wire as of one date, `YYYY-MM`: the keys of recordInfo's `data`, in order.

    `only` has the states in which a key is there, for those that are not always. `until` is the last month that looks
    so, None for the newest. `catalogue`: the live catalogue is there. `newest_callback` is the date of the newest shape
    of callbacks that it sends.
    """

    wire: str
    keys: tuple[str, ...]
    only: Mapping[str, tuple[str, ...]]
    until: str | None
    catalogue: bool
    newest_callback: str
    # The keys by state, of which there are few.
    _keys_in: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def keys_in(self, state: str) -> tuple[str, ...]:
        """Return the keys of a task in this state."""
        if state not in self._keys_in:
            self._keys_in[state] = tuple(key for key in self.keys if state in self.only.get(key, (state,)))
        return self._keys_in[state]

    def callback(self, page: str) -> CallbackShape:
        """Return the shape of a callback by the date of the model's page: the newest by then, else the oldest."""
        dates = [date for date in callback_shapes() if date <= min(page[: len("YYYY-MM")], self.newest_callback)]
        return callback_shapes()[max(dates, default=min(callback_shapes()))]


@cache
def record_shapes() -> Mapping[str, RecordShape]:
    """Return every shape by its date, the oldest first."""
    return {
        one["wire"]: RecordShape(
            one["wire"],
            tuple(one["keys"]),
            {key: tuple(states) for key, states in one.get("only", {}).items()},
            one["until"],
            one["catalogue"],
            one["newest_callback"],
        )
        for one in fakie_schemas.record_shapes()["shapes"]
    }


def check_together(wire: str | None, docs: Docs | None) -> None:
    """Raise ConfigurationError for a wire that is not known, or pages newer than the wire that is to answer by them."""
    if wire is not None and wire not in record_shapes():
        raise ConfigurationError(f"wire: expected {' or '.join(record_shapes())}; got {wire!r}")
    until = record_shapes()[wire].until if wire else None
    if until and docs and is_date(docs) and docs[: len(until)] > until:
        raise ConfigurationError(
            f"--wire {wire} and --docs {docs}: that wire was seen until {until}, before those pages;"
            f" expected --docs {until} or older, or a newer --wire: {', '.join(record_shapes())}"
        )
