"""What a store costs: a request by memory, a state file and Redis, and by 1, 2 and 4 workers; and how late events are.

Stores are measured in turns, so that a slow moment of the machine strikes all; what counts are the ratios. On a machine
with few cores clients, workers and Redis take them from each other: `CPU` says what each of them needs.
Usage: stores.py [--rounds N] [--seconds S] [--rate N]; it needs Linux and a Redis
"""

import argparse
import http.client
import itertools
import json
import multiprocessing
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis
from handle import CREATE, HOOK, MODEL, RECORD
from redis_process import RedisServer
from served import started

from fakie.adapters.compose import make_service
from fakie.adapters.redis.connection import RedisConnection
from fakie.adapters.redis.glances import GlancingDoor
from fakie.adapters.redis.redis_store import RedisStore
from fakie.adapters.state.sqlite_store import SqliteStore
from fakie.adapters.state.state_file import StateFile
from fakie.adapters.ticker import Ticker
from fakie.core.clock import Clock
from fakie.core.http.messages import Request
from fakie.core.ports import Delivered, Door, Outgoing, Store
from fakie.core.service import Service
from fakie.core.settings import Settings

KEYS = [f"bench-{number}" for number in range(50)]
CALLS = 300
CREDIT, CONNECTIONS = "/api/v1/chat/credit", 8
_PATIENCE, _SETTLES = 120.0, 2.0
APPENDS = {"redis": {"appendonly": "no"}, "redis, appendfsync always": {}}
TICK = os.sysconf("SC_CLK_TCK")
Make = Callable[[Any, Any], Store]


