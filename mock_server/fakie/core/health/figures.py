"""The figures of one fake at one moment."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct

# The upper ends of the classes in seconds: a fake answers within a millisecond, an upload or a fetch takes longer.
CLASSES = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Stands for every name that the contracts do not know, so that clients cannot make up series.
OTHER = "other"


class RequestLabels(NamedTuple):
    """The labels of requests; `model` is empty where a request is about none."""

    situation: str
    model: str


class DeliveryLabels(NamedTuple):
    """The labels of deliveries."""

    outcome: str
    attempt: int


class Times(Struct, frozen=True):
    """How many answers fell into each class, the last being what is slower, and their seconds together."""

    classes: tuple[int, ...]
    seconds: float

    @property
    def count(self) -> int:
        """How many answers there were."""
        return sum(self.classes)

    def __add__(self, other: "Times") -> "Times":
        pairs = zip(self.classes, other.classes, strict=True)
        return Times(tuple(one + two for one, two in pairs), self.seconds + other.seconds)


class Counted(Struct, frozen=True):
    """The counts since the fake began, of one process or of all of the so many that are one fake."""

    requests: Mapping[RequestLabels, Times]
    levers: Mapping[str, int]
    callbacks: Mapping[DeliveryLabels, int]
    store_errors: int
    processes: int = 1


class Figures(Struct, frozen=True):
    """The counts since the fake began, and how much is there now.

    `tasks` are by state; `events` is what waits on the schedule, `lag` by how many seconds the earliest of it is late;
    `processes` is how many are this fake.
    """

    version: str
    profile: str
    docs: str
    requests: Mapping[RequestLabels, Times]
    levers: Mapping[str, int]
    callbacks: Mapping[DeliveryLabels, int]
    tasks: Mapping[str, int]
    accounts: int
    events: int
    lag: float
    store_errors: int
    processes: int

    @property
    def times(self) -> Mapping[str, Times]:
        """How long answers took, by situation."""
        out: dict[str, Times] = {}
        for asked, times in self.requests.items():
            known = out.get(asked.situation)
            out[asked.situation] = known + times if known else times
        return out
