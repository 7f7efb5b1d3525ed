"""All connections of a server: whose time is up, who goes when there are too many, what slow readers keep waiting."""

import asyncio
from time import monotonic
from typing import Protocol

from fakie.adapters.rarely import Rarely
from fakie.adapters.server.apart import apart
from fakie.adapters.wire.limits import Limits

_SWEEP_SECONDS = 0.25
# More than this that one client keeps in memory is counted: of ten thousand, each such a bit is much.
LITTLE_HELD = 4 * 1024


class Member(Protocol):
    """A connection, as the crowd sees it.

    `deadline` is the moment on the monotonic clock at which its time is up, `busy` whether a request is being answered,
    `in_thread` whether the door does so in a thread.
    """

    deadline: float
    busy: bool
    in_thread: bool

    @property
    def in_use(self) -> bool:
        """Tell whether somebody waits for an answer, for all one can see."""

    @property
    def in_work(self) -> bool:
        """Tell whether something that came whole is being answered, or an answer is being read."""

    def expire(self) -> None:
        """Its time is up."""

    def drop(self) -> None:
        """Close it at once."""


class Crowd:
    """The connections that are open, the oldest first, and those that wait for a next request, the idlest first."""

    def __init__(self, limits: Limits) -> None:
        self.most = limits.connections_here
        # The server is about to stop: each connection ends with what it has sent.
        self.leaving = False
        self._held_most = limits.held_bytes
        self._open: dict[Member, None] = {}
        self._idle: dict[Member, None] = {}
        self._held: dict[Member, int] = {}
        self._held_total = 0
        self._crowded = Rarely("%d connections closed to make room: at most %d at once")
        self._hoarded = Rarely("%d slow clients dropped: together they kept more than %d bytes in memory")

    def __len__(self) -> int:
        return len(self._open)

    def add(self, member: Member) -> bool:
        """Take a connection in, if need be in another's place; tells whether there was one to be had."""
        if len(self._open) >= self.most:
            victim = next(iter(self._idle), None) or next((one for one in self._open if not one.in_use), None)
            self._crowded.say(self.most)
            if victim is None:
                return False
            self.leave(victim)
            victim.drop()
        self._open[member] = self._idle[member] = None
        return True

    def leave(self, member: Member) -> None:
        """Forget a connection."""
        self._held_total -= self._held.pop(member, 0)
        for group in (self._open, self._idle):
            group.pop(member, None)

    def set_idle(self, member: Member, idle: bool) -> None:
        """Remember whether a connection waits for a next request."""
        self._idle.pop(member, None)
        if idle and member in self._open:
            self._idle[member] = None

    def hold(self, member: Member, size: int) -> bool:
        """Remember how much a client keeps in memory, if it is worth a word, and tell whether there is room for it.

        When all together keep too much, the first of the others are dropped, but for those whose request is in a
        thread.
        """
        self._held_total -= self._held.pop(member, 0)
        if size > LITTLE_HELD:
            self._held_total += size
            self._held[member] = size
        while self._held_total > self._held_most and len(self._held) > 1:
            first = next((one for one in self._held if not one.in_thread and one is not member), None)
            if first is None:
                return False
            self._hoarded.say(self._held_most)
            self.leave(first)
            first.drop()
        return True

    def sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        """See whose time is up, now and again and again."""
        now = monotonic()
        for member in [one for one in self._open if one.deadline <= now]:
            apart(loop, member.expire, member.drop)
        loop.call_later(_SWEEP_SECONDS, self.sweep, loop)

    @property
    def any_in_work(self) -> bool:
        """Tell whether any request is being answered or any answer is being read."""
        return any(one.in_work for one in self._open)

    def drop_all(self) -> None:
        """Close every connection at once."""
        for member in list(self._open):
            self.leave(member)
            member.drop()
