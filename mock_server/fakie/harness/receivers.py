"""Reaching a webhook receiver: by its URL, or by calling its app."""

import threading
import time
from collections.abc import Callable
from typing import Any

from fakie.adapters.app_receiver import AppReceiver, Limited, no_limit
from fakie.adapters.apps.call_target import HERE, CalledAt, django_host
from fakie.adapters.apps.said import AppAnswer, words_of
from fakie.adapters.receiver_post import post_to_url
from fakie.core.clock import Now
from fakie.core.ports import SAID_SHOWN, Outgoing
from fakie.harness.receiver import Post, Receiver, ReceiverAnswer
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.http.client import HttpAnswer, NoAnswer
from fakie_schemas.recordings.redaction import Redactor
from fakie_schemas.shortening import short

_HOST = "receiver.example"


def receiver_at(
    target: Any,
    *,
    path: str = "/",
    webhook_key: str | None = None,
    probe: Callable[[], Any] | None = None,
    url: str | None = None,
    host: str | None = None,
    client: str = HERE,
    now: Now = time.monotonic,
    limited: Limited = no_limit,
    in_thread: bool = False,
) -> Receiver:
    """Return the receiver at a URL, or the one that a WSGI or ASGI app is.

    An app takes callbacks at `path`; it sees https and the `host`, or the whole `url`, that are asked for, else a host
    that its Django settings allow, and a call that comes from the address `client`. `now` is the clock that tells how
    long it takes, `limited` ends waits as `AppReceiver` has it. With `in_thread` a WSGI app that never answers is given
    up. Raises ConfigurationError or WrongOrderError for what cannot be meant.
    """
    # What a receiver says stands in findings, which are kept and shown.
    safe = Redactor((webhook_key,) if webhook_key else ()).text
    if isinstance(target, str):
        if url or host or client != HERE:
            raise ConfigurationError("url, host, client: they are for apps; a receiver at a URL sees the real ones")
        if path != "/":
            # Put together as texts: what is no URL at all cannot be joined.
            whole = f"{target.partition('?')[0].rstrip('/')}/{path.lstrip('/')}"
            raise ConfigurationError(f"path: it is for apps; write the whole URL, such as {whole}")
        return Receiver(_by_url(now, safe), target, webhook_key, probe)
    if url and (host or path != "/"):
        raise ConfigurationError("url: it says host and path already; leave those out, or leave out the url")
    seen = url or f"https://{host or django_host() or _HOST}/{path.lstrip('/')}"
    app = AppReceiver(target, CalledAt(seen, client), now, limited)
    return Receiver(_by_app(app, now, safe, in_thread=in_thread), seen, webhook_key, probe, app.close)


def _by_url(now: Now, safe: Callable[[str], str]) -> Post:
    def post(outgoing: Outgoing, *, slowly: bool = False) -> ReceiverAnswer:
        started = now()
        try:
            came = post_to_url(outgoing, slowly=slowly)
        except NoAnswer as silence:
            return ReceiverAnswer(None, now() - started, str(silence), unreachable=not silence.sent)
        except Exception as error:  # noqa: BLE001 - whatever the way to it raises is its answer
            return _failed(error, now() - started, safe)
        seconds = now() - started
        return ReceiverAnswer(came.status, seconds, said=_said(came, safe))

    return post


def _by_app(app: AppReceiver, now: Now, safe: Callable[[str], str], *, in_thread: bool) -> Post:
    def post(outgoing: Outgoing, *, slowly: bool = False) -> ReceiverAnswer:
        started = now()
        try:
            came = app.post(outgoing, slowly=slowly)
        except Exception as error:  # noqa: BLE001 - whatever the app raises is its answer
            return _failed(error, now() - started, safe)
        return ReceiverAnswer(came.status, came.seconds, app.refusal(outgoing, came.status), said=_said(came, safe))

    return _bounded(post) if in_thread else post


def _bounded(post: Post) -> Post:
    def in_a_thread(outgoing: Outgoing, *, slowly: bool = False) -> ReceiverAnswer:
        answers: list[ReceiverAnswer] = []

        def act() -> None:
            try:
                answers.append(post(outgoing, slowly=slowly))
            except BaseException as error:  # noqa: BLE001 - what ends its thread, such as SystemExit, is no answer
                answers.append(ReceiverAnswer(None, 0.0, f"it raised {type(error).__name__}: {error}"))

        # A daemon, since nothing can end a thread that waits for ever.
        thread = threading.Thread(target=act, name="fakie-receiver", daemon=True)
        thread.start()
        # What it does after its answer may take as long again.
        thread.join(2 * outgoing.timeout + 2)
        if not answers:
            return ReceiverAnswer(None, outgoing.timeout, f"no answer within {outgoing.timeout:g} s: the app blocks")
        return answers[0]

    return in_a_thread


def _said(came: AppAnswer | HttpAnswer, safe: Callable[[str], str]) -> str:
    return short(safe(words_of(came.status, came.headers, came.body)), SAID_SHOWN)


def _failed(error: Exception, seconds: float, safe: Callable[[str], str]) -> ReceiverAnswer:
    return ReceiverAnswer(None, seconds, f"{type(error).__name__}: {safe(str(error))}")
