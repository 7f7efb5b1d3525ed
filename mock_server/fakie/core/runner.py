"""Running tasks: what becomes due on an account's clock, from a task's end to the last try of its callback."""

import itertools
from collections.abc import Callable

from fakie.core import wire
from fakie.core.accounts import Account
from fakie.core.agenda import Due, EventKind
from fakie.core.callbacks import may_receive, signed_headers
from fakie.core.journal import Entry
from fakie.core.parts import Parts
from fakie.core.ports import Delivered, Outgoing
from fakie.core.results import result_of
from fakie.core.tasks import Task


class Runner:
    """Settles tasks that ended and sends their callbacks, each at its time."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._order = itertools.count()

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
            self._plan(task, "deliver", task.end.at)

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
            return self._delivery(task, account, due.attempt)
        task.state(account.clock.now())
        self.settle(task)
        return None

    def _delivery(self, task: Task, account: Account, attempt: int) -> Callable[[], None]:
        outgoing = self.outgoing(task, account)
        if may_receive(outgoing.url, self._parts.settings.callback_allow):
            done = self._done(task, account, outgoing, attempt)
            return lambda: self._parts.sender.send(outgoing, done)
        reason = "blocked: the host is not loopback; allow it by --callback-allow PATTERN"
        return lambda: self._note(task, account, outgoing, "callback_blocked", reason, None)

    def outgoing(self, task: Task, account: Account) -> Outgoing:
        """Write the callback of a task that has ended, as it would be sent now."""
        data = wire.callback(task, result_of(task, self._parts))
        if self._parts.settings.callback_task_id_twin:
            data["task_id"] = task.id
        words = self._parts.profile.callback(data["state"])
        body = wire.compact({"code": words.code, "msg": words.msg, "data": data}).encode()
        headers = signed_headers(task.id, int(account.clock.now()), account.webhook_key)
        return Outgoing(task.callback_url or "", headers, body, self._parts.profile.fact("callback_timeout"))

    def _done(self, task: Task, account: Account, outgoing: Outgoing, attempt: int) -> Callable[[Delivered], None]:
        def done(delivered: Delivered) -> None:
            with self._parts.store.transaction():
                situation, reason = "callback_delivered", f"attempt {attempt}: HTTP {delivered.status}"
                if not delivered.ok:
                    situation = "callback_failed"
                    reason = f"attempt {attempt}: {delivered.error or f'HTTP {delivered.status}'}"
                    reason += self._retry(task, account, attempt)
                self._note(task, account, outgoing, situation, reason, delivered.status)

        return done

    def _retry(self, task: Task, account: Account, attempt: int) -> str:
        gaps = self._parts.profile.fact("callback_gaps")
        if attempt > len(gaps):
            return "; given up"
        gap = gaps[attempt - 1] / self._parts.settings.speed
        self._plan(task, "deliver", account.clock.now() + gap, attempt + 1)
        return f"; again in {gap:g} s"

    def _note(
        self, task: Task, account: Account, outgoing: Outgoing, situation: str, reason: str, status: int | None
    ) -> None:
        self._parts.journal.write(
            Entry(
                kind="delivery",
                at=account.clock.now(),
                account=account.handle,
                method="POST",
                path=outgoing.url,
                headers=dict(outgoing.headers),
                body=outgoing.body.decode(),
                situation=situation,
                reason=reason,
                status=status,
                model=task.model,
                task_id=task.id,
            )
        )
