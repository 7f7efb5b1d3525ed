"""The fake as a whole Flask application, for any WSGI server."""

import logging
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask

from fakie.adapters.callback_sender import CallbackSender
from fakie.adapters.compose import make_service
from fakie.adapters.flask_app import door_app
from fakie.adapters.ticker import Ticker
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_schemas.catalog.docs import Docs

EXTENSION = "fakie"
_log = logging.getLogger("fakie")
_SEVERAL = (
    "this server runs the fake in several processes, each with tasks and accounts of its own, and any of them may be "
    "asked; run one, with threads, or `fakie serve --workers N --store redis://HOST`, which shares them"
)


class RunningFake:
    """A `Door`: a service with its callbacks and its clock, which start with the first request.

    Not before, because many servers load an application in one process and answer in others. Each of these is a fake
    of its own: run one.
    """

    def __init__(self, settings: Settings, **composed: Any) -> None:
        self._settings = settings
        self._composed = composed
        self._lock = threading.Lock()
        self._process = 0

    @property
    def service(self) -> Service:
        """The service, started if it has not been."""
        if self._process != os.getpid():
            with self._lock:
                if self._process != os.getpid():
                    self._start()
        return self._service

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        return self.service.handle(request)

    def close(self) -> None:
        """Stop callbacks and clock; a later request starts a new fake."""
        with self._lock:
            if self._process == os.getpid():
                self._service.runner.deliveries.give_up()
                self._ticker.stop()
                self._sender.close()
                self._process = 0

    def _start(self) -> None:
        self._sender = CallbackSender(self._settings.callback_allow)
        self._sender.start()
        self._service = make_service(self._settings, self._sender, **self._composed)
        self._ticker = Ticker(self._service)
        self._ticker.start()
        self._process = os.getpid()


class _Warning:
    """A WSGI app that says once what a server has to be told."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app
        self._told = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("wsgi.multiprocess") and not self._told:
            self._told = True
            _log.warning(_SEVERAL)
        return self._app(environ, start_response)


def create_app(
    *,
    profile: str = "documented",
    docs: Docs | None = None,
    schemas: Path | None = None,
    seed: int | None = None,
    **settings: Any,
) -> Flask:
    """Make a fake as a Flask application, as `fakie serve` has it: createTask, recordInfo, callbacks, levers and all.

    `settings` are those of `fakie.core.settings.Settings`, with `limits` as served: `all`. With a `public_url`
    the URLs of results lead to the application. `app.extensions["fakie"]` is the `RunningFake`, whose `close()` ends
    its threads.
    """
    settings = {"limits": "all", **settings}
    fake = RunningFake(Settings(**settings), profile=profile, docs=docs, schemas=schemas, seed=seed)
    app = door_app(fake)
    app.extensions[EXTENSION] = fake
    app.wsgi_app = _Warning(app.wsgi_app)  # type: ignore[method-assign]
    return app
