"""The things that a server waits for on a connection, and for how long."""

from enum import Enum

from fakie.adapters.wire.limits import Limits


class Stage(Enum):
    """The part of a request that is awaited next, or that the client reads its answer."""

    BETWEEN = "the first byte of a request"
    HEAD = "the rest of the request line and the headers"
    BODY = "the rest of the body"
    UNREAD = "the answer is read"

    def seconds(self, limits: Limits) -> float:
        """Return for how many seconds it is awaited."""
        if self is Stage.BETWEEN:
            # Asked after every answer; to look a member up in a table takes longer than all else there.
            return limits.idle_seconds
        slow = {
            Stage.HEAD: limits.head_seconds,
            Stage.BODY: limits.body_seconds,
            Stage.UNREAD: limits.write_seconds,
        }
        return slow[self]
