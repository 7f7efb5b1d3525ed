"""Serving a fake on a real port, by one process or several."""

import gc
import logging
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from fakie.adapters.callback_sender import CallbackSender
from fakie.adapters.certificates import AUTHORITY, tls_context
from fakie.adapters.compose import check_models, make_service
from fakie.adapters.garbage import GarbageLooks
from fakie.adapters.live_server import LiveServer
from fakie.adapters.log_lines import LogForm
from fakie.adapters.log_writer import LogWriter
from fakie.adapters.ticker import LoopTicker, Ticker, ticking
from fakie.adapters.wire.limits import Limits
from fakie.commands.keeping import Keeping, begin_day, connected, keeping
from fakie.commands.recordings import read_all
from fakie.commands.stop_signals import StopSignals
from fakie.commands.worker_processes import Ready, WorkerProcesses, can_share_ports
from fakie.core.http.messages import Request
from fakie.core.levers.router import HEALTH
from fakie.core.levers.ui_paths import UI
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_schemas.addresses import read_url
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.record_shapes import check_together
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.families.family import endpoints
from fakie_schemas.hosts import is_loopback
from fakie_schemas.options.variables import unread_variables
from fakie_schemas.version import __version__

if TYPE_CHECKING:
    from fakie.adapters.flask_server import FlaskServer

_log = logging.getLogger("fakie")
_TOKEN_BYTES = 24


def serve_port(
    looks: GarbageLooks, *, host: str, port: int, state: Path | None, store: str | None, workers: int, **options: Any
) -> int:
    """Answer on a port until a signal; return the exit code."""
    # All processes that serve a port have the same one, should one be needed.
    made_token = secrets.token_urlsafe(_TOKEN_BYTES)
    serve_one: Callable[..., None] = partial(
        _serve, looks, host, state=state, store=store, made_token=made_token, **options
    )
    alone = _why_alone(workers, state, store, options["server"])
    more = [*alone, *(f"warning: {line}" for line in unread_variables(os.environ))]

    def ready(lines: Sequence[str]) -> None:
        for line in [*lines, *more]:
            _tell(line)

    if workers > 1 and not alone:
        connected(store or "").close()
        return WorkerProcesses(workers, partial(serve_one, together=True)).run(host, port, ready)
    serve_one(port, ready)
    return 0


def _serve(
    looks: GarbageLooks,
    host: str,
    port: int,
    ready: Ready,
    *,
    together: bool = False,
    made_token: str,
    profile: str,
    docs: Docs | None,
    schemas: Path | None,
    seed: int | None,
    replay: Path | None,
    replay_miss: str,
    server: str,
    grace: float,
    scenario: Mapping[str, Any] | None,
    tls: Path | None,
    log: LogForm,
    state: Path | None,
    store: str | None,
    secret: str | None,
    **options: Any,
) -> None:
    """Serve a port until a signal; calls once it is `ready`, with what is to be told."""
    _refuse_together(replay, replay_miss, seed, "--state" if state else "--store" if store else "")
    check_together(options["wire"], docs)
    answers = Profile.load(profile)
    writer = _log_aside(log)
    signals = StopSignals()
    kept = keeping(state, store, options["webhook_key"], secret)
    names = _names(host, options["public_url"], options["allow_host"])
    listening = _server(server, host, port, tls, names, together=together)
    over = threading.Event()
    try:
        is_open = not is_loopback(listening.address)
        made = is_open and options["admin_token"] is None
        settings = _settings(listening.url, {**options, "admin_token": made_token} if made else options)
        recordings = read_all(replay) if replay else None
        sender = CallbackSender(settings.callback_allow)
        kinds: dict[str, Any] = {"profile": answers, "seed": seed, "docs": docs, "schemas": schemas}
        clocks: dict[str, Any] = {"now": kept.now, "receivers_now": time.time}
        service = make_service(settings, sender, store=kept.store, secret=kept.secret, **kinds, **clocks)
        check_models(service)
        begin_day(service, scenario)
        service.state.journal.listen(writer.request)
        service.state.journal.listen(looks.entry)
        kept.begin(service)
        if recordings is None:
            _open(listening, service, kept)
        else:
            _open_replay(listening, service, recordings, refuse_others=replay_miss == "refuse")
        ticker = ticking(service, None if kept.far else listening.loop)
        ticker.start()
        warnings = _warnings(settings, listening.address, made=made) if is_open else ()
        # What a fake is made of stays for good, and need not be looked at.
        gc.freeze()
        ready([_ready(service, listening.url, kept), *_advice(settings, listening.url, tls), *warnings])
        if schemas:
            # In a thread, once it serves: reading a thousand files delays neither the first request nor the end. No
            # daemon: the interpreter waits for it, as it may abort if one is at work when it ends.
            threading.Thread(target=_tell_broken, args=(service.contracts.catalog, over)).start()
        signals.wait()
        _stop_work(service, ticker, sender)
    finally:
        over.set()
        listening.stop(grace)
        kept.close()
        # What it remembered goes with the process: to free each of a hundred thousand tasks takes half a second.
        gc.freeze()


def _stop_work(service: Service, ticker: Ticker | LoopTicker, sender: CallbackSender) -> None:
    """End what goes on by itself; requests are still answered."""
    service.control.health.stopping = True
    service.runner.deliveries.give_up()
    ticker.stop()
    sender.close()


def _refuse_together(replay: Path | None, replay_miss: str, seed: int | None, kept_by: str) -> None:
    """Raise ConfigurationError for options that say the opposite of each other; `kept_by` is what keeps state."""
    if replay_miss == "refuse" and not replay:
        raise ConfigurationError("--replay-miss refuse needs --replay DIR, the recordings to answer from")
    if kept_by and seed is not None:
        raise ConfigurationError(
            f"--seed makes the ids of every run the same, and {kept_by} has them already; leave one out"
        )


