"""Entries of the journal as something to paste: each generated test passes."""

import json
import re
from collections.abc import Callable

import pytest

from fakie.core.service import Service
from fakie_schemas.families.family import endpoints
from support.clients.doors import CREATE, KEY, MODEL, RECORD, Door, open_door
from support.families import FAMILIES, FamilyClient
from support.servers.fakes import Collector, HandClock
from support.ui import copied

GOOD = {"model": MODEL, "input": {"audio_url": "https://x.test/a.mp3"}}
HOOK = "http://127.0.0.1:9/hook"
EVIL = '"""\n\'; raise SystemExit\\ {x} ü 你 <b>'
Make = Callable[..., Service]


def busy(service: Service, clock: HandClock, sent: Collector) -> None:
    """Requests of every kind: good, refused, ordered, spoiled, polls of each state, callbacks, files, nonsense."""
    with open_door("direct", service) as door:
        sent.statuses = [500, 200]
        ended = door.new_task(callBackUrl=HOOK, input={"audio_url": "https://x.test/a.mp3", "note": EVIL})
        door.record(ended)
        service.control.orders.add_plan(outcome="fail", code="422", msg=f"no {EVIL}")
        failed = door.new_task(callBackUrl="https://receiver.example/hook", input=GOOD["input"])
        service.control.orders.add_plan(by="polls")
        polled = door.new_task(input=GOOD["input"])
        for _ in range(4):
            clock.seconds += 5
            door.record(polled)
        for _ in range(3):
            clock.seconds += 30
            service.run_due()
        door.record(ended)
        door.record(failed)
        refused(door)
        ordered(door, service)
        files(door, service, ended)


def refused(door: Door) -> None:
    """Refusals by the body, the path, the key, the task."""
    door.create({"model": "no/such", "input": {}})
    door.create({"model": "z-image", "input": {"prompt": EVIL, "aspect_ratio": "7:1"}})
    door.ask("POST", CREATE, b'{"model": \xff', {**KEY, "Content-Type": "application/json"})
    door.ask("POST", CREATE, b"{}", {**KEY, "Content-Type": "text/plain"})
    door.get(f"/nothing/{'x' * 20}?a=b&c=%22")
    door.get("/api/v1/chat/credit", {})
    door.get("/api/v1/chat/credit", {"Authorization": "Basic abc"})
    door.get(f"{RECORD}?taskId={'0' * 32}")
    door.get(RECORD)
    door.get("/api/v1/chat/credit")
    door.get("/api/v1/models?q=kling")
    door.get("/api/v1/models/z-image/schema")


def ordered(door: Door, service: Service) -> None:
    """What a request alone cannot bring about."""
    orders = service.control.orders
    for situation in ("rate_limited", "maintenance", "server_error", "credits_insufficient"):
        orders.add_fault(situation=situation)
        door.create(GOOD)
    orders.add_fault(status=502)
    door.create(GOOD)
    orders.add_fault(code=500, endpoint="recordInfo")
    door.get(f"{RECORD}?taskId={'1' * 32}")
    door.ask("POST", CREATE, json.dumps(GOOD).encode(),
             {**KEY, "Content-Type": "application/json", "Prefer": "code=429"})  # fmt: skip
    for kind in ("latency", "lost", "truncated", "malformed"):
        orders.add_transport_fault(kind=kind, seconds=0.1 if kind == "latency" else 0)
        door.create(GOOD)
    service.control.accounts.change("test-key", credits=0)
    door.create(GOOD)
    service.control.accounts.change("test-key", credits=100)


def files(door: Door, service: Service, ended: str) -> None:
    """Uploads, links, downloads."""
    sent = {"base64Data": "aGVsbG8=", "uploadPath": "a", "fileName": "b.txt"}
    url = door.post("/api/file-base64-upload", sent).data["downloadUrl"]
    door.post("/api/file-base64-upload", {**sent, "base64Data": "aGVsbG8A" * 6000})
    door.post("/api/file-base64-upload", {"uploadPath": "a"})
    form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="c.txt"\r\n\r\nx\r\n--b--\r\n'
    door.ask("POST", "/api/file-stream-upload", form, {**KEY, "Content-Type": "multipart/form-data; boundary=b"})
    service.control.files.publish("https://web.example/a.png", content="aGVsbG8=", media_type="image/png")
    door.post("/api/file-url-upload", {"fileUrl": "https://web.example/a.png", "uploadPath": "a"})
    door.get(url.removeprefix(service.settings.public_url), {})
    result = service.control.files.results(service.control.tasks.get(ended))["resultUrls"][0]
    door.get(result.removeprefix(service.settings.public_url), {})
    door.post("/api/v1/common/download-url", {"url": result})


@pytest.mark.parametrize(
    "settings",
    [{}, {"profile": "observed", "mirror_status": True}],
    ids=["usual", "observed"],
)
def test_the_test_of_every_entry_passes(
    make: Make, clock: HandClock, sent: Collector, pytester: pytest.Pytester, settings: dict[str, object]
) -> None:
    """Whatever happened, pasted into a file: the same situation comes about, in a project with no setting of ours."""
    service = make(limits="off", **settings)
    busy(service, clock, sent)
    numbers = [entry.number for entry in service.control.journal()]
    assert len(numbers) > 40
    for number in numbers:
        pytester.makepyfile(**{f"test_{number}": copied(service, number, "pytest")})
    result = pytester.runpytest("-p", "no:cacheprovider", "-q", "--tb=short")
    result.assert_outcomes(passed=len(numbers))


# Of each family one, and those that go on from a task, from a part of one, and from what goes on itself.
ONE_OF_A_KIND = (
    "veo/extend",
    "suno/generate",
    "suno/midi",
    "4o-image/generate",
    "flux-kontext/generate",
    "runway/generate",
    "aleph/generate",
)


def of_families(service: Service, clock: HandClock, sent: Collector) -> None:
    """Endpoints of each family: tasks that run, succeed and fail, their callbacks, a file, what is made of them."""
    with open_door("direct", service) as door:
        client = FamilyClient(door, clock)
        for one in (endpoints()[name] for name in ONE_OF_A_KIND):
            task_id = client.new_task(one.name)
            client.record(one.name, task_id)
            client.pass_time()
            shown = client.shown(one.makes.records[0], task_id)
            for text in re.findall(rf'/results/{task_id}[^"]*', shown.body.decode())[:1]:
                door.get(text, {})
            if not one.same:
                service.control.orders.add_plan(outcome="fail", endpoint=one.name)
                client.record(one.name, client.done_task(one.name))
        for one in FAMILIES:
            if one.kind == "transform":
                body = client.body(one.name)
                client.ask(one.name, body)
                client.pass_time()
                client.ask(one.name, body)


def test_the_test_of_every_entry_of_a_family_passes(
    make: Make, clock: HandClock, sent: Collector, pytester: pytest.Pytester
) -> None:
    """By the paths and the words of each family, on the tasks that it goes on from."""
    service = make(limits="off", credits=10_000)
    of_families(service, clock, sent)
    numbers = [entry.number for entry in service.control.journal()]
    for number in numbers:
        pytester.makepyfile(**{f"test_{number}": copied(service, number, "pytest")})
    result = pytester.runpytest("-p", "no:cacheprovider", "-q", "--tb=short")
    result.assert_outcomes(passed=len(numbers))
