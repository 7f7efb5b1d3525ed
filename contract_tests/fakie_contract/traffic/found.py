"""One difference as it is found in one exchange, before it is grouped."""

from dataclasses import dataclass
from typing import Any

from fakie_contract.finding import Severity

__all__ = ["Found", "Severity"]


@dataclass(frozen=True)
class Found:
    """A difference: `rule` is its kind, `place` a JSON pointer into `{request: {body}, status, headers, body}`.

    `expected` names its source; `known` tells of a difference between page and wire that was seen before; `model` is
    given where the expectation is a model's own.
    """

    severity: Severity
    rule: str
    place: str
    expected: str
    got: Any
    known: bool = False
    model: str | None = None
