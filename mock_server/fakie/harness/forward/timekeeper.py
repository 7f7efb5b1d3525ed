"""Those who wait, each for a moment: time moves to the next thing that is due once everybody who could act waits."""

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from fakie.adapters.apps.beside_loop import TIMERS
from fakie.harness.forward import real
from fakie.harness.forward.doubts import Doubts
from fakie.harness.forward.hand_over import HandOver
from fakie.harness.forward.sights import place_of_wait
from fakie.harness.forward.spinning import Polling
from fakie.harness.forward.tickets import NEVER, Ticket, no_later, not_yet
from fakie.harness.forward.wait_limits import WaitLimits
from fakie_schemas.schema.words import counted

# A wait looks this often (seconds, real) whether what it waits for has happened.
_LOOK = 0.0005
# So long (seconds, real) at most is waited for the threads that have to begin a wait of the system's own.
_HANDING_OVER = 1.0
# A wait that took so long (seconds, real) though time is skipped is told of.
_NOTEWORTHY = 0.5
# For whom that was, where nothing is due for anybody.
_NO_MOMENT = "what no time brings"


class Passing(Protocol):
    """The time that passes, and what happens in it by itself."""

    def now(self) -> float:
        """Return the present moment, in seconds."""

    def next_due(self) -> float:
        """Return the moment at which something becomes due by itself, `inf` if nothing will."""

    def advance_to(self, moment: float) -> None:
        """Move there, and carry out what is due by then."""


class _Still:
    """The real time for which skipped time stood still, during one wait."""

    def __init__(self, moved: int) -> None:
        self._moved, self._since = moved, real.clock()

    def ended(self, moved: int) -> float:
        """Return the seconds if time has moved since the last look, else 0; `moved` counts its moves."""
        if moved == self._moved:
            return 0.0
        seconds, self._moved, self._since = self.so_far(), moved, real.clock()
        return seconds

    def so_far(self) -> float:
        """Return the seconds since time last moved."""
        return float(real.clock() - self._since)


