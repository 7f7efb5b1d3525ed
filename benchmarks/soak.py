"""Load a fake for a long time, under chaos, with callbacks and levers, and say what of it grew.

Usage: soak.py [--minutes N] [--keys N] [--pause SECONDS]. Exit code 1 where an answer was not among the expected ones,
where memory, threads or descriptors grew beyond their bounds after the warm-up, or where it stopped late (Linux alone).
"""

import argparse
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import urllib3
from kills import MODEL, Seen, receiver
from served import started

_KEPT_TASKS = 500
_STOP_SECONDS = 1.0
# What may come on top of the warm-up: free room within memory's pages, workers and connections that come and go.
_MORE_MEMORY, _MORE_THREADS, _MORE_FILES = 1.15, 8, 40
_LEVERS = ("journal?limit=20", "tasks", "accounts", "clock", "faults", "files", "health", "openapi.json")
_CODES = {200, 422, 500, 502}


@dataclass
class AnswerCounts:
    """What came back: answers by what they were, and those that should not have been."""

    answers: Counter[str] = field(default_factory=Counter)
    unexpected: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, said: str, *, expected: bool) -> None:
        """Count an answer."""
        with self.lock:
            self.answers[said] += 1
            if not expected:
                self.unexpected[said] += 1


@dataclass(frozen=True)
class ProcessSize:
    """What a process holds at a moment."""

    memory_mb: float
    threads: int
    files: int

    @classmethod
    def of(cls, pid: int) -> "ProcessSize":
        """Return what a process holds now."""
        status = Path(f"/proc/{pid}/status").read_text("ascii")
        kb, threads = (int(status.partition(f"{name}:")[2].split()[0]) for name in ("VmRSS", "Threads"))
        return cls(kb / 1024, threads, len(list(Path(f"/proc/{pid}/fd").iterdir())))

    def grown(self, warm: "ProcessSize") -> list[str]:
        """Return what is more than it may be, compared with the end of the warm-up."""
        bounds = (
            ("memory", self.memory_mb, warm.memory_mb * _MORE_MEMORY),
            ("threads", self.threads, warm.threads + _MORE_THREADS),
            ("descriptors", self.files, warm.files + _MORE_FILES),
        )
        return [f"{name} grew to {now:.0f}, more than {most:.0f}" for name, now, most in bounds if now > most]

    def __str__(self) -> str:
        """Return it as the report shows it."""
        return f"{self.memory_mb:.1f} MB, {self.threads} threads, {self.files} descriptors"


class SoakClient:
    """Asks as one key, again and again: creates, polls, credits, and now and then a lever."""

    def __init__(self, url: str, hook: str, key: str, tally: AnswerCounts) -> None:
        self._url = url
        self._hook = hook
        self._headers = {"Authorization": f"Bearer {key}"}
        self._tally = tally
        self._task = "none"
        self._levers = cycle(_LEVERS)

    def turn(self) -> None:
        """Create a task, poll it, ask for the credits, and look at one lever."""
        body = {"model": MODEL, "input": {"audio_url": "https://a.test/a.mp3"}, "callBackUrl": self._hook}
        self._ask("create", lambda: self._request("POST", "/api/v1/jobs/createTask", json=body))
        self._ask("poll", lambda: self._request("GET", f"/api/v1/jobs/recordInfo?taskId={self._task}"))
        self._ask("credit", lambda: self._request("GET", "/api/v1/chat/credit"))
        self._ask("bad", lambda: self._request("POST", "/api/v1/jobs/createTask", body=b'{"model": ['))
        lever = next(self._levers)
        self._ask(f"lever {lever}", lambda: self._request("GET", f"/_fakie/{lever}"), lever=True)

    def _request(self, method: str, path: str, **how: object) -> urllib3.BaseHTTPResponse:
        return urllib3.request(method, self._url + path, headers=self._headers, retries=False, timeout=30, **how)  # type: ignore[arg-type]

    def _ask(self, what: str, send: Callable[[], urllib3.BaseHTTPResponse], *, lever: bool = False) -> None:
        try:
            answer = send()
        except urllib3.exceptions.HTTPError as error:
            # The scenario resets and cuts answers of the API, never of the levers.
            self._tally.add(f"{what}: {type(error).__name__}", expected=not lever)
            return
        if lever:
            self._tally.add(f"{what}: {answer.status}", expected=answer.status == 200)
            return
        if answer.headers.get("content-type", "").startswith("text/html"):
            self._tally.add(f"{what}: a proxy's page {answer.status}", expected=answer.status == 502)
            return
        data = answer.json()
        # A 500 may be the scenario's; one that is a bug of the fake leaves a stack trace in its log.
        self._tally.add(f"{what}: {data['code']}", expected=data["code"] in _CODES)
        if what == "create" and data["code"] == 200:
            self._task = data["data"]["taskId"]


