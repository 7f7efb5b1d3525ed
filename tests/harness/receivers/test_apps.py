"""Receivers' apps in their surroundings: every kind of app, the host it knows, its lifespan, its clock."""

import asyncio
import json
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import Any

import pytest
import requests
from aiohttp import web
from flask import Flask
from werkzeug.wrappers import Request

from fakie.adapters.apps.kind import kind_of
from fakie.core.control.errors import WrongOrderError
from fakie.harness.fake import Fake
from fakie.harness.receiver_suite import check_receiver
from fakie.harness.receivers import receiver_at
from fakie_schemas.errors import ConfigurationError
from support.clients.client import BASE, BODY, KEY, create
from support.clients.doors import CREATE
from support.servers.asgi import Seen, answer_call


def asgi3(seen: Seen) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError
        await answer_call(scope, receive, send, seen)

    return app


def asgi3_object(seen: Seen) -> Any:
    class App:
        def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
            return asgi3(seen)(scope, receive, send)

    return App()


def asgi2_class(seen: Seen) -> Any:
    class App:
        def __init__(self, scope: Any) -> None:
            self.scope = scope

        async def __call__(self, receive: Any, send: Any) -> None:
            await asgi3(seen)(self.scope, receive, send)

    return App


def asgi2_function(seen: Seen) -> Any:
    def app(scope: Any) -> Any:
        async def instance(receive: Any, send: Any) -> None:
            await asgi3(seen)(scope, receive, send)

        return instance

    return app


def wsgi(seen: Seen) -> Any:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        seen.append(
            {
                "scheme": environ["wsgi.url_scheme"],
                "path": environ["PATH_INFO"],
                "query_string": environ["QUERY_STRING"].encode(),
                "host": environ["HTTP_HOST"],
                "client": environ["REMOTE_ADDR"],
                "body": environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])),
            }
        )
        start_response("200 OK", [])
        return [b"{}"]

    return app


def wsgi_class(seen: Seen) -> Any:
    class App:
        def __init__(self, environ: Any, start_response: Any) -> None:
            self.answer = wsgi(seen)(environ, start_response)

        def __iter__(self) -> Iterator[bytes]:
            return iter(self.answer)

    return App


def ask(callback_url: str) -> str:
    body = {**BODY, "callBackUrl": callback_url}
    task_id: str = requests.post(BASE + CREATE, json=body, headers=KEY, timeout=10).json()["data"]["taskId"]
    return task_id


KINDS = (wsgi, wsgi_class, asgi2_class, asgi2_function, asgi3, asgi3_object)


@pytest.mark.parametrize("make", KINDS)
def test_every_kind_of_app_sees_the_url_of_its_callback(fake: Fake, make: Callable[[Seen], Any]) -> None:
    """Scheme, host with port, path and query as they stand in callBackUrl, and a client on this machine."""
    seen: Seen = []
    fake.deliver_to(make(seen))
    task_id = ask("https://hooks.example.com:8443/my%20hook?a=b")
    fake.task(task_id).finish()
    [got] = seen
    assert json.loads(got["body"])["data"]["taskId"] == task_id
    assert (got["scheme"], got["host"]) == ("https", "hooks.example.com:8443")
    assert (got["path"], got["query_string"], got["client"]) == ("/my hook", b"a=b", "127.0.0.1")
    assert fake.journal.deliveries[0].status == 200


@pytest.mark.parametrize("make", KINDS)
def test_an_app_sees_the_url_and_the_client_that_were_asked_for(fake: Fake, make: Callable[[Seen], Any]) -> None:
    """The URL's path goes before the callback's own, unless it has none."""
    seen: Seen = []
    for url in ("http://me.example", "http://me.example/other"):
        fake.deliver_to(make(seen), url=url, client="203.0.113.9")
        fake.task(ask("https://x.test/hook")).finish()
    assert [(got["scheme"], got["host"], got["path"]) for got in seen] == [
        ("http", "me.example", "/hook"),
        ("http", "me.example", "/other"),
    ]
    assert {got["client"] for got in seen} == {"203.0.113.9"}


