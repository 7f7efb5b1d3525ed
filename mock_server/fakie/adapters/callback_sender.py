"""Callbacks sent over HTTP from threads of their own."""

import logging
import queue
import re
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from msgspec import Struct

from fakie.adapters.descriptors import callbacks_here
from fakie.adapters.threads import begin_thread
from fakie.core.ports import Delivered, Outgoing
from fakie_schemas.http.cut import Cut

if TYPE_CHECKING:
    from fakie.adapters.callback_post import CallbackPost

_STOP_SECONDS = 0.1
_log = logging.getLogger("fakie")
_AFTER_HOST = re.compile(r"[/?#]")
Done = Callable[[Delivered], None]
# Hears that a callback has got its place, what is to hear its end, and what cuts it off; returns what is told in place
# of that, which then hears the end once.
Begins = Callable[[Outgoing, Done, Callable[[], None]], Done]


class _Job(Struct):
    """A callback: whom to tell of its end, who hears of its beginning, and what ends it before."""

    outgoing: Outgoing
    done: Done
    begins: Begins | None
    cut: Cut


class CallbackSender:
    """A `Sender` with a few threads for each receiver, so that slow ones hold up nobody but themselves.

    `allowed` are the patterns of hosts beside loopback. With the first callback its HTTP library is imported, and the
    threads are started unless they have been; so many callbacks of one receiver are out at once.
    """

    def __init__(self, allowed: Sequence[str] = (), threads: int = 8) -> None:
        self._allowed = allowed
        self._lock = threading.Lock()
        self._post: CallbackPost | None = None
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        # By receiver: how many callbacks are out, and those that wait until one of these is back.
        self._out: Counter[str] = Counter()
        self._waiting: defaultdict[str, deque[_Job]] = defaultdict(deque)
        self._most = threads
        # For all receivers together; more threads than for one are begun only while so many callbacks are out.
        self._most_together = callbacks_here()
        self._threads: list[threading.Thread] = []
        self._closed = False

    def start(self) -> None:
        """Start the threads now, for whoever skips time later and must see none begin; does nothing once closed."""
        with self._lock:
            self._have_threads(self._most)

    def send(self, outgoing: Outgoing, done: Done, begins: Begins | None = None) -> None:
        """Send as soon as a thread is free and the receiver has a place; `done` is called in that thread.

        Where no thread is to be had it is called at once, with that reason. `begins` hears when it has got its place,
        which it keeps until `done` is called.
        """
        # Here, and not in that thread: whoever skips time takes it for idle until it has something to do with a socket.
        self._prepare()
        self.start()
        with self._lock:
            # Once closed it stays where it is: a store knows that it was on its way.
            can_go = bool(self._threads) or self._closed
            if can_go:
                self._take(_Job(outgoing, done, begins, Cut()))
        if not can_go:
            done(Delivered(None, "not sent: the system gives the fake no thread to send it in"))

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
            try:
                job.done(self._posted(job))
            except Exception:  # noqa: BLE001 - one that could not be written down must not end the thread for others
                _log.exception("what came of a callback could not be noted")

    def _posted(self, job: _Job) -> Delivered:
        try:
            return self._prepare().post(job.outgoing, job.cut)
        except Exception as error:  # noqa: BLE001 - whatever it is, the callback has not arrived, and comes again
            return Delivered(None, f"not sent: {type(error).__name__}: {error}")

    def _take(self, job: _Job) -> None:
        receiver = _receiver(job.outgoing)
        if self._out[receiver] < self._most:
            self._let_go(job)
        else:
            self._waiting[receiver].append(job)

    def _let_go(self, job: _Job) -> None:
        receiver, done = _receiver(job.outgoing), job.done

        def ended(delivered: Delivered) -> None:
            try:
                done(delivered)
            finally:
                self._give_place(receiver)

        job.done = job.begins(job.outgoing, ended, job.cut.make) if job.begins else ended
        self._out[receiver] += 1
        self._have_threads(min(self._out.total(), self._most_together))
        self._jobs.put(job)

    def _give_place(self, receiver: str) -> None:
        """Let the next callback of a receiver go, now that one is back."""
        with self._lock:
            self._out[receiver] -= 1
            if receiver in self._waiting:
                self._let_go(self._waiting[receiver].popleft())
                if not self._waiting[receiver]:
                    del self._waiting[receiver]
            elif not self._out[receiver]:
                del self._out[receiver]

    def _have_threads(self, least: int) -> None:
        while not self._closed and len(self._threads) < least:
            if not begin_thread(self._threads, self._work, "fakie-callback"):
                break

    def _prepare(self) -> "CallbackPost":
        from fakie.adapters.callback_post import CallbackPost

        with self._lock:
            self._post = self._post or CallbackPost(self._allowed)
        return self._post


def _receiver(outgoing: Outgoing) -> str:
    return _AFTER_HOST.split(outgoing.url.partition("://")[2], maxsplit=1)[0]
