"""A fake as a child process: `python -m fakie serve` on a free port."""

import os
import re
import subprocess
import sys
import tempfile
import threading

from fakie_schemas.errors import FakieError
from fakie_schemas.options.settings_files import SWITCH
from fakie_schemas.options.table import options_of

_START_SECONDS = 30.0
_STOP_SECONDS = 5.0


class CannotRun(FakieError):
    """The suite could not be run against the target at all; the text says why, on one line."""


class ChildFake:
    """A running `fakie serve`; ask for its `url`, and `stop` it."""

    def __init__(self, arguments: tuple[str, ...] = ()) -> None:
        # -P and the cleaned environment: a folder or a setting of the user's must not reach into the child.
        command = [sys.executable, "-P", "-m", "fakie", "serve", "--port", "0", *arguments]
        reaching = {"PYTHONWARNINGS", *(option.variable for option in options_of("serve"))}
        environment = {name: value for name, value in os.environ.items() if name not in reaching}
        environment[SWITCH] = "off"
        environment["FAKIE_UNTIL_STDIN_ENDS"] = "1"
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the child
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            # Nothing is written into its stdin, which ends when this process does, however that comes about.
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environment,
        )
        try:
            self.url = self._ready_url()
        except CannotRun:
            self.stop()
            raise

    def stop(self) -> None:
        """End the child, by force when it does not end by itself."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        self._log.close()

    @property
    def pid(self) -> int:
        """The child's process."""
        return self._process.pid

    def _ready_url(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        # Ends a child that never says that it is ready, so that the reading below ends too.
        guard = threading.Timer(_START_SECONDS, self._process.kill)
        guard.start()
        try:
            line = self._process.stdout.readline().decode("utf-8", "replace")
        finally:
            guard.cancel()
            guard.join()
        found = re.search(r"ready at (http://\S+)", line)
        if found is None:
            raise CannotRun(f"the fake did not start: {self._why() or line.strip() or 'it said nothing'}")
        return found[1]

    def _why(self) -> str:
        self._process.wait(_STOP_SECONDS)
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "")[:300]
