"""Child processes that were started while time was skipped: at work until they end."""

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from fakie.harness.forward import real
from fakie.harness.forward.doubts import Worker

# A child that nobody waits for and that does not end is given so long (seconds, real).
_PATIENCE = 30.0
_LISTENING = "0A"


class Children:
    """Remembers the processes that are started."""

    def __init__(self) -> None:
        self._started: WeakKeyDictionary[subprocess.Popen[Any], float] = WeakKeyDictionary()

    def add(self, child: "subprocess.Popen[Any]") -> None:
        """Remember one."""
        self._started[child] = real.clock()

    def at_work(self, _: set[threading.Thread]) -> Iterator[Worker]:
        """Name the children that run, are no servers, and take no orders over a pipe."""
        for child, since in list(self._started.items()):
            if child.stdin or not _is_running(child):
                continue
            if real.clock() - since < _PATIENCE and not is_server(child.pid):
                yield Worker(child.pid, f"process {child.pid}", certain=True)
            else:
                yield Worker(child.pid, f"process {child.pid}: {_command(child)}")


def is_server(pid: int) -> bool:
    """Tell whether a process listens on a TCP port; where that cannot be read, it does not."""
    try:
        links = {os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir()}  # noqa: PTH115 - no path, a text
        tables = [Path(f"/proc/{pid}/net/{kind}").read_text(encoding="ascii") for kind in ("tcp", "tcp6")]
    except OSError:
        return False
    rows = [row.split() for table in tables for row in table.splitlines()]
    return any(f"socket:[{row[9]}]" in links for row in rows if row[3] == _LISTENING)


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


def _command(child: "subprocess.Popen[Any]") -> str:
    arguments = child.args if isinstance(child.args, list | tuple) else [child.args]
    return " ".join(str(each) for each in arguments)[:80]
