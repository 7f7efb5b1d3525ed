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

_ORDERS, _SCENARIOS = "orders_version", "scenarios_version"


class _Glance:
    """The values that one request has seen: an account's first event, the versions of orders and scenarios."""

    def __init__(self) -> None:
        self.events: dict[str, Due | None] = {}
        self.versions: dict[str, bytes] = {}


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
        data, glance.versions[_ORDERS], glance.versions[_SCENARIOS], *event = self._look(handle)
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
        return self._version(_ORDERS)

    def scenarios_version(self) -> bytes:
        """Return a number that every change of what is played raises."""
        return self._version(_SCENARIOS)

    def forget(self, *, orders: bool) -> None:
        """Remember no event that this thread has seen, for it writes; nor the version, where it writes orders."""
        if self._glance is not None:
            self._glance.events.clear()
            if orders:
                self._glance.versions.pop(_ORDERS, None)

    def _version(self, key: str) -> bytes:
        glance = self._glance
        if glance is not None and key in glance.versions:
            return glance.versions[key]
        version: bytes = self._connection.command("GET", key) or b""
        if glance is not None:
            glance.versions[key] = version
        return version

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
