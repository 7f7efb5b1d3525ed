"""Upstreams that do as the test wants, and a recorder in front of one."""

import http.client
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fakie.adapters.live_server import LiveServer
from fakie.adapters.upstream import HttpUpstream
from fakie.adapters.wire.limits import Limits
from fakie.recorder.gate import Gate, PaidRequest
from fakie.recorder.liveness import LivenessCheck
from fakie.recorder.proxy import MOST_BODY_BYTES, Proxy
from fakie_schemas.recordings.store import RecordingFolder
from support.clients.doors import Answer
from support.servers.listening import serving


@dataclass
class RawServer:
    """A server that answers every request with the same bytes; `asked` holds what it read."""

    answer: bytes
    endless: bytes = b""
    asked: list[bytes] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def respond(self, handler: socketserver.StreamRequestHandler) -> None:
        head = b""
        while (line := handler.rfile.readline()) not in {b"\r\n", b""}:
            head += line
        length = next((int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:")), 0)
        self.asked.append(head + b"\r\n" + handler.rfile.read(length))
        handler.wfile.write(self.answer)
        while self.endless and not self.done.wait(0.02):
            handler.wfile.write(self.endless)


@contextmanager
def forgetting(
    server: type[socketserver.TCPServer] = socketserver.ThreadingTCPServer,
) -> Iterator[tuple[str, list[bytes]]]:
    """Answer the first request of each connection, and close it on the next one; gives the URL, and all methods."""
    heard: list[bytes] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            for answer in (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", b""):
                head = self.request.recv(65536)
                if head:
                    heard.append(head.partition(b" ")[0])
                    self.request.sendall(answer)

    with serving(server(("127.0.0.1", 0), Handler)) as url:
        yield url, heard


@contextmanager
def raw_upstream(answer: bytes, endless: bytes = b"") -> Iterator[tuple[str, RawServer]]:
    raw = RawServer(answer, endless)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                raw.respond(self)
            except OSError:
                return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = False

    with serving(Server(("127.0.0.1", 0), Handler)) as url:
        try:
            yield url, raw
        finally:
            raw.done.set()


def http_answer(body: bytes | Any, status: str = "200 OK", **headers: str) -> bytes:
    """Write an HTTP answer; what is not bytes becomes JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + content


class Permits:
    """A gate that lets everything pass and keeps what it is told."""

    def __init__(self) -> None:
        self.entered: list[PaidRequest] = []
        self.told: list[tuple[str, ...]] = []

    def enter(self, request: PaidRequest) -> "Permits":
        self.entered.append(request)
        return self

    def refused(self) -> None:
        self.told.append(("refused",))

    def accepted(self, task_id: str) -> None:
        self.told.append(("accepted", task_id))

    def unknown(self, why: str) -> None:
        self.told.append(("unknown", why))


@dataclass(frozen=True)
class RunningRecorder:
    """A recorder on a port of its own."""

    url: str
    proxy: Proxy
    folder: Path

    def ask(self, method: str, path: str, body: bytes | Any = b"", **headers: str) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=20)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, content or None, {"Content-Type": "application/json", **names})
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir())


@contextmanager
def recording(
    url: str, folder: Path, gate: Gate, *, live: bool = False, seconds: float = 5.0, most: int = 10**6, **more: Any
) -> Iterator[RunningRecorder]:
    upstream = HttpUpstream(url, seconds, most)
    proxy = Proxy(upstream, RecordingFolder(folder), gate, LivenessCheck(upstream, live=live), **more)
    server = LiveServer("127.0.0.1", 0)
    server.start(proxy, limits=Limits(body_bytes=MOST_BODY_BYTES))
    try:
        yield RunningRecorder(server.url, proxy, folder)
    finally:
        server.stop()
        upstream.close()