def _view(request: Any) -> Any:
    return request


async def _async_view(request: Any) -> Any:
    return request


def test_what_is_no_app_or_no_url_is_refused_at_once(fake: Fake) -> None:
    """A text, another library's client or app, a function that makes the app, …: what works is said."""
    for what, how, said in (
        (Flask("x").test_client(), {}, r"such as Flask's own or Django's get_wsgi_application\(\), or a client of"),
        (web.Application(), {}, r"got <Application .* such as aiohttp's, takes callbacks on a port$"),
        ("my_app", {}, "WSGI or ASGI app"),
        (lambda: None, {}, "called first"),
        (partial(lambda kept, config=None: kept, []), {}, r"which takes \(config=None\); a function that makes"),
        (_view, {}, r"which takes \(request: Any\) .*; .* a view or a handler is reached through its app$"),
        (_async_view, {}, r"which takes \(request: Any\) .* reached through its app$"),
        ([].append, {}, "reached through its app"),
        (
            Request.application(_view),
            {},
            r"for an app pass lambda environ, start_response: it\(environ, start_response\)$",
        ),
        (Flask, {}, r"a class of apps has to be called first, as in Flask\('name'\)$"),
        ("http://127.0.0.1:1/", {}, "is called there in a test with fakie_server$"),
        (asgi3([]), {"url": "me.example"}, "http://"),
        (asgi3([]), {"client": "not an address"}, "client"),
    ):
        with pytest.raises(WrongOrderError, match=said):
            fake.deliver_to(what, **how)
    with pytest.raises(ConfigurationError, match="for apps"):
        receiver_at("http://127.0.0.1:1/", host="x")


def test_apps_are_told_by_how_they_can_be_called() -> None:
    """Any number of arguments counts as WSGI, unless they are called as ASGI's are."""
    assert kind_of(lambda *args: args) == "wsgi"
    assert kind_of(lambda scope, receive, send, more=None: more) == "asgi3"
    assert kind_of(lambda environ, start_response, more=None: more) == "wsgi"
    assert kind_of(partial(lambda kept, scope, receive, send: kept, [])) == "asgi3"
    assert kind_of(wraps(_view)(asgi3([]))) == "asgi3"
    # What stands around another and says itself what it takes hands on what it likes.
    assert kind_of(wraps(_view)(lambda environ, start_response: (environ, start_response))) == "wsgi"
    assert kind_of(wraps(lambda one, two, three: (one, two, three))(lambda environ, start: (environ, start))) == "wsgi"
    assert kind_of(wraps(asgi3([]))(lambda *args: args)) == "asgi3"


def test_what_an_app_does_after_its_answer_is_waited_for_and_not_counted(fake: Fake) -> None:
    """Answering at once and working on is right, and a test finds the work done."""
    done: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await answer_call(scope, receive, send, [])
            await asyncio.sleep(0.01)
            done.append(1)

    fake.deliver_to(app)
    fake.task(create()).finish()
    assert done == [1]
    # A clock that shows how much has been done.
    slow = receiver_at(app, now=lambda: float(len(done)))
    answer = slow.post(_some(fake, slow.url))
    slow.close()
    assert (answer.status, answer.seconds, done) == (200, 0.0, [1, 1])


def _some(fake: Fake, url: str, timeout: float = 15.0) -> Any:
    from fakie.core.ports import Outgoing

    written = fake.signed_callback()
    return Outgoing(url, tuple(written.headers.items()), written.content, timeout)


