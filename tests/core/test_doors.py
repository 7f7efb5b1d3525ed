"""Four doors, one behaviour."""

import json
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

import pytest

from fakie.adapters.flask_server import FlaskServer
from fakie.adapters.live_server import LiveServer
from fakie.adapters.wire.limits import Limits
from fakie.core.service import Service
from fakie.core.settings import Settings
from support.clients.doors import CREATE, CREDIT, DOORS, JSON, KEY, MODEL, RECORD, Answer, open_door
from support.servers.fakes import Collector, HandClock, new_service
from support.wire import ask

GOOD = json.dumps({"model": MODEL, "input": {}}).encode()
SENT = {**KEY, **JSON}

ALL = (*DOORS, "plain")
Line = tuple[str, str, bytes, dict[str, str]]


def body(**more: object) -> bytes:
    return json.dumps({"model": MODEL, "input": {}, **more}).encode()


# Every line is sent in this order through each door; {task} is the first task's id.
TABLE: list[Line] = [
    ("POST", CREATE, GOOD, SENT),
    ("POST", CREATE, body(callBackUrl="http://127.0.0.1:1/hook"), SENT),
    ("POST", CREATE, body(extra=1), {**SENT, "Content-Type": "application/json; charset=utf-8"}),
    ("GET", f"{RECORD}?taskId={{task}}", b"", KEY),
    ("GET", f"{RECORD}?taskId={{task}}", b"", SENT),
    ("GET", f"{RECORD}?taskId={{task}}", b"", {"Authorization": "Bearer somebody-else"}),
    ("GET", f"{RECORD}?taskId=unknown", b"", KEY),
    ("GET", f"{RECORD}?taskId=", b"", KEY),
    ("GET", RECORD, b"", KEY),
    ("GET", CREDIT, b"", KEY),
    ("GET", CREDIT, b"", {"authorization": "bearer test-key"}),
    ("POST", CREATE, GOOD, JSON),
    ("POST", CREATE, GOOD, {**JSON, "Authorization": "Basic dGVzdA=="}),
    ("POST", CREATE, GOOD, {**JSON, "Authorization": "Bearer"}),
    ("POST", CREATE, GOOD, {**JSON, "Authorization": "Bearer two words"}),
    ("POST", CREATE, GOOD, {**JSON, "Authorization": "Bearer kéy"}),
    ("POST", CREATE, GOOD, {**JSON, "Authorization": "Bearer " + "k" * 10_000}),
    ("POST", CREATE, b"", SENT),
    ("POST", CREATE, b"  ", SENT),
    ("POST", CREATE, b"{", SENT),
    ("POST", CREATE, b"[]", SENT),
    ("POST", CREATE, b"null", SENT),
    ("POST", CREATE, b"17", SENT),
    ("POST", CREATE, b"[" * 100_000, SENT),
    ("POST", CREATE, b'{"a":' * 70 + b"1" + b"}" * 70, SENT),
    ("POST", CREATE, b'{"model": "\xff"}', SENT),
    ("POST", CREATE, b'{"model": "\\ud800"}', SENT),
    ("POST", CREATE, b'{"model": 1, "model": 2}', SENT),
    ("POST", CREATE, b'{"input": {"x": NaN}}', SENT),
    ("POST", CREATE, b'{"input": {"x": -Infinity}}', SENT),
    ("POST", CREATE, b'{"input": {"x": 1e999}}', SENT),
    ("POST", CREATE, b'{"input": {"x": ' + b"9" * 10_000 + b"}}", SENT),
    ("POST", CREATE, b" " * 5_000_000, SENT),
    ("POST", CREATE, GOOD, KEY),
    ("POST", CREATE, GOOD, {**KEY, "Content-Type": "text/plain"}),
    ("POST", CREATE, b"{}", SENT),
    ("POST", CREATE, json.dumps({"model": "elevenlabs/unknown", "input": {}}).encode(), SENT),
    ("POST", CREATE, json.dumps({"model": 5, "input": {}}).encode(), SENT),
    ("POST", CREATE, json.dumps({"model": MODEL}).encode(), SENT),
    ("POST", CREATE, json.dumps({"model": MODEL, "input": []}).encode(), SENT),
    ("POST", CREATE, body(callBackUrl="no url"), SENT),
    ("POST", CREATE, body(callBackUrl="file:///etc/passwd"), SENT),
    ("POST", CREATE, body(callBackUrl="http://h/" + "x" * 10_000), SENT),
    ("POST", CREATE, body(callBackUrl=None), SENT),
    ("GET", CREATE, b"", KEY),
    ("POST", RECORD, b"", KEY),
    ("HEAD", CREATE, b"", KEY),
    ("OPTIONS", CREATE, b"", KEY),
    ("BREW", CREATE, b"", KEY),
    ("GET", "/", b"", KEY),
    ("GET", "/api/v1/jobs/%E4%BB%BB", b"", KEY),
    ("POST", f"{CREATE}?__code=429", GOOD, SENT),
    ("POST", CREATE, GOOD, {**SENT, "Prefer": "code=455"}),
    ("POST", CREATE, GOOD, {**SENT, "Prefer": "respond-async, situation=generation_failed"}),
    ("POST", CREATE, GOOD, {**SENT, "Prefer": "code=418"}),
    ("POST", CREATE, GOOD, {**SENT, "Prefer": "situation=nonsense"}),
    ("GET", f"{CREDIT}?__code=500", b"", {}),
    ("GET", "/results/{task}.mp3", b"", {}),
    ("GET", "/results/other.mp3", b"", {}),
    ("GET", "/_fakie/health", b"", {}),
    ("GET", "/_fakie/tasks", b"", {}),
    ("POST", "/_fakie/tasks/{task}/finish", b"", {}),
    ("GET", "/results/{task}.mp3", b"", {}),
    ("GET", "/_fakie/nothing", b"", {}),
    ("GET", "/api/v1/models?q=z-image", b"", KEY),
    ("GET", "/api/v1/models/elevenlabs%2Faudio-isolation/schema", b"", KEY),
    ("GET", "/api/v1/models/nobody/price", b"", KEY),
]