def _advice(settings: Settings, url: str, tls: Path | None) -> Iterator[str]:
    """Yield what helps whoever calls it."""
    if sys.stdout and sys.stdout.isatty():
        # For a person; programs read the first line.
        yield _to_call(url, settings, tls)
    if tls:
        yield f"clients trust it by {tls / AUTHORITY}, for example SSL_CERT_FILE={tls / AUTHORITY}"


def _warnings(settings: Settings, address: str, *, made: bool) -> Iterator[str]:
    """Say what other machines may do, and what not; a token that was made is told here and nowhere else."""
    keys = "one of its keys" if settings.keys else "any key"
    token = f"the token {settings.admin_token}" if made else "the --admin-token"
    yield f"warning: it listens on {address}, so other machines can call the API with {keys}, and /_fakie/ with {token}"
    if is_loopback(read_url(settings.public_url).host):
        yield f"warning: results lead to {settings.public_url}, which is this machine alone; --public-url names another"


def _settings(url: str, options: dict[str, Any]) -> Settings:
    """Return the settings that the options of a fake at this URL come to."""
    status, keep_hours = options.pop("http_status"), options.pop("keep_hours")
    named = {"create_limit": "rate_limit", "keys": "key", "accounts": "account", "ways": "way"}
    renamed = {name: options.pop(option) for name, option in named.items()}
    return Settings(
        public_url=options.pop("public_url") or url,
        mirror_status=status == "mirror",
        disabled=frozenset(options.pop("disable")),
        keep_hours=inf if keep_hours is None else keep_hours,
        **renamed,
        **options,
    )


def _open(listening: "LiveServer | FlaskServer", service: Service, kept: Keeping) -> None:
    """Answer on a port by a fake; where its store is `far`, each answer that needs it waits in a thread."""
    most = service.contracts.profile.facts.body_bytes
    quick = _is_health if kept.far else service.is_quick
    listening.start(kept.door(service), quick, Limits(body_bytes=most, large_bodies=service.large_bodies))


def _is_health(request: Request) -> bool:
    return request.path == HEALTH


def _open_replay(
    listening: "LiveServer | FlaskServer", service: Service, recordings: Iterable[Any], *, refuse_others: bool
) -> None:
    """Answer on a port by recordings, and by the fake where they have no answer."""
    from fakie.core.replay.replay import MOST_BODY_BYTES, Replay

    door = Replay(service, recordings, service.contracts.profile, service.state, refuse_others=refuse_others)
    listening.start(door, limits=Limits(body_bytes=MOST_BODY_BYTES))


def _why_alone(workers: int, state: Path | None, store: str | None, server: str) -> list[str]:
    """Say why one process serves where more were asked for."""
    if workers == 1 or (store and server == "fast" and can_share_ports()):
        return []
    if store:
        why = "this system shares no ports" if server == "fast" else "--server fast is the one that shares a port"
    else:
        why = "a state file is one process's" if state else "memory is one process's"
        why += "; with --store redis://HOST they would be one fake"
    return [f"warning: one worker instead of {workers}, for {why}"]


def _names(host: str, public_url: str | None, more: Sequence[str]) -> Iterator[str]:
    """Yield the names that the fake is asked by."""
    if host not in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        yield host
    if public_url and (name := urlsplit(public_url).hostname):
        yield name
    yield from more


def _server(
    name: str, host: str, port: int, tls: Path | None, names: Iterator[str], *, together: bool
) -> "LiveServer | FlaskServer":
    if name == "fast":
        return LiveServer(host, port, tls=tls_context(tls, names) if tls else None, together=together)
    if tls:
        raise ConfigurationError(
            "--tls needs --server fast; a WSGI server of your own may speak TLS by its own options"
        )
    from fakie.adapters.flask_server import FlaskServer

    return FlaskServer(host, port)


def _log_aside(form: LogForm) -> LogWriter:
    # Colours where somebody looks, unless they are unwanted: https://no-color.org
    log = LogWriter(form=form, colored=sys.stderr.isatty() and not os.environ.get("NO_COLOR"))
    logging.basicConfig(level=logging.INFO, handlers=[log])
    return log


def _tell(line: str) -> None:
    try:
        click.echo(line)
    except OSError as error:
        # Nobody can read it, as with a full disk or a pipe that was closed; the fake serves all the same.
        _log.warning("the ready line could not be written: %s", error.strerror)
        sys.stdout = None  # or the interpreter tries again at its end


def _tell_broken(catalog: Catalog, over: threading.Event) -> None:
    # Model by model first, so that it ends within one of them.
    for model in catalog.models:
        if over.is_set():
            return
        catalog.revisions(model)
    for broken in catalog.broken:
        _log.warning("left out: %s: %s", broken.file, broken.reason)


def _to_call(url: str, settings: Settings, tls: Path | None) -> str:
    """Return a call that works, to be tried at once."""
    key = "KEY" if settings.keys and not settings.any_key else "any-key"
    trust = f"--cacert '{tls / AUTHORITY}' " if tls else ""
    return f"try it: curl {trust}-H 'Authorization: Bearer {key}' {url}{endpoints()['credit'].path}"


def _ready(service: Service, url: str, kept: Keeping) -> str:
    catalog, profile = service.contracts.catalog, service.contracts.profile.name
    others = len(catalog.models) - 1
    models = f"models: {catalog.first} {f'and {others} more' if others else 'alone'}, {catalog.docs} docs"
    places = f"uploads: {url}; levers: {url}/_fakie/; page: {url}{UI}/{kept.told(service)}"
    return f"fakie {__version__} ready at {url} (profile {profile}; {models}; {places})"
