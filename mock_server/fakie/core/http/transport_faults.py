"""Transport faults: what goes wrong between the service's answer and the client."""

from dataclasses import dataclass
from typing import Literal, get_args

TransportFaultKind = Literal["latency", "lost", "reset", "empty", "truncated", "malformed"]
TRANSPORT_FAULTS: tuple[TransportFaultKind, ...] = get_args(TransportFaultKind)


@dataclass(frozen=True)
class TransportFault:
    """One way in which an answer goes wrong whose request was carried out all the same.

    latency: it comes `seconds` later · lost: it never comes · reset: the connection is reset · empty: it is closed
    without a byte · truncated: it is closed amid the body · malformed: what comes is not HTTP.
    """

    kind: TransportFaultKind
    seconds: float = 0.0
