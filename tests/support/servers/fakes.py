"""Hand-written stand-ins for the outside world."""

from collections.abc import Callable
from typing import Any

from fakie.adapters.compose import make_service
from fakie.core.clock import Now
from fakie.core.ports import Delivered, Outgoing
from fakie.core.service import Service
from fakie.core.settings import Settings

START = 1_767_225_600.25


class HandClock:
    """A clock that only the test moves; it starts a quarter second after a full one."""

    def __init__(self) -> None:
        self.seconds = START

    def __call__(self) -> float:
        return self.seconds


class Collector:
    """A sender that keeps what it is given and answers as the test wants: with `statuses` in turn, then 200."""

    def __init__(self) -> None:
        self.outgoing: list[Outgoing] = []
        self.statuses: list[int | str] = []

    def send(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        self.outgoing.append(outgoing)
        answer = self.statuses.pop(0) if self.statuses else 200
        done(Delivered(answer) if isinstance(answer, int) else Delivered(None, answer))


def new_service(settings: Settings, sender: Collector, clock: Now, **catalog: Any) -> Service:
    """Make a service; `catalog` may say `docs`, `schemas` and `store`, and another `seed` than 7."""
    return make_service(settings, sender, now=clock, **{"seed": 7, **catalog})
