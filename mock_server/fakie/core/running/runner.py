"""Running tasks: what becomes due on an account's clock, from a task's end to the last try of its callback."""

import itertools
from collections.abc import Callable

from fakie.core.accounts import Account
from fakie.core.parts import Parts
from fakie.core.running.deliveries import Deliveries
from fakie.core.tasks.agenda import Due, EventKind
from fakie.core.tasks.quirks import delays
from fakie.core.tasks.task import Task


class Runner:
    """Settles tasks that ended and sends their callbacks, each at its time."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._order = itertools.count()
        self.deliveries = Deliveries(parts, self._plan)

    def start(self, task: Task) -> None:
        """Remember a new task, and to settle it when its plan ends."""
        self._parts.store.save_task(task)
        after = task.plan.ends_after
        if after is not None:
            self._plan(task, "settle", task.created_at + after)

    def settle(self, task: Task) -> None:
        """Once a task has ended: give the money of a failed one back and plan its callback."""
        if task.end is None or task.settled:
            return
        task.settled = True
        account = self._parts.store.account(task.account)
        if task.end.failure and account:
            account.refund(task.cost)
        if task.callback_url:
            task.held_back = task.race == "out_of_order"
            for delay in delays(task.race, self._parts.profile.fact("callback_late")):
                self._plan(task, "deliver", task.end.at + delay)

    def call_back_now(self, task: Task, account: Account) -> None:
        """Wait until the callback of a task that ended at once has been taken."""
        taken = self.deliveries.expect(task)
        with self._parts.store.transaction():
            task.state(account.clock.now())
            self.settle(task)
        self.run_due(account)
        if task.callback_url:
            taken.wait(self._parts.profile.fact("callback_timeout"))

    def run_due(self, account: Account) -> None:
        """Carry out, in order, everything of this account that is due by now."""
        self._run_until(account, account.clock.now())

    def advance(self, account: Account, seconds: float) -> None:
        """Skip `seconds` of an account's clock, stopping at each event to carry it out at its own moment."""
        target = account.clock.now() + seconds
        self._run_until(account, target)
        account.clock.skip(target - account.clock.now())

    def _run_until(self, account: Account, target: float) -> None:
        store = self._parts.store
        while True:
            with store.transaction():
                due = store.next_event(account.handle)
                if due is None or due.at > target:
                    return
                store.take_event(due)
                account.clock.skip(due.at - account.clock.now())
                send = self._carry_out(due, account)
            # Outside the transaction: a receiver may ask the fake something before it answers.
            if send:
                send()

    def seconds_to_next(self) -> float | None:
        """Give the seconds until the next event of any account with a running clock, or None."""
        with self._parts.store.transaction():
            waits = [
                due.at - account.clock.now()
                for account in self._parts.store.accounts()
                if not account.clock.frozen and (due := self._parts.store.next_event(account.handle))
            ]
        return max(0.0, min(waits)) if waits else None

    def _plan(self, task: Task, kind: EventKind, at: float, attempt: int = 1) -> None:
        self._parts.store.plan_event(Due(at, next(self._order), task.account, kind, task.id, attempt))
        self._parts.alarm.set()

    def _carry_out(self, due: Due, account: Account) -> Callable[[], None] | None:
        task = self._parts.store.task(due.task_id)
        if task is None:
            return None
        if due.kind == "deliver":
            return self.deliveries.prepare(task, account, due.attempt)
        task.state(account.clock.now())
        self.settle(task)
        return None
