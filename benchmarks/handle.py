"""What one call of `Service.handle` costs, in µs of CPU time, and whether it stays flat as a fake grows.

Nothing is sent over a network. Sizes are measured in turns, so that a slow moment of the machine strikes all; figures
are medians of the rounds. Usage: handle.py [--tasks N] [--accounts N] [--models N]
"""

import argparse
import gc
import itertools
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import catalog as many_models
from fakie.adapters.compose import make_service
from fakie.adapters.garbage import GarbageLooks
from fakie.core.http.messages import Request
from fakie.core.ports import Delivered, Outgoing
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.limits import WindowLimit
from fakie_schemas.schema.values import working_value

MODEL = "elevenlabs/audio-isolation"
CREATE, RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo?taskId="
ROUNDS, CALLS = 7, 2000
HOOK = "http://127.0.0.1:9/hook"
_EARLY = 1000

Call = Callable[[], Request]


class CallbackCounter:
    """A `Sender` that takes every callback at once, and counts them."""

    def __init__(self) -> None:
        self.taken = 0

    def send(self, _: Outgoing, done: Callable[[Delivered], None]) -> None:
        """Take it."""
        self.taken += 1
        done(Delivered(200))


class MovedFake:
    """A service with its receiver, and the clock that both see, which stands until it is moved."""

    def __init__(self, catalog: Catalog | None = None) -> None:
        self.receiver = CallbackCounter()
        self.now = time.time()
        # All are kept, however many are asked for.
        settings = Settings(credits=1e12, create_limit=WindowLimit.off(), keep_tasks=10**9, keep_accounts=10**9)
        self.service: Service = make_service(settings, self.receiver, catalog=catalog, now=lambda: self.now)
        self.service.state.journal.listen(GarbageLooks().entry)
        self.ids: list[str] = []
        self._count = itertools.count()

    def create(self, body: Any, key: str = "bench") -> Request:
        """Return the request that creates a task."""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Host": "127.0.0.1"}
        return Request.of("POST", CREATE, json.dumps(body).encode(), headers)

    def poll(self, task_id: str, key: str = "bench") -> Request:
        """Return the request that polls a task."""
        return Request.of("GET", RECORD + task_id, headers={"Authorization": f"Bearer {key}", "Host": "127.0.0.1"})

    def forget(self, since: int) -> None:
        """Drop the tasks made since there were so many."""
        store = self.service.state.store
        for task_id in self.ids[since:]:
            task = store.task(task_id)
            if task is not None:
                with store.work(task.account) as work:
                    work.forget_task(task_id)
        del self.ids[since:]

    def fill(self, count: int, keys: Sequence[str] = ("bench",)) -> None:
        """Create tasks until there are so many, by these accounts in turn; every hundredth has a callback."""
        while len(self.ids) < count:
            number = len(self.ids)
            hook = {"callBackUrl": HOOK} if number % 100 == 0 else {}
            body = {"model": MODEL, "input": {"audio_url": f"https://a.test/{number}.mp3"}, **hook}
            answer = json.loads(self.service.handle(self.create(body, keys[number % len(keys)])).body)
            self.ids.append(answer["data"]["taskId"])


def microseconds(fake: MovedFake, requests: Sequence[Request]) -> float:
    """Return the CPU time of one call, in µs, and look that each was answered."""
    handle, started = fake.service.handle, time.process_time()
    for request in requests:
        handle(request)
    return (time.process_time() - started) / len(requests) * 1e6


def kinds(fake: MovedFake, keys: Sequence[str]) -> dict[str, Callable[[], Sequence[Request]]]:
    """Return how to make the requests of each kind; each body is another one."""
    numbers, chosen = itertools.count(), random.Random(1)
    polled: Sequence[int] = ()
    kept = len(fake.ids)

    def bodies(given: Callable[[int], Any]) -> Callable[[], Sequence[Request]]:
        def make() -> Sequence[Request]:
            return [
                fake.create({"model": MODEL, "input": given(number)}, keys[number % len(keys)])
                for number in itertools.islice(numbers, CALLS)
            ]

        return make

    def poll(number: int) -> Request:
        return fake.poll(fake.ids[number], keys[number % len(keys)])

    def first() -> Sequence[Request]:
        nonlocal polled
        many = kept > 2 * CALLS * ROUNDS
        polled = chosen.sample(range(kept), CALLS) if many else _new(fake, keys, kept)
        return [poll(number) for number in polled]

    def again() -> Sequence[Request]:
        return [poll(number) for number in polled]

    return {
        "createTask accepted": bodies(lambda number: {"audio_url": f"https://a.test/{number}.mp3"}),
        "createTask accepted with advice": bodies(lambda number: {"note": number}),
        "createTask refused": bodies(lambda number: [number]),
        "recordInfo, first of a task": first,
        "recordInfo, again": again,
    }


