"""How far calls reach while a door answers: what every interception asks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from os import getpid

from msgspec.structs import replace

from fakie.adapters.reach.claims import Claims
from fakie.adapters.reach.line import Line
from fakie.adapters.reach.refusals import (
    CallRefusedError,
    refused_host,
    refused_library,
    refused_other,
    refused_process,
)
from fakie.adapters.wire.heads import Heads
from fakie.adapters.wire.limits import Limits
from fakie.core.http.messages import Request, Response
from fakie.core.ports import Door
from fakie_schemas.hosts import is_loopback


class Reach:
    """One door and its claims; `live` until its block ends, so that what was kept of it lets everything through.

    `refusals` are the messages of the calls that were refused, each once; `depth` is the number of blocks around it.
    """

    def __init__(self, door: Door, claims: Claims, limits: Limits, depth: int = 0) -> None:
        self.door = door
        self.claims = claims
        # Asked several times for each connection.
        self._claim_of = lru_cache(maxsize=1024)(claims.claim)
        self._limits = limits
        self._heads = Heads(limits)
        self._process = getpid()
        self.depth = depth
        self.live = True
        self.refusals: list[str] = []
        self._at_end: list[Callable[[], None]] = []
        # Gives look-ups by name back before other guards of a test take theirs away; the audit hook refuses on.
        self.give_way: Callable[[], None] = lambda: None

    def at_end(self, act: Callable[[], None]) -> None:
        """Act when the block ends."""
        self._at_end.append(act)

    def end(self) -> None:
        """End: from now on nothing is answered or refused."""
        self.live = False
        while self._at_end:
            self._at_end.pop()()

    @contextmanager
    def answered_by(self, door: Door) -> Iterator[None]:
        """Let another door answer for a while, by the same claims."""
        usual, self.door = self.door, door
        try:
            yield
        finally:
            self.door = usual

    def answers(self, host: str, port: int | None = None) -> bool:
        """Tell whether the door answers calls to a host."""
        return self.live and self._claim_of(host, port) is not None

    def handle(self, request: Request) -> Response:
        """Answer by the door that answers now: connections that are kept outlast a change of it."""
        return self.door.handle(request)

    def line(self, host: str, port: int | None = None) -> Line:
        """Open a connection to the door, in the place of one to a host that it answers."""
        claim = self._claim_of(host, port) if self.live else None
        if claim is None:
            raise ValueError(f"no door answers {host!r}")
        return Line(self, claim, self._limits_below(claim.prefix), self._heads, self.noted, self._process)

    def guard(self, host: str, port: int | None = None) -> None:
        """Raise CallRefusedError if no connection to a host may be made."""
        if self.live and self.claims.refuses(host, port):
            raise self.noted(self._refusal(host, port))

    def guard_name(self, host: str) -> None:
        """Raise CallRefusedError if a host is one of the vendor's, however it is reached."""
        if self.live and self.claims.is_vendor(host):
            raise self.noted(self._refusal(host))

    def guard_header(self, host: str, header: str | bytes | None) -> None:
        """Raise CallRefusedError if a `Host` header names one of the vendor's hosts elsewhere than on this machine."""
        text = header.decode("latin-1") if isinstance(header, bytes) else header or ""
        if not is_loopback(host):
            self.guard_name(text.rpartition("@")[2].partition(":")[0])

    def guard_text(self, text: str) -> None:
        """Raise CallRefusedError if what a process is given names one of the vendor's hosts."""
        host = self.claims.named_in(text) if self.live else None
        if host:
            raise self.noted(refused_process(host))

    def noted(self, refusal: CallRefusedError) -> CallRefusedError:
        """Keep a refusal's message and return it."""
        text = str(refusal.strerror)
        if text not in self.refusals:
            self.refusals.append(text)
        return refusal

    def _refusal(self, host: str, port: int | None = None) -> CallRefusedError:
        if self.answers(host, port):
            return refused_library(host)
        if self.claims.is_vendor(host):
            return refused_host(host, self.claims.answered_hosts())
        return refused_other(host)

    def _limits_below(self, prefix: str) -> Limits:
        if not prefix:
            return self._limits
        larger = {prefix + path: size for path, size in self._limits.large_bodies.items()}
        return replace(self._limits, large_bodies=larger)
