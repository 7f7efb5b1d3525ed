"""Reading in one go what a request looks at before it works on an account: each question goes over the network."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fakie.adapters.redis import codec, scripts
from fakie.adapters.redis.connection import RedisConnection
from fakie.core.http.messages import Request, Response
from fakie.core.levers.lever import PREFIX as LEVERS
from fakie.core.ports import Door
from fakie.core.tasks.due import Due


class _Glance:
    """The values that one request has seen: an account's first event, the versions of orders and scenarios."""

    def __init__(self) -> None:
        self.events: dict[str, Due | None] = {}
        self.version: bytes | None = None
        self.played: bytes | None = None


class Glances:
    """Looks at accounts, their first events and the version of the orders.

    Within `of_one_request` what was seen counts until the thread writes; outside of it nothing is remembered, for
    another process may change anything between two requests.
    """

    def __init__(self, connection: RedisConnection) -> None:
        self._connection = connection
        self._look = connection.script(scripts.LOOK)
        self._events = connection.script(scripts.EVENTS)
        self._here = threading.local()

    @contextmanager
    def of_one_request(self) -> Iterator[None]:
        """Remember for the length of a `with` block, in this thread, what is seen."""
        self._here.glance = _Glance()
        try:
            yield
        finally:
            self._here.glance = None

    def account(self, handle: str) -> bytes | None:
        """Return an account's data, or None."""
        glance = self._glance
        if glance is None:
            data: bytes | None = self._connection.command("HGET", "accounts", handle)
            return data
        data, glance.version, glance.played, *event = self._look(handle)
        glance.events[handle] = next(codec.read_events(handle, event), None)
        return data

    def first_event(self, handle: str) -> Due | None:
        """Return an account's earliest event."""
        glance = self._glance
        if glance is not None and handle in glance.events:
            return glance.events[handle]
        return next(codec.read_events(handle, self._events(handle, 0)), None)

    def orders_version(self) -> bytes:
        """Return a number that every change of the orders raises."""
        glance = self._glance
        if glance is not None and glance.version is not None:
            return glance.version
        version: bytes = self._connection.command("GET", "orders_version") or b""
        if glance is not None:
            glance.version = version
        return version

    def scenarios_version(self) -> bytes:
        """Return a number that every change of what is played raises."""
        glance = self._glance
        if glance is not None and glance.played is not None:
            return glance.played
        version: bytes = self._connection.command("GET", "scenarios_version") or b""
        if glance is not None:
            glance.played = version
        return version

    def forget(self, *, orders: bool) -> None:
        """Remember no event that this thread has seen, for it writes; nor the version, where it writes orders."""
        if self._glance is not None:
            self._glance.events.clear()
            if orders:
                self._glance.version = None

    @property
    def _glance(self) -> _Glance | None:
        return getattr(self._here, "glance", None)


class GlancingDoor:
    """A `Door` whose requests to the API each remember what they have seen; levers look anew each time."""

    def __init__(self, door: Door, glances: Glances) -> None:
        self._door = door
        self._glances = glances

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        if request.path.startswith(LEVERS):
            return self._door.handle(request)
        with self._glances.of_one_request():
            return self._door.handle(request)