class Timekeeper:
    """Lets threads wait on skipped time.

    Each thread that waits looks in turn whether all others wait too; if so, it moves the time to the first moment that
    anybody waits for, or at which something is due, and no further. `doubts` says who is at work and does not wait.
    """

    def __init__(self, passing: Passing, doubts: Doubts) -> None:
        self._passing = passing
        self._doubts = doubts
        self._tickets: dict[Ticket, None] = {}
        # Taken again by a receiver that waits while it takes a callback.
        self._moving = threading.RLock()
        self._skipping = True
        self._ended = False
        self._asked = Polling()
        self._waits = 0
        self.moved = 0
        # Whether the stand-ins of its block are out of place again: whoever has kept one means what is there instead.
        self.is_over = False
        # What the code under test sees of the wall clock.
        self.wall: Callable[[], float] = real.wall
        # Whether a thread that does not wait, but only goes round, is about to look again.
        self.any_amid_a_turn: Callable[[set[threading.Thread]], bool] = lambda _: False
        # Hears that a request was answered, after which something may be due by itself.
        self.on_request: Callable[[], object] = lambda: None
        # Hears that time was moved.
        self.on_move: Callable[[], object] = lambda: None
        self.waited: Counter[str] = Counter()
        # Until when (real) they were told: what several threads wait for at once is one wait.
        self._told = 0.0
        self._limits = WaitLimits()
        self.hand_over = HandOver()

    def until(
        self,
        seconds: float | None,
        ready: Callable[[float], bool],
        stirred: Callable[[], bool] = not_yet,
        apart: Callable[[], AbstractContextManager[None]] = nullcontext,
        *,
        takes: bool = False,
        idle_until: Callable[[], float | None] = no_later,
    ) -> bool:
        """Wait until `ready` says so, or until `seconds` have passed; return what `ready` said.

        `ready` is asked again and again, with the real seconds that it may itself take to wait. `stirred` is asked by
        other threads: whether what this one waits for has happened, though it did not notice yet; it cannot say so if
        `ready` itself `takes` it. `idle_until` is as a `Ticket` has it. `apart` is what to do around moving the time,
        which may carry out callbacks. At the end of all skipping a wait with a limit ends at once; of one without,
        false says that it is to be begun anew, by what the stand-in stands for.
        """
        pause, still = 0.0, _Still(self.moved)
        limit = self._limits.moment(endless=seconds is None)
        self._waits += 1
        moment = min(limit, NEVER if seconds is None else self._passing.now() + seconds)
        with self._waiting(Ticket(moment, stirred, takes=takes, idle_until=idle_until)) as ticket:
            while not ticket.look(ready, pause):
                self._remark(still.ended(self.moved), ticket)
                if self._passing.now() >= ticket.moment or self._ended:
                    break
                with apart():
                    moved = self._turn()
                pause = 0.0 if moved else max(0.0, min(_LOOK, ticket.moment - self._passing.now()))
            else:
                self._remark(still.so_far(), ticket)
                return True
            self._remark(still.so_far(), ticket)
            found = ready(0.0)
            if not found and ticket.moment == limit != NEVER and not self._ended:
                self._limits.end(place_of_wait(sys._getframe(1)), self._passing.now(), endless=seconds is None)
            return found

    def now(self) -> float:
        """Return the present moment, in seconds."""
        return self._passing.now()

    @property
    def skips(self) -> bool:
        """Whether time is skipped just now."""
        return self._skipping and not self._ended

    def pass_by(
        self, seconds: float | None, found: Callable[[float], Any], stirred: Callable[[], bool]
    ) -> tuple[Any, bool, bool]:
        """Wait for a moment of real time, or until time moves: for a thread that has nothing to do but to look again.

        Return what `found` gave, whether time was moved, and whether nobody is at work and nothing will ever be due.
        """
        with self._waiting(Ticket(NEVER if seconds is None else self._passing.now() + seconds, stirred)):
            moved = self._turn()
            is_hopeless = not moved and self._next_moment() == NEVER and not self._anybody_at_work(self._innermost())
            return found(0.0 if moved else _LOOK), moved, is_hopeless

    def limited(self, seconds: float) -> AbstractContextManager[None]:
        """Let waits of this thread that have no end of their own end with TimeoutError, so many seconds from now."""
        return self._limits.until(self._passing.now() + seconds)

    def _remark(self, seconds: float, ticket: Ticket) -> None:
        if seconds <= _NOTEWORTHY or not self._skipping or not self._speaks(ticket):
            return
        now = real.clock()
        untold = min(seconds, now - self._told)
        if untold > _NOTEWORTHY:
            self._told = now
            words = f"{place_of_wait(sys._getframe(2))}, for {self._doubts.told()}"
            self.waited[words] += round(untold * 1000)

    def _speaks(self, ticket: Ticket) -> bool:
        """Tell whether it is this one of those that wait at once that is told of: the test's own, if it waits too."""
        main = threading.main_thread()
        if ticket.thread is main:
            return True
        main_looks = any(each.thread is main and each.looks for each in list(self._tickets))
        return not (main_looks or ticket.is_idle or ticket.thread.name == TIMERS)

    @contextmanager
    def pace(self, *, skipping: bool) -> Iterator["Timekeeper"]:
        """Skip time or let it pass for real, for a `with` block."""
        before, self._skipping = self._skipping, skipping
        try:
            yield self
        finally:
            self._skipping = before

    def has_waiting(self, thread: threading.Thread) -> bool:
        """Tell whether a thread waits here, by its number: one that ends is known by another name to itself."""
        return any(ticket.thread.ident == thread.ident for ticket in list(self._tickets))

    def polled(self, path: str, task_id: str | None) -> None:
        """Hear that a path was asked, perhaps for a task; raises BusyLoopError if that is all that happens."""
        if self._skipping:
            self._asked.polled(self.moved, path, task_id)

    @property
    def remarks(self) -> list[str]:
        """Remarks for the summary: what took real time, and who was passed over."""
        passed_over = (
            f"{words}: not waited for, {counted(n, 'time')}" for words, n in self._doubts.passed_over.items()
        )
        return [*(f"{words}: waited {n} ms for real" for words, n in self.waited.items()), *passed_over]

    def end(self) -> None:
        """Let everybody who still waits go on, and see them gone before stand-ins are taken out."""
        self._ended = True
        began, left = real.clock(), set(self._tickets)
        while left & set(self._tickets) and real.clock() - began < _HANDING_OVER:
            real.sleep(_LOOK)
        self.hand_over.finish()

    def gave_up(self, seconds: float | None) -> None:
        """Hear that this thread waited for so long (None: without an end) in vain: the end may have cut it off."""
        if self._ended and seconds is not None:
            self.hand_over.cut_off(self._passing.now() + seconds)

    @contextmanager
    def _waiting(self, ticket: Ticket) -> Iterator[Ticket]:
        self._tickets[ticket] = None
        try:
            yield ticket
        finally:
            del self._tickets[ticket]

    def _turn(self) -> bool:
        """Move the time to the next moment if everybody waits; tell whether it moved."""
        if not self._moving.acquire(blocking=False):
            return False
        try:
            moment = self._moment_to_come()
            if moment is None:
                return False
            self._passing.advance_to(moment)
            self.moved += 1
            self.on_move()
            self._forget_all()
            return True
        finally:
            self._moving.release()

    def _innermost(self) -> list[Ticket]:
        """Return the last wait of each thread: a receiver may wait within the wait that it was called from."""
        return list({ticket.thread: ticket for ticket in list(self._tickets)}.values())

    def _next_moment(self) -> float:
        tickets = self._innermost()
        first = min(self._passing.next_due(), *(ticket.due for ticket in tickets))
        return first if first != NEVER else min((ticket.moment for ticket in tickets), default=NEVER)

    def _moment_to_come(self) -> float | None:
        """Return the moment to move to: the present one if something is due, or the next one if everybody waits."""
        due, now = self._passing.next_due(), self._passing.now()
        if due <= now:
            # Not what is the next one by then: another thread may carry out meanwhile what is due.
            return now
        return self._next_for_all() if self._skipping else None

    def _next_for_all(self) -> float | None:
        """Return the next moment, if nothing happens before it."""
        tickets = self._innermost()
        # Not before: who was at work until just now may have made a task, or begun to wait. Nor at the end: one whose
        # moment comes by itself may go on meanwhile, and has not acted yet.
        moment = NEVER if self._may_anybody_act(tickets) else self._next_moment()
        # Who was at work until just now, and has ended, may have woken one of them.
        if moment == NEVER or self._any_wakes(tickets) or self._innermost() != tickets:
            self._forget_all()
            return None
        # Each is asked, so that all look at the same time.
        certain = [ticket.waits_for_certain(self._waits) for ticket in tickets]
        return moment if all(certain) else None

    def _may_anybody_act(self, tickets: list[Ticket]) -> bool:
        """Tell whether somebody may act before the next moment, or there is none."""
        if self._next_moment() == NEVER:
            self._doubts.saw(_NO_MOMENT)
            return True
        is_near = self._any_wakes(tickets) or self.any_amid_a_turn(_threads_of(tickets))
        return is_near or self._anybody_at_work(tickets)

    def _forget_all(self) -> None:
        """Have those who may have taken what they waited for look anew."""
        for ticket in list(self._tickets):
            ticket.forget()

    def _anybody_at_work(self, tickets: list[Ticket]) -> bool:
        return self._doubts.anybody_at_work(_threads_of(tickets))

    def _any_wakes(self, tickets: list[Ticket]) -> bool:
        now = self._passing.now()
        return any(ticket.moment <= now or ticket.wakes() for ticket in tickets)


def _threads_of(tickets: list[Ticket]) -> set[threading.Thread]:
    return {ticket.thread for ticket in tickets}
