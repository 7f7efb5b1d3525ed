"""When a program ends: by a signal, or with the program that started it."""

import atexit
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

# Set by a program whose fake must not outlive it: it holds the other end of stdin.
_WITH_STDIN = "FAKIE_UNTIL_STDIN_ENDS"
_LOOK_SECONDS = 0.1
# A terminal and a program in between, such as npm, both send the one Ctrl-C of a person.
_SAME_PRESS_SECONDS = 0.5
_PRESSED_TWICE = 130


def stop_numbers() -> set[signal.Signals]:
    """Return the signals that stop a server: SIGINT, SIGTERM, and a terminal's end where nobody is to outlive it."""
    numbers = {signal.SIGINT, signal.SIGTERM}
    # nohup lets it be ignored.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.add(signal.SIGHUP)
    return numbers


def ignore_more(numbers: set[signal.Signals], first: int, end: Callable[[], None]) -> None:
    """Ignore these signals from now on: one that comes while the interpreter ends would kill it.

    But a person's second Ctrl-C calls `end`: it takes too long for them. The `first` signal of all may have been one.
    """
    pressed = time.monotonic() if first == signal.SIGINT else None

    def pressed_again(_: int, __: FrameType | None) -> None:
        nonlocal pressed
        now = time.monotonic()
        if pressed is None:
            pressed = now
        elif now - pressed > _SAME_PRESS_SECONDS:
            end()

    for number in numbers:
        signal.signal(number, pressed_again if number == signal.SIGINT else signal.SIG_IGN)
    # From then on the interpreter calls no handler, and would be killed.
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)


def end_at_once() -> None:
    """End this process, whatever holds it, with the exit code of Ctrl-C."""
    os._exit(_PRESSED_TWICE)


def wait_for(child: "subprocess.Popen[bytes]") -> int:
    """Wait until a child has ended, and return its exit code; handlers of signals run meanwhile.

    A wait without end does not hear of a signal that comes in the moment before it begins.
    """
    while True:
        with suppress(subprocess.TimeoutExpired):
            return child.wait(_LOOK_SECONDS)


class StopSignals:
    """Ends the program at once, exit code 0, while it still starts; lets it close what is open once it serves."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._serving = False
        # The system itself writes into this, so that no signal is lost between a look and the wait after it.
        self._told, self._tell = socket.socketpair()
        self._tell.setblocking(False)
        signal.set_wakeup_fd(self._tell.fileno(), warn_on_full_buffer=False)
        # A signal may come until then.
        atexit.register(self._close)
        self._numbers = stop_numbers()
        for number in self._numbers:
            signal.signal(number, self._stop)
        if os.environ.get(_WITH_STDIN):
            threading.Thread(target=self._stop_with_stdin, daemon=True).start()

    def wait(self) -> None:
        """Wait until it is to stop."""
        self._serving = True
        while not self._stopped.is_set():
            self._told.recv(1024)

    def _close(self) -> None:
        signal.set_wakeup_fd(-1)
        self._told.close()
        self._tell.close()

    def _stop(self, number: int, _: FrameType | None) -> None:
        ignore_more(self._numbers, number, end_at_once)
        self._stopped.set()
        if not self._serving:
            raise SystemExit(0)

    def _stop_with_stdin(self) -> None:
        """Stop when a starter is gone, killed perhaps, that had no time to say so."""
        # Not sys.stdin, whose lock a daemon thread would hold when the interpreter ends.
        with suppress(OSError):
            while os.read(0, 1024):
                pass
        self._stopped.set()
        # Closed where the program has come to its end meanwhile.
        with suppress(OSError):
            self._tell.send(b"\0")
