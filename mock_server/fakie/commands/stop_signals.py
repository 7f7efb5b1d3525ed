"""When a server ends: by SIGTERM or SIGINT, or with the program that started it."""

import os
import signal
import threading
from contextlib import suppress
from types import FrameType

# Set by a program whose fake must not outlive it: it holds the other end of stdin.
_WITH_STDIN = "FAKIE_UNTIL_STDIN_ENDS"


class StopSignals:
    """Ends the program at once, exit code 0, while it still starts; lets it close what is open once it serves."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._serving = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        if os.environ.get(_WITH_STDIN):
            threading.Thread(target=self._stop_with_stdin, daemon=True).start()

    def wait(self) -> None:
        """Wait until it is to stop."""
        self._serving = True
        self._stopped.wait()

    def _stop(self, _: int, __: FrameType | None) -> None:
        first = not self._stopped.is_set()
        self._stopped.set()
        if first and not self._serving:
            raise SystemExit(0)

    def _stop_with_stdin(self) -> None:
        """Stop when a starter is gone, killed perhaps, that had no time to say so."""
        # Not sys.stdin, whose lock a daemon thread would hold when the interpreter ends.
        with suppress(OSError):
            while os.read(0, 1024):
                pass
        self._stopped.set()
