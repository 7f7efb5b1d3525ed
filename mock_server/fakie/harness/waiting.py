"""Who waits for what moment: the rule by which skipped time passes for several threads at once."""

import threading
import time
from collections.abc import Callable
from weakref import WeakSet

# Taken before anything is patched.
_real_start = threading.Thread.start
_real_join = threading.Thread.join
_real_wait = threading.Condition.wait
_real_clock = time.monotonic
_real_sleep = time.sleep

# A thread that does nothing seen from here for so long (seconds, real) is taken to be stuck in something else, an idle
# worker for example. Whoever waits for another thread's word is more patient, since a wrong guess is a wrong time-out.
_PATIENCE_ASLEEP = 0.1
_PATIENCE_LISTENING = 1.0
# Whoever was notified may take so long (seconds, real) to wake up, and counts as at work meanwhile.
_WAKING = 0.02
_LOOK = 0.0005
# More than this between two looks was not spent looking: the machine stood still, and so may the thread have.
_MOST_SEEN = 10 * _LOOK
_NEVER = float("inf")


class Waiting:
    """Lets threads wait on skipped time: when all of them wait, the time skips to the first one's moment.

    `now` gives the time that passes for them, `skip_to` moves it there and carries out what becomes due on the way.
    """

    def __init__(self, now: Callable[[], float], skip_to: Callable[[float], None]) -> None:
        self._now = now
        self._skip_to = skip_to
        self._lock = threading.Lock()
        self._members: WeakSet[threading.Thread] = WeakSet()
        self._stuck: WeakSet[threading.Thread] = WeakSet()
        self._starting: set[threading.Thread] = set()
        self._waiting: dict[object, threading.Thread] = {}
        self._moments: dict[object, float] = {}
        self._listening: dict[object, threading.Condition] = {}
        self._timed_out: set[object] = set()
        self._looked = self._awake_by = _real_clock()
        # How long (s) it has been seen that nothing changes.
        self._unchanged = 0.0
        self._keeper: threading.Thread | None = None
        self._ended = False

    def join_in(self, thread: threading.Thread) -> None:
        """Count a thread among those whose time is skipped."""
        with self._lock:
            self._members.add(thread)

    def is_member(self) -> bool:
        """Tell whether the calling thread is one of them."""
        thread = threading.current_thread()
        return thread in self._members and thread not in self._starting

    def start(self, thread: threading.Thread) -> None:
        """Start a thread; that the starter waits until it runs is real time."""
        starter = threading.current_thread()
        self._starting.add(starter)
        try:
            _real_start(thread)
        finally:
            self._starting.discard(starter)

    def sleep(self, seconds: float) -> None:
        """Wait until `seconds` have passed."""
        self.until(seconds, _pause)

    def until(self, seconds: float | None, ready: Callable[[float], bool]) -> bool:
        """Wait until `ready` says so, or until `seconds` have passed; gives what `ready` said.

        `ready` is asked again and again, with the real seconds that it may itself take to wait.
        """
        patience = _PATIENCE_ASLEEP if ready is _pause else _PATIENCE_LISTENING
        ticket = self._enter(seconds)
        try:
            while not ready(_LOOK if self._turn(ticket, patience) else 0.0):
                if self._now() >= self._moments[ticket]:
                    return ready(0.0)
            return True
        finally:
            self._leave(ticket)

    def listen(self, condition: threading.Condition, seconds: float | None) -> bool:
        """Wait to be notified, or until `seconds` have passed; gives whether it was notified.

        The wait is one real wait without end, so that no notification falls between two; the keeper ends it.
        """
        if seconds is not None and seconds <= 0:
            return _real_wait(condition, 0)
        ticket = self._enter(seconds)
        try:
            self._listening[ticket] = condition
            if seconds is not None:
                self._keep_time()
            _real_wait(condition)
            return ticket not in self._timed_out
        finally:
            self._leave(ticket)

    def notified(self, condition: threading.Condition) -> None:
        """Hear that somebody listening to a condition was notified."""
        with self._lock:
            if condition in self._listening.values():
                self._awake_by = _real_clock() + _WAKING

    def end(self) -> None:
        """Stop keeping time; whoever still holds one of the stand-ins has real time again."""
        self._members.clear()
        self._ended = True
        if self._keeper:
            _real_join(self._keeper)

    def _enter(self, seconds: float | None) -> object:
        ticket, thread = object(), threading.current_thread()
        with self._lock:
            self._waiting[ticket] = thread
            self._moments[ticket] = _NEVER if seconds is None else self._now() + seconds
            self._stuck.discard(thread)
            self._unchanged = 0.0
        return ticket

    def _leave(self, ticket: object) -> None:
        with self._lock:
            del self._waiting[ticket], self._moments[ticket]
            if self._listening.pop(ticket, None):
                self._awake_by = _real_clock()
            self._timed_out.discard(ticket)
            self._unchanged = 0.0

    def _turn(self, ticket: object, patience: float) -> bool:
        """Skip to the moment of a ticket if it is the first; tells whether it is not, and has to wait on."""
        moment = self._moments[ticket]
        if self._may_skip(moment, patience):
            self._skip_to(moment)
            return False
        return True

    def _may_skip(self, moment: float, patience: float) -> bool:
        """Tell whether nobody waits for an earlier moment, and nobody is at work who could still change something."""
        with self._lock:
            looked, self._looked = self._looked, _real_clock()
            self._unchanged += min(self._looked - looked, _MOST_SEEN)
            if moment == _NEVER or moment > min(self._moments.values()) or _real_clock() < self._awake_by:
                return False
            idle = {*self._waiting.values(), *self._stuck}
            busy = [thread for thread in self._members if thread.is_alive() and thread not in idle]
            if busy and self._unchanged > patience:
                self._stuck.update(busy)
                busy = []
            return not busy

    def _keep_time(self) -> None:
        with self._lock:
            if self._keeper is not None:
                return
            self._keeper = threading.Thread(target=self._keep, name="fakie-timekeeper", daemon=True)
        self.start(self._keeper)

    def _keep(self) -> None:
        while not self._ended:
            _real_sleep(_LOOK)
            for ticket, condition in list(self._listening.items()):
                moment = self._moments.get(ticket, _NEVER)
                if self._now() < moment and self._may_skip(moment, _PATIENCE_LISTENING):
                    self._skip_to(moment)
                if self._now() >= moment:
                    self._time_out(ticket, condition)

    def _time_out(self, ticket: object, condition: threading.Condition) -> None:
        with condition:
            if ticket in self._listening:
                self._timed_out.add(ticket)
                condition.notify_all()


def _pause(seconds: float) -> bool:
    _real_sleep(seconds)
    return False
