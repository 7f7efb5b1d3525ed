"""Events that become due on an account's clock."""

from dataclasses import dataclass
from typing import Literal

EventKind = Literal["settle", "deliver"]


@dataclass(frozen=True, order=True)
class Due:
    """At `at` (seconds on the account's clock) a task is to be settled, or its callback sent for the nth time."""

    at: float
    order: int
    account: str
    kind: EventKind
    task_id: str
    attempt: int = 1