def test_an_answer_after_the_senders_patience_is_none(fast: Fake) -> None:
    """By the clock of the test, in every kind of app; the callback comes again."""

    def app(_environ: Any, start_response: Any) -> list[bytes]:
        time.sleep(20)
        start_response("200 OK", [])
        return [b""]

    async def later(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await asyncio.sleep(20)
            await answer_call(scope, receive, send, [])

    for slow in (app, later):
        fast.deliver_to(slow)
        fast.task(create()).finish()
        reason = fast.journal.deliveries[-1].reason
        assert "no answer within 15 s" in reason
        assert "again in" in reason


def test_a_status_that_is_no_number_is_the_apps_fault(fake: Fake) -> None:
    """No server would send it: the app is told, and there is no answer."""

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": "200", "headers": []})
            await send({"type": "http.response.body"})

    receiver = receiver_at(app)
    answer = receiver.post(_some(fake, receiver.url))
    receiver.close()
    assert (answer.status, answer.taken) == (None, False)
    assert "expected the status of the answer as a number, such as 200; got '200'" in answer.error


def test_an_app_that_blocks_is_named(fake: Fake) -> None:
    """An event loop that is blocked, a WSGI app that never returns: one message, and the thread waits for nobody."""
    free = threading.Event()

    async def asgi(scope: Any, _receive: Any, _send: Any) -> None:
        if scope["type"] == "http":
            free.wait()

    def plain(_environ: Any, _start_response: Any) -> list[bytes]:
        free.wait()
        return []

    try:
        for app, said in ((asgi, "blocks its event loop"), (plain, "the app blocks")):
            receiver = receiver_at(app, in_thread=True)
            answer = receiver.post(_some(fake, receiver.url, timeout=0.05))
            assert answer.status is None
            assert said in answer.error
            receiver.close()
    finally:
        free.set()
        for thread in threading.enumerate():
            if thread.name in {"fakie-asgi", "fakie-receiver"}:
                thread.join(2)


def picky(host: str) -> Any:
    """Make a WSGI app that takes calls of one host by https alone, as frameworks can be told to."""
    done: set[str] = set()

    def app(environ: Any, start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
        known = environ["HTTP_HOST"] == host and environ["wsgi.url_scheme"] == "https"
        try:
            done.add(json.loads(body)["data"]["taskId"])
            status = "200 OK" if known else "400 Bad Request"
        except (ValueError, KeyError, TypeError):
            status = "400 Bad Request"
        start_response(status, [])
        return [b""]

    return app


def test_an_app_that_knows_its_hosts_is_judged_at_the_one_that_is_asked_for(fake: Fake) -> None:
    """By host or by url nothing is found; without, the finding says what to name."""
    assert check_receiver(receiver_at(picky("a.example"), host="a.example"), fake) == []
    assert check_receiver(receiver_at(picky("a.example"), url="https://a.example/hook"), fake) == []
    findings = check_receiver(receiver_at(picky("a.example")), fake)
    assert "--host" in findings[0].got
    fake.deliver_to(picky("a.example"))
    fake.task(ask("https://b.example/")).finish()
    assert "url='https://…'" in fake.journal.deliveries[-1].reason


def test_a_delivery_tells_what_the_app_said_to_its_refusal(fake: Fake) -> None:
    """Where a redirect leads, such as one to the same path with a slash, or how its body begins."""
    app = Flask("receiver")
    app.add_url_rule("/slash/", "slash", lambda: {}, methods=["POST"])
    app.add_url_rule("/csrf", "csrf", lambda: ("<h1>CSRF cookie not set.</h1>", 403), methods=["POST"])
    fake.deliver_to(app)
    for path in ("slash", "csrf"):
        fake.task(ask(f"https://b.example/{path}")).finish()
    told = [delivery.reason for delivery in fake.journal.deliveries if delivery.attempt == 1]
    assert "redirects are not followed: this one leads to https://b.example/slash/; again in" in told[0]
    assert told[1].startswith("attempt 1: HTTP 403")
    assert "saying CSRF cookie not set.; again in" in told[1]


def test_a_long_refusal_that_holds_the_webhook_key_shows_no_part_of_it(fake: Fake) -> None:
    """What is shown of it is cut after the key has been taken out, wherever the key stands."""
    key = "whk" * 20
    fake.account(KEY["Authorization"].removeprefix("Bearer "), webhook_key=key)
    app = Flask("receiver")
    app.add_url_rule("/", "hook", lambda: (f"{'no ' * 35}{key} {'x' * 200}", 403), methods=["POST"])
    fake.deliver_to(app)
    fake.task(ask("https://b.example/")).finish()
    told = fake.journal.deliveries[0].reason
    assert "HTTP 403, saying no no" in told
    assert "whk" not in told


def test_a_host_that_the_app_takes_calls_of_is_not_suspected(fake: Fake) -> None:
    """A refusal of one callback among others that are taken says its status alone, in a judgement and in a delivery."""

    def app(environ: Any, start_response: Any) -> list[bytes]:
        taken = b"failCode" not in environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
        start_response("200 OK" if taken else "400 Bad Request", [])
        return [b""]

    findings = check_receiver(receiver_at(app), fake)
    assert {one.got for one in findings if one.rule == "receiver.takes"} == {"HTTP 400"}
    fake.deliver_to(app)
    fake.task(ask("https://b.example/")).finish()
    fake.task(ask("https://b.example/")).fail()
    told = [one.reason for one in fake.journal.deliveries]
    assert told == ["attempt 1: HTTP 200", "attempt 1: HTTP 400; again in 5 s"]


@pytest.mark.parametrize(
    ("allowed", "debug", "host"),
    [
        (["*"], False, "receiver.example"),
        (["*.bad one", ".shop.example"], False, "shop.example"),
        ([], True, "localhost"),
        (["[::1]"], False, "[::1]"),
    ],
)
def test_a_host_that_django_allows_is_taken_from_its_settings(
    monkeypatch: pytest.MonkeyPatch, allowed: list[str], debug: bool, host: str
) -> None:
    """The first plain one of ALLOWED_HOSTS; a leading dot stands for the domain too."""
    settings = types.SimpleNamespace(configured=True, ALLOWED_HOSTS=allowed, DEBUG=debug)
    monkeypatch.setitem(sys.modules, "django.conf", types.SimpleNamespace(settings=settings))
    assert receiver_at(wsgi([])).url == f"https://{host}/"


def test_a_receiver_must_live_with_every_shape(fake: Fake) -> None:
    """One that reads the result of a failure, or the named code as a number, fails at the shape that has neither."""

    def habit(read: Callable[[Any], Any]) -> list[str]:
        def app(environ: Any, start_response: Any) -> list[bytes]:
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
            try:
                data = json.loads(body)["data"]
            except (ValueError, KeyError):
                data = {}
            start_response("400 Bad Request" if not data else "200 OK", [])
            read(data)
            return [b""]

        return [finding.case for finding in check_receiver(receiver_at(app), fake) if finding.rule == "receiver.takes"]

    assert habit(lambda data: data.get("state") == "fail" and data["resultJson"]) == ["failure as of 2026-09"]
    assert habit(lambda data: int(data.get("failCode") or 0)) == ["failure as of 2026-08"]
    assert habit(lambda data: data.get("state") == "success" and "failCode" in data and 1 / 0) == [
        "success as of 2026-08"
    ]
    assert habit(lambda data: data) == []


def test_a_callback_is_written_in_the_shape_of_a_date(fake: Fake) -> None:
    """Keys and code of a failure are those of the page of that date; a date without one is named."""
    keys = {
        date: set(fake.signed_callback("fail", shape=date).json["data"]) for date in ("2026-04", "2026-08", "2026-09")
    }
    assert keys["2026-04"] - keys["2026-08"] == {"costTime", "creditsConsumed"}
    assert keys["2026-04"] - keys["2026-09"] == {"resultJson", "completeTime", "createTime", "updateTime"}
    assert fake.signed_callback("fail", shape="2026-08").json["data"]["failCode"] == "GENERATION_FAILED"
    assert fake.signed_callback("fail", shape="2026-09").json["data"]["failCode"].isdigit()
    assert fake.signed_callback(shape="2026-08").json["data"]["failCode"] is None
    with pytest.raises(WrongOrderError, match="known: 2026-04"):
        fake.signed_callback(shape="2026-4")
