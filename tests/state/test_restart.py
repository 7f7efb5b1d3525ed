"""What survives a restart and a kill: accounts, credits, tasks, orders, the schedule, callbacks, the journal."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from fakie.core.ports import Delivered, Outgoing
from support.clients.doors import CREATE, MODEL, Door
from support.servers.fakes import Collector, HandClock
from support.state import Restarting

HOOK = "http://127.0.0.1:9/hook"
OTHER = {"Authorization": "Bearer other-key"}


@pytest.fixture(params=["stopped", "killed"])
def end(request: pytest.FixtureRequest, start: Restarting) -> Callable[[], None]:
    """End a fake in good order, or not."""
    return start.stop if request.param == "stopped" else start.kill


def seen(door: Door) -> dict[str, Any]:
    """Return all that can be seen of a fake: its levers' lists, and every record."""
    levers = ("accounts", "tasks", "faults", "spoils", "plans", "journal", "uploads")
    return {name: door.get(f"/_fakie/{name}").data for name in levers}


def test_everything_is_as_it_was(start: Restarting, end: Callable[[], None]) -> None:
    """Credits, tasks in every state, orders half met, files and journal, to the last number."""
    door = start()
    door.post("/_fakie/plans", {"by": "polls", "times": 2, "outcome": "fail", "code": "422", "msg": "bad"})
    door.post("/_fakie/plans", {"by": "hold", "result": [{"content": "aGVsbG8=", "suffix": ".txt"}]})
    tasks = [door.new_task(callBackUrl=HOOK) for _ in range(3)]
    tasks.append(door.create(headers=OTHER).data["taskId"])
    door.record(tasks[0])
    door.record(tasks[0])
    door.post(f"/_fakie/tasks/{tasks[2]}/finish", {})
    door.post("/_fakie/faults", {"code": 429, "times": 3, "when": {"model": MODEL}, "probability": 0.5})
    door.post("/_fakie/spoils", {"kind": "latency", "seconds": 0.1, "after": 1, "times": None})
    door.create()
    door.post("/_fakie/clock", {"advance": 100, "freeze": True, "account": "other-key"})
    door.ask("GET", "/api/v1/chat/credit")
    before = seen(door)
    end()
    again = start()
    assert seen(again) == before
    records = [again.record(task) for task in tasks[:3]]
    assert [record["state"] for record in records] == ["generating", "waiting", "success"]
    assert again.get("/_fakie/clock").data["account-" + before["accounts"][1]["account"][8:]]["frozen"] is True


def test_time_that_passed_while_it_was_down_has_passed(
    start: Restarting, end: Callable[[], None], sent: Collector, clock: HandClock
) -> None:
    """A task ends at its moment, and its callback goes out once the fake is there again, and once only."""
    door = start()
    task = door.new_task(callBackUrl=HOOK)
    created = door.record(task)["createTime"]
    end()
    clock.seconds += 3600
    door = start()
    door.service.run_due()
    assert door.record(task)["completeTime"] == created + 5000
    assert [json.loads(outgoing.body)["data"]["taskId"] for outgoing in sent.outgoing] == [task]
    end()
    start().service.run_due()
    assert len(sent.outgoing) == 1


def test_a_retry_goes_on_where_it_was(
    start: Restarting, end: Callable[[], None], sent: Collector, clock: HandClock
) -> None:
    """After a failed attempt the next one is the second, at its moment."""
    sent.statuses = [500]
    door = start()
    door.new_task(callBackUrl=HOOK)
    clock.seconds += 5
    door.service.run_due()
    end()
    again = start()
    again.service.run_due()
    assert len(sent.outgoing) == 1
    clock.seconds += 3600
    again.service.run_due()
    assert len(sent.outgoing) == 2
    told = [entry["reason"] for entry in again.get("/_fakie/journal").data if entry["kind"] == "delivery"]
    assert told[-1] == "attempt 2: HTTP 200"


