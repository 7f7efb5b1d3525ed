"""createTask over keep-alive connections, and cold start to first answer, against an empty Flask view.

Both servers run at once and are asked in turns, so that a noisy machine slows both; what counts is the ratio.
"""

import http.client
import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

BODY = json.dumps({"model": "elevenlabs/audio-isolation", "input": {}}).encode()
HEADERS = {"Authorization": "Bearer bench", "Content-Type": "application/json"}
FAKE = ["-m", "fakie", "serve", "--port", "0", "--rate-limit", "off", "--credits", "1e9"]
FLOOR = [str(Path(__file__).with_name("floor_server.py"))]
ROUNDS, REQUESTS, STARTS = 20, 200, 7


class Server:
    """A server in a child process."""

    def __init__(self, arguments: list[str]) -> None:
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        line = self.process.stdout.readline() if self.process.stdout else ""
        found = re.search(r"http://([\d.:]+)", line)
        if not found:
            raise RuntimeError(f"no URL in {line!r}")
        self.connection = http.client.HTTPConnection(urlsplit(found[0]).netloc)
        self.ask()
        self.start_seconds = time.perf_counter() - started

    def ask(self) -> None:
        """Send one createTask."""
        self.connection.request("POST", "/api/v1/jobs/createTask", BODY, HEADERS)
        answer = self.connection.getresponse().read()
        if not answer.startswith(b'{"code":200'):
            raise RuntimeError(answer.decode())

    def seconds(self, requests: int) -> float:
        """Time some requests, one after the other."""
        started = time.perf_counter()
        for _ in range(requests):
            self.ask()
        return time.perf_counter() - started

    def peak_memory_mb(self) -> float:
        """Read the peak memory of the process, in MB (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else float("nan")

    def stop(self) -> float:
        """Stop it; gives the seconds it took."""
        started = time.perf_counter()
        self.connection.close()
        self.process.terminate()
        self.process.communicate(timeout=10)
        return time.perf_counter() - started


def warm() -> None:
    """Compare requests on one keep-alive connection each."""
    fake, floor = Server(FAKE), Server(FLOOR)
    pairs = [(fake.seconds(REQUESTS), floor.seconds(REQUESTS)) for _ in range(ROUNDS)]
    fake_ms = statistics.median(a for a, _ in pairs) / REQUESTS * 1000
    floor_ms = statistics.median(b for _, b in pairs) / REQUESTS * 1000
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"createTask, one connection: {fake_ms:.3f} ms; empty view {floor_ms:.3f} ms; ratio {ratio:.2f}")
    print(f"peak memory: {fake.peak_memory_mb():.0f} MB; empty view {floor.peak_memory_mb():.0f} MB")
    print(f"stop: {fake.stop():.3f} s; empty view {floor.stop():.3f} s")


def cold() -> None:
    """Compare the time from starting the process to its first answer."""
    times: dict[str, list[float]] = {"fake": [], "floor": []}
    for _ in range(STARTS):
        for name, arguments in (("fake", FAKE), ("floor", FLOOR)):
            server = Server(arguments)
            times[name].append(server.start_seconds)
            server.stop()
    fake, floor = statistics.median(times["fake"]), statistics.median(times["floor"])
    print(f"cold start to first answer: {fake:.3f} s; empty view {floor:.3f} s; ratio {fake / floor:.2f}")


if __name__ == "__main__":
    warm()
    cold()