class LatenessReceiver:
    """A `Sender` that takes every callback at once; `late` has how many seconds after its task's end each came.

    Its URL ends with the number of the account's clock and the moment of the end on it.
    """

    def __init__(self) -> None:
        self.late: list[float] = []
        self.clocks: Sequence[Clock] = ()

    def send(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        """Take it."""
        _, account, moment = outgoing.url.rsplit("/", 2)
        self.late.append(self.clocks[int(account)].now() - float(moment))
        done(Delivered(200))


@contextmanager
def stores(folder: Path) -> Iterator[dict[str, Make]]:
    """Return how each store is made, for a `with` block."""
    with ExitStack() as opened:
        makes: dict[str, Make] = {}
        file = opened.enter_context(closing(StateFile(folder / "bench.state")))
        makes["state file"] = lambda now, kept: SqliteStore(file, now, kept)
        for number, (name, options) in enumerate(APPENDS.items()):
            home = folder / str(number)
            home.mkdir()
            server = RedisServer(home, **options)
            opened.callback(server.kill)
            connection = opened.enter_context(closing(RedisConnection(server.url)))
            makes[name] = lambda now, kept, connection=connection: RedisStore(connection, now, kept)  # type: ignore[misc]
        yield makes


def door_on(make: Make | None, receiver: LatenessReceiver) -> Door:
    """Return a fake on a store as a program has it."""
    service = service_on(make, receiver)
    store = service.state.store
    return GlancingDoor(service, store.glances) if isinstance(store, RedisStore) else service


@contextmanager
def ways_counted() -> Iterator[list[int]]:
    """Count for a `with` block how often something is sent to Redis, and waited for."""
    count, real = [0], redis.connection.AbstractConnection.send_packed_command

    def counted(*arguments: Any, **named: Any) -> None:
        count[0] += 1
        real(*arguments, **named)  # type: ignore[no-untyped-call]

    redis.connection.AbstractConnection.send_packed_command = counted  # type: ignore[method-assign]
    try:
        yield count
    finally:
        redis.connection.AbstractConnection.send_packed_command = real  # type: ignore[method-assign]


def service_on(make: Make | None, receiver: LatenessReceiver) -> Service:
    """Return a fake on a store; in memory where none is named."""
    settings = Settings(credits=1e12, limits="off", keep_tasks=10**9)
    return make_service(settings, receiver, store=make)


def ask(service: Door, method: str, path: str, key: str, body: Any = None) -> Any:
    """Return the data of an answer."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Host": "127.0.0.1"}
    sent = b"" if body is None else json.dumps(body).encode()
    return json.loads(service.handle(Request.of(method, path, sent, headers)).body)["data"]


def one_by_one(makes: dict[str, Make], rounds: int) -> None:
    """Print how long a request takes when nothing else happens, and how much longer than in memory."""
    services: dict[str, Door] = {"memory": service_on(None, LatenessReceiver())}
    services |= {name: door_on(make, LatenessReceiver()) for name, make in makes.items()}
    took: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds + 1):
        for name, service in services.items():
            started = time.perf_counter()
            body: Any = {"model": MODEL, "input": {"audio_url": "https://a.test/a.mp3"}}
            keys = list(itertools.islice(itertools.cycle(KEYS), CALLS))
            ids = [ask(service, "POST", CREATE, key, body)["taskId"] for key in keys]
            between = time.perf_counter()
            for key, task_id in zip(keys, ids, strict=True):
                ask(service, "GET", RECORD + task_id, key)
            ended = time.perf_counter()
            if number:
                took.setdefault(("createTask", name), []).append((between - started) / CALLS)
                took.setdefault(("recordInfo", name), []).append((ended - between) / CALLS)
    print(f"one request at a time, of {rounds} rounds of {CALLS} in turns")
    for (kind, name), values in sorted(took.items()):
        ratio = statistics.median(one / two for one, two in zip(values, took[kind, "memory"], strict=True))
        print(f"  {kind}, {name}: {statistics.median(values) * 1e6:.0f} µs, {ratio:.1f} × memory", flush=True)
    tell_ways(services)


def tell_ways(services: Mapping[str, Door]) -> None:
    """Print how often a request goes to Redis when nothing is due and the clock need not be measured."""
    body = {"model": MODEL, "input": {"audio_url": "https://a.test/a.mp3"}}
    with ways_counted() as ways:
        for name, service in services.items():
            counts: list[tuple[int, int]] = []
            for _ in range(5):
                ways[0] = 0
                task_id = ask(service, "POST", CREATE, KEYS[0], body)["taskId"]
                created, ways[0] = ways[0], 0
                ask(service, "GET", RECORD + task_id, KEYS[0])
                counts.append((created, ways[0]))
            created, shown = map(min, zip(*counts, strict=True))
            if created:
                print(f"  {name}: createTask goes {created} times to Redis, recordInfo {shown} times")


def lag(make: Make | None, name: str, rate: int, seconds: float) -> None:
    """Print how late callbacks go out when so many are due in a second, for so many seconds."""
    receiver = LatenessReceiver()
    service = service_on(make, receiver)
    count = int(rate * seconds)
    ask(service, "POST", "/_fakie/reset", "", {})
    for key in KEYS:
        ask(service, "GET", CREDIT, key)
    # All are made while the clocks stand, so that nothing but events is measured.
    ask(service, "POST", "/_fakie/clock", "", {"freeze": True})
    accounts = [service.control.accounts.get(key) for key in KEYS]
    for number in range(count):
        after, own = 2 + number / rate, number % len(KEYS)
        hook = f"{HOOK}/{own}/{accounts[own].clock.now() + after}"
        ask(service, "POST", "/_fakie/plans", "", {"seconds": after})
        body = {"model": MODEL, "input": {"audio_url": "https://a.test/a.mp3"}, "callBackUrl": hook}
        ask(service, "POST", CREATE, KEYS[own], body)
    ask(service, "POST", "/_fakie/clock", "", {"freeze": False})
    receiver.clocks = [service.control.accounts.get(key).clock for key in KEYS]
    if isinstance(service.state.store, RedisStore):
        service.state.store.wake = service.state.alarm.set
    ticker = Ticker(service)
    ticker.start()
    until = time.monotonic() + _PATIENCE
    while len(receiver.late) < count and time.monotonic() < until:
        time.sleep(0.05)
    ticker.stop()
    late = sorted(receiver.late)
    middle, worst = late[len(late) // 2] * 1000, late[int(len(late) * 0.99)] * 1000
    print(f"  {name}: median {middle:.0f} ms, 99 % within {worst:.0f} ms; {len(late)} of {count}", flush=True)


def client(url: str, number: int, until: float, counted: "multiprocessing.Queue[int]") -> None:
    """Create tasks and poll each once, on several connections, until a moment; put the number of requests."""
    address, done = urlsplit(url).netloc, [0] * CONNECTIONS

    def one(own: int) -> None:
        connection = http.client.HTTPConnection(address, timeout=30)
        for key in itertools.cycle(KEYS[number * CONNECTIONS + own :: 2 * CONNECTIONS]):
            if time.time() >= until:
                break
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
            body = json.dumps({"model": MODEL, "input": {"audio_url": "https://a.test/a.mp3"}})
            connection.request("POST", CREATE, body, headers)
            task_id = json.load(connection.getresponse())["data"]["taskId"]
            connection.request("GET", RECORD + task_id, headers=headers)
            assert json.load(connection.getresponse())["code"] == 200
            done[own] += 2
        connection.close()

    threads = [threading.Thread(target=one, args=(own,)) for own in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted.put(sum(done))


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and of the workers that it has started."""
    own = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (int(own[11]) + int(own[12])) / TICK + sum(cpu_seconds(int(worker)) for worker in workers)


def served(options: Sequence[str], seconds: float, redis_cpu: Callable[[], float]) -> tuple[float, float, float]:
    """Return requests in a second of a served fake, and the CPU µs of one: the fake's, and Redis'."""
    fake, url = started("--limits", "off", "--credits", "1e12", *options, "--log", "quiet")
    try:
        time.sleep(_SETTLES)
        counted: multiprocessing.Queue[int] = multiprocessing.Queue()
        before, asked, until = cpu_seconds(fake.pid), redis_cpu(), time.time() + seconds
        clients = [multiprocessing.Process(target=client, args=(url, own, until, counted)) for own in range(2)]
        for one in clients:
            one.start()
        requests = sum(counted.get() for _ in clients)
        for one in clients:
            one.join()
        used, answered = cpu_seconds(fake.pid) - before, redis_cpu() - asked
    finally:
        fake.terminate()
        fake.wait()
        assert fake.stdout
        fake.stdout.close()
    return requests / seconds, used / requests * 1e6, answered / requests * 1e6


def over_the_port(folder: Path, rounds: int, seconds: float) -> None:
    """Print what a served fake carries by its store and workers, as ratios to memory, and what CPU a request takes."""
    with ExitStack() as opened:
        home = folder / "port"
        home.mkdir()
        server = RedisServer(home, appendonly="no")
        opened.callback(server.kill)
        connection = opened.enter_context(closing(RedisConnection(server.url)))

        def redis_cpu() -> float:
            told = connection.client.info("cpu")
            return float(told["used_cpu_user"]) + float(told["used_cpu_sys"])

        kinds = {"memory": (), "state file": ("--state", str(folder / "port.state"))}
        kinds |= {f"redis, {count} workers": ("--store", server.url, "--workers", str(count)) for count in (1, 2, 4)}
        got: dict[str, list[tuple[float, float, float]]] = {}
        for _ in range(rounds):
            for name, options in kinds.items():
                connection.client.flushall()
                got.setdefault(name, []).append(served(options, seconds, redis_cpu))
    print(f"on a port, createTask and recordInfo in turns, {rounds} rounds of {seconds:g} s, {os.cpu_count()} cores")
    for name, values in got.items():
        ratio = statistics.median(one[0] / two[0] for one, two in zip(values, got["memory"], strict=True))
        rate, fake, redis = (statistics.median(column) for column in zip(*values, strict=True))
        print(f"  {name}: {rate:.0f}/s, {ratio:.2f} × memory; CPU {fake:.0f} µs of fakie, {redis:.0f} µs of Redis")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rate", type=int, default=1000, help="events due in a second")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fakie-") as name, stores(Path(name)) as makes:
        one_by_one(makes, given.rounds)
        print(f"how late callbacks go out, {given.rate} due in a second for {given.seconds:g} s, one process")
        for kind, make in {"memory": None, **makes}.items():
            lag(make, kind, given.rate, given.seconds)
        over_the_port(Path(name), given.rounds, given.seconds)


if __name__ == "__main__":
    main()
