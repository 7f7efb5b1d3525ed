"""Callbacks sent over HTTP from threads of their own."""

import queue
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from fakie.core.ports import Delivered, Outgoing

if TYPE_CHECKING:
    from fakie.adapters.callback_post import CallbackPost

_STOP_SECONDS = 0.1
_Job = tuple[Outgoing, Callable[[Delivered], None]]


class CallbackSender:
    """A `Sender` with a few threads, so that one slow receiver does not hold up the others.

    `allowed` are the patterns of hosts beside loopback. With the first callback its HTTP library is imported, and the
    threads are started unless they have been.
    """

    def __init__(self, allowed: Sequence[str] = (), threads: int = 8) -> None:
        self._allowed = allowed
        self._lock = threading.Lock()
        self._post: CallbackPost | None = None
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._most = threads
        self._threads: list[threading.Thread] = []
        self._closed = False

    def start(self) -> None:
        """Start the threads now, for whoever skips time later and must see none begin; does nothing once closed."""
        with self._lock:
            for number in range(len(self._threads), 0 if self._closed else self._most):
                thread = threading.Thread(target=self._work, name=f"fakie-callback-{number}", daemon=True)
                self._threads.append(thread)
                thread.start()

    def send(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        """Send as soon as a thread is free; `done` is called in that thread."""
        # Here, and not in that thread: whoever skips time takes it for idle until it has something to do with a socket.
        self._prepare()
        self.start()
        self._jobs.put((outgoing, done))

    def close(self) -> None:
        """Stop the threads that are idle at once; one that waits for a receiver ends with its timeout."""
        with self._lock:
            self._closed = True
        for _ in self._threads:
            self._jobs.put(None)
        # All of them together, or the end would take as long as there are receivers that say nothing.
        until = monotonic() + _STOP_SECONDS
        for thread in self._threads:
            thread.join(timeout=max(0.0, until - monotonic()))
        if self._post:
            self._post.close()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            outgoing, done = job
            done(self._prepare().post(outgoing))

    def _prepare(self) -> "CallbackPost":
        from fakie.adapters.callback_post import CallbackPost

        with self._lock:
            self._post = self._post or CallbackPost(self._allowed)
        return self._post
