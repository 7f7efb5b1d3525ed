"""Servers under measurement: started as processes of their own, watched, stopped."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from load import HEADERS, RepeatedCall

_HERE = Path(__file__).parent
_PATIENCE = 60.0
_POLL = 0.005
PORT = "{port}"
# An installation compiles its modules, and those of a checkout are compiled by the first start that may write them.
_WRITES_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True)
class Recipe:
    """How to start a server: `{port}` in its command is a free port.

    `warms_up` says that its first seconds are slower, as a JVM's are; `makes_ids` that each answer has its own id;
    `prepare` is a request (method, path, body) that tells it what to answer. What it logs goes to the null device, or
    to a file if it `keeps_log`.
    """

    name: str
    command: Sequence[str]
    kind: str = "peer"
    warms_up: bool = False
    makes_ids: bool = True
    folder: Path | None = None
    prepare: tuple[str, str, bytes] | None = None
    keeps_log: bool = False


FAKIE = Recipe(
    "fakie",
    [sys.executable, "-m", "fakie", "serve", "--port", PORT, "--limits", "off", "--credits", "1e12"],
    kind="fakie",
)
# Measured as a peer is: fakie makes a line of each request where somebody can read it, and none for the null device.
LOGGING = replace(FAKIE, name="fakie, its log in a file", kind="peer", keeps_log=True)
FLOORS = [
    Recipe(
        f"floor: {name}",
        [sys.executable, str(_HERE / "floor_server.py"), kind, PORT],
        kind="floor",
        makes_ids=False,
    )
    for name, kind in (("the same server, a constant answer", "constant"), ("an empty Flask view", "flask"))
]


class Server:
    """A running server; `cold_seconds` is the time from its start to its first right answer."""

    def __init__(self, recipe: Recipe, work: RepeatedCall) -> None:
        self.recipe = recipe
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [part.replace(PORT, str(port)) for part in recipe.command]
        with tempfile.TemporaryFile() if recipe.keeps_log else Path(os.devnull).open("wb") as log:
            started = time.perf_counter()
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=recipe.folder,
                env={name: value for name, value in os.environ.items() if name != _WRITES_NO_BYTECODE},
                start_new_session=True,
            )
        try:
            self._await(work)
        except BaseException:
            self.stop()
            raise
        self.cold_seconds = time.perf_counter() - started
        self.idle_mb = self.memory_mb()

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Send one request on a connection of its own; returns the answer's body."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        try:
            connection.request(method, path, body, HEADERS)
            return connection.getresponse().read()
        finally:
            connection.close()

    def memory_mb(self) -> float:
        """Return the memory, in MB, that the process and its children hold now (Linux)."""
        return sum(_resident_kb(pid) for pid in _family(self.process.pid)) / 1024

    def stop(self) -> float:
        """Ask it to stop, and make it stop; returns the seconds it took."""
        started = time.perf_counter()
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return time.perf_counter() - started

    def _await(self, work: RepeatedCall) -> None:
        body = json.dumps(work.body).encode() if work.body is not None else None
        until, prepared = time.perf_counter() + _PATIENCE, self.recipe.prepare is None
        said = b""
        while time.perf_counter() < until and self.process.poll() is None:
            with suppress(OSError, http.client.HTTPException):
                if not prepared and self.recipe.prepare:
                    self.ask(*self.recipe.prepare)
                    prepared = True
                said = self.ask(work.method, work.path, body)
                if work.answer.encode() in said.replace(b" ", b""):
                    return
            time.sleep(_POLL)
        raise RuntimeError(f"{self.recipe.name} gave no right answer within {_PATIENCE:g} s; it said {said[:200]!r}")


def _family(pid: int) -> list[int]:
    """List a process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir() if Path("/proc").is_dir() else ():
        if entry.name.isdecimal():
            with suppress(OSError, IndexError, ValueError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def _resident_kb(pid: int) -> int:
    with suppress(OSError):
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
        return int(found[1]) if found else 0
    return 0
