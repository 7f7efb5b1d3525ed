"""Adapter for a client of httpx, or of a library of its interface: an app that runs already, as its tests call it.

Starlette's TestClient and an AsyncClient over an ASGITransport are such clients. What has started the app, its state
and its event loop are theirs, so that it is neither started a second time nor called in another loop.
"""

import asyncio
import inspect
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from fakie.adapters.apps.call_target import CalledAt
from fakie.adapters.apps.said import AppAnswer
from fakie.core.clock import Now
from fakie.core.control.errors import WrongOrderError
from fakie.core.http.guard import OWN_AGENT
from fakie.core.ports import Outgoing


def is_client(receiver: Any) -> bool:
    """Tell whether a receiver is such a client; a class of them is none."""
    return not inspect.isclass(receiver) and all(callable(getattr(receiver, name, None)) for name in _METHODS)


_METHODS = ("build_request", "send", "post")


class ClientApp:
    """An app behind a client; one that is asynchronous sends in the event loop that it was handed over in.

    Raises WrongOrderError for an asynchronous client that is handed over outside of any.
    """

    def __init__(self, client: Any, called: CalledAt, now: Now) -> None:
        self._client, self._called, self._now = client, called, now
        waits = inspect.iscoroutinefunction(client.send)
        self._loop = _running_loop() if waits else None
        if waits and self._loop is None:
            raise WrongOrderError(
                "expected an asynchronous client to be handed over in asyncio's event loop that it sends in; call"
                " deliver_to within a coroutine, such as the test itself or an async fixture"
            )

    def post(self, outgoing: Outgoing, *, slowly: bool = False) -> AppAnswer:  # noqa: ARG002 - clients send at once
        """Return the answer; raises what client and app raise.

        Raises TimeoutError for an app that does not answer.
        """
        began = self._now()
        if self._loop is None:
            return _read(self._client.send(self._request(outgoing), follow_redirects=False), self._now() - began)
        sent = asyncio.run_coroutine_threadsafe(self._exchange(outgoing), self._loop)
        try:
            return sent.result()
        except TimeoutError:
            # Of the loop, or of this thread, which waits no longer than it: whichever was first.
            sent.cancel()
            raise _no_answer(outgoing) from None

    def post_later(self, outgoing: Outgoing, told: Callable[["Future[AppAnswer]"], None]) -> bool:
        """Send without waiting, and tell; return False, having done nothing, outside of the client's loop."""
        if self._loop is None or not self.runs_here():
            return False
        asyncio.run_coroutine_threadsafe(self._exchange(outgoing), self._loop).add_done_callback(told)
        return True

    def runs_here(self) -> bool:
        """Tell whether the loop that it sends in runs by this thread."""
        return self._loop is not None and _running_loop() is self._loop

    async def _exchange(self, outgoing: Outgoing) -> AppAnswer:
        began, sending = self._now(), self._client.send(self._request(outgoing), follow_redirects=False)
        try:
            answer = await asyncio.wait_for(sending, outgoing.timeout)
        except TimeoutError:
            raise _no_answer(outgoing) from None
        return _read(answer, self._now() - began)

    def _request(self, outgoing: Outgoing) -> Any:
        headers = [("User-Agent", OWN_AGENT), *outgoing.headers]
        url = self._called.target(outgoing).text
        return self._client.build_request("POST", url, content=outgoing.body, headers=headers)

    def close(self) -> None:
        """End nothing: whoever has made the client ends it."""


def _read(answer: Any, seconds: float) -> AppAnswer:
    status: int = answer.status_code
    return AppAnswer(status, seconds, tuple(answer.headers.items()), answer.content)


def _no_answer(outgoing: Outgoing) -> TimeoutError:
    return TimeoutError(f"no answer within {outgoing.timeout:g} s")


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