def test_a_callback_of_which_nobody_knows_whether_it_arrived_comes_again_and_says_so(
    start: Restarting, sent: Collector, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fake was killed between sending and the answer."""
    door = start()
    door.new_task(callBackUrl=HOOK)
    monkeypatch.setattr(sent, "send", lambda outgoing, _: sent.outgoing.append(outgoing))
    clock.seconds += 5
    door.service.run_due()
    assert len(sent.outgoing) == 1
    start.kill()
    monkeypatch.undo()
    again = start()
    again.service.run_due()
    assert len(sent.outgoing) == 2
    [entry] = [entry for entry in again.get("/_fakie/journal").data if entry["kind"] == "delivery"]
    assert "again after a restart" in entry["reason"]
    start.kill()
    start().service.run_due()
    assert len(sent.outgoing) == 2


def test_an_answer_to_a_callback_after_the_end_is_no_trouble(
    start: Restarting, sent: Collector, clock: HandClock, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """A receiver that answers as the fake stops makes no line of the log, and is called again after a restart."""
    door, answered = start(), []
    door.new_task(callBackUrl=HOOK)
    monkeypatch.setattr(sent, "send", lambda _, done: answered.append(done))
    clock.seconds += 5
    door.service.run_due()
    start.stop()
    for done in answered:
        done(Delivered(200))
    assert caplog.messages == []
    monkeypatch.undo()
    start().service.run_due()
    assert len(sent.outgoing) == len(answered) == 1


def test_a_callback_waits_for_the_key_that_signs_it(start: Restarting, sent: Collector, clock: HandClock) -> None:
    """Without the key it goes nowhere and says so; with the key given again it goes, signed."""
    door = start(webhook_key="hook-key")
    door.new_task(callBackUrl=HOOK)
    start.kill()
    clock.seconds += 5
    door = start()
    door.service.run_due()
    assert sent.outgoing == []
    [waits] = door.get("/_fakie/journal?situation=callback_waits").data
    assert "--webhook-key" in waits["reason"]
    door = start(webhook_key="hook-key")
    door.service.run_due()
    [outgoing] = sent.outgoing
    assert "X-Webhook-Signature" in dict(outgoing.headers)


def test_a_key_of_an_accounts_own_is_given_again_by_lever(start: Restarting, sent: Collector, clock: HandClock) -> None:
    """The fake's own key does not sign in its place."""
    door = start()
    door.post("/_fakie/accounts", {"key": "test-key", "webhook_key": "own-key"})
    door.new_task(callBackUrl=HOOK)
    start.kill()
    clock.seconds += 5
    door = start(webhook_key="hook-key")
    door.service.run_due()
    assert sent.outgoing == []
    door.post("/_fakie/accounts", {"key": "test-key", "webhook_key": "own-key"})
    door.service.run_due()
    assert len(sent.outgoing) == 1


def test_ids_of_orders_and_numbers_of_the_journal_go_on(start: Restarting, end: Callable[[], None]) -> None:
    """None comes twice, though the orders are gone."""
    door = start()
    order = door.post("/_fakie/faults", {"code": 429}).data["id"]
    door.create()
    last = door.get("/_fakie/journal").data[-1]["number"]
    end()
    again = start()
    assert again.post("/_fakie/faults", {"code": 429}).data["id"] == order + 1
    again.create()
    assert again.get("/_fakie/journal").data[-1]["number"] > last


def test_numbers_of_a_journal_that_was_forgotten_go_on(start: Restarting, end: Callable[[], None]) -> None:
    """Whoever asks for what came after the last one that he saw sees what comes after a reset and a restart."""
    door = start()
    door.create()
    last = door.get("/_fakie/journal").data[-1]["number"]
    door.post("/_fakie/reset", {})
    end()
    start()
    end()
    door = start()
    door.create()
    assert len(door.get(f"/_fakie/journal?after={last}").data) == 1


def test_files_that_were_uploaded_are_there(start: Restarting, end: Callable[[], None]) -> None:
    """Byte for byte; one that took the place of another too."""
    door = start()
    for content in ("Zmlyc3Q=", "c2Vjb25k"):
        body = {"base64Data": content, "uploadPath": "a", "fileName": "b.txt"}
        path = door.post("/api/file-base64-upload", body).data["filePath"]
    end()
    assert start().ask("GET", f"/{path}").body == b"second"


def test_a_reset_is_kept(start: Restarting, end: Callable[[], None]) -> None:
    """What was forgotten stays forgotten: of one account, and of all."""
    door = start()
    door.new_task()
    door.create(headers=OTHER)
    door.post("/_fakie/reset", {"account": "test-key"})
    end()
    door = start()
    assert len(door.get("/_fakie/tasks").data) == 1
    door.post("/_fakie/reset", {})
    end()
    again = seen(start())
    assert (again["tasks"], again["accounts"], again["journal"]) == ([], [], [])


def test_no_key_is_in_the_files(start: Restarting) -> None:
    """Neither API key nor webhook key, wherever a client writes it."""
    key = "sk-very-secret-0123456789"
    door = start(webhook_key="whk-very-secret")
    body = {"model": MODEL, "input": {"audio_url": f"https://a.test/{key}"}, "callBackUrl": f"{HOOK}?token={key}"}
    headers = {"Authorization": f"Bearer {key}"}
    door.post(CREATE, body, headers)
    door.post("/_fakie/accounts", {"key": key, "webhook_key": "whk-own-secret"})
    door.ask("GET", f"/api/v1/chat/credit?key={key}", headers=headers)
    door.post(CREATE, {"model": {}, "token": "a-token-that-is-refused"}, headers)
    start.kill()
    written = b"".join(file.read_bytes() for file in start.path.parent.iterdir() if file.is_file())
    assert b"account-" in written
    for secret in (key, "whk-very-secret", "whk-own-secret", "a-token-that-is-refused"):
        assert secret.encode() not in written


def test_a_callback_whose_url_had_the_key_is_blocked_and_says_so(
    start: Restarting, sent: Collector, clock: HandClock
) -> None:
    """It is not sent to a masked URL."""
    door = start()
    door.new_task(callBackUrl=f"{HOOK}?token=test-key-that-is-long")
    door.create(
        {"model": MODEL, "input": {}, "callBackUrl": f"{HOOK}?token=long-test-key"},
        {"Authorization": "Bearer long-test-key"},
    )
    start.kill()
    clock.seconds += 5
    again = start()
    again.service.run_due()
    [blocked] = again.get("/_fakie/journal?situation=callback_blocked").data
    assert "not kept over a restart" in blocked["reason"]
    assert len(sent.outgoing) == 1


def test_a_killed_sender_leaves_other_events_alone(
    start: Restarting, sent: Collector, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two callbacks of one moment, the one that was answered does not come again."""
    door = start()
    for _ in range(2):
        door.new_task(callBackUrl=HOOK)

    def send(outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        sent.outgoing.append(outgoing)
        if len(sent.outgoing) == 1:
            done(Delivered(200))

    monkeypatch.setattr(sent, "send", send)
    clock.seconds += 5
    door.service.run_due()
    start.kill()
    monkeypatch.undo()
    start().service.run_due()
    ids = [json.loads(outgoing.body)["data"]["taskId"] for outgoing in sent.outgoing]
    assert len(ids) == 3
    assert ids.count(ids[1]) == 2


def test_what_was_forgotten_while_somebody_worked_on_it_stays_so(start: Restarting) -> None:
    """A reset waits for the work on its account, which would write its tasks once more."""
    door = start()
    door.new_task()
    store = door.service.state.store
    [account], [task] = store.accounts(), store.tasks()
    reset = threading.Thread(target=store.clear, args=(account.handle,))
    with store.work(account.handle) as work:
        reset.start()
        reset.join(0.3)
        work.save_task(task)
        work.save_account()
    reset.join()
    again = start()
    assert [again.get(f"/_fakie/{name}").data for name in ("tasks", "accounts")] == [[], []]
