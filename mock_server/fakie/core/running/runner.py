"""Running tasks: the events of an account's clock, from a task's end to the last try of its callback."""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from math import inf

from fakie.core.accounts import Account
from fakie.core.ports import AccountGoneError, StoreUnwritableError, Work
from fakie.core.running.agenda import Agenda
from fakie.core.running.deliveries import Deliveries
from fakie.core.runtime import FakeState
from fakie.core.tasks import stages
from fakie.core.tasks.due import Due
from fakie.core.tasks.quirks import delays, stage_delays
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.profile_facts import Facts

# By so much (seconds) may a sum of clocks miss the moment that it is meant to reach.
_ROUNDING = 1e-6


class Runner:
    """Settles tasks that ended and sends their callbacks, each at its time."""

    def __init__(self, state: FakeState, agenda: Agenda, deliveries: Deliveries, facts: Facts) -> None:
        self._store = state.store
        self._clock = state.clock
        self._agenda = agenda
        self._facts = facts
        self.deliveries = deliveries
        # The threads that hand a callback to its receiver just now.
        self._sending: set[int] = set()
        # Whether more was due than could be carried out before whoever looked was stopped.
        self.is_late = False

    def start(self, work: Work, task: Task) -> None:
        """Remember a new task, and to settle it when its plan ends."""
        work.save_task(task)
        after = task.plan.ends_after
        if after is not None:
            for age in stages.ages(task) if task.callback_url else ():
                self._agenda.plan(work, task, "settle", task.created_at + age)
            self._agenda.plan(work, task, "settle", task.created_at + after)
        work.save_account()

    def settle(self, work: Work, task: Task) -> None:
        """Plan the callbacks of the stages that a task has come to; once it has ended, refund or call back."""
        if task.callback_url:
            self._call_back_stages(work, task)
        if task.end is None or task.settled:
            return
        task.settled = True
        work.account.running -= 1
        if task.end.failure:
            work.account.refund(task.cost, task.created_at)
        if task.callback_url:
            if task.quirk == "out_of_order":
                task.expect(1)
                work.account.held_back.append(task.id)
            for delay in delays(task.quirk, self._facts.callback_late):
                task.expect(1)
                self._agenda.plan(work, task, "deliver", task.end.at + delay)
            if task.quirk == "stages_out_of_order" and task.end.failure is None:
                self._plan_stages(work, task, reversed(stages.reached(task, task.end.state)), task.end.at)
        work.save_task(task)
        work.save_account()

    def _call_back_stages(self, work: Work, task: Task) -> None:
        if task.settled or not stages.of(task):
            return
        now = task.end.at if task.end else work.account.clock.now()
        come_to = stages.reached(task, task.state(now))
        new, task.staged = come_to[task.staged :], len(come_to)
        if new and task.quirk != "stages_out_of_order":
            self._plan_stages(work, task, new, now)
        if new:
            work.save_task(task)
            work.save_account()

    def _plan_stages(self, work: Work, task: Task, names: Iterable[str], at: float) -> None:
        lost = stages.of(task)[-1] if task.quirk == "stage_lost" else None
        for name in names:
            for delay in () if name == lost else stage_delays(task.quirk, self._facts.callback_late):
                task.expect(1)
                self._agenda.plan(work, task, "deliver", at + delay, stage=name)

    def call_back_now(self, task: Task, account: Account) -> None:
        """Wait until the callback of a task that ended at once has been taken."""
        taken = self.deliveries.expect(task)
        with self._store.work(account.handle) as work:
            self._move(work, work.task(task.id), work.account.clock.now())
        self.run_due(account)
        if task.callback_url:
            taken.wait(self._facts.callback_timeout)

    def call_back_again(self, work: Work, task: Task) -> None:
        """Plan one more callback of a task that has ended for this moment."""
        task.expect(1)
        self._agenda.plan(work, task, "deliver", work.account.clock.now())
        work.save_task(task)
        work.save_account()

    def run_due(self, account: Account) -> None:
        """Carry out, in order, everything of this account that is due by now."""
        self._run_until(account, account.clock.now())

    def run_all_due(self, stopped: Callable[[], bool] = lambda: False) -> float | None:
        """Carry out what is due on every account's clock; return the seconds to the next event, or None.

        Where it is `stopped` it ends after the event in work: the others stay due.
        """
        while turn := self._store.next_turn():
            wait = turn.moment - self._clock.now()
            if wait > 0:
                self.is_late = False
                return wait
            if stopped():
                self.is_late = True
                return None
            account, at = self._store.account(turn.account), self._store.next_at(turn.account)
            if account and at < inf:
                # Not before the event itself, of which the sum of clocks can be a rounding error away.
                self._run_until(account, max(account.clock.now(), at), stopped)
        self.is_late = False
        return None

    def advance(self, account: Account, seconds: float, *, waits: bool = True) -> None:
        """Skip `seconds` of an account's clock, stopping at each event to carry it out at its own moment.

        Each callback is waited for, so that it comes again, if it has to, at its moment too; not so without `waits`.
        Several at once add up: whoever else moves the clock meanwhile, each skips its own seconds.
        """
        left = seconds
        while True:
            waited = waits and self._wait_for_those_out(account)
            skipped = self._run_next(account, -inf, left + _ROUNDING)
            if skipped is not None:
                left -= skipped
            elif not waited:
                break
        # One that was forgotten on the way has no clock any more.
        with suppress(AccountGoneError), self._store.work(account.handle) as work:
            if not _is_anew(work, account):
                work.account.clock.skip(left)
                work.save_clock()

    def step(self, account: Account, target: float) -> bool:
        """Carry out the next event up to a moment, once no callback is out; return False when there is nothing left."""
        waited = self._wait_for_those_out(account)
        return self._run_next(account, target) is not None or waited

    def _wait_for_those_out(self, account: Account) -> bool:
        # A receiver that moves the time while it takes a callback would wait for itself.
        return threading.get_ident() not in self._sending and self.deliveries.wait_for_those_out(account)

    def _run_until(self, account: Account, target: float, stopped: Callable[[], bool] = lambda: False) -> None:
        # One look is cheaper than work that finds nothing to do.
        while self._store.next_at(account.handle) <= target and not stopped():
            if self._run_next(account, target) is None:
                return

    def _run_next(self, account: Account, target: float, ahead: float = 0.0) -> float | None:
        """Carry out the next event up to `target`, or so many seconds ahead of the account's clock.

        Return by how many seconds the clock was moved, None when there is no such event.
        """
        send = None
        try:
            with self._store.work(account.handle) as work:
                due, now = work.next_event(), work.account.clock.now()
                if due is None or due.at > max(target, now + ahead) or _is_anew(work, account):
                    return None
                send = self._carry_out(work, due, now)
        except AccountGoneError:
            return None
        except StoreUnwritableError:
            if send:
                self.deliveries.call_off(account)
            raise
        # Outside the transaction: a receiver may ask the fake something before it answers.
        if send:
            self._send(send)
        return max(0.0, due.at - now)

    def _send(self, send: Callable[[], None]) -> None:
        me = threading.get_ident()
        outermost = me not in self._sending
        self._sending.add(me)
        try:
            send()
        finally:
            if outermost:
                self._sending.discard(me)

    def seconds_to_next(self) -> float | None:
        """Return the seconds until the next event of any account with a running clock, or None."""
        turn = self._store.next_turn()
        return None if turn is None else max(0.0, turn.moment - self._clock.now())

    def _carry_out(self, work: Work, due: Due, now: float) -> Callable[[], None] | None:
        """Carry out an event at its own moment, or now where that has passed."""
        task = work.task(due.task_id)
        if now < due.at:
            work.account.clock.skip(due.at - now)
            work.save_clock()
            now = due.at
        if task is not None and due.kind == "deliver":
            work.claim_event(due)
            return self.deliveries.prepare(work, task, due)
        work.take_event(due)
        self._move(work, task, now)
        return None

    def _move(self, work: Work, task: Task | None, now: float) -> None:
        if task is not None:
            task.move(now)
            self.settle(work, task)


def _is_anew(work: Work, account: Account) -> bool:
    """Tell whether work is on an account that was opened since this one of its handle was forgotten.

    Its count of events begins anew; the moments of the other mean nothing on its clock.
    """
    return work.account.planned < account.planned
