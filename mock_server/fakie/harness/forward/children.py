"""Child processes that were started while time was skipped: at work until they end, unless they wait for orders."""

import itertools
import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch
from weakref import ref

from msgspec import Struct

from fakie.adapters.listening import own_ports
from fakie.harness.forward import real
from fakie.harness.forward.callers import package_of
from fakie.harness.forward.doubts import Worker

# A child that nobody waits for and that does not end is given so long (seconds, real).
_PATIENCE = 30.0
# One that listens is not looked at again for so long (seconds, real): a look at all ports of a machine takes a while.
_LOOK_AGAIN = 0.1
_LISTENING = "0A"
# Who starts processes that wait for jobs; whether one has a job is known of their threads.
_POOLS = frozenset({"multiprocessing", "concurrent", "loky", "joblib"})


def _takes_none() -> bool:
    return False


class _Child(Struct):
    """A process: its number, what it runs, whether it does, whether it takes orders, and since when it takes none."""

    pid: int
    command: str
    is_running: Callable[[], bool]
    takes_orders: Callable[[], bool]
    since: float


class Children:
    """Remembers the processes that are started."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._started: dict[int, _Child] = {}
        self._listening: dict[tuple[int, bool], float] = {}
        # Whether the test may hear of something by another process.
        self.are_there = _has_children()

    def add(self, child: "subprocess.Popen[Any]") -> None:
        """Remember one, as long as somebody has it; until its input is closed, it takes orders."""
        kept, arguments = ref(child), child.args if isinstance(child.args, list | tuple) else [child.args]
        command = " ".join(str(each) for each in arguments)[:80]

        def takes_orders() -> bool:
            # Loops give it an input of theirs later.
            here = kept()
            return here is not None and here.stdin is not None and not here.stdin.closed

        self._add(child.pid, command, lambda: (here := kept()) is not None and _is_running(here), takes_orders)

    def of_uvloop(self, uvloop: ModuleType) -> Iterator[Any]:
        """Return what replaces the methods by which its loops start processes."""
        for name in ("subprocess_exec", "subprocess_shell"):
            yield patch.object(uvloop.Loop, name, self._spawn(getattr(uvloop.Loop, name)))

    def _spawn(self, real_spawn: Callable[..., Any]) -> Callable[..., Any]:
        async def spawn(loop: Any, factory: Any, *command: Any, **named: Any) -> Any:
            transport, protocol = await real_spawn(loop, factory, *command, **named)
            words, orders = " ".join(str(each) for each in command)[:80], transport.get_pipe_transport(0)
            takes_orders = partial(_is_open, orders) if orders else _takes_none
            self._add(transport.get_pid(), words, partial(_is_unheard, transport), takes_orders)
            return transport, protocol

        return spawn

    def of_multiprocessing(self, processes: ModuleType) -> Iterator[Any]:
        """Return what replaces the method by which its processes start; daemons and a pool's take orders."""
        begin = processes.BaseProcess.start

        def start(process: Any) -> None:
            begin(process)
            self.are_there = True
            if not process.daemon and package_of(sys._getframe(1)) not in _POOLS:
                self._add(process.pid, process.name, _until_ready(process.sentinel))

        yield patch.object(processes.BaseProcess, "start", start)

    def _add(
        self, pid: int, command: str, is_running: Callable[[], bool], takes_orders: Callable[[], bool] = _takes_none
    ) -> None:
        self._started[next(self._numbers)] = _Child(pid, command, is_running, takes_orders, real.clock())
        self.are_there = True

    def at_work(self, _: set[threading.Thread]) -> Iterator[Worker]:
        """Name the children that run, are no servers, and wait for no orders."""
        for number, child in list(self._started.items()):
            if not child.is_running():
                self._started.pop(number, None)
            elif child.takes_orders():
                child.since = real.clock()
            elif real.clock() - child.since < _PATIENCE and not self.is_server(child.pid):
                yield Worker(child.pid, f"process {child.pid}", certain=True)
            else:
                yield Worker(child.pid, f"process {child.pid}: {child.command}")

    def is_server(self, pid: int) -> bool:
        """Tell whether a process listens on a TCP port, or did a moment ago."""
        return self._listens(pid, frozenset())

    def is_server_alone(self, pid: int) -> bool:
        """Tell the same, but for ports that this process has too: a forked one may only have come by them."""
        return self._listens(pid, _files(os.getpid()))

    def _listens(self, pid: int, but: frozenset[str]) -> bool:
        now, key = real.clock(), (pid, bool(but))
        if now - self._listening.get(key, -_LOOK_AGAIN) < _LOOK_AGAIN:
            return True
        if listens := _listens(pid, but):
            self._listening[key] = now
        return listens


def _has_children() -> bool:
    """Tell whether this process has children by now; where that cannot be read, it has none."""
    with suppress(OSError):
        return any(each.read_bytes() for each in Path("/proc/self/task").glob("*/children"))
    return False


def _listens(pid: int, but: frozenset[str]) -> bool:
    """Tell whether a process listens on a TCP port but these; where that cannot be read, it does not.

    Those of fakie do not count: a forked process has them too, and nobody serves them there.
    """
    links = _files(pid) - but
    try:
        tables = [Path(f"/proc/{pid}/net/{kind}").read_text(encoding="ascii") for kind in ("tcp", "tcp6")]
    except OSError:
        return False
    rows = [row.split() for table in tables for row in table.splitlines()]
    own = own_ports()
    listening = [row for row in rows if row[3] == _LISTENING and int(row[1].rpartition(":")[2], 16) not in own]
    return any(f"socket:[{row[9]}]" in links for row in listening)


def _files(pid: int) -> frozenset[str]:
    """Return what a process has open, each by the system's name; nothing where that cannot be read."""
    found = []
    with suppress(OSError):
        for each in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):  # closed meanwhile
                found.append(os.readlink(each))  # noqa: PTH115 - no path, a text
    return frozenset(found)


def _is_running(child: "subprocess.Popen[Any]") -> bool:
    """Look without taking the exit code away from whoever waits for it."""
    if child.returncode is not None:
        return False
    if not hasattr(os, "waitid"):
        return child.poll() is None
    try:
        return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False


def _is_unheard(transport: Any) -> bool:
    """Tell whether a loop has not heard of the end of its process."""
    return not transport.is_closing() and transport.get_returncode() is None


def _is_open(orders: Any) -> bool:
    return not orders.is_closing()


def _until_ready(sentinel: int) -> Callable[[], bool]:
    """Make what tells whether a process of `multiprocessing` has not ended; nothing tells it on Windows."""
    if real.poll is None:
        return lambda: False
    look = select.poll()
    look.register(sentinel, select.POLLIN)
    return lambda: not real.poll(look, 0)
