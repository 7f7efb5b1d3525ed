"""The journal keeps requests as they came, without secrets, no longer than they can be shown."""

import json
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest

from fakie.core.conduct import judge
from fakie.core.http.messages import Request
from fakie.core.journal import KEPT, Entry, Journal
from fakie.core.levers import fake_document
from fakie.core.service import Service
from fakie.core.settings import Settings
from support.clients.doors import CREATE, JSON, MODEL, Door
from support.servers.fakes import Collector, HandClock, new_service

SECRET = "a-key-that-nobody-may-see"
ODD = 'sk/odd+key="with"\\signs'


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


@pytest.mark.parametrize(
    "form",
    [
        quote(ODD),
        quote(ODD, safe=""),
        quote(ODD, safe="").lower(),
        json.dumps(ODD)[1:-1],
        json.dumps(ODD)[1:-1].replace("/", r"\/"),
    ],
)
def test_no_entry_holds_the_key_as_urls_and_json_write_it(form: str) -> None:
    """A key may have signs that are escaped there; what can be read back is the key."""
    given = {"sent": f'{{"a": "{form}"}}'.encode(), "query": f"taskId={form}&x=1", "path": f"/{form}", "reason": form}
    one = kept(entry(headers={"authorization": f"Bearer {ODD}", "x-other": form}, **given))
    assert form not in json.dumps(one.as_dict())
    assert form not in repr(one)
    assert one.query == "taskId=[REDACTED]&x=1"


def test_a_query_in_which_the_key_can_be_read_is_not_shown() -> None:
    """Any letter may be percent-encoded."""
    hidden = "".join(f"%{ord(sign):02x}" for sign in SECRET)
    one = kept(entry(headers={"authorization": f"Bearer {SECRET}"}, query=f"{hidden}=1&taskId=a"))
    assert one.query == "[REDACTED]"


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


def test_no_entry_of_a_callback_holds_the_key_of_its_task(service: Service, sent: Collector, clock: HandClock) -> None:
    """A callback shows what was asked for, to its receiver alone; its entry shows it without the key, as its URL."""
    hook = f"http://127.0.0.1:9/{SECRET}"
    body = {"model": MODEL, "input": {"audio_url": f"https://a.test/{SECRET}.mp3"}, "callBackUrl": hook}
    asked = Request.of("POST", CREATE, json.dumps(body).encode(), {**JSON, "Authorization": f"Bearer {SECRET}"})
    assert service.handle(asked).status == 200
    clock.seconds += 1000
    service.run_due()
    [out] = sent.outgoing
    [told] = [one for one in service.state.journal if one.kind == "delivery"]
    assert (out.url, out.body.count(SECRET.encode())) == (hook, 2)
    assert SECRET not in str(told)
    assert told.sent == out.body.replace(SECRET.encode(), b"[REDACTED]")


def test_nothing_that_is_shown_of_a_task_holds_its_key(service: Service, clock: HandClock) -> None:
    """By levers and pages: its callback URL, its entries, and what they have to copy."""
    body = {"model": MODEL, "input": {"audio_url": f"https://a.test/{SECRET}.mp3"}}
    body["callBackUrl"] = f"http://127.0.0.1:9/{SECRET}"
    key = {"Authorization": f"Bearer {SECRET}"}
    made = service.handle(Request.of("POST", CREATE, json.dumps(body).encode(), {**JSON, **key}))
    task = json.loads(bytes(made.body))["data"]["taskId"]
    service.handle(Request.of("GET", f"/api/v1/jobs/recordInfo?taskId={task}", b"", key))
    clock.seconds += 1000
    service.run_due()
    pages = [f"/_fakie/ui/entries/{number}" for number in (1, 2, 3)]
    for place in ("/_fakie/tasks", "/_fakie/journal", f"/_fakie/ui/tasks/{task}", "/_fakie/ui/", *pages):
        shown = bytes(service.handle(Request.of("GET", place)).body)
        assert b"[REDACTED]" in shown or task.encode()[:8] in shown, place
        assert SECRET.encode() not in shown, place


def test_nothing_that_is_shown_holds_a_secret_of_a_clients_body(
    service: Service, sent: Collector, clock: HandClock
) -> None:
    """What is one by the name of its field; the API gives it back, and the receiver gets it, as they were asked."""
    given = {"audio_url": "https://a.test/a.mp3", "password": SECRET, "more": {"client_secret": SECRET, "n": [1]}}
    body = {"model": MODEL, "input": given, "token": SECRET, "callBackUrl": "http://127.0.0.1:9/hook"}
    key = {"Authorization": "Bearer k"}
    made = service.handle(Request.of("POST", CREATE, json.dumps(body).encode(), {**JSON, **key}))
    task = json.loads(bytes(made.body))["data"]["taskId"]
    polled = service.handle(Request.of("GET", f"/api/v1/jobs/recordInfo?taskId={task}", b"", key))
    wrong = {"model": {"token": SECRET}, "input": {}}
    service.handle(Request.of("POST", CREATE, json.dumps(wrong).encode(), {**JSON, **key}))
    service.handle(Request.of("POST", CREATE, f"token={SECRET}&a=1".encode(), key))
    clock.seconds += 1000
    service.run_due()
    assert SECRET.encode() in bytes(polled.body)
    assert SECRET.encode() in sent.outgoing[0].body
    pages = [f"/_fakie/ui/entries/{number}" for number in range(1, 6)]
    for place in ("/_fakie/tasks", "/_fakie/journal", f"/_fakie/ui/tasks/{task}", "/_fakie/ui/", *pages):
        shown = bytes(service.handle(Request.of("GET", place)).body)
        assert SECRET.encode() not in shown, place
    assert SECRET not in str([one.as_dict() for one in service.state.journal])
    assert "a.test/a.mp3" in next(iter(service.state.journal)).body


