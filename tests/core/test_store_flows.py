"""One day of a fake over every store: what is answered, sent and seen is the same in each."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from fakie.core.service import Service
from support.clients.doors import MODEL, Door, open_door
from support.servers.fakes import Collector, HandClock
from support.servers.stores import STORES, opened_store

HOOK = "http://127.0.0.1:9/hook"
OTHER = {"Authorization": "Bearer other-key"}
Open = Callable[[str], Door]


@pytest.fixture
def open_on(make: Callable[..., Service], clock: HandClock) -> Iterator[Open]:
    """Open a fake on a store of this name."""
    with ExitStack() as opened:

        def open_one(name: str) -> Door:
            store = opened.enter_context(opened_store(name, clock, Path(f"{name}.state"), "hook-key"))
            service = make(store=lambda *_: store, webhook_key="hook-key", limits="all")
            return opened.enter_context(open_door("direct", service))

        yield open_one


def day(door: Door, sent: Collector, clock: HandClock) -> list[Any]:
    """Live through one day, and return all that was seen of it."""
    seen: list[Any] = []

    def keep(*answers: Any) -> None:
        seen.extend((answer.situation, answer.body) for answer in answers)

    plans = [
        {"by": "polls", "outcome": "fail"},
        {"by": "hold"},
        {"quirk": "out_of_order"},
        {"quirk": "duplicate"},
        {"quirk": "before_answer"},
        {"seconds": 1, "result": "broken"},
    ]
    keep(*(door.post("/_fakie/plans", plan) for plan in plans))
    keep(door.post("/_fakie/faults", {"code": 429, "times": 2, "after": 1, "endpoint": "recordInfo"}))
    keep(door.post("/_fakie/faults", {"code": 500, "times": None, "probability": 0.3, "endpoint": "credit"}))
    tasks = [door.new_task(callBackUrl=f"{HOOK}/{number}") for number in range(len(plans) + 1)]
    keep(
        door.create(headers=OTHER), door.create({"model": MODEL}), door.post("/api/v1/jobs/createTask", {"model": "x"})
    )
    sent.statuses = [500, "timeout"]
    for _ in range(3):
        keep(*(door.get(f"/api/v1/jobs/recordInfo?taskId={task}") for task in tasks))
        keep(*(door.get("/api/v1/chat/credit") for _ in range(5)))
        clock.seconds += 3
        door.service.run_due()
    keep(
        door.post(f"/_fakie/tasks/{tasks[1]}/fail", {"msg": "by hand"}),
        door.post(f"/_fakie/tasks/{tasks[1]}/finish", {}),
    )
    keep(door.post("/_fakie/clock", {"advance": 60, "account": "test-key"}), door.get("/_fakie/clock"))
    upload = door.post("/api/file-base64-upload", {"base64Data": "aGVsbG8=", "uploadPath": "a", "fileName": "b.txt"})
    keep(upload, door.get(f"/{upload.data['filePath']}"), door.get("/_fakie/files"))
    keep(door.get(f"/results/{tasks[5]}.mp3"), door.get("/api/v1/models"))
    keep(door.post("/_fakie/accounts", {"key": "other-key", "credits": 0}), door.create(headers=OTHER))
    keep(*(door.get(f"/_fakie/{name}") for name in ("accounts", "tasks", "faults", "plans", "conduct")))
    keep(door.post("/_fakie/reset", {"account": "other-key"}), door.get("/_fakie/accounts"))
    entries = [{**entry, "seconds": 0} for entry in door.get("/_fakie/journal").data]
    return [
        *seen,
        *entries,
        *((outgoing.url, json.loads(outgoing.body), outgoing.headers[2:]) for outgoing in sent.outgoing),
    ]


def test_flows_are_alike_in_every_store(open_on: Open, sent: Collector, clock: HandClock) -> None:
    """In the store of copies a change that was not opened, or not said, would be missing."""
    days = []
    began = clock.seconds
    for name in STORES:
        clock.seconds, sent.outgoing[:] = began, []
        days.append(day(open_on(name), sent, clock))
    for other in days[1:]:
        assert len(other) == len(days[0])
        for number, (one, two) in enumerate(zip(days[0], other, strict=True)):
            assert two == one, number
    assert len(days[0]) > 100
