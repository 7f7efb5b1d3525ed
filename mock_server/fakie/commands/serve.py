"""`fakie serve`: the fake on a real port."""

import logging
import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from fakie.adapters.callback_sender import CallbackSender
from fakie.adapters.compose import make_service
from fakie.adapters.flask_app import create_app
from fakie.adapters.live_server import LiveServer
from fakie.adapters.request_log import log_entry
from fakie.adapters.ticker import Ticker
from fakie.commands.options import table_options
from fakie.commands.recordings import read_all
from fakie.core.accounts import CreateLimit
from fakie.core.replay.replay import Replay
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.options.kinds import Rate
from fakie_schemas.version import __version__

_log = logging.getLogger("fakie")
# Set by a program whose fake must not outlive it: it holds the other end of stdin.
_WITH_STDIN = "FAKIE_UNTIL_STDIN_ENDS"


@click.command()
@table_options("serve")
def serve(
    host: str,
    port: int,
    profile: str,
    docs: Docs,
    schemas: Path | None,
    seed: int | None,
    public_url: str | None,
    http_status: str,
    key: tuple[str, ...],
    disable: tuple[str, ...],
    replay: Path | None,
    replay_miss: str,
    **options: Any,
) -> None:
    """Answer as kie.ai does, on a local port, until Ctrl-C or SIGTERM."""
    stopped = _stop_on_signals()
    if os.environ.get(_WITH_STDIN):
        threading.Thread(target=_stop_with_stdin, args=(stopped,), daemon=True).start()
    if replay_miss == "refuse" and not replay:
        raise ConfigurationError("--replay-miss refuse needs --replay DIR, the recordings to answer from")
    recordings = read_all(replay) if replay else ()
    server = LiveServer(host, port)
    try:
        settings = Settings(
            public_url=public_url or server.url,
            mirror_status=http_status == "mirror",
            create_limit=_create_limit(options.pop("rate_limit")),
            keys=key,
            disabled=frozenset(disable),
            **options,
        )
        sender = CallbackSender()
        service = make_service(settings, sender, profile=profile, seed=seed, docs=docs, schemas=schemas)
        _check_models(settings, service)
        service.state.journal.listen(log_entry)
        ticker = Ticker(service)
        ticker.start()
        others = replay_miss == "refuse"
        door = (
            Replay(service, recordings, service.contracts.profile, service.state, refuse_others=others)
            if replay
            else service
        )
        server.start(create_app(door))
        click.echo(_ready(service, server.url))
        # Only now and aside: reading a thousand files must keep neither the first request nor the end waiting.
        threading.Thread(target=_tell_broken, args=(service.contracts.catalog,), daemon=True).start()
        stopped.wait()
        service.runner.deliveries.give_up()
        ticker.stop()
        sender.close()
    finally:
        server.stop()


def _create_limit(rate: Rate | None) -> CreateLimit | None:
    return None if rate is None else CreateLimit(rate.count, rate.seconds)


def _stop_on_signals() -> threading.Event:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    return stopped


def _stop_with_stdin(stopped: threading.Event) -> None:
    """Stop when a starter is gone, killed perhaps, that had no time to say so."""
    # Not sys.stdin, whose lock a daemon thread would hold when the interpreter ends.
    with suppress(OSError):
        while os.read(0, 1024):
            pass
    stopped.set()


def _tell_broken(catalog: Catalog) -> None:
    for broken in catalog.broken:
        _log.warning("left out: %s: %s", broken.file, broken.reason)


def _check_models(settings: Settings, service: Service) -> None:
    for model in settings.disabled:
        if service.contracts.catalog.served(model) is None:
            near = ", ".join(service.contracts.catalog.near(model))
            raise ConfigurationError(f"--disable: no model is called {model!r}; the nearest are: {near}")


def _ready(service: Service, url: str) -> str:
    catalog, profile = service.contracts.catalog, service.contracts.profile.name
    models = f"models: {catalog.first} and {len(catalog.models) - 1} more, {catalog.docs} docs"
    return f"fakie {__version__} ready at {url} (profile {profile}; {models}; levers: {url}/_fakie/)"