def walk(name: str, service: Service) -> list[Answer]:
    answers: list[Answer] = []
    with open_door(name, service) as door:
        for method, path, content, headers in TABLE:
            task = answers[0].data["taskId"] if answers else ""
            answers.append(door.ask(method, path.replace("{task}", task), content, headers))
    return answers


@pytest.fixture(scope="module")
def by_door() -> dict[str, list[Answer]]:
    settings = Settings(public_url="http://fake.test")
    return {name: walk(name, new_service(settings, Collector(), HandClock())) for name in ALL}


def test_the_table_is_large() -> None:
    """At least 40 requests are compared."""
    assert len(TABLE) >= 40


@pytest.mark.parametrize("number", range(len(TABLE)))
@pytest.mark.parametrize("other", ALL[1:])
def test_each_door_gives_the_same_bytes(by_door: dict[str, list[Answer]], other: str, number: int) -> None:
    """The Flask app, bare and under another server, and the fast server answer as the service called directly."""
    direct, through = by_door["direct"][number], by_door[other][number]
    if TABLE[number][0] == "HEAD":
        assert through.body == b""
    assert (through.status, through.headers, through.body) == (direct.status, direct.headers, direct.body)


def _flask() -> FlaskServer:
    return FlaskServer("127.0.0.1", 0)


def _fast(*, plain: bool) -> LiveServer:
    return LiveServer("127.0.0.1", 0, plain=plain)


EACH_SERVER = pytest.mark.parametrize(
    "new_server", [_flask, partial(_fast, plain=False), partial(_fast, plain=True)], ids=["flask", "fast", "plain"]
)


@EACH_SERVER
@pytest.mark.parametrize("target", ["/_fakie/tasks/é", "/_fakie/journal?é", "/_fakie/journal?limit=é"])
def test_a_target_need_not_be_quoted(
    new_server: Callable[[], FlaskServer | LiveServer], target: str, service: Service
) -> None:
    """Many clients send UTF-8 as it stands; each server reads it like the quoted form."""
    server = new_server()
    server.start(service, lambda _: False, Limits())
    ending = b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    try:
        as_it_stands, as_quoted = (
            ask(server.url, b"GET " + sent + ending) for sent in (target.encode(), quote(target, "/?=").encode())
        )
    finally:
        server.stop()
    assert as_it_stands == as_quoted
    assert "'é'" in as_quoted[1]


@EACH_SERVER
@pytest.mark.parametrize(
    ("target", "path"),
    [
        (f"/{CREDIT}", f"/{CREDIT}"),
        (f"//elsewhere{CREDIT}", f"//elsewhere{CREDIT}"),
        (f"{CREDIT}#x", f"{CREDIT}#x"),
        (f"http://elsewhere/{CREDIT}", f"/{CREDIT}"),
        (f"http://[{CREDIT}", CREDIT),
        ("http://elsewhere", "/"),
        ("//[", "//["),
    ],
)
def test_a_target_is_read_as_it_was_sent(
    new_server: Callable[[], FlaskServer | LiveServer], target: str, path: str, service: Service
) -> None:
    """A base URL that ends with a slash is met everywhere alike, and no server takes a path for a host."""
    server = new_server()
    server.start(service, lambda _: False, Limits())
    try:
        ask(server.url, f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    finally:
        server.stop()
    assert [entry.path for entry in service.state.journal] == [path]
