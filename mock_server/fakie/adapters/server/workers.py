"""Threads for what must not hold up the loop: callbacks that an answer waits for, large bodies, the recorder."""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic

from fakie.adapters.threads import begin_thread

_STOP_SECONDS = 0.1


class Workers:
    """Runs jobs in at most `most` threads.

    They are daemons, so that one that waits for somebody does not keep the end waiting.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []

    def submit(self, job: Callable[[], None]) -> bool:
        """Run a job, which must not raise, as soon as a thread is free; tells whether there is one to wait for."""
        if not self._idle.acquire(blocking=False) and len(self._threads) < self._most:
            begin_thread(self._threads, self._work, "fakie-worker")
        if self._threads:
            self._jobs.put(job)
        return bool(self._threads)

    def stop(self) -> None:
        """End the idle threads at once; the others end with their job."""
        until = monotonic() + _STOP_SECONDS
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(timeout=max(0.0, until - monotonic()))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            self._idle.release()
