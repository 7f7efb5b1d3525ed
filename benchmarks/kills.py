"""Kill `fakie serve` again and again under load, by SIGKILL at random moments, and count what is left.

With `--store redis` two fakes share one Redis, and each kill takes one of the three; otherwise one has a state file.

Lost is what was answered and is not there afterwards, or a callback that never came; doubled is a callback that came
twice without a delivery that says so. Usage: kills.py [--kills N] [--seed N] [--store redis]
"""

import argparse
import json
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import urllib3
from redis_process import RedisServer
from served import started

MODEL = "elevenlabs/audio-isolation"
CREDITS = 1_000_000
# So few that the tail of the journal has the deliveries of all kills.
_KEYS, _MOST_ANSWERS = 4, 120
_CALM_SECONDS = 60
# How long clients of a pair rest at most between two tasks, and after which time everything is somebody's again.
_SHARED_PAUSE, _TAKEN_OVER_SECONDS = 0.2, 8.0


@dataclass
class Count:
    """What came of it: so many kills, tasks answered, callbacks taken, and how many of each went wrong."""

    kills: int
    answered: int = 0
    tasks: int = 0
    callbacks: int = 0
    lost_tasks: int = 0
    wrong_credits: int = 0
    lost_callbacks: int = 0
    doubled: int = 0
    doubled_unsaid: int = 0

    @property
    def ok(self) -> bool:
        """True when nothing was lost, and nothing doubled without saying so."""
        return not (self.lost_tasks or self.wrong_credits or self.lost_callbacks or self.doubled_unsaid)


