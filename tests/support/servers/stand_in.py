"""A stand-in for the real API: an account whose balance falls, creates that are counted, answers that can go wrong."""

import json
import socketserver
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from fakie_schemas.families.family import endpoints
from fakie_schemas.payment import making
from support.servers.listening import listening, serving

CREATE_PATH, CREDIT_PATH = "/api/v1/jobs/createTask", "/api/v1/chat/credit"
KEY = "sk-live-5up3rs3cret/+x"
UNAUTHORIZED = {"code": 401, "msg": "Unauthorized", "data": None}


@dataclass
class StandIn:
    """Accepts every create that carries the key, unless `refuses` gives an answer for it; `price` in credits each.

    A create is what makes something, at an endpoint of whatever family; the records are those of models. A task ends
    after `end_after` seconds, in `end`; the answer to a create takes `slow` seconds. `instead` gives status, headers
    and body to answer with on a path, whatever is asked.
    """

    price: float = 12.0
    credits: float = 1000.0
    refuses: Callable[[Any], dict[str, Any] | None] = lambda body: None
    end_after: float = 0.0
    end: str = "success"
    slow: float = 0.0
    instead: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    url: str = ""
    creates: list[Any] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, path: str, authorization: str, content: bytes) -> dict[str, Any]:
        """Answer one request."""
        parts = urlsplit(path)
        with self.lock:
            self.requests.append((method, path))
            name = making(parts.path)
            if name is not None and endpoints()[name].method == method:
                asked = content or json.dumps(dict(parse_qsl(parts.query))).encode()
                return self._create(authorization, asked)
            if authorization != f"Bearer {KEY}":
                return UNAUTHORIZED
            if parts.path == CREDIT_PATH:
                return {"code": 200, "msg": "success", "data": self.credits}
            if parts.path == "/api/v1/jobs/recordInfo":
                return self._record(parse_qs(parts.query).get("taskId", [""])[0])
        return {"code": 404, "msg": "not found", "data": None}

    def wire(self, method: str, path: str, authorization: str, content: bytes) -> tuple[int, dict[str, str], bytes]:
        """Answer one request as it goes out: status, headers and body."""
        answer = self.answer(method, path, authorization, content)
        usual = (200, {"Content-Type": "application/json"}, json.dumps(answer).encode())
        return self.instead.get(path.partition("?")[0], usual)

    def _create(self, authorization: str, content: bytes) -> dict[str, Any]:
        try:
            body = json.loads(content)
        except ValueError:
            body = None
        refusal = self.refuses(body) if authorization == f"Bearer {KEY}" else UNAUTHORIZED
        if refusal:
            return refusal
        self.credits -= self.price
        task = uuid.uuid4().hex
        self.creates.append((task, body, time.time()))
        return {"code": 200, "msg": "success", "data": {"taskId": task, "recordId": task}}

    def _record(self, task: str) -> dict[str, Any]:
        found = next(((body, at) for name, body, at in self.creates if name == task), None)
        if found is None:
            return {"code": 422, "msg": "recordInfo is null", "data": None}
        body, at = found
        done, failed = time.time() - at >= self.end_after, self.end == "fail"
        param = {**body, "input": json.dumps(body.get("input"), ensure_ascii=False)}
        data = {
            "taskId": task,
            "model": body["model"],
            "state": self.end if done else "waiting",
            "param": json.dumps(param, ensure_ascii=False),
            "resultJson": json.dumps({"resultUrls": [f"{self.url}/file.mp3"]}) if done and not failed else "",
            "failCode": "500" if done and failed else None,
            "failMsg": "it could not be made" if done and failed else None,
            "costTime": int(self.end_after) if done else None,
            "completeTime": int((at + self.end_after) * 1000) if done else None,
            "createTime": int(at * 1000),
        }
        return {"code": 200, "msg": "success", "data": data}


@contextmanager
def standing_in(stand_in: StandIn) -> Iterator[StandIn]:
    """Serve a stand-in on a free loopback port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sent_as = self.headers.get("Authorization", "")
            status, headers, data = stand_in.wire(self.command, self.path, sent_as, content)
            time.sleep(stand_in.slow if self.command == "POST" else 0)
            self.send_response(status)
            sent = {"Content-Length": str(len(data)), **headers, **stand_in.headers}
            for name, value in sent.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the base's names

        def log_message(self, format: str, *args: object) -> None:
            return

    with listening(Handler) as stand_in.url:
        yield stand_in


@dataclass
class Speech:
    """What to say to each connection, word for word: `start`, then `again` for a while, then `end`.

    `heard` are the requests, `ended` how many clients listened to the end.
    """

    start: bytes = field(default=b"", repr=False)
    again: bytes = b""
    end: bytes = b""
    before: Callable[[], None] = lambda: None
    url: str = ""
    ended: int = 0
    heard: list[bytes] = field(default_factory=list, repr=False)


@contextmanager
def speaking(speech: Speech) -> Iterator[Speech]:
    """Serve one connection after the other on a free loopback port, without knowing anything of HTTP."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            speech.heard.append(self.request.recv(65536))
            speech.before()
            with suppress(OSError):
                self.request.sendall(speech.start)
                for _ in range(100 if speech.again else 0):
                    self.request.sendall(speech.again)
                    time.sleep(0.05)
                self.request.sendall(speech.end)
                speech.ended += 1

    server = socketserver.TCPServer(("127.0.0.1", 0), Handler)
    with serving(server) as speech.url:
        yield speech
