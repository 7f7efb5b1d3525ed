"""The journal keeps requests as they came, without secrets, no longer than they can be shown."""

import json

from fakie.core.http.messages import Request
from fakie.core.journal import Entry, Journal
from fakie.core.service import Service
from fakie.core.settings import Settings
from support.clients.doors import CREATE, JSON
from support.servers.fakes import Collector, HandClock, new_service

SECRET = "a-key-that-nobody-may-see"


def entry(**given: object) -> Entry:
    usual = {"kind": "request", "at": 0.0, "account": None, "method": "POST", "path": "/", "headers": {}, "sent": b""}
    return Entry(**{**usual, "situation": "accepted", "reason": "", **given})  # type: ignore[arg-type]


def kept(one: Entry) -> Entry:
    journal = Journal()
    journal.write(one)
    return next(iter(journal))


def test_no_entry_holds_the_key_it_was_asked_with() -> None:
    """Neither as it is kept nor as it is shown: header, path, query, both bodies, reason, model, task and advice."""
    wrapped = f"x{SECRET}y"
    one = kept(
        entry(
            headers={"authorization": f"Bearer {SECRET}", "cookie": "c", "host": "h"},
            path=f"/{wrapped}",
            query=wrapped,
            sent=wrapped.encode(),
            answered=wrapped.encode(),
            reason=wrapped,
            model=wrapped,
            task_id=wrapped,
            advice=wrapped,
        )
    )
    assert SECRET not in repr(one)
    assert SECRET not in json.dumps(one.as_dict())
    assert one.headers == {"authorization": "Bearer [REDACTED]", "cookie": "[REDACTED]", "host": "h"}
    assert one.body == one.answer == one.query == one.reason == "x[REDACTED]y"


def test_the_request_itself_keeps_its_headers() -> None:
    """What is masked is the journal's own copy."""
    headers = {"authorization": f"Bearer {SECRET}"}
    kept(entry(headers=headers))
    assert headers == {"authorization": f"Bearer {SECRET}"}


def test_bodies_are_cut_to_what_is_shown() -> None:
    """To 20,000 characters, whole ones, of at most 80,000 bytes."""
    one = kept(entry(sent="👍".encode() * 30_000, answered=b"a" * 300_000, path="/" * 30_000, query="q" * 30_000))
    assert one.body == "👍" * 20_000
    assert one.answer == "a" * 20_000
    assert len(one.sent) == len(one.answered) == 80_000
    assert len(one.path) == len(one.query) == 20_000


def test_an_entry_is_shown_under_the_names_it_always_had() -> None:
    """Bodies are text, under `body` and `answer`."""
    shown = kept(entry(sent=b"\xff{}", answered=b"[]")).as_dict()
    assert list(shown) == [
        *("kind", "at", "account", "method", "path", "headers", "body", "situation", "reason", "query", "ordered"),
        *(
            "status",
            "code",
            "answer",
            "model",
            "task_id",
            "advice",
            "seconds",
            "spoiled",
            "delay",
            "scenario",
            "attempt",
            "number",
        ),
    ]
    assert (shown["body"], shown["answer"], shown["number"]) == ("\ufffd{}", "[]", 1)


def test_a_task_is_made_though_its_body_holds_the_key() -> None:
    """The journal hides it, the task keeps it: recordInfo shows the body as it was sent."""
    service: Service = new_service(Settings(), Collector(), HandClock())
    headers = {**JSON, "Authorization": f"Bearer {SECRET}"}
    body = {"model": "elevenlabs/audio-isolation", "input": {"audio_url": f"https://a.test/{SECRET}"}}
    answer = json.loads(service.handle(Request.of("POST", CREATE, json.dumps(body).encode(), headers)).body)
    task = service.state.store.task(answer["data"]["taskId"])
    assert task is not None
    assert task.body == body
    assert all(SECRET not in repr(one) for one in service.state.journal)
