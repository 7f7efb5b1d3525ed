"""A real Redis or Valkey for tests: a process of its own on a socket in a folder, killed and started as they like."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import redis

_PROGRAMS = ("redis-server", "valkey-server")
_START_SECONDS = 20.0


def program() -> str:
    """Return the server program; where there is none the test is skipped, or fails where REDIS_IS_NEEDED says so."""
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if found:
        return found
    if os.environ.get("REDIS_IS_NEEDED"):
        pytest.fail(f"none of {', '.join(_PROGRAMS)} is installed, and REDIS_IS_NEEDED is set")
    pytest.skip(f"needs one of {', '.join(_PROGRAMS)}")


class RedisServer:
    """One server with its data in a folder; `options` are written as in its configuration file."""

    def __init__(self, folder: Path, **options: str) -> None:
        self.folder = folder
        self.options = {"appendonly": "yes", "appendfsync": "always", "save": "", **options}
        self.socket = folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """Its URL, on a Unix socket."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start on the data that lie there, and wait until it answers."""
        given = [part for name, value in self.options.items() for part in (f"--{name}", value)]
        command = [program(), "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder), *given]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.01)

    def kill(self) -> None:
        """End it by SIGKILL."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        client: redis.Redis = redis.Redis(unix_socket_path=str(self.socket), password=self.options.get("requirepass"))
        with closing(client):
            try:
                return bool(client.ping())
            except (redis.ConnectionError, redis.BusyLoadingError):
                return False


@contextmanager
def redis_server(folder: Path, **options: str) -> Iterator[RedisServer]:
    """Run a server for a `with` block."""
    folder.mkdir(parents=True, exist_ok=True)
    server = RedisServer(folder, **options)
    try:
        yield server
    finally:
        server.kill()
