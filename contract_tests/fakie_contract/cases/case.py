"""One thing to try on a target."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fakie_contract.trial import Trial

Cost = Literal["free", "may_cost"]


@dataclass(frozen=True)
class Case:
    """A case: its id names model, field and rule and stays the same between runs.

    `code` is the documented code that the case verifies when it holds. `may_cost`: what it sends could be accepted
    and charged, if only by surprise.
    """

    id: str
    what: str
    run: Callable[[Trial], None]
    cost: Cost = "may_cost"
    model: str | None = None
    code: int | None = None
