"""The words of a receiver that takes nothing: the finding repeats them, by whatever way it is reached."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask, Response
from werkzeug.serving import make_server

from fakie.harness.fake import Fake
from fakie.harness.receiver import Receiver
from fakie.harness.receiver_story import Story
from fakie.harness.receivers import receiver_at
from fakie_schemas.rules.difference import Difference
from support.servers.listening import serving

KEY = "whk-0123456789abcdef"
PAGE = "<html><head><title>404</title><style>p{}</style></head><body><h1>Forbidden</h1><p>No CSRF&nbsp;token</body>"
ANSWERS = [
    (Response('{"detail":"failCode:\n a text"}', 422), 'HTTP 422, saying {"detail":"failCode: a text"}'),
    (Response(PAGE, 404), "HTTP 404, saying Forbidden No CSRF token"),
    (Response("\x1b[31mred \u202eend", 409), "HTTP 409, saying [31mred end"),
    (Response(f"<{'a' * 20_000}", 422), f"HTTP 422, saying <{'a' * 151}…"),
    (Response(f"<style>{'p{}' * 9_000}</style><p>far", 404), "HTTP 404"),
    (Response("<!-- a > b --><head><title>404</title><p>seen", 404), "HTTP 404, saying seen"),
    (Response("Bad Gateway", 502), "HTTP 502"),
    (Response("", 500), "HTTP 500"),
    (Response("moved", 307, {"location": "/hook/"}), "HTTP 307, redirects are not followed: this one leads to /hook/"),
    (Response("moved", 301), "HTTP 301"),
]


def wsgi(answer: Response) -> Flask:
    app = Flask("refusing")
    app.post("/hook")(lambda: answer)
    return app


def asgi(answer: Response) -> Callable[..., Any]:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            named = [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
            await send({"type": "http.response.start", "status": answer.status_code, "headers": named})
            half = len(answer.data) // 2
            await send({"type": "http.response.body", "body": answer.data[:half], "more_body": True})
            await send({"type": "http.response.body", "body": answer.data[half:]})

    return app


def answered(receiver: Receiver, fake: Fake) -> list[Difference]:
    """What is found about its answer to a plain callback."""
    story = Story(receiver, fake)
    return list(story.take("success", story.end()))


@pytest.fixture(params=["port", "wsgi", "asgi"])
def reached(request: pytest.FixtureRequest) -> Iterator[Callable[[Response], Any]]:
    """Where a receiver is that answers all alike: a URL, or an app of this process."""
    with ExitStack() as running:

        def port(answer: Response) -> str:
            return running.enter_context(serving(make_server("127.0.0.1", 0, wsgi(answer), threaded=True))) + "/hook"

        yield {"port": port, "wsgi": wsgi, "asgi": asgi}[request.param]


@pytest.mark.parametrize(("answer", "told"), ANSWERS, ids=[told[:24] for _, told in ANSWERS])
def test_what_a_receiver_says_is_told(
    fake: Fake, reached: Callable[[Response], Any], answer: Response, told: str
) -> None:
    """On one line, without tags and signs of the terminal, and not at any length; a redirect says where it leads."""
    target = reached(answer)
    receiver = receiver_at(target, path="/" if isinstance(target, str) else "/hook")
    try:
        assert [one.got for one in answered(receiver, fake)] == [told]
    finally:
        receiver.close()


@pytest.mark.parametrize("page", ["expected {}", "<p>expected {}", "a" * 142 + " {}", '{{"wanted": "{}"}}'])
def test_the_webhook_key_is_not_told(fake: Fake, reached: Callable[[Response], Any], page: str) -> None:
    """Not from a page for whoever looks for the mistake, and not a part of it where the words are cut."""
    target = reached(Response(page.format(KEY), 401))
    path = "/" if isinstance(target, str) else "/hook"
    receiver = receiver_at(target, path=path, webhook_key=KEY)
    try:
        [found] = answered(receiver, fake)
    finally:
        receiver.close()
    assert found.got.startswith("HTTP 401, saying ")
    assert KEY[:8] not in found.got


def test_the_webhook_key_is_not_told_of_what_an_app_raises(fake: Fake) -> None:
    """The words of an error are the answer."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        raise ValueError(f"no signature by {KEY}")

    receiver = receiver_at(app, webhook_key=KEY)
    [found] = answered(receiver, fake)
    assert found.got == "ValueError: no signature by [REDACTED]"