@dataclass
class Seen:
    """What clients and receiver have seen: ids that were answered, and callbacks taken by task."""

    answered: set[str] = field(default_factory=set)
    taken: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def receiver(seen: Seen) -> Iterator[str]:
    """Take callbacks for a `with` block, and return where."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with seen.lock:
                seen.taken[json.loads(body)["data"]["taskId"]] += 1
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class KilledFake:
    """One process of the fake on its state: `--state FILE` or `--store URL`."""

    def __init__(self, *kept: str) -> None:
        options = ["--speed", "50", "--limits", "off", "--credits", str(CREDITS)]
        self.process, self.url = started(*kept, *options)

    def end(self, *, killed: bool) -> None:
        """Kill it, or stop it in good order."""
        self.process.kill() if killed else self.process.terminate()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()

    def lever(self, name: str) -> Any:
        """Return what a lever tells."""
        return urllib3.request("GET", f"{self.url}/_fakie/{name}").json()["data"]

    def create(self, hook: str, key: str) -> str:
        """Create a task and return its id; raises HTTPError when nobody answers."""
        body = {"model": MODEL, "input": {"audio_url": "https://a.test/a.mp3"}, "callBackUrl": hook}
        headers, url = {"Authorization": f"Bearer {key}"}, f"{self.url}/api/v1/jobs/createTask"
        answer = urllib3.request("POST", url, json=body, headers=headers, retries=False)
        task_id: str = answer.json()["data"]["taskId"]
        return task_id


def load(fake: KilledFake, hook: str, seen: Seen, answers: int) -> None:
    """Create tasks from several clients until so many were answered, then kill the fake amid the next ones."""
    enough, dead = threading.Event(), threading.Event()
    before = len(seen.answered)

    def client(key: str) -> None:
        while not dead.is_set():
            try:
                seen.answered.add(fake.create(hook, key))
            except (urllib3.exceptions.HTTPError, ValueError, KeyError):
                return
            if len(seen.answered) - before >= answers:
                enough.set()

    clients = [threading.Thread(target=client, args=(f"key-{number}",)) for number in range(_KEYS)]
    for one in clients:
        one.start()
    enough.wait(_CALM_SECONDS)
    fake.end(killed=True)
    dead.set()
    for one in clients:
        one.join()


def calm(fake: KilledFake) -> None:
    """Wait until nothing is due any more."""
    until = time.monotonic() + _CALM_SECONDS
    while time.monotonic() < until:
        clocks = [clock for name, clock in fake.lever("clock").items() if name != "fake"]
        if all(clock["next_due"] is None and not clock["delivering"] for clock in clocks):
            return
        time.sleep(0.1)


def killed(kills: int, seed: int, folder: Path) -> Count:
    """Kill a fake so often, and return what is left."""
    chance, seen, state = random.Random(seed), Seen(), folder / "kills.state"
    with receiver(seen) as hook:
        for _ in range(kills):
            load(KilledFake("--state", str(state)), hook, seen, chance.randrange(1, _MOST_ANSWERS))
        last = KilledFake("--state", str(state))
        return counted(last, kills, seen)


def counted(last: KilledFake, kills: int, seen: Seen) -> Count:
    """Wait until the last fake is calm, end it, and count what it has."""
    calm(last)
    tasks = {task["task_id"] for task in last.lever("tasks")}
    accounts = last.lever("accounts")
    entries = last.lever("journal")
    last.end(killed=False)
    said = {entry["task_id"] for entry in entries if "again after a restart" in entry["reason"]}
    doubled = {task for task, times in seen.taken.items() if times > 1}
    return Count(
        kills,
        answered=len(seen.answered),
        tasks=len(tasks),
        callbacks=sum(seen.taken.values()),
        lost_tasks=len(seen.answered - tasks),
        wrong_credits=round(sum(CREDITS - account["credits"] for account in accounts)) - len(tasks),
        lost_callbacks=len(tasks - set(seen.taken)),
        doubled=len(doubled),
        doubled_unsaid=len(doubled - said),
    )


class Pair:
    """Two fakes on one Redis, which keeps whatever it has answered; any of the three may be killed."""

    def __init__(self, folder: Path) -> None:
        self.redis = RedisServer(folder)
        self._fakes = [self._new(), self._new()]

    def _new(self) -> KilledFake:
        return KilledFake("--store", self.redis.url)

    def any(self, chance: random.Random) -> KilledFake:
        """Return one of the fakes."""
        return chance.choice(self._fakes)

    def kill(self, victim: int) -> None:
        """Kill a fake, or Redis, and start it again."""
        if victim == len(self._fakes):
            self.redis.kill()
            self.redis.start()
        else:
            self._fakes[victim].end(killed=True)
            self._fakes[victim] = self._new()

    def end(self) -> KilledFake:
        """End one fake in good order, and return the other."""
        self._fakes[0].end(killed=False)
        return self._fakes[1]


def killed_shared(kills: int, seed: int, folder: Path) -> Count:
    """Kill one of two fakes that share a Redis, or that, so often under load, and return what is left."""
    chance, seen, over = random.Random(seed), Seen(), threading.Event()
    pair = Pair(folder)

    def client(number: int) -> None:
        own = random.Random(f"{seed} {number}")
        while not over.is_set():
            # One that was not answered may have been made or not: nobody was told.
            with suppress(urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError):
                seen.answered.add(pair.any(own).create(hook, f"key-{number}"))
            # The journal's tail is to have the deliveries of all kills.
            time.sleep(own.random() * _SHARED_PAUSE)

    with receiver(seen) as hook:
        clients = [threading.Thread(target=client, args=(number,)) for number in range(_KEYS)]
        for one in clients:
            one.start()
        for _ in range(kills):
            time.sleep(chance.random() * 2)
            pair.kill(chance.randrange(3))
        over.set()
        for one in clients:
            one.join()
        try:
            time.sleep(_TAKEN_OVER_SECONDS)
            return counted(pair.end(), kills, seen)
        finally:
            pair.redis.kill()


def main() -> None:
    """Run it and print the count; exit code 1 when anything is lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", choices=["redis"])
    given = parser.parse_args()
    how = killed_shared if given.store else killed
    with tempfile.TemporaryDirectory() as folder:
        count = how(given.kills, given.seed, Path(folder))
    for name, value in vars(count).items():
        print(f"{name.replace('_', ' ')}: {value}")
    raise SystemExit(0 if count.ok else 1)


if __name__ == "__main__":
    main()
