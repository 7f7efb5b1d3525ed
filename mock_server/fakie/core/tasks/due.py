"""Events that become due on an account's clock."""

from typing import Literal, NamedTuple

from msgspec import Struct

EventKind = Literal["settle", "deliver"]


# Stores keep it as a row. It refers to nothing that could refer to it: no look for garbage needs to see it.
class Due(Struct, frozen=True, order=True, array_like=True, gc=False):
    """At `at` (seconds on the account's clock) a task is to be settled, or its callback sent for the nth time.

    That is the callback of a `stage`, or else of the end. The earliest is the smallest; of two at one moment the one
    that was planned first, by `order`. One that comes `again` was begun before, by a process that did not live to say
    how it went.
    """

    at: float
    order: int
    account: str
    kind: EventKind
    task_id: str
    attempt: int = 1
    again: bool = False
    stage: str = ""


class Turn(NamedTuple):
    """An account's turn: its next event, at a `moment` in seconds on the fake's clock, the parent of its own."""

    moment: float
    account: str
