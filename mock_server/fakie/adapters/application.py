"""The fake as a whole Flask application, for any WSGI server."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from os import getpid
from pathlib import Path
from typing import Any

from flask import Flask
from msgspec.structs import replace

from fakie.adapters.callback_sender import CallbackSender
from fakie.adapters.compose import check_models, make_service
from fakie.adapters.flask_app import door_app
from fakie.adapters.ticker import Ticker
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_schemas.account_words import NamedAccount
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.limits import WindowLimit
from fakie_schemas.options.kinds import FLAG
from fakie_schemas.options.option import Option
from fakie_schemas.options.table import options_of

EXTENSION = "fakie"
# Settings whose options have other names.
_CALLED = {"keys": "key", "accounts": "account", "ways": "way", "create_limit": "rate_limit", "disabled": "disable"}
_log = logging.getLogger("fakie")
_SEVERAL = (
    "this server runs the fake in several processes, each with tasks and accounts of its own, and any of them may be "
    "asked; run one, with threads, or `fakie serve --workers N --store redis://HOST`, which shares them"
)


class RunningFake:
    """A `Door`: a service with its callbacks and its clock, which start with the first request.

    Not before, because many servers load an application in one process and answer in others. Each of these is a fake
    of its own: run one. Settings that make no fake raise ConfigurationError at once, and not at each request.
    """

    def __init__(self, settings: Settings, **composed: Any) -> None:
        self._settings = settings
        self._composed = composed
        self._lock = threading.Lock()
        self._process = 0
        self._make()

    @property
    def service(self) -> Service:
        """The service, started if it has not been."""
        if self._process != getpid():
            with self._lock:
                if self._process != getpid():
                    self._start()
        return self._service

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        return self.service.handle(request)

    def close(self) -> None:
        """Stop callbacks and clock; a later request starts a new fake."""
        with self._lock:
            if self._process == getpid():
                self._service.runner.deliveries.give_up()
                self._ticker.stop()
                self._sender.close()
                self._process = 0

    def _make(self) -> None:
        self._sender = CallbackSender(self._settings.callback_allow)
        self._service = make_service(self._settings, self._sender, **self._composed)
        check_models(self._service)
        self._made_in = getpid()

    def _start(self) -> None:
        # What another process has made, or what has been closed, is not used again.
        if self._made_in != getpid():
            self._make()
        self._made_in = 0
        self._sender.start()
        self._ticker = Ticker(self._service)
        self._ticker.start()
        self._process = getpid()


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

    `settings` are those of `fakie.core.settings.Settings`, with `limits` as served: `all`; texts are read as those of
    the options of `fakie serve`, and what cannot be meant raises ConfigurationError. With a `public_url` the URLs of
    results lead to the application. `app.extensions["fakie"]` is the `RunningFake`, whose `close()` ends its threads.
    """
    given = {"limits": "all", **settings}
    catalog = {"docs": docs, "schemas": schemas, "seed": seed}
    fake = RunningFake(Settings(**_all_meant(given)), profile=profile, **_all_meant(catalog))
    app = door_app(fake)
    app.extensions[EXTENSION] = fake
    app.wsgi_app = _Warning(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _all_meant(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what settings stand for; raises ConfigurationError for one that its option does not take."""
    options = {option.key: option for option in options_of("serve")}
    usual = Settings()
    meant = dict(given)
    for name, value in given.items():
        default = getattr(usual, name, None)
        # What is true or false has an option in other words, or none.
        option = Option(name, "", (), FLAG) if isinstance(default, bool) else options.get(_CALLED.get(name, name))
        if option is not None and value is not None and value != default:
            meant[name] = _meant(replace(option, called=name), value)
    return meant


def _meant(option: Option, value: Any) -> Any:
    if not option.many:
        return _one_meant(option, value)
    if isinstance(value, str) or not isinstance(value, Iterable):
        # Each letter of a text would be one.
        got = type(value).__name__ if option.kind.may_be_secret else f"{value!r:.80}"
        raise ConfigurationError(f"{option.key}: expected a tuple or a list of them; got {got}")
    several = tuple(_one_meant(option, one) for one in value)
    return frozenset(several) if option.key == "disabled" else several


def _one_meant(option: Option, value: Any) -> Any:
    made = isinstance(value, NamedAccount | WindowLimit) or (option.key == "ways" and isinstance(value, tuple))
    return value if made else option.meant(value)
