"""The doors: a call, the bare Flask app, it under another server, the fast server. All give the same `Answer`."""

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fakie.adapters.flask_app import door_app
from fakie.adapters.flask_server import FlaskServer
from fakie.adapters.live_server import LiveServer
from fakie.adapters.wire.limits import Limits
from fakie.core.http.messages import Request
from fakie.core.service import Service

MODEL = "elevenlabs/audio-isolation"
CREATE = "/api/v1/jobs/createTask"
RECORD = "/api/v1/jobs/recordInfo"
CREDIT = "/api/v1/chat/credit"
KEY = {"Authorization": "Bearer test-key"}
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """What came back: status, the headers that are fakie's own, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> int:
        code: int = self.json["code"]
        return code

    @property
    def msg(self) -> str:
        msg: str = self.json["msg"]
        return msg

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def situation(self) -> str:
        return self.headers["x-fakie-situation"]


Send = Callable[[str, str, bytes, Mapping[str, str]], Answer]


class Door:
    """Sends requests through one door."""

    def __init__(self, send: Send, service: Service) -> None:
        self.send = send
        self.service = service

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = KEY) -> Answer:
        return self.send(method, path, body, headers)

    def get(self, path: str, headers: Mapping[str, str] = KEY) -> Answer:
        return self.send("GET", path, b"", headers)

    def post(self, path: str, value: Any = None, headers: Mapping[str, str] = KEY) -> Answer:
        body = b"" if value is None else json.dumps(value).encode()
        return self.send("POST", path, body, {**JSON, **headers})

    def create(self, value: Any = None, headers: Mapping[str, str] = KEY, **more: Any) -> Answer:
        """Send createTask: a good body with `more` in it, unless another is given."""
        return self.post(CREATE, {"model": MODEL, "input": {}, **more} if value is None else value, headers)

    def new_task(self, **more: Any) -> str:
        task_id: str = self.create(**more).data["taskId"]
        return task_id

    def record(self, task_id: str, headers: Mapping[str, str] = KEY) -> Any:
        return self.get(f"{RECORD}?taskId={task_id}", headers).data


DOORS = ("direct", "flask", "wsgi", "socket")


@contextmanager
def open_door(name: str, service: Service) -> Iterator[Door]:
    """Open a door: `wsgi` is the Flask app on Werkzeug's server, `plain` the fast server without compiled parts."""
    doors = {"direct": _direct, "flask": _flask, "wsgi": _wsgi, "socket": _socket, "plain": _plain}
    with doors[name](service) as send:
        yield Door(send, service)


def direct(service: Service) -> Door:
    """Return the door of direct calls, which need not be closed."""
    with open_door("direct", service) as door:
        return door


@contextmanager
def _direct(service: Service) -> Iterator[Send]:
    def send(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        response = service.handle(Request.of(method, path, body, headers)).whole()
        content = b"" if method == "HEAD" else response.body
        return Answer(response.status, _own(dict(response.headers)), content)

    yield send


@contextmanager
def _flask(service: Service) -> Iterator[Send]:
    client = door_app(service).test_client()

    def send(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        response = client.open(path, method=method, data=body, headers=dict(headers))
        return Answer(response.status_code, _own(dict(response.headers)), response.data)

    yield send


@contextmanager
def _wsgi(service: Service) -> Iterator[Send]:
    server = FlaskServer("127.0.0.1", 0)
    server.start(service)
    try:
        with _sending(server.url) as send:
            yield send
    finally:
        server.stop()


@contextmanager
def _socket(service: Service) -> Iterator[Send]:
    with running(service) as url, _sending(url) as send:
        yield send


@contextmanager
def _plain(service: Service) -> Iterator[Send]:
    with running(service, plain=True) as url, _sending(url) as send:
        yield send


@contextmanager
def _sending(url: str) -> Iterator[Send]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def send(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        return Answer(response.status, _own(dict(response.headers)), response.read())

    try:
        yield send
    finally:
        connection.close()


@contextmanager
def running(service: Service, *, plain: bool = False, **limits: Any) -> Iterator[str]:
    """Serve on a free port as `fakie serve` does; gives the base URL."""
    server = LiveServer("127.0.0.1", 0, plain=plain)
    # What stands before a service, a replay for example, may wait.
    limits = {"large_bodies": getattr(service, "large_bodies", {}), **limits}
    server.start(service, getattr(service, "is_quick", lambda _: False), Limits(**limits))
    try:
        yield server.url
    finally:
        server.stop()


_OWN = ("content-type", "x-fakie-", "access-control-", "vary")


def _own(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items() if name.lower().startswith(_OWN)}
