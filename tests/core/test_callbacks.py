"""Callbacks: what is sent, when, signed how, where to, and what happens when nobody takes it."""

import base64
import errno
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from fakie.core.ports import Delivered, Outgoing
from fakie.core.running.callbacks import may_receive, signature
from fakie.core.service import Service
from fakie.core.tasks.quirks import Quirk
from support.clients.doors import MODEL, Door, open_door
from support.servers.fakes import START, Collector, HandClock, new_service

HOOK = "http://127.0.0.1:9/hook"
Make = Callable[..., Service]


@pytest.fixture
def signing(make: Make) -> Door:
    with open_door("direct", make(webhook_key="hook-key")) as door:
        return door


def body_of(sent: Collector, number: int = 0) -> Any:
    return json.loads(sent.outgoing[number].body)


def test_success_is_called_back_once_and_agrees_with_the_poll(signing: Door, sent: Collector, clock: HandClock) -> None:
    """When the task has ended, one POST says what recordInfo says, with times in whole seconds."""
    task = signing.new_task(callBackUrl=HOOK, input={"audio_url": "https://x.test/a.mp3"})
    clock.seconds += 4.9
    signing.service.run_due()
    assert sent.outgoing == []
    clock.seconds += 0.1
    signing.service.run_due()
    signing.service.run_due()
    assert [outgoing.url for outgoing in sent.outgoing] == [HOOK]
    body, record = body_of(sent), signing.record(task)
    assert (body["code"], body["msg"]) == (200, "Playground task completed successfully.")
    data = body["data"]
    assert {name: data[name] for name in ("taskId", "model", "state", "param", "resultJson", "costTime")} == {
        name: record[name] for name in ("taskId", "model", "state", "param", "resultJson", "costTime")
    }
    for name in ("completeTime", "createTime", "updateTime"):
        assert data[name] % 1000 == 0
        assert abs(data[name] - record["createTime" if name == "createTime" else "completeTime"]) < 1000
    assert data["creditsConsumed"] == 1.0
    assert "failCode" not in data
    assert "task_id" not in data


def test_failure_is_called_back_with_501(signing: Door, sent: Collector) -> None:
    """A failed task's callback has code 501 and the same words as the poll; nothing is charged."""
    task = signing.new_task(callBackUrl=HOOK)
    signing.post(f"/_fakie/tasks/{task}/fail", {"code": "400", "msg": "no audio"})
    signing.service.run_due()
    body, record = body_of(sent), signing.record(task)
    assert (body["code"], body["msg"]) == (501, "Playground task failed.")
    data = body["data"]
    assert (data["state"], data["failCode"], data["failMsg"]) == ("fail", "400", "no audio")
    assert (record["failCode"], record["failMsg"]) == ("400", "no audio")
    assert (data["creditsConsumed"], data["resultJson"]) == (0, "")


def test_the_signature_is_that_of_the_webhook_page(signing: Door, sent: Collector, clock: HandClock) -> None:
    """base64(HMAC-SHA256(key, taskId + "." + timestamp)), the timestamp in Unix seconds of the sending."""
    task = signing.new_task(callBackUrl=HOOK)
    clock.seconds += 5
    signing.service.run_due()
    headers = dict(sent.outgoing[0].headers)
    timestamp = headers["X-Webhook-Timestamp"]
    assert timestamp == str(int(START + 5))
    expected = hmac.new(b"hook-key", f"{task}.{timestamp}".encode(), hashlib.sha256).digest()
    assert headers["X-Webhook-Signature"] == base64.b64encode(expected).decode()
    assert headers["Content-Type"] == "application/json"


def test_callbacks_are_signed_by_the_time_that_receivers_see(signing: Door, sent: Collector) -> None:
    """The real one, or as far ahead of it as somebody says who moves theirs, until they say that it is over."""
    ages = []
    for ahead in ({}, {"receivers_ahead": 1005}, {}, {"receivers_ahead": 0}):
        signing.new_task(callBackUrl=HOOK)
        signing.post("/_fakie/clock", {"advance": 1000, **ahead})
        ages.append(int(dict(sent.outgoing[-1].headers)["X-Webhook-Timestamp"]) - int(START))
    assert ages == [0, 1005, 1005, 0]


def test_without_a_webhook_key_nothing_is_signed(service: Service, sent: Collector, clock: HandClock) -> None:
    """No key, no signature headers."""
    with open_door("direct", service) as door:
        door.new_task(callBackUrl=HOOK)
    clock.seconds += 5
    service.run_due()
    assert [name for name, _ in sent.outgoing[0].headers] == ["Content-Type"]


def test_no_callback_without_a_url_or_for_a_refused_request(signing: Door, sent: Collector, clock: HandClock) -> None:
    """Only accepted tasks with a callBackUrl are called back."""
    signing.new_task()
    signing.create({"model": MODEL, "callBackUrl": HOOK})
    signing.create(callBackUrl=HOOK, headers={"Authorization": "Bearer k", "Prefer": "code=501"})
    clock.seconds += 60
    signing.service.run_due()
    assert sent.outgoing == []


