"""How long an app lives that callbacks go to: its startup, its shutdown, and what it does after its answer."""

import asyncio
from typing import Any

import pytest

from fakie.harness.fake import Fake
from support.clients.client import create
from support.servers.asgi import answer_call

_FRAMEWORK = """
async def app(scope, receive, send):
    if scope["type"] == "http":
        try:
            await hook()
        except Exception:
            await send({"type": "http.response.start", "status": 500, "headers": []})
            await send({"type": "http.response.body"})
            raise
"""


class Living:
    """An ASGI app with a lifespan, which counts its calls in what its startup made."""

    def __init__(self, broken: str = "") -> None:
        self.done: list[str] = []
        self.broken = broken

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope["state"]["calls"].append(1)
            await answer_call(scope, receive, send, [])
            return
        for act in ("startup", "shutdown"):
            assert (await receive())["type"] == f"lifespan.{act}"
            scope["state"].setdefault("calls", [])
            self.done.append(f"{act} after {len(scope['state']['calls'])}")
            if self.broken == act:
                await send({"type": f"lifespan.{act}.failed", "message": "no database"})
                return
            await send({"type": f"lifespan.{act}.complete"})


def test_an_asgi_app_lives_from_its_first_callback_to_the_end(fake: Fake) -> None:
    """Startup runs once, its state is there in each call, and shutdown runs when callbacks go elsewhere."""
    app = Living()
    fake.deliver_to(app)
    for _ in range(2):
        fake.task(create()).finish()
    assert app.done == ["startup after 0"]
    fake.deliver_to(None)
    assert app.done == ["startup after 0", "shutdown after 2"]


def test_a_startup_that_fails_is_the_deliverys_error(fake: Fake) -> None:
    """In the words of the app, and nothing is left running."""
    fake.deliver_to(Living("startup"))
    fake.task(create()).finish()
    assert "the app's startup failed: no database" in fake.journal.deliveries[0].reason


def test_a_startup_that_fails_once_is_tried_again(fake: Fake) -> None:
    """With the next callback, and no call is made in between."""
    app = Living("startup")
    fake.deliver_to(app)
    task = fake.task(create())
    task.finish()
    app.broken = ""
    fake.advance(60)
    assert app.done == ["startup after 0", "startup after 0"]
    assert fake.journal.deliveries[-1].status == 200


def test_work_after_the_answer_may_take_long(fast: Fake) -> None:
    """It goes on for as long as the app lives."""
    done: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await answer_call(scope, receive, send, [])
            await asyncio.sleep(100)
            done.append(1)

    fast.deliver_to(app)
    fast.task(create()).finish()
    assert (fast.journal.deliveries[0].status, done) == (200, [])
    assert fast.wait_until(lambda: done) == [1]


def test_an_error_after_the_answer_is_logged(fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    """The callback is taken all the same, as by a server."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await answer_call(scope, receive, send, [])
            raise ValueError("too late")

    fake.deliver_to(app)
    fake.task(create()).finish()
    assert fake.journal.deliveries[0].status == 200
    assert "the app failed after its answer" in caplog.text


def test_an_error_that_a_framework_answers_is_told_from_the_apps_own_code_on(
    fake: Fake, caplog: pytest.LogCaptureFixture
) -> None:
    """Starlette answers 500, and raises it all the same: its own frames say nothing of where the app went wrong."""

    async def hook() -> None:
        raise ValueError("no such column")

    framework: dict[str, Any] = {"hook": hook}
    exec(compile(_FRAMEWORK, "/venv/lib/site-packages/framework.py", "exec"), framework)
    fake.deliver_to(framework["app"])
    fake.task(create()).finish()
    assert fake.journal.deliveries[0].status == 500
    assert "the app failed, and answered HTTP 500" in caplog.text
    assert (caplog.text.count("  File "), "in hook" in caplog.text) == (1, True)
