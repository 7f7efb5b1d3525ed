"""Several processes on one port: each has its own socket, and the system gives each its part of the connections."""

import json
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

from fakie.adapters.listening import reserve
from fakie.commands.stop_signals import end_at_once, ignore_more, stop_numbers

# A worker that ends is started again after so many seconds.
_PAUSE = 0.5
_LOOK_SECONDS = 0.05
_REFUSED = 2
Ready = Callable[[Sequence[str]], None]
# Serves a port until it is stopped, and calls once with the lines that say it is ready.
Serve = Callable[[int, Ready], None]


def can_share_ports() -> bool:
    """Return whether this system lets several processes serve one port."""
    return hasattr(os, "fork") and hasattr(socket, "SO_REUSEPORT")


class WorkerProcesses:
    """The processes of one port, and this one, which starts them again when they end, and ends them with itself."""

    def __init__(self, count: int, serve: Serve) -> None:
        self._count = count
        self._serve = serve
        self._running: set[int] = set()
        self._stopping = False
        self._signals = stop_numbers()
        # The first worker writes its lines into one pipe; the other tells all when this process is gone.
        self._told, self._tell = os.pipe()
        self._life, self._alive = os.pipe()

    def run(self, host: str, port: int, ready: Ready) -> int:
        """Serve until a signal; return the exit code. In a worker it returns, too, once that has ended."""
        # Another program that shares its port, too, is found out by this alone.
        reserve(host, port).close()
        with reserve(host, port, together=True) as held:
            self._port = held.getsockname()[1]
            for number in self._signals:
                signal.signal(number, self._stop)
            # What one worker refuses all would.
            if self._was_worker(self._say):
                return 0
            code, lines = self._first_words()
            if lines:
                ready(lines)
            while self._running:
                if len(self._running) < self._count and not self._stopping:
                    if self._was_worker(_nothing):
                        return 0
                elif self._next_end():
                    time.sleep(0 if self._stopping else _PAUSE)
            return 0 if self._stopping else code

    def _was_worker(self, say: Ready) -> bool:
        """Start a worker; return True in the worker itself, once it has ended."""
        signal.pthread_sigmask(signal.SIG_BLOCK, self._signals)
        # One that was started in the moment after the signal would hear of none.
        pid = None if self._stopping else os.fork()
        if pid != 0:
            self._running.update({pid} if pid else ())
            signal.pthread_sigmask(signal.SIG_UNBLOCK, self._signals)
            return False
        for number in self._signals:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, self._signals)
        os.close(self._alive)
        threading.Thread(target=self._end_with_parent, daemon=True).start()
        self._serve(self._port, say)
        return True

    def _say(self, lines: Sequence[str]) -> None:
        os.write(self._tell, json.dumps(list(lines)).encode() + b"\n")

    def _end_with_parent(self) -> None:
        os.read(self._life, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def _first_words(self) -> tuple[int, list[str]]:
        """Return what the first worker says when it is ready; where it ends before that, its exit code and nothing."""
        while not select.select([self._told], [], [], _LOOK_SECONDS)[0]:
            [pid] = self._running
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._running.clear()
                return os.waitstatus_to_exitcode(status), []
        with os.fdopen(self._told) as told:
            first, *others = json.loads(told.readline())
        return 0, [f"{first.removesuffix(')')}; workers: {self._count})", *others]

    def _next_end(self) -> int:
        """Wait until a worker ends, and return its number."""
        # Not one wait without end, which does not hear of a signal that comes in the moment before it begins.
        while not (pid := os.waitpid(-1, os.WNOHANG)[0]):
            time.sleep(_LOOK_SECONDS)
        self._running.discard(pid)
        return pid

    def _stop(self, number: int, _: FrameType | None) -> None:
        ignore_more(self._signals, number, self._end_at_once)
        self._stopping = True
        for pid in self._running:
            # One may have ended, and not be counted off yet.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def _end_at_once(self) -> None:
        for pid in self._running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        end_at_once()


def _nothing(_: Sequence[str]) -> None:
    """Say nothing."""
