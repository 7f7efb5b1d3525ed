"""A running `fakie serve`."""

import http.client
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from support.clients.doors import CREATE, MODEL

_SECONDS = 60


class Program:
    """`fakie serve` on a free port with these options, from `folder`; it ends with a `with` block."""

    def __init__(self, *options: str, folder: Path | None = None) -> None:
        command = [sys.executable, "-m", "fakie", "serve", "--port", "0", *options]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(command, cwd=folder, text=True, **pipes)  # type: ignore[call-overload]
        self.line = self.process.stdout.readline()
        found = re.search(r"https?://[\w.:\[\]]+", self.line)
        assert found, self.line + self.process.stderr.read()
        self.url = found[0]

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def read_line(self) -> str:
        """Read one more line of what it prints, after the ready line."""
        line: str = self.process.stdout.readline()
        return line

    def ask(self, method: str, path: str, value: Any = None, key: str = "key-1", **headers: str) -> Any:
        """Send a request, and return the JSON of the answer."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        body = None if value is None else json.dumps(value)
        sent = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **headers}
        connection.request(method, path, body, sent)
        content = connection.getresponse().read()
        connection.close()
        return json.loads(content)

    def create(self, **more: Any) -> Any:
        """Create a task."""
        return self.ask("POST", CREATE, {"model": MODEL, "input": {}, **more})

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; return exit code and log."""
        self.process.send_signal(number)
        _, log = self.process.communicate(timeout=_SECONDS)
        return self.process.returncode, log


Start = Callable[..., Program]
