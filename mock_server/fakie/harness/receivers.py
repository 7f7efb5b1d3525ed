"""Reaching a webhook receiver: by its URL, or by calling its app."""

from collections.abc import Callable
from typing import Any

from fakie.adapters.app_receiver import AppReceiver
from fakie.adapters.receiver_post import post_to_url
from fakie.core.ports import Outgoing
from fakie.harness.receiver_suite import Post, Receiver, ReceiverAnswer, timed

_APP_URL = "http://receiver.invalid/"


def receiver_at(
    target: Any, *, path: str = "/", webhook_key: str | None = None, probe: Callable[[], Any] | None = None
) -> Receiver:
    """Return the receiver at a URL, or the one that a WSGI or ASGI app is, which takes callbacks at `path`."""
    if isinstance(target, str):
        return Receiver(_by_url, target, webhook_key, probe)
    return Receiver(_by_app(target), _APP_URL + path.lstrip("/"), webhook_key, probe)


def _by_url(outgoing: Outgoing, *, slowly: bool = False) -> ReceiverAnswer:
    return timed(lambda: post_to_url(outgoing, slowly=slowly))


def _by_app(app: Any) -> Post:
    receiver = AppReceiver(app)

    def post(outgoing: Outgoing, *, slowly: bool = False) -> ReceiverAnswer:  # noqa: ARG001 - an app has no network to be slow
        return timed(lambda: receiver.post(outgoing))

    return post
