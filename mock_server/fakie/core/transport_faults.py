"""Transport faults: what goes wrong between the service's answer and the client."""

from typing import Literal, get_args

from msgspec import Struct

TransportFaultKind = Literal["latency", "dribbled", "lost", "reset", "empty", "truncated", "malformed"]
TRANSPORT_FAULTS: tuple[TransportFaultKind, ...] = get_args(TransportFaultKind)
# Those that take seconds.
TIMED: tuple[TransportFaultKind, ...] = ("latency", "dribbled")

# How late an answer may come (s): no client waits longer.
LONGEST_SECONDS = 3600


class TransportFault(Struct, frozen=True):
    """One way in which an answer goes wrong whose request was carried out all the same.

    latency: it comes `seconds` later · dribbled: its body comes in pieces over so many `seconds` · lost: it never
    comes · reset: the connection is reset · empty: it is closed without a byte · truncated: it is closed amid the
    body · malformed: what comes is not HTTP.
    """

    kind: TransportFaultKind
    # Written without a fraction, it is shown without one again.
    seconds: int | float = 0.0


_PIECES = 10


def pieces_of(body: bytes) -> list[bytes]:
    """Return the pieces in which a dribbled body comes, ten of them where it is long enough."""
    size = max(1, -(-len(body) // _PIECES))
    return [body[start : start + size] for start in range(0, len(body), size)]
