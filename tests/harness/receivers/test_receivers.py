"""Callbacks delivered into an app of the test's own, and written by hand."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import requests
from flask import Flask, request

from fakie.core.running.callbacks import signature
from fakie.harness.fake import Fake, WrongOrderError
from fakie.harness.start import in_process, running
from support.clients.client import BASE, BODY, KEY, create, look
from support.clients.doors import CREATE


def wsgi_app(seen: list[Any], status: int = 200) -> Flask:
    app = Flask("receiver")

    @app.post("/hook")
    def hook() -> tuple[str, int]:
        # A receiver that asks back, as careful ones do.
        state = look(request.get_json()["data"]["taskId"])["state"]
        seen.append((request.headers.get("X-Webhook-Signature"), request.get_json(), state))
        return "", status

    return app


def test_a_wsgi_app_receives_callbacks_in_process(fake: Fake) -> None:
    """The user's own app gets what would be posted, may ask the fake meanwhile, and its answer counts."""
    seen: list[Any] = []
    fake.account(fake.key, webhook_key="hook")
    fake.deliver_to(wsgi_app(seen))
    task_id = create()
    fake.task(task_id).finish()
    [(signed, body, state)] = seen
    assert signed is not None
    assert (body["data"]["taskId"], state) == (task_id, "success")
    assert [entry.situation for entry in fake.journal.deliveries] == ["callback_delivered"]


def test_an_app_that_refuses_is_tried_again(fake: Fake) -> None:
    """A 500, a missing route and an exception are retried like any receiver's."""
    seen: list[Any] = []
    fake.deliver_to(wsgi_app(seen, status=500))
    fake.task(create()).finish()
    fake.advance(5)
    assert len(seen) == 2
    fake.deliver_to(None)
    fake.advance(25)
    assert [entry.situation for entry in fake.journal.deliveries] == [
        "callback_failed",
        "callback_failed",
        "callback_delivered",
    ]


def test_an_asgi_app_receives_callbacks_in_process(fake: Fake) -> None:
    """Also while the test itself runs in a loop; an exception of the app is a failed delivery."""
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = json.loads((await receive())["body"])
        seen.append((scope["path"], body["data"]["taskId"]))
        if len(seen) > 1:
            raise RuntimeError("once is enough")
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def test() -> str:
        async with httpx.AsyncClient(base_url=BASE, headers=KEY) as client:
            task_id: str = (await client.post(CREATE, json=BODY)).json()["data"]["taskId"]
            fake.task(task_id).finish()
            return task_id

    fake.deliver_to(app)
    task_id = asyncio.run(test())
    assert seen == [("/hook", task_id)]
    fake.task(create()).finish()
    assert fake.journal.deliveries[-1].reason.startswith("attempt 1: RuntimeError: once is enough")


def test_a_callback_that_goes_nowhere_says_so(fake: Fake) -> None:
    """Its delivery names what would hand it on, in process and over a port, and counts as taken."""
    with running() as served:
        for each, words in ((fake, "fakie_server"), (served, "not on this machine")):
            with in_process(each):
                task_id = create()
            each.task(task_id).finish()
            each.wait_callback(task_id)
            [told] = each.journal.deliveries
            assert (told.status, told.situation) == (200, "callback_delivered")
            assert "sent nowhere" in told.reason
            assert "kept in fakie.callbacks" in told.reason
            assert "fakie.deliver_to(app)" in told.reason
            assert words in told.reason


def test_a_receiver_on_a_port_is_let_go_once_it_has_answered() -> None:
    """No connection to it is kept, so that none of its threads outlives the test that it was started for."""
    let_go = threading.Event()

    class Hook(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

        def finish(self) -> None:
            super().finish()
            let_go.set()

    with running() as served, ThreadingHTTPServer(("127.0.0.1", 0), Hook) as receiver:
        threading.Thread(target=receiver.serve_forever, args=(0.01,), daemon=True).start()
        body = {**BODY, "callBackUrl": f"http://127.0.0.1:{receiver.server_port}/hook"}
        task_id = requests.post(BASE + CREATE, json=body, headers=KEY, timeout=10).json()["data"]["taskId"]
        served.task(task_id).finish()
        served.wait_callback(task_id)
        assert let_go.wait(20)
        receiver.shutdown()


def test_a_signed_callback_is_written_by_hand(fake: Fake) -> None:
    """Exact headers and body for a receiver's own tests; the poll agrees, and nothing was sent."""
    good = fake.signed_callback(webhook_key="hook")
    timestamp = int(good.headers["X-Webhook-Timestamp"])
    assert good.headers["X-Webhook-Signature"] == signature(good.task_id, timestamp, "hook")
    bad = fake.signed_callback("fail")
    assert (good.json["code"], bad.json["code"]) == (200, 501)
    assert "X-Webhook-Signature" not in bad.headers
    record = look(good.task_id)
    assert (record["state"], record["param"]) == ("success", good.json["data"]["param"])
    assert fake.callbacks == []
    with pytest.raises(WrongOrderError, match="did you mean"):
        fake.signed_callback(model="no/such")
