"""`make bench`: fakie against floors and peers in one run, in turns, so that what counts, the ratios, is fair.

Limits of the fake (rate, credits) are off. A run with the peers takes about half an hour; `--quick` only looks whether
all works.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jobs
import peers
import report
from load import Load, Measured, RepeatedCall, measure, need_wrk
from report import Figure
from servers import FAKIE, FLOORS, LOGGING, Recipe, Server

REPORTS = Path(__file__).parent / "report"
MODEL = "elevenlabs/audio-isolation"
# Taken by the model's newest page too: an older body would have each answer advise.
CREATE = RepeatedCall(
    "createTask", "POST", peers.CREATE, {"model": MODEL, "input": {"audio_url": "https://files.test/a.mp3"}}
)
REFUSED = RepeatedCall("createTask refused", "POST", peers.CREATE, {"model": MODEL, "input": []}, '"code":422')
COLD_SECONDS, WARM_SECONDS = 10.0, 60.0
USUAL = Load(16)
LOADS = (Load(1), USUAL, Load(64), Load(512), Load(16, keep_alive=False))


@dataclass(frozen=True)
class Durations:
    """How long and how often things are measured."""

    rounds: int
    seconds: float
    cold_seconds: float
    warm_seconds: float
    tasks: int

    def note(self) -> str:
        """Say what a reader must know of it."""
        return (
            f"{self.rounds} alternating rounds of {self.seconds:g} s; cold: the first {self.cold_seconds:g} s; "
            f"JVMs warmed for {self.warm_seconds:g} s; wrk with one thread on the same machine; "
            "fakie's rate limit off, credits 1e12; logs go to the null device, MockServer's at WARN"
        )


class Bench:
    """One run: its servers, what has been measured so far, and what has to be said about it."""

    def __init__(self, plan: Durations, recipes: Sequence[Recipe], notes: list[str]) -> None:
        self._plan = plan
        self._recipes = recipes
        self._values: dict[tuple[str, str, str, str], list[float]] = {}
        self.notes = notes

    @property
    def figures(self) -> list[Figure]:
        """Everything that was measured."""
        return [
            Figure(name, server, unit, tuple(values), better)
            for (name, server, unit, better), values in self._values.items()
        ]

    def starts(self) -> None:
        """Measure cold start, memory when idle, the first seconds of load, and the stop."""
        for number in range(self._plan.rounds):
            for recipe in self._recipes:
                say(f"start {number + 1} of {self._plan.rounds}: {recipe.name}")
                server = Server(recipe, CREATE)
                try:
                    self._add("cold start to first answer", recipe, "s", server.cold_seconds, "lower")
                    self._add("memory, idle", recipe, "MB", server.idle_mb, "lower")
                    if recipe.kind != "floor":
                        self._rate("createTask, cold", server, CREATE, USUAL, self._plan.cold_seconds)
                finally:
                    self._add("stop", recipe, "s", server.stop(), "lower")

    def rounds(self) -> None:
        """Measure warm servers in turns: peers by createTask, fakie and the floors by everything."""
        with ExitStack() as running:
            servers = list(self._running(running))
            for server in servers:
                if server.recipe.warms_up:
                    say(f"warming: {server.recipe.name}")
                    measure(server.url, self._work(server, CREATE), USUAL, self._plan.warm_seconds, check=False)
            for number in range(self._plan.rounds):
                say(f"round {number + 1} of {self._plan.rounds}")
                for load in LOADS:
                    for server in servers:
                        self._round(server, load)
            for server in servers:
                self._add("memory, after the load", server.recipe, "MB", server.memory_mb(), "lower")

    def jobs(self) -> None:
        """Measure whole jobs of fakie: create, poll to success, callback received."""
        fast = replace(FAKIE, command=[*FAKIE.command, "--speed", "1000"])
        for _ in range(self._plan.rounds):
            server = Server(fast, CREATE)
            try:
                done = jobs.run(server.url, seconds=max(2.0, self._plan.seconds))
            finally:
                server.stop()
            self._add("create, poll, callback", FAKIE, "jobs/s", done)

    def tasks(self) -> None:
        """Measure what many tasks cost: memory for each, and the speed of a request among them."""
        for count in (10, self._plan.tasks):
            server = Server(FAKIE, CREATE)
            try:
                before, made = server.memory_mb(), self._fill(server, count)
                for _ in range(self._plan.rounds):
                    self._rate(f"recordInfo at {count:,} tasks", server, record_info(server), USUAL, self._plan.seconds)
                    # Refused, so that their number stays; accepted ones are measured above.
                    self._rate(f"createTask refused at {count:,} tasks", server, REFUSED, USUAL, self._plan.seconds)
                if made >= 1000:
                    more = (server.memory_mb() - before) * 1024 / made
                    self._add(f"memory for a task, at {count:,}", FAKIE, "kB", more, "lower")
            finally:
                server.stop()

    def _fill(self, server: Server, count: int) -> int:
        made = 0
        while made < count:
            if count < 1000:
                server.ask("POST", CREATE.path, json.dumps(CREATE.body).encode())
                made += 1
            else:
                made += measure(server.url, CREATE, USUAL, 1, check=False).requests
        return made

    def _running(self, running: ExitStack) -> Iterator[Server]:
        for recipe in self._recipes:
            server = Server(recipe, CREATE)
            running.callback(server.stop)
            yield server

    def _round(self, server: Server, load: Load) -> None:
        kind = server.recipe.kind
        if kind == "peer" and load != USUAL:
            return
        self._rate(f"createTask, {load.name}", server, CREATE, load, self._plan.seconds)
        if kind != "peer" and load == USUAL:
            refused = REFUSED if kind == "fakie" else replace(REFUSED, answer=CREATE.answer)
            self._rate(f"createTask refused, {load.name}", server, refused, load, self._plan.seconds)
            self._rate(f"recordInfo, {load.name}", server, record_info(server), load, self._plan.seconds)

    def _rate(self, name: str, server: Server, work: RepeatedCall, load: Load, seconds: float) -> None:
        got: Measured = measure(server.url, self._work(server, work), load, seconds)
        self._add(name, server.recipe, "requests/s", got.rate)
        self._add(f"{name}, p99", server.recipe, "ms", got.p99, "lower")
        if got.wrong:
            self.notes.append(
                f"{server.recipe.name}, {name}: {got.wrong} of {got.requests} answers were wrong or missing"
            )

    def _work(self, server: Server, work: RepeatedCall) -> RepeatedCall:
        # Some write a space after each colon.
        loose = server.recipe.kind == "peer"
        return replace(work, answer='"code"' if loose else work.answer)

    def _add(self, name: str, recipe: Recipe, unit: str, value: float, better: str = "higher") -> None:
        self._values.setdefault((name, recipe.name, unit, better), []).append(round(value, 4))


def record_info(server: Server) -> RepeatedCall:
    """Make the work of polling one task, made for it."""
    made = json.loads(server.ask("POST", CREATE.path, json.dumps(CREATE.body).encode()))
    return RepeatedCall("recordInfo", "GET", f"/api/v1/jobs/recordInfo?taskId={made['data']['taskId']}")


def say(text: str) -> None:
    """Tell how far it is."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, write the report, and say what moved since the last one."""
    options = _options(arguments)
    need_wrk()
    plan = (
        Durations(1, 1.0, 1.0, 1.0, 2000)
        if options.quick
        else Durations(options.rounds, options.seconds, COLD_SECONDS, WARM_SECONDS, options.tasks)
    )
    started, notes, machine = time.monotonic(), [plan.note()], report.this_machine()
    with tempfile.TemporaryDirectory() as temporary:
        recipes = [FAKIE, LOGGING, *FLOORS]
        if options.peers:
            folder = options.folder or Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            recipes += _usable(folder, notes)
        bench = Bench(plan, recipes, notes)
        for part in (bench.starts, bench.rounds, bench.jobs, bench.tasks):
            part()
    notes.append(f"the run took {(time.monotonic() - started) / 60:.0f} minutes")
    _write(bench.figures, notes, machine, options.out, {"plan": plan.note(), "quick": options.quick})