def _new(fake: MovedFake, keys: Sequence[str], kept: int) -> range:
    """Make tasks to be polled for the first time in the place of those that were, beside the first `kept`."""
    fake.forget(since=kept)
    fake.fill(kept + CALLS, keys)
    return range(kept, kept + CALLS)


def compare(title: str, fakes: dict[str, tuple[MovedFake, Sequence[str]]]) -> None:
    """Measure every kind on each fake in turns; print µs, and how much more the largest costs than the smallest."""
    figures: dict[str, dict[str, list[float]]] = {}
    made = {name: kinds(fake, keys) for name, (fake, keys) in fakes.items()}
    for number in range(ROUNDS + 1):
        for name, (fake, _) in fakes.items():
            for kind, make in made[name].items():
                took = microseconds(fake, make())
                if number:
                    figures.setdefault(kind, {}).setdefault(name, []).append(took)
    print(title)
    for kind, sizes in figures.items():
        medians = [statistics.median(values) for values in sizes.values()]
        spans = ", ".join(
            f"{name}: {middle:.1f} µs ({min(sizes[name]):.1f} to {max(sizes[name]):.1f})"
            for name, middle in zip(sizes, medians, strict=True)
        )
        print(f"  {kind}: {spans}; ratio {medians[-1] / medians[0]:.2f}", flush=True)


def resident_kb() -> int:
    """Return the memory of this process, in kB (on Linux; elsewhere its peak)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])


def tasks(count: int) -> None:
    """Compare 10 tasks with many; then poll early ones of them, and see that events due among them are delivered."""
    few, many = MovedFake(), MovedFake()
    few.fill(10)
    gc.collect()
    before, started = resident_kb(), time.process_time()
    many.fill(count)
    print(f"{count:,} tasks made in {time.process_time() - started:.0f} s of CPU; ", end="")
    print(f"{(resident_kb() - before) / count:.2f} kB a task, its body included")
    compare("tasks", {"10": (few, ["bench"]), f"{count:,}": (many, ["bench"])})
    many.forget(since=count)
    early = random.Random(2).sample(many.ids[: max(_EARLY, count // 2)], min(_EARLY, count))
    many.now += 3600
    started = time.process_time()
    many.service.run_due()
    took = time.process_time() - started
    shown = [json.loads(many.service.handle(many.poll(one)).body)["data"] for one in early]
    ended = sum(data["state"] == "success" for data in shown)
    due = (count + 99) // 100
    print(f"  {ended} of {len(early)} early tasks polled have ended with success; ", end="")
    print(f"{many.receiver.taken:,} of {due:,} callbacks delivered, in {took:.1f} s of CPU")
    if ended != len(early) or many.receiver.taken != due:
        raise SystemExit("handle: tasks or callbacks are missing")


def accounts(count: int) -> None:
    """Compare one account with many."""
    keys = [f"bench-{number}" for number in range(count)]
    one, many = MovedFake(), MovedFake()
    one.fill(count)
    many.fill(count, keys)
    compare("accounts", {"1": (one, ["bench"]), f"{count:,}": (many, keys)})


def models(count: int) -> None:
    """Compare a catalog of one model with one of many: asked for one of them, and for each in turn.

    The latter reads another schema from memory with every request, which no longer fits into a processor's caches.
    """
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        made: dict[str, tuple[MovedFake, Sequence[str]]] = {}
        for folder, size in ((first, 1), (second, count)):
            many_models.fill(Path(folder), size)
            fake = MovedFake(Catalog(Path(folder)))
            names = fake.service.contracts.catalog.models
            made[f"one of {size:,}"] = fake, names[:1]
        made[f"each of {count:,} in turn"] = fake, names
        figures: dict[str, list[float]] = {name: [] for name in made}
        for number in range(ROUNDS + 1):
            for name, (fake, asked) in made.items():
                took = microseconds(fake, _of_models(fake, asked, CALLS if number else 2 * len(asked)))
                figures[name] += [took] if number else []
    print("models")
    medians = {name: statistics.median(values) for name, values in figures.items()}
    few = medians["one of 1"]
    for name, middle in medians.items():
        print(f"  createTask accepted, {name}: {middle:.1f} µs; ratio {middle / few:.2f}")


def _of_models(fake: MovedFake, names: Sequence[str], calls: int) -> list[Request]:
    revision = fake.service.contracts.catalog.served(names[0])
    assert revision is not None
    body: dict[str, Any] = working_value(revision.request_schema)
    return [fake.create({**body, "model": name}) for name in itertools.islice(itertools.cycle(names), calls)]


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--models", type=int, default=1_000)
    given = parser.parse_args()
    print(f"Python {sys.version.split()[0]}; medians of {ROUNDS} rounds of {CALLS} calls, CPU time")
    # As `fakie serve` does.
    with GarbageLooks().alone():
        accounts(given.accounts)
        models(given.models)
        tasks(given.tasks)


if __name__ == "__main__":
    main()
