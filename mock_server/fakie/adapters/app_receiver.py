"""Ends WSGI and ASGI: callbacks delivered into an app of this process, without a port."""

import asyncio
import inspect
import threading
from collections.abc import Callable
from typing import Any

from werkzeug.test import Client

from fakie.core.ports import Delivered, Outgoing


class AppReceiver:
    """A `Sender` that calls a webhook receiver's app, WSGI or ASGI, and reports what it answered.

    ASGI needs httpx. An app that raises has not taken the callback; the error is the delivery's.
    """

    def __init__(self, app: Any) -> None:
        self._post = _post_asgi if _is_asgi(app) else _post_wsgi
        self._app = app

    def send(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        """Deliver at once."""
        try:
            status = self.post(outgoing)
        except Exception as error:  # noqa: BLE001 - whatever the app raises is its answer
            done(Delivered(None, f"{type(error).__name__}: {error}"))
        else:
            done(Delivered(status))

    def post(self, outgoing: Outgoing) -> int:
        """Call the app and give its HTTP status; raises what the app raises."""
        return self._post(self._app, outgoing)


def _is_asgi(app: Any) -> bool:
    called = app if inspect.isroutine(app) else type(app).__call__
    return inspect.iscoroutinefunction(called)


def _post_wsgi(app: Any, outgoing: Outgoing) -> int:
    response = Client(app).post(outgoing.url, data=outgoing.body, headers=list(outgoing.headers))
    status: int = response.status_code
    response.close()
    return status


def _post_asgi(app: Any, outgoing: Outgoing) -> int:
    import httpx

    async def post() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            response = await client.post(outgoing.url, content=outgoing.body, headers=dict(outgoing.headers))
            return response.status_code

    return _in_a_loop_of_its_own(post)


def _in_a_loop_of_its_own(post: Callable[[], Any]) -> int:
    # The caller may itself run inside a loop, which cannot be entered twice.
    outcome: list[int | BaseException] = []

    def work() -> None:
        try:
            outcome.append(asyncio.run(post()))
        except BaseException as error:  # noqa: BLE001 - raised again by the caller
            outcome.append(error)

    thread = threading.Thread(target=work, name="fakie-asgi")
    thread.start()
    thread.join()
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]
