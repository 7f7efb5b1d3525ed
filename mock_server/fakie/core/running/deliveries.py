"""Deliveries: writing callbacks, handing them to the sender, and trying again."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from fakie.core.accounts import Account
from fakie.core.journal import Entry
from fakie.core.ports import Delivered, Outgoing
from fakie.core.running.agenda import Agenda
from fakie.core.running.callbacks import signed_headers, why_blocked
from fakie.core.running.results import Results
from fakie.core.runtime import FakeState, Outside
from fakie.core.settings import Settings
from fakie.core.tasks import told, wire
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.callback_shapes import CallbackShape
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.record_shapes import record_shapes


class Deliveries:
    """Every attempt to send a callback, journalled."""

    def __init__(
        self, profile: Profile, settings: Settings, state: FakeState, outside: Outside, results: Results, agenda: Agenda
    ) -> None:
        self._profile = profile
        self._shape = record_shapes()[settings.wire or profile.wire]
        self._settings = settings
        self._store = state.store
        self._journal = state.journal
        self._sender = outside.sender
        self._receivers_now = outside.receivers_now
        self._results = results
        self._agenda = agenda
        self._expected: dict[str, threading.Event] = {}
        # How many of each account have gone out, and have not been answered yet.
        self.on_their_way: Counter[str] = Counter()
        self._back = threading.Condition()

    def expect(self, task: Task) -> threading.Event:
        """Return an event that is set once the task's next callback has been taken, refused or blocked."""
        return self._expected.setdefault(task.id, threading.Event())

    def wait_for_those_out(self, account: Account) -> bool:
        """Wait until no callback of an account is out any more; return False when there is none.

        Who does not answer in time is not waited for again.
        """
        with self._back:
            if not self.on_their_way.get(account.handle):
                return False
            self._back.wait_for(lambda: not self.on_their_way.get(account.handle), self._profile.facts.callback_timeout)
            self.on_their_way.pop(account.handle, None)
            return True

    def give_up(self) -> None:
        """End every wait for a callback to be taken, as when the fake stops."""
        for expected in list(self._expected.values()):
            expected.set()
        with self._back:
            self.on_their_way.clear()
            self._back.notify_all()

    def prepare(self, task: Task, account: Account, attempt: int, stage: str = "") -> Callable[[], None]:
        """Write a callback now, of a stage or of the end; the returned call sends it, outside of any transaction."""
        self._release(task, account)
        with self._back:
            self.on_their_way[account.handle] += 1
        outgoing = self.outgoing(task, account, stage=stage)
        reason = why_blocked(outgoing.url, self._settings.callback_allow)
        if reason is None:
            done = self._done(task, account, outgoing, attempt, stage)
            return lambda: self._sender.send(outgoing, done)
        return lambda: self._note(task, account, outgoing, "callback_blocked", reason, None)

    def outgoing(self, task: Task, account: Account, shape: CallbackShape | None = None, stage: str = "") -> Outgoing:
        """Write the callback of a task, as it would be sent now: of a stage, or of its end.

        Where callbacks have shapes by date, it has that of the task's page, or another.
        """
        dated = told.job_of(task).dated
        whole = self._dated(task, shape) if dated else told.callback(task, stage, self._results.facts(task))
        body = wire.compact(whole).encode()
        key = account.webhook_key
        if task.quirk == "wrong_signature":
            key = f"not {key}"
        # A receiver judges by its own clock how old a callback is, and that is not the account's.
        headers = signed_headers(task.id, int(self._receivers_now()), key)
        return Outgoing(task.callback_url or "", headers, body, self._profile.facts.callback_timeout)

    def _dated(self, task: Task, shape: CallbackShape | None) -> dict[str, Any]:
        data = wire.callback(task, self._results.of(task), shape or self._shape.callback(task.page))
        if self._settings.callback_task_id_twin:
            data["task_id"] = task.id
        words = self._profile.callback(data["state"])
        return {"code": words.code, "msg": words.msg, "data": data}

    def _done(
        self, task: Task, account: Account, outgoing: Outgoing, attempt: int, stage: str
    ) -> Callable[[Delivered], None]:
        def done(delivered: Delivered) -> None:
            with self._store.transaction():
                situation, reason = "callback_delivered", f"attempt {attempt}: HTTP {delivered.status}"
                if not delivered.ok:
                    situation = "callback_failed"
                    reason = f"attempt {attempt}: {delivered.error or f'HTTP {delivered.status}'}"
                    reason += self._retry(task, account, attempt, stage)
                self._note(task, account, outgoing, situation, reason, delivered.status)

        return done

    def _retry(self, task: Task, account: Account, attempt: int, stage: str) -> str:
        gaps = self._profile.facts.callback_gaps
        if attempt > len(gaps):
            return "; given up"
        gap = gaps[attempt - 1] / self._settings.speed
        self._agenda.plan(task, "deliver", account.clock.now() + gap, attempt + 1, stage)
        return f"; again in {gap:g} s"

    def _note(
        self, task: Task, account: Account, outgoing: Outgoing, situation: str, reason: str, status: int | None
    ) -> None:
        self._journal.write(
            Entry(
                kind="delivery",
                at=account.clock.now(),
                account=account.handle,
                method="POST",
                path=outgoing.url,
                headers=dict(outgoing.headers),
                sent=outgoing.body,
                situation=situation,
                reason=reason,
                status=status,
                model=task.model,
                task_id=task.id,
            )
        )
        self._expected.pop(task.id, threading.Event()).set()
        with self._back:
            self.on_their_way[account.handle] = max(0, self.on_their_way[account.handle] - 1)
            self._back.notify_all()

    def _release(self, task: Task, account: Account) -> None:
        """Let the callbacks that wait to come out of order follow this one."""
        waiting = [one for one in account.held_back if one != task.id]
        if not waiting or task.end is None:
            return
        account.held_back = [one for one in account.held_back if one == task.id]
        self._store.save_account(account)
        for other in filter(None, map(self._store.task, waiting)):
            self._agenda.plan(other, "deliver", task.end.at)
