"""Spoiled answers: what goes wrong between the service's answer and the client."""

from dataclasses import dataclass
from typing import Literal, get_args

SpoilKind = Literal["latency", "lost", "reset", "empty", "truncated", "malformed"]
SPOILS: tuple[SpoilKind, ...] = get_args(SpoilKind)


@dataclass(frozen=True)
class Spoil:
    """One way to spoil an answer whose request was carried out all the same.

    latency: it comes `seconds` later · lost: it never comes · reset: the connection is reset · empty: it is closed
    without a byte · truncated: it is closed amid the body · malformed: what comes is not HTTP.
    """

    kind: SpoilKind
    seconds: float = 0.0