@pytest.mark.parametrize(
    ("query", "kept_as"),
    [
        ("taskId=a1b2", "taskId=a1b2"),
        ("taskId=", "taskId="),
        ("token=s3cret", "token=[REDACTED]"),
        ("api_key=s3cret", "api_key=[REDACTED]"),
        ("t%6Fken=s3cret", "t%6Fken=[REDACTED]"),
        ("taskId=a&token=s3cret", "taskId=a&token=[REDACTED]"),
        ("url=https%3A%2F%2Fu:s3cret%40x", "url=https%3A%2F%2F[REDACTED]%40x"),
    ],
)
def test_a_query_is_kept_without_what_opens_something(query: str, kept_as: str) -> None:
    """A single argument as well as many: that of a poll stays as it is."""
    assert kept(entry(query=query)).query == kept_as


@pytest.mark.parametrize("listing", ["openapi.json", "conduct"])
def test_what_is_costly_to_make_is_made_one_at_a_time(listing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many who ask at once would otherwise have it made many times at once, each many times its bytes."""
    service = new_service(Settings(), Collector(), HandClock())
    inside, together = threading.Semaphore(1), threading.Event()
    module, name = (fake_document, "fake_document") if listing == "openapi.json" else (judge, "judge")
    make = getattr(module, name)

    def watched(*arguments: Any, **named: Any) -> Any:
        if not inside.acquire(blocking=False):
            together.set()
            return make(*arguments, **named)
        try:
            # The other one has so long to come in.
            together.wait(0.3)
            return make(*arguments, **named)
        finally:
            inside.release()

    monkeypatch.setattr(module, name, watched)
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(service.handle, [Request.of("GET", f"/_fakie/{listing}") for _ in range(2)]))
    assert [answer.status for answer in answers] == [200, 200]
    assert not together.is_set()


def test_an_entry_that_is_there_first_has_the_lower_number() -> None:
    """Whoever asks for what came after the last one that he saw would never see one with a number before it."""
    journal = Journal()

    class Meanwhile(Mapping[str, str]):
        """Headers during whose look another request is written down."""

        def __iter__(self) -> Iterator[str]:
            journal.write(entry())
            return iter(())

        def __len__(self) -> int:
            return 0

        def __getitem__(self, name: str) -> str:
            raise KeyError(name)

    journal.write(entry(headers=Meanwhile()))
    assert [one.number for one in journal] == [1, 2]


def test_after_a_number_that_was_never_given_comes_all_there_is(door: Door) -> None:
    """It is one of a fake before this one, of which nothing was seen here; that of what was forgotten was given."""
    seen = [door.create(), door.create()]
    assert len(door.get("/_fakie/journal?after=99").data) == len(seen)
    door.ask("DELETE", "/_fakie/journal")
    assert door.get("/_fakie/journal?after=2").data == []
    door.create()
    came = door.get("/_fakie/journal?after=2").data
    assert len(came) == 1
    assert door.get(f"/_fakie/journal?after={came[0]['number']}").data == []


def test_what_makes_room_while_a_journal_is_read_is_left_out() -> None:
    """Whoever reads slowly keeps no entry alive; nothing comes twice, and what came after the first is not told."""
    journal = Journal()
    for _ in range(KEPT):
        journal.write(entry())
    reading = iter(journal)
    first = next(reading)
    for _ in range(KEPT // 2):
        journal.write(entry())
    numbers = [first.number, *(one.number for one in reading)]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == KEPT
    # Those alone that were taken out at once with the first.
    assert numbers[-KEPT // 2 :] == list(range(KEPT // 2 + 1, KEPT + 1))
    assert len(numbers) < KEPT // 2 + 20


def test_a_journal_that_is_emptied_while_it_is_read_ends() -> None:
    """After what was taken out already, and with nothing of what came since."""
    journal = Journal()
    for _ in range(2000):
        journal.write(entry())
    reading = iter(journal)
    next(reading)
    journal.forget()
    for _ in range(3000):
        journal.write(entry())
    assert len(list(reading)) < 20


def test_what_a_traceback_may_show_holds_no_key() -> None:
    """Settings and requests, as pytest prints them with its local variables; what is no secret stays."""
    asked = Request.of("GET", "/", headers={"Authorization": f"Bearer {SECRET}", "X-Again": SECRET, "Accept": "*/*"})
    shown = repr(Settings(keys=(SECRET,), webhook_key=SECRET, admin_token=SECRET, credits=5)) + repr(asked)
    assert SECRET not in shown
    assert "keys='[REDACTED]'" in shown
    assert "credits=5" in shown
    assert "'accept': '*/*'" in shown
    assert repr(Settings()).startswith("Settings(public_url='http://127.0.0.1:8080', keys=(), any_key=False")