def test_a_failed_delivery_is_tried_again_three_times_with_growing_gaps(
    signing: Door, sent: Collector, clock: HandClock
) -> None:
    """A refusal, a server error or no answer is retried after 5, 25 and 125 s, then given up; all is journalled."""
    sent.statuses = [500, "refused", 302, 404]
    signing.new_task(callBackUrl=HOOK)
    moments = []
    for second in range(300):
        before = len(sent.outgoing)
        signing.service.run_due()
        if len(sent.outgoing) > before:
            moments.append(second)
        clock.seconds += 1
    assert moments == [5, 10, 35, 160]
    deliveries = [entry for entry in signing.service.state.journal if entry.kind == "delivery"]
    assert {entry.situation for entry in deliveries} == {"callback_failed"}
    assert [entry.reason for entry in deliveries] == [
        "attempt 1: HTTP 500; again in 5 s",
        "attempt 2: refused; again in 25 s",
        "attempt 3: HTTP 302; again in 125 s",
        "attempt 4: HTTP 404; given up",
    ]
    assert len({outgoing.body for outgoing in sent.outgoing}) == 1


def test_a_callback_that_the_sender_cannot_take_is_tried_again(
    signing: Door, sent: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has failed like any other, and is not on its way any more: where descriptors are short nothing is lost."""

    def cannot(*_: Any) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    signing.new_task(callBackUrl=HOOK)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(sent, "send", cannot)
        signing.post("/_fakie/clock", {"advance": 5})
    [clock] = [row for row in signing.get("/_fakie/clock").data.values() if "delivering" in row]
    assert clock["delivering"] == 0
    signing.post("/_fakie/clock", {"advance": 5})
    assert len(sent.outgoing) == 1
    assert [entry.reason for entry in signing.service.state.journal if entry.kind == "delivery"] == [
        "attempt 1: not sent: OSError: [Errno 24] Too many open files; again in 5 s",
        "attempt 2: HTTP 200",
    ]


def test_a_delivery_that_succeeds_is_not_repeated(signing: Door, sent: Collector, clock: HandClock) -> None:
    """Any 2xx ends it."""
    sent.statuses = [503, 204]
    signing.new_task(callBackUrl=HOOK)
    clock.seconds += 5
    signing.service.run_due()
    clock.seconds += 1000
    signing.service.run_due()
    assert len(sent.outgoing) == 2
    last = list(signing.service.state.journal)[-1]
    assert (last.situation, last.reason, last.status) == ("callback_delivered", "attempt 2: HTTP 204", 204)


def test_every_callback_is_given_15_seconds(signing: Door, sent: Collector, clock: HandClock) -> None:
    """The sender is told when to give up."""
    signing.new_task(callBackUrl=HOOK)
    clock.seconds += 5
    signing.service.run_due()
    assert sent.outgoing[0].timeout == 15


def test_the_twin_of_the_task_id_is_an_option(make: Make, sent: Collector, clock: HandClock) -> None:
    """Receivers that copied the page's verifier read data.task_id."""
    service = make(callback_task_id_twin=True)
    with open_door("direct", service) as door:
        task = door.new_task(callBackUrl=HOOK)
    clock.seconds += 5
    service.run_due()
    assert body_of(sent)["data"]["task_id"] == task


@pytest.mark.parametrize(
    ("url", "patterns", "allowed"),
    [
        ("http://127.0.0.1/x", (), True),
        ("http://127.8.9.1:81/x", (), True),
        ("https://localhost/x", (), True),
        ("http://LOCALHOST:1/x", (), True),
        ("http://[::1]:8080/x", (), True),
        ("http://[::ffff:127.0.0.1]/x", (), True),
        ("https://your-domain.com/api/callback", (), False),
        ("http://169.254.169.254/latest", (), False),
        ("http://10.0.0.1/x", (), False),
        ("http://2130706433/x", (), False),
        ("http://127.0.0.1.example.com/x", (), False),
        ("http://user@127.0.0.1:pw@evil.test/x", (), False),
        ("http://localhost.evil.test/", (), False),
        ("http://hooks.test/x", ("*.test",), True),
        ("http://hooks.test.evil/x", ("*.test",), False),
        ("http://HOOKS.test/x", ("hooks.TEST",), True),
    ],
)
def test_callbacks_go_to_loopback_or_to_allowed_hosts(url: str, patterns: tuple[str, ...], allowed: bool) -> None:
    """Nothing leaves this machine unless a pattern names the host."""
    assert may_receive(url, patterns) is allowed


def test_a_blocked_callback_is_journalled_and_not_sent(signing: Door, sent: Collector, clock: HandClock) -> None:
    """The page's own example URL is accepted; its callback stays here, and the journal says why."""
    signing.new_task(callBackUrl="https://your-domain.com/api/callback")
    clock.seconds += 500
    signing.service.run_due()
    assert sent.outgoing == []
    [entry] = [entry for entry in signing.service.state.journal if entry.kind == "delivery"]
    assert entry.situation == "callback_blocked"
    assert "--callback-allow" in entry.reason


def test_a_receiver_may_ask_the_fake_while_it_answers(make: Make, clock: HandClock) -> None:
    """No lock is held while a callback is out: recordInfo works from another thread."""
    seen: list[str] = []

    class ResultRequests(Collector):
        def send(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
            def ask() -> None:
                seen.append(door.record(json.loads(outgoing.body)["data"]["taskId"])["state"])

            thread = threading.Thread(target=ask)
            thread.start()
            thread.join(timeout=60)
            done(Delivered(200))

    service = new_service(make().settings, ResultRequests(), clock)
    with open_door("direct", service) as door:
        door.new_task(callBackUrl=HOOK)
        clock.seconds += 5
        service.run_due()
    assert seen == ["success"]


def order(door: Door, **course: object) -> None:
    assert door.post("/_fakie/plans", course).situation == "lever_pulled"


def test_a_duplicate_callback_comes_twice_the_same(signing: Door, sent: Collector, clock: HandClock) -> None:
    """Both at the end, with one body."""
    order(signing, race="duplicate")
    signing.new_task(callBackUrl=HOOK)
    clock.seconds += 5
    signing.service.run_due()
    assert len(sent.outgoing) == 2
    assert sent.outgoing[0] == sent.outgoing[1]


def test_a_late_callback_comes_a_minute_after_the_poll_shows_the_end(
    signing: Door, sent: Collector, clock: HandClock
) -> None:
    """The poll knows first."""
    order(signing, race="late")
    task = signing.new_task(callBackUrl=HOOK)
    clock.seconds += 64
    assert signing.record(task)["state"] == "success"
    assert sent.outgoing == []
    clock.seconds += 1
    signing.service.run_due()
    assert len(sent.outgoing) == 1


def test_a_lost_callback_never_comes(signing: Door, sent: Collector, clock: HandClock) -> None:
    """Only the poll tells."""
    order(signing, race="lost")
    task = signing.new_task(callBackUrl=HOOK)
    clock.seconds += 5000
    assert signing.record(task)["state"] == "success"
    assert sent.outgoing == []


def test_callbacks_out_of_order(signing: Door, sent: Collector, clock: HandClock) -> None:
    """The first task's callback follows that of the second, which ended later."""
    order(signing, race="out_of_order")
    first = signing.new_task(callBackUrl=HOOK)
    clock.seconds += 1
    second = signing.new_task(callBackUrl=HOOK)
    clock.seconds += 4
    signing.service.run_due()
    assert sent.outgoing == []
    clock.seconds += 1
    signing.service.run_due()
    assert [body_of(sent, number)["data"]["taskId"] for number in range(2)] == [second, first]


def test_a_wrong_signature_is_wrong(signing: Door, service: Service, sent: Collector, clock: HandClock) -> None:
    """Well formed, and not the key's; also where nothing would be signed."""
    order(signing, race="wrong_signature")
    task = signing.new_task(callBackUrl=HOOK)
    clock.seconds += 5
    signing.service.run_due()
    headers = dict(sent.outgoing[0].headers)
    right = signature(task, int(headers["X-Webhook-Timestamp"]), "hook-key")
    assert len(base64.b64decode(headers["X-Webhook-Signature"])) == 32
    assert headers["X-Webhook-Signature"] != right


def test_a_callback_before_the_answer(signing: Door, sent: Collector) -> None:
    """When createTask answers, the callback has been taken already; the poll agrees."""
    order(signing, race="before_answer", outcome="fail", msg="at once")
    task = signing.new_task(callBackUrl=HOOK)
    assert body_of(sent)["data"]["failMsg"] == "at once"
    assert signing.record(task)["state"] == "fail"
    signing.service.run_due()
    assert len(sent.outgoing) == 1


@pytest.mark.parametrize("quirk", ["", "lost", "duplicate"])
def test_a_callback_is_sent_once_more_on_demand(signing: Door, sent: Collector, clock: HandClock, quirk: Quirk) -> None:
    """The lever sends one at once, with the same body, also where the first was lost; it needs an end and a URL."""
    signing.service.control.orders.add_plan(by="hold", quirk=quirk)
    task = signing.new_task(callBackUrl=HOOK)
    assert "still waiting" in signing.post(f"/_fakie/tasks/{task}/callback").msg
    signing.post(f"/_fakie/tasks/{task}/finish")
    before = len(sent.outgoing)
    assert signing.post(f"/_fakie/tasks/{task}/callback").data["state"] == "success"
    assert len(sent.outgoing) == before + 1
    assert body_of(sent, -1)["data"]["taskId"] == task
