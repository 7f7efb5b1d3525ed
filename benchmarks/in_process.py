"""One `requests` call in a test, against the same call through urllib3 to an answer in memory, and a bare `responses`.

CPU time, in turns; the medians of the rounds; the fake's limits are off, so that every call is accepted. What the
fixture itself costs stands beside it.
"""

import io
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ClassVar
from unittest import mock

import requests
import responses
import urllib3.connection

from fakie.harness.fake import Fake
from fakie.harness.fast_forward import fast_forward
from fakie.harness.start import SessionCache, in_process, new_fake

ROUNDS, CALLS, SETUPS = 15, 100, 30
URL = "https://api.kie.ai/api/v1/jobs/createTask"
BODY = {"model": "elevenlabs/audio-isolation", "input": {"audio_url": "https://a.test/speech.mp3"}}
HEADERS = {"Authorization": "Bearer k"}

Act = Callable[[], object]


class Memory:
    """A socket whose every read gives one whole answer."""

    answer: ClassVar[bytes] = b""

    def sendall(self, _: bytes) -> None:
        """Take a request."""

    def makefile(self, *_: Any, **__: Any) -> io.BytesIO:
        """Return the answer."""
        return io.BytesIO(self.answer)

    def settimeout(self, _: float | None) -> None:
        """Never wait."""

    def close(self) -> None:
        """Keep nothing."""


def in_memory(answer: requests.Response) -> AbstractContextManager[object]:
    """Let urllib3 read an answer of equal size from memory."""
    lines = [f"HTTP/1.1 {answer.status_code} OK", *(f"{name}: {value}" for name, value in answer.headers.items())]
    Memory.answer = "\r\n".join([*lines, "", ""]).encode() + answer.content

    def connect(self: Any) -> None:
        self.sock, self.is_verified = Memory(), True

    return mock.patch.object(urllib3.connection.HTTPSConnection, "connect", connect)


def call() -> requests.Response:
    """Send one request."""
    return requests.post(URL, json=BODY, headers=HEADERS)


def microseconds(act: Act, times: int) -> float:
    """Return the CPU time of one act."""
    started = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - started) / times * 1e6


@contextmanager
def bare() -> Any:
    """Answer by `responses` alone."""
    with responses.RequestsMock() as mocked:
        mocked.post(URL, json={"code": 200, "msg": "success", "data": {"taskId": "0" * 32, "recordId": "0" * 32}})
        yield


@contextmanager
def faked(kept: SessionCache) -> Any:
    """Answer by a fake as the fixture sets it up."""
    fake: Fake = new_fake(
        catalog=kept.catalog_of(None, None, "pinned"), profile=kept.profile("documented"), credits=1e9, limits="off"
    )
    with in_process(fake, []), fast_forward(fake):
        yield fake
    _ = fake.conduct


def main() -> None:
    """Print what a call and what a fixture costs."""
    kept = SessionCache()
    with faked(kept):
        answer = call()
    ways = {"fakie": lambda: faked(kept), "urllib3, an answer in memory": lambda: in_memory(answer), "responses": bare}
    calls: dict[str, list[float]] = {name: [] for name in ways}
    setups: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():

            def setup(way: Any = way) -> None:
                with way():
                    call()

            setups[name].append(microseconds(setup, SETUPS))
            with way():
                call()
                calls[name].append(microseconds(call, CALLS))
    for title, figures in (("a call", calls), ("a test's set-up, one call, and its end", setups)):
        print(title)
        for name, values in figures.items():
            ratio = statistics.median(ours / other for ours, other in zip(figures["fakie"], values, strict=True))
            print(f"  {name}: {statistics.median(values):.0f} µs; fakie takes {ratio:.2f} times that")
    kept.close()


if __name__ == "__main__":
    main()
