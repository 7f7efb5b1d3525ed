"""A real Redis or Valkey: a process of its own on a socket in a folder, killed and started as one likes."""

import shutil
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path

import redis

PROGRAMS = ("redis-server", "valkey-server")
_START_SECONDS = 20.0


def program() -> str | None:
    """Return the server program that is installed, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


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
        found = program()
        if found is None:
            raise SystemExit(f"needs one of {', '.join(PROGRAMS)}")
        given = [part for name, value in self.options.items() for part in (f"--{name}", value)]
        command = [found, "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder), *given]
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

    def pause(self) -> None:
        """Let it hang."""
        if self._process:
            self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        if self._process:
            self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        client: redis.Redis = redis.Redis(unix_socket_path=str(self.socket))
        with closing(client):
            try:
                return bool(client.ping())
            except (redis.ConnectionError, redis.BusyLoadingError):
                return False
