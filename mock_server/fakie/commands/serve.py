"""`fakie serve`: the fake on a real port."""

import logging
import os
import re
import signal
import threading
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import Any

import click

from fakie.adapters.callback_sender import CallbackSender
from fakie.adapters.compose import make_service
from fakie.adapters.flask_app import create_app
from fakie.adapters.live_server import LiveServer
from fakie.adapters.request_log import log_entry
from fakie.adapters.ticker import Ticker
from fakie.commands.catalog_options import docs_option, schemas_option
from fakie.commands.replay_options import read_all, replay_miss_option, replay_option
from fakie.core.accounts import CreateLimit
from fakie.core.replay.replay import Replay
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_schemas.catalog.catalog import Catalog, Docs
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.validator import is_absolute_http_url
from fakie_schemas.version import __version__

_log = logging.getLogger("fakie")
# Set by a program whose fake must not outlive it: it holds the other end of stdin.
_WITH_STDIN = "FAKIE_UNTIL_STDIN_ENDS"


def _url(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None or is_absolute_http_url(value):
        return value
    raise click.BadParameter(f"{value!r} is not an absolute http or https URL; for example http://fake.test:8080")


def _not_empty(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value == "":
        raise click.BadParameter(
            "it is empty, as an unset variable of a shell makes it; leave the option out, or fill it"
        )
    return value


def _finite(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    if value is None or isfinite(value):
        return value
    raise click.BadParameter(f"{value!r} is not a finite number")


def _rate(_: click.Context, __: click.Parameter, value: str | None) -> CreateLimit | None:
    if value is None:
        return None
    if value == "off":
        return CreateLimit.off()
    found = re.fullmatch(r"(\d{1,9})/(\d{1,9}(?:\.\d{1,3})?)s", value)
    if not found or float(found[2]) <= 0 or int(found[1]) == 0:
        raise click.BadParameter(f"{value!r} is not a rate; expected for example 20/10s (20 in 10 seconds), or off")
    return CreateLimit(int(found[1]), float(found[2]))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: any free port.")
@click.option("--key", "keys", multiple=True, help="An API key to accept; without any, every well-formed key is one.")
@click.option(
    "--credits", type=click.FloatRange(min=0), callback=_finite, help="What an account starts with.  [default: 1000]"
)
@click.option(
    "--prices",
    type=click.Choice(["flat", "listed"]),
    default="flat",
    show_default=True,
    help="What a job costs: 1 credit, or what the price list has for the request (1 where it has no price).",
)
@click.option("--profile", default="documented", show_default=True, help="Which answers to give.")
@docs_option
@schemas_option
@click.option(
    "--http-status",
    type=click.Choice(["envelope", "mirror"]),
    default="envelope",
    show_default=True,
    help="envelope: HTTP 200 with the code in the body, as the API does; mirror: the code as HTTP status too.",
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    callback=_finite,
    help="How many times faster jobs go.",
)
@click.option("--maintenance", is_flag=True, help="Answer every request with the maintenance code.")
@click.option("--disable", "disabled", multiple=True, metavar="MODEL", help="A model to answer as disabled.")
@click.option(
    "--rate-limit", metavar="RATE", callback=_rate, help="Accepted requests per time, or off.  [default: 20/10s]"
)
@click.option("--webhook-key", callback=_not_empty, help="Sign callbacks with this key.")
@click.option(
    "--callback-allow", multiple=True, metavar="PATTERN", help="A host, beside loopback, that callbacks may go to."
)
@click.option("--callback-task-id-twin", is_flag=True, help="Add data.task_id, which the page's own verifier reads.")
@click.option(
    "--public-url", metavar="URL", callback=_url, help="Base of the result URLs.  [default: the server's own]"
)
@click.option("--admin-token", callback=_not_empty, help="Ask for this token on /_fakie/, and let any host use it.")
@click.option("--seed", type=int, help="Make ids the same on every run.")
@replay_option
@replay_miss_option
def serve(
    host: str,
    port: int,
    profile: str,
    docs: Docs,
    schemas: Path | None,
    seed: int | None,
    public_url: str | None,
    http_status: str,
    rate_limit: CreateLimit | None,
    disabled: tuple[str, ...],
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
            create_limit=rate_limit,
            disabled=frozenset(disabled),
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
