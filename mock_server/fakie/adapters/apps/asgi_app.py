"""Adapter for ASGI, versions 2 and 3: an app with its lifespan, on an event loop of its own."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping
from concurrent.futures import Future
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import unquote

from fakie.adapters.apps.app_answer import check_piece, checked_headers
from fakie.adapters.apps.call_target import CalledAt
from fakie.adapters.apps.lifespan import Lifespan
from fakie.adapters.apps.said import MOST_SAID, AppAnswer
from fakie.core.clock import Now
from fakie.core.http.guard import OWN_AGENT
from fakie.core.ports import Outgoing
from fakie_schemas.addresses import HttpUrl

T = TypeVar("T")
Message = MutableMapping[str, Any]
_PIECES, _SLOW_SECONDS = 4, 2.0
_CLIENT_PORT = 50_000
# Where libraries are installed; Debian has a name of its own for it.
_INSTALLED = frozenset({"site-packages", "dist-packages"})
_GRACE, _SHUTDOWN = 1.0, 15.0
_log = logging.getLogger("fakie")
_BLOCKED = "no answer: the app blocks its event loop, by code that waits without await"


class AsgiApp:
    """An ASGI app: started with the first call, shut down by `close`.

    The loop runs in a thread, since the caller may be inside a loop itself; it lives as long as the app, so that what
    the app makes at startup can be used by every call.
    """

    def __init__(self, app: Any, called: CalledAt, now: Now, *, version: int) -> None:
        self._app = app if version > 2 else lambda scope, receive, send: app(scope)(receive, send)
        self._version = {"version": f"{version}.0", "spec_version": "2.3"}
        self._called = called
        self._now = now
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lifespan = Lifespan(self._app, self._version)
        self._blocked = False

    def post(self, outgoing: Outgoing, *, slowly: bool = False) -> AppAnswer:
        """Return the answer; raises what the app raises.

        Work that the app does after its answer is waited for as long as for the answer, but not counted.
        Raises TimeoutError for an app that does not answer.
        """
        loop = self._started(outgoing.timeout)
        return self._finish(loop, self._exchange(outgoing, slowly=slowly), 2 * outgoing.timeout)

    def post_later(self, outgoing: Outgoing, told: Callable[["Future[AppAnswer]"], None]) -> bool:
        """Call the app without waiting, and tell; return False, having done nothing, where it can be waited for.

        In a test that skips time it is the app's own wait that may lead to the moment of another callback.
        """
        if self._loop is None or threading.current_thread() is not self._thread:
            return False
        asyncio.run_coroutine_threadsafe(self._exchange(outgoing, slowly=False), self._loop).add_done_callback(told)
        return True

    def _exchange(self, outgoing: Outgoing, *, slowly: bool) -> Coroutine[Any, Any, AppAnswer]:
        exchange = _Exchange(self._called.target(outgoing), outgoing, self._now, slowly=slowly)
        return exchange.run(self._app, exchange.scope(self._called.client, self._version, self._lifespan.state))

    def close(self) -> None:
        """Shut the app down, and end its loop; raises what its shutdown raises. One that blocks the loop is left."""
        try:
            if self._loop is not None and not self._blocked:
                self._finish(self._loop, _within(_SHUTDOWN, self._lifespan.shut_down()), _SHUTDOWN)
        finally:
            self._stop()

    def _started(self, timeout: float) -> asyncio.AbstractEventLoop:
        if self._loop is not None:
            return self._loop
        if self._blocked:
            raise TimeoutError(_BLOCKED)
        loop = self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=_run, args=(loop,), name="fakie-asgi", daemon=True)
        self._thread.start()
        self._lifespan = Lifespan(self._app, self._version)
        try:
            self._finish(loop, _within(timeout, self._lifespan.start_up()), timeout)
        except Exception:
            # The next call tries again.
            self._stop()
            raise
        return loop

    def _stop(self) -> None:
        loop, thread = self._loop, self._thread
        self._loop = self._thread = None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(0.0 if self._blocked else 1.0)

    def _finish(self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T], timeout: float) -> T:
        """Let the loop do bounded work; raises TimeoutError where the loop itself does not get that far."""
        if self._blocked:
            work.close()
            raise TimeoutError(_BLOCKED)
        future = asyncio.run_coroutine_threadsafe(work, loop)
        try:
            return future.result(timeout + _GRACE)
        except TimeoutError:
            if future.done():
                raise
            self._blocked = True
            raise TimeoutError(_BLOCKED) from None


async def _within(seconds: float, work: Coroutine[Any, Any, None]) -> None:
    try:
        await asyncio.wait_for(work, seconds)
    except TimeoutError:
        raise TimeoutError(f"the app's startup or shutdown did not end within {seconds:g} s") from None


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()


class _Exchange:
    """One request to the app and its answer."""

    def __init__(self, url: HttpUrl, outgoing: Outgoing, now: Now, *, slowly: bool) -> None:
        self._url = url
        self._outgoing = outgoing
        self._now = now
        self._pause = _SLOW_SECONDS / _PIECES if slowly else 0.0
        self._pieces = _pieces(outgoing.body, _PIECES if slowly else 1)
        self._started = now()
        self._whole = asyncio.Event()
        self._status: int | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._said = bytearray()
        self._seconds = 0.0

    def scope(self, client: str, version: Mapping[str, str], state: Mapping[str, Any]) -> Message:
        """Return the connection as the app sees it."""
        path, _, query = self._url.target.partition("?")
        host = self._url.text.split("/")[2]
        given = [("host", host), ("user-agent", OWN_AGENT), ("content-length", str(len(self._outgoing.body)))]
        headers = [*given, *((name.lower(), value) for name, value in self._outgoing.headers)]
        return {
            "type": "http",
            "asgi": dict(version),
            "http_version": "1.1",
            "method": "POST",
            "scheme": self._url.scheme,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers],
            "client": (client, _CLIENT_PORT),
            "server": (self._url.host, self._url.port),
            "state": dict(state),
        }

    async def run(self, app: Callable[..., Awaitable[None]], scope: Message) -> AppAnswer:
        """Let the app answer, and then finish; return its answer.

        Raises what the app raises before that, RuntimeError for one that returns before, and TimeoutError.
        """
        running = asyncio.ensure_future(app(scope, self.receive, self.send))
        answered = asyncio.ensure_future(self._whole.wait())
        timeout = self._outgoing.timeout
        try:
            await asyncio.wait({running, answered}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if not self._whole.is_set() and not running.done():
                raise TimeoutError(f"no answer within {timeout:g} s")
            await asyncio.wait({running}, timeout=timeout)
            error = running.exception() if running.done() else None
            if error and not self._whole.is_set():
                raise error
            if error:
                self._tell(error)
        finally:
            answered.cancel()
            # What has answered may go on for as long as the app lives.
            if not self._whole.is_set():
                running.cancel()
        if self._status is None or not self._whole.is_set():
            raise RuntimeError("the app returned without a whole answer")
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in self._headers)
        return AppAnswer(self._status, self._seconds, headers, bytes(self._said))

    def _tell(self, error: BaseException) -> None:
        """Log what the app raised though its answer was whole, as frameworks do that answer for it."""
        says_so = (self._status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR
        how = f", and answered HTTP {self._status}" if says_so else " after its answer"
        _log.error("the app failed%s", how, exc_info=(type(error), error, _own_trace(error)))

    async def receive(self) -> Message:
        """Return the next piece of the request, or once it is answered the end of the connection."""
        if self._pieces:
            await asyncio.sleep(self._pause)
            return {"type": "http.request", "body": self._pieces.pop(0), "more_body": bool(self._pieces)}
        await self._whole.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take a part of the answer; raises TypeError, into the app, for what is no status, header or body."""
        if message["type"] == "http.response.start":
            status = message["status"]
            if not isinstance(status, int):
                raise TypeError(f"expected the status of the answer as a number, such as 200; got {status!r}")
            self._headers = checked_headers(message.get("headers", ()), bytes)
            self._status = status
            return
        if message["type"] != "http.response.body":
            return
        check_piece(message.get("body", b""))
        if self._status is None:
            raise RuntimeError("the app sent a body before http.response.start")
        self._said += message.get("body", b"")[: max(0, MOST_SAID - len(self._said))]
        if not message.get("more_body"):
            self._seconds = self._now() - self._started
            self._whole.set()


def _own_trace(error: BaseException) -> TracebackType | None:
    """Return the trace without the frames of frameworks that lead to the app's own code, where it has any."""
    trace = error.__traceback__
    while trace is not None and not _INSTALLED.isdisjoint(Path(trace.tb_frame.f_code.co_filename).parts):
        trace = trace.tb_next
    return trace or error.__traceback__


def _pieces(body: bytes, count: int) -> list[bytes]:
    size = len(body) // count + 1
    return [body[start : start + size] for start in range(0, len(body), size)] or [b""]
