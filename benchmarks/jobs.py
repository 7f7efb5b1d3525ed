"""Whole jobs: created, polled until success, their callbacks received."""

import http.client
import http.server
import json
import threading
import time
from urllib.parse import urlsplit

from load import HEADERS

_CLIENTS = 4
_BODY = {"model": "elevenlabs/audio-isolation", "input": {"audio_url": "https://files.test/a.mp3"}}
_PAUSE = 0.002


class _Receiver(http.server.BaseHTTPRequestHandler):
    """Counts callbacks, by task."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take one."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.received.add(body["data"]["taskId"])  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def run(url: str, seconds: float) -> float:
    """Run jobs for some seconds; returns how many a second were done, their callbacks included."""
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    received: set[str] = set()
    receiver.received = received  # type: ignore[attr-defined]
    serving = threading.Thread(target=receiver.serve_forever, args=(0.05,))
    serving.start()
    done: set[str] = set()
    started = time.perf_counter()
    hook = f"http://127.0.0.1:{receiver.server_port}/"
    clients = [threading.Thread(target=_work, args=(url, hook, started + seconds, done)) for _ in range(_CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    until = time.perf_counter() + 30
    while not done <= received and time.perf_counter() < until:
        time.sleep(_PAUSE)
    took = time.perf_counter() - started
    receiver.shutdown()
    serving.join()
    receiver.server_close()
    return len(done & received) / took


def _work(url: str, hook: str, until: float, done: set[str]) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)

    def ask(method: str, path: str, body: object = None) -> dict[str, str]:
        connection.request(method, path, json.dumps(body) if body else None, HEADERS)
        data: dict[str, str] = json.loads(connection.getresponse().read())["data"]
        return data

    while time.perf_counter() < until:
        task = ask("POST", "/api/v1/jobs/createTask", {**_BODY, "callBackUrl": hook})["taskId"]
        while ask("GET", f"/api/v1/jobs/recordInfo?taskId={task}")["state"] != "success":
            time.sleep(_PAUSE)
        done.add(task)
    connection.close()
