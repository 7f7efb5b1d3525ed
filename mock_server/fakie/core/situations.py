"""Situations: the findings of the service about a request."""

from collections.abc import Mapping
from typing import Any

from fakie.core.transport_faults import TransportFault

_NO_FACTS: Mapping[str, Any] = {}


class Refused(Exception):
    """A request ends here: the situation, and the facts that its message needs; `advice` is what would work instead."""

    def __init__(self, situation: str, *, advice: str = "", **facts: Any) -> None:
        super().__init__(situation)
        self.situation = situation
        self.advice = advice
        self.facts = facts


class Outcome:
    """A request's situation, with the result for `data` or the facts for the message.

    `advice`: what newer evidence says against a request that is accepted all the same, or what would work in the place
    of one that is not. `spoiled`: how the answer goes wrong on its way. A result may be written already, as
    `wire.WrittenJson`.
    """

    def __init__(
        self,
        situation: str,
        result: Any = None,
        facts: Mapping[str, Any] = _NO_FACTS,
        advice: str = "",
        spoiled: TransportFault | None = None,
    ) -> None:
        self.situation = situation
        self.result = result
        self.facts = facts
        self.advice = advice
        self.spoiled = spoiled
