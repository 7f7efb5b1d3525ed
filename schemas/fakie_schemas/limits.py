"""How often something may be asked for: so many times in any stretch of time. Imports nothing heavy."""

from math import inf, isfinite
from typing import Literal

from msgspec import Struct

# Each switches on one limit more: on accepted tasks, on the catalogue, on polls and running tasks.
LimitsOn = Literal["off", "creates", "catalogue", "all"]
LIMITS: tuple[LimitsOn, ...] = ("off", "creates", "catalogue", "all")


class WindowLimit(Struct, frozen=True):
    """At most `count` requests in any `seconds`; an infinite count is no limit."""

    count: float
    seconds: float

    @classmethod
    def off(cls) -> "WindowLimit":
        """Return the limit that nothing reaches."""
        return cls(inf, 0)

    @property
    def is_off(self) -> bool:
        """Whether nothing reaches it."""
        return not isfinite(self.count)
