"""Adapter for WSGI: one call of an app, in the thread that asks for it."""

from typing import Any

from fakie.adapters.apps.app_answer import WsgiAnswer
from fakie.adapters.apps.call_target import CalledAt
from fakie.adapters.apps.said import AppAnswer
from fakie.core.clock import Now
from fakie.core.http.guard import OWN_AGENT
from fakie.core.ports import Outgoing


class WsgiApp:
    """A WSGI app, which is called as a server calls it."""

    def __init__(self, app: Any, called: CalledAt, now: Now) -> None:
        self._app = app
        self._called = called
        self._now = now

    def post(self, outgoing: Outgoing, *, slowly: bool = False) -> AppAnswer:  # noqa: ARG002 - servers buffer what comes in pieces
        """Return the answer; raises what the app raises.

        Raises TypeError, RuntimeError or TimeoutError for an answer that no server would send.
        """
        environ, started, answer = self._environ(outgoing), self._now(), WsgiAnswer()

        def check_time() -> None:
            if self._now() - started > outgoing.timeout:
                raise TimeoutError(f"no answer within {outgoing.timeout:g} s: it has begun, and does not end")

        body = self._app(environ, answer.start)
        try:
            status = answer.read(body, check_time)
            return AppAnswer(status, self._now() - started, tuple(answer.headers), bytes(answer.said))
        finally:
            if hasattr(body, "close"):
                body.close()

    def _environ(self, outgoing: Outgoing) -> dict[str, Any]:
        # Whoever has no app of this kind does not wait for it; whole, for several threads may begin with it at once.
        import werkzeug  # noqa: F401
        from werkzeug.test import EnvironBuilder

        url = self._called.target(outgoing)
        request = EnvironBuilder(
            url.target,
            method="POST",
            base_url=url.text.removesuffix(url.target),
            data=outgoing.body,
            headers=[("User-Agent", OWN_AGENT), *outgoing.headers],
            environ_overrides={"REMOTE_ADDR": self._called.client, "CONTENT_LENGTH": str(len(outgoing.body))},
        )
        try:
            return request.get_environ()
        finally:
            request.close()

    def close(self) -> None:
        """End nothing: a WSGI app has no life of its own."""