class SoakedFake:
    """A fake in a process of its own, with a scenario, a state file and few tasks kept."""

    def __init__(self, folder: Path) -> None:
        state = ["--state", str(folder / "soak.state"), "--keep-tasks", str(_KEPT_TASKS), "--credits", "1e12"]
        chaos = ["--scenario", "flaky-upstream", "--limits", "off", "--speed", "20"]
        self.errors = (folder / "log").open("w+b")
        self.process, self.url = started(*state, *chaos, log=self.errors)

    def stop(self) -> float:
        """Stop it in good order; returns the seconds that it took."""
        begun = time.monotonic()
        self.process.terminate()
        self.process.wait(60)
        assert self.process.stdout
        self.process.stdout.close()
        return time.monotonic() - begun

    def tracebacks(self) -> int:
        """Return how many stack traces its log has."""
        self.errors.seek(0)
        return sum(line.startswith(b"Traceback") for line in self.errors)


def soaked(
    fake: SoakedFake, hook: str, given: argparse.Namespace, tally: AnswerCounts
) -> tuple[list[ProcessSize], float]:
    """Load it for so long; returns what it held at the start, after the warm-up and at the end, and how it stopped."""
    over = threading.Event()

    def ask(key: str) -> None:
        client = SoakClient(fake.url, hook, key, tally)
        while not over.is_set():
            client.turn()
            over.wait(given.pause)

    held = [ProcessSize.of(fake.process.pid)]
    clients = [threading.Thread(target=ask, args=(f"soak-{number}",)) for number in range(given.keys)]
    for one in clients:
        one.start()
    for share in (0.25, 0.75):
        time.sleep(given.minutes * 60 * share)
        held.append(ProcessSize.of(fake.process.pid))
        print(f"{time.strftime('%H:%M:%S')} {tally.answers.total()} requests; {held[-1]}", flush=True)
    # What is under way as it stops is cut off, and counted nowhere.
    answers, unexpected = tally.answers.copy(), tally.unexpected.copy()
    stopped = fake.stop()
    over.set()
    for one in clients:
        one.join()
    tally.answers, tally.unexpected = answers, unexpected
    return held, stopped


def main() -> None:
    """Run it and print the figures; exit code 1 when anything is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--keys", type=int, default=6)
    parser.add_argument("--pause", type=float, default=0.2, help="seconds between the turns of a key")
    given = parser.parse_args()
    tally, seen = AnswerCounts(), Seen()
    with tempfile.TemporaryDirectory() as folder, receiver(seen) as hook:
        fake = SoakedFake(Path(folder))
        with fake.errors:
            held, stopped = soaked(fake, hook, given, tally)
            traces = fake.tracebacks()
    wrong = held[-1].grown(held[1]) + [f"unexpected: {what}, {count} times" for what, count in tally.unexpected.items()]
    wrong += [f"{traces} stack traces in the log"] * (traces > 0)
    wrong += [f"stopped after {stopped:.2f} s, more than {_STOP_SECONDS:g}"] * (stopped > _STOP_SECONDS)
    print(f"requests: {tally.answers.total()}; unexpected: {tally.unexpected.total()}; callbacks: {seen.taken.total()}")
    for said, count in sorted(tally.answers.items()):
        print(f"  {said}: {count}")
    for when, what in zip(("start", "after the warm-up", "end"), held, strict=True):
        print(f"{when}: {what}")
    print(f"stopped under load in {stopped:.2f} s", *(wrong or ["nothing grew"]), sep="\n")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
