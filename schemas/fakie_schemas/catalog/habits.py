"""The habits of the wire with tasks: what it shows and how long it takes, by model, beyond what pages say."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct

Steps = tuple[tuple[str, float], ...]


class Latency(Struct, frozen=True):
    """How long (s) an endpoint takes to answer: half of the answers, and nine of ten, come within."""

    median: float
    p90: float


class Habits(Struct, frozen=True):
    """The known habits of models; a row of a later or longer pattern goes before one of `*`.

    `created`: the keys of createTask's answer, empty: those that the model's page documents. `refuses_empty`: an empty
    text is refused where one is required. `numbers_for_texts`: a number is taken where a text is asked for.
    `empty_callbacks`: an empty callback URL is none. `usual` are the steps of a task where no row speaks of its model.
    """

    usual: Steps
    created: tuple[str, ...] = ()
    refuses_empty: bool = False
    numbers_for_texts: bool = False
    empty_callbacks: bool = False
    courses: Sequence[Mapping[str, Any]] = ()
    durations: Sequence[Mapping[str, Any]] = ()
    shown_while_running: Sequence[Mapping[str, Any]] = ()
    added: Sequence[Mapping[str, Any]] = ()
    latency: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def read(cls, data: Mapping[str, Any], usual: Steps) -> "Habits":
        """Read a profile's `habits`; `usual` are the steps of its fact `plan`."""
        rows = {name: data.get(name, ()) for name in HABITS}
        switches = {name: data.get(name, {}).get("value", False) for name in SWITCHES}
        return cls(usual, tuple(data.get("created", {}).get("keys", ())), **switches, **rows)

    def steps(self, model: str, *, measured: bool = False, of_family: bool = False) -> Steps:
        """Return the usual `(state, age)` steps of a model's task, ages in seconds; `measured`: as on the wire.

        `of_family`: nobody has seen the states of such tasks on the wire, only those of models.
        """
        course, duration = None if of_family else self.course_of(model), _of(self.durations, model)
        end = float(duration["seconds"]) if measured and duration else self.usual[-1][1]
        if course is None:
            return tuple((state, age * end / (self.usual[-1][1] or 1)) for state, age in self.usual)
        *before, last = course["states"]
        return (*((str(state), number * end / len(before)) for number, state in enumerate(before)), (str(last), end))

    def course_of(self, model: str) -> Mapping[str, Any] | None:
        """Return the row of a model's states, or None where none speaks of it."""
        return _of(self.courses, model)

    def charge_shown(self, model: str, cost: Decimal) -> Decimal:
        """Return the `creditsConsumed` that a running task of a model shows."""
        shown = _of(self.shown_while_running, model)
        return cost if shown and shown["credits"] == "charge" else Decimal(0)

    def added_to(self, model: str) -> Mapping[str, Any]:
        """Return the defaults that a model's `param` shows in its input though nobody sent them."""
        found = _of(self.added, model)
        return found["input"] if found else _NOTHING

    def latency_of(self, endpoint: str | None) -> Latency | None:
        """Return how long an endpoint takes to answer, or None where that was not measured."""
        found = (Latency(one["median"], one["p90"]) for one in self.latency if one["endpoint"] == endpoint)
        return next(found, None)


# One for all tasks, of which there may be a million.
_NOTHING: Mapping[str, Any] = {}
SWITCHES = ("refuses_empty", "numbers_for_texts", "empty_callbacks")
# The habits that are lists of rows.
HABITS = ("courses", "durations", "shown_while_running", "added", "latency")


def _of(rows: Sequence[Mapping[str, Any]], model: str) -> Mapping[str, Any] | None:
    """Return the row with the longest pattern that fits a model."""
    fitting = [row for row in rows if fnmatchcase(model, row["model"])]
    return max(fitting, key=lambda row: len(row["model"])) if fitting else None
