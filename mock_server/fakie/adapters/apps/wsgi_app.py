"""Adapter for WSGI: one call of an app, in the thread that asks for it."""

from typing import Any

from fakie.adapters.apps.call_target import CalledAt
from fakie.core.clock import Now
from fakie.core.http.guard import OWN_AGENT
from fakie.core.ports import Outgoing


class WsgiApp:
    """A WSGI app, which is called as a server calls it."""

    def __init__(self, app: Any, called: CalledAt, now: Now) -> None:
        # Whoever has no app of this kind does not wait for it.
        from werkzeug.test import Client

        self._client = Client(app, use_cookies=False)
        self._called = called
        self._now = now

    def post(self, outgoing: Outgoing, *, slowly: bool = False) -> tuple[int, float]:  # noqa: ARG002 - servers buffer what comes in pieces
        """Return the HTTP status, and the seconds until the answer was whole; raises what the app raises."""
        url, started = self._called.target(outgoing), self._now()
        response = self._client.post(
            url.target,
            base_url=url.text.removesuffix(url.target),
            data=outgoing.body,
            headers=[("User-Agent", OWN_AGENT), *outgoing.headers],
            environ_overrides={"REMOTE_ADDR": self._called.client, "CONTENT_LENGTH": str(len(outgoing.body))},
        )
        seconds = self._now() - started
        response.close()
        return response.status_code, seconds

    def close(self) -> None:
        """End nothing: a WSGI app has no life of its own."""