def _usable(folder: Path, notes: list[str]) -> list[Recipe]:
    """Install the peers and start each once; what cannot be had or does not answer is noted."""
    usable = []
    for recipe in peers.found(folder):
        if isinstance(recipe, str):
            say(f"not measured: {recipe}")
            notes.append(f"not measured: {recipe}")
            continue
        say(f"trying {recipe.name}")
        try:
            Server(recipe, CREATE).stop()
        except (RuntimeError, OSError) as problem:
            say(f"not measured: {problem}")
            notes.append(f"not measured: {problem}")
        else:
            usable.append(recipe)
    return usable


def _write(
    figures: Sequence[Figure], notes: Sequence[str], machine: dict[str, Any], out: Path, how: dict[str, Any]
) -> None:
    last = REPORTS / "report.json"
    before = report.read(last) if last.exists() else []
    text = report.table(figures, notes, machine)
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.md").write_text(text, encoding="utf-8")
    (out / "report.json").write_text(report.as_json(figures, notes, machine, how), encoding="utf-8")
    main_work = f"createTask, {USUAL.name}"
    bars = [figure for figure in figures if figure.name == main_work]
    (out / "createTask.svg").write_text(report.chart(bars, f"{main_work}, requests a second"), encoding="utf-8")
    print(text)
    changes = report.moved(before, figures)
    print(
        "since the last committed report: " + ("; ".join(changes) or "nothing moved beyond the noise") if before else ""
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds, at least 5 for a report [5]")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement [2]")
    parser.add_argument("--tasks", type=int, default=100_000, help="how many tasks to fill a fake with [100000]")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="fakie and the floors alone")
    parser.add_argument("--folder", type=Path, help="where peers are installed, and found again [a temporary one]")
    parser.add_argument("--out", type=Path, default=REPORTS, help="where the report goes [benchmarks/report]")
    parser.add_argument("--quick", action="store_true", help="one short round of everything, to see that it works")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
