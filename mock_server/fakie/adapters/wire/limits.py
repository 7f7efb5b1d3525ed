"""How much one client may take of the server: bytes, seconds, connections."""

from collections.abc import Mapping

from msgspec import Struct, field

from fakie.adapters.descriptors import connections_here

MEGABYTE = 1024 * 1024
_MOST_CONNECTIONS = 10_000


class Limits(Struct, frozen=True):
    """Limits of a server. Times are seconds; a body of more than `body_bytes` is answered unread.

    `large_bodies`: paths that take larger ones, and how many bytes; they are kept aside from memory.

    `thread_bytes`: a larger body is answered in a thread, so that reading it holds nobody up. `held_bytes`: what all
    clients together may keep in memory, as requests half sent or in a thread, and answers half read.
    """

    body_bytes: int = 4 * MEGABYTE
    large_bodies: Mapping[str, int] = field(default_factory=dict)
    thread_bytes: int = 64 * 1024
    target_bytes: int = 16 * 1024
    head_bytes: int = 64 * 1024
    headers: int = 128
    held_bytes: int = 128 * MEGABYTE
    connections: int = _MOST_CONNECTIONS
    threads: int = 256
    head_seconds: float = 10.0
    body_seconds: float = 60.0
    write_seconds: float = 30.0
    idle_seconds: float = 75.0
    linger_seconds: float = 1.0
    lost_seconds: float = 60.0

    @property
    def connections_here(self) -> int:
        """How many connections fit into this process's descriptors."""
        return connections_here(self.connections)
