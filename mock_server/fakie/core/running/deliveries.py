"""Deliveries: writing callbacks, handing them to the sender, and trying again."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from fakie.core.accounts import Account, Signing
from fakie.core.journal import Entry
from fakie.core.ports import SAID_SHOWN, AccountGoneError, Delivered, Outgoing, StoreUnwritableError, Work
from fakie.core.running.agenda import Agenda
from fakie.core.running.callbacks import signed_headers, why_blocked
from fakie.core.running.results import Results
from fakie.core.runtime import FakeState, Outside
from fakie.core.settings import Settings
from fakie.core.tasks import rendering, wire
from fakie.core.tasks.due import Due
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.callback_shapes import CallbackShape
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.record_shapes import record_shapes
from fakie_schemas.recordings.redaction import Redactor
from fakie_schemas.recordings.urls import is_masked, without_openings
from fakie_schemas.shortening import short

_MASKED = "blocked: the secret in its URL is not kept over a restart, or once it was called back"
# Within so long (seconds) whoever sends a callback says that its time is up.
_UNTIL_TOLD = 1.0
# Said of an attempt that was begun by a process which did not live to hear the answer.
_AGAIN = ", again after a restart, for nobody knows whether it arrived before"


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
        # How many have gone out so far.
        self.begun = 0
        self._back = threading.Condition()

    def expect(self, task: Task) -> threading.Event:
        """Return an event that is set once the task's next callback has been taken, refused or blocked."""
        return self._expected.setdefault(task.id, threading.Event())

    def wait_for_those_out(self, account: Account) -> bool:
        """Wait until no callback of an account is out any more; return False when there is none.

        Those that wait for a place at their receiver go out as others come back, and have their time from then on. Who
        does not answer in time is not waited for again.
        """
        with self._back:
            if not self.on_their_way.get(account.handle):
                return False
            patience = self._profile.facts.callback_timeout + _UNTIL_TOLD
            # Not `wait_for`, which asks a clock: a wait that has run out is over, also where its time was skipped.
            while self.on_their_way.get(account.handle) and self._back.wait(patience):
                pass
            self.on_their_way.pop(account.handle, None)
            return True

    def give_up(self) -> None:
        """End every wait for a callback to be taken, as when the fake stops."""
        for expected in list(self._expected.values()):
            expected.set()
        with self._back:
            self.on_their_way.clear()
            self._back.notify_all()

    def prepare(self, work: Work, task: Task, due: Due) -> Callable[[], None]:
        """Write a callback now; the returned call sends it, outside of any work."""
        account = work.account
        if account.signing and account.webhook_key is None:
            return self._set_aside(work, task, due)
        self._release(work, task)
        with self._back:
            self.on_their_way[account.handle] += 1
            self.begun += 1
        outgoing = self.outgoing(task, account, stage=due.stage)
        reason = _MASKED if is_masked(outgoing.url) else why_blocked(outgoing.url, self._settings.callback_allow)
        if reason is None:
            done = self._done(task, account, outgoing, due)
            return lambda: self._hand_over(outgoing, done)
        work.finish_event(due)
        self._count_off(work, task)
        return lambda: self._note(task, account, outgoing, "callback_blocked", reason, due)

    def _hand_over(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        """Hand a callback to the sender; one that it cannot take has failed, and comes again like any other."""
        told: list[Delivered] = []

        def tell(delivered: Delivered) -> None:
            told.append(delivered)
            done(delivered)

        try:
            self._sender.send(outgoing, tell)
        except Exception as error:
            if told:
                raise
            done(Delivered(None, f"not sent: {type(error).__name__}: {error}"))

    def sign_with(self, work: Work, key: str | None, signing: Signing) -> None:
        """Sign an account's callbacks with a key from now on, or not at all; those that have waited for it go out."""
        account = work.account
        account.webhook_key, account.signing = key, signing
        waiting, account.unsigned = account.unsigned, []
        for task_id, stage in waiting:
            task = work.task(task_id)
            if task is not None:
                self._agenda.plan(work, task, "deliver", account.clock.now(), stage=stage)
        work.save_account()

    def sign_again(self) -> None:
        """Sign for the accounts whose key is known now, and was not: the fake's, or what another process was told."""
        for account in self._store.accounts():
            key = self._settings.webhook_key if account.signing == "fake" else account.webhook_key
            if key and account.signing and (account.webhook_key is None or account.unsigned):
                with suppress(AccountGoneError), self._store.work(account.handle) as work:
                    self.sign_with(work, key, account.signing)

    def _set_aside(self, work: Work, task: Task, due: Due) -> Callable[[], None]:
        """Let a callback wait that cannot be signed, and say so."""
        work.finish_event(due)
        work.account.unsigned.append((task.id, due.stage))
        work.save_account()
        given = "--webhook-key" if work.account.signing == "fake" else "POST /_fakie/accounts"
        reason = f"waits: the key that signs it is not known since the restart; give it again by {given}"
        account, outgoing = work.account, self.outgoing(task, work.account, stage=due.stage)
        with self._back:
            self.on_their_way[account.handle] += 1
        return lambda: self._note(task, account, outgoing, "callback_waits", reason, due)

    def call_off(self, account: Account) -> None:
        """Count one less of an account's that is out."""
        with self._back:
            self.on_their_way[account.handle] = max(0, self.on_their_way[account.handle] - 1)
            self._back.notify_all()

    def outgoing(
        self,
        task: Task,
        account: Account,
        shape: CallbackShape | None = None,
        stage: str = "",
        webhook_key: str | None = None,
    ) -> Outgoing:
        """Write the callback of a task, as it would be sent now: of a stage, or of its end.

        Where callbacks have shapes by date, it has that of the task's page, or another; its account's key signs it, or
        another.
        """
        dated = rendering.job_of(task).dated
        whole = self._dated(task, shape) if dated else rendering.callback(task, stage, self._results.facts(task))
        body = wire.compact(whole).encode()
        key = webhook_key or account.webhook_key
        if task.quirk == "wrong_signature":
            key = f"not {key}"
        # A receiver judges by its own clock how old a callback is, and that is not the account's.
        headers = signed_headers(task.id, int(self._receivers_now() + account.receivers_ahead), key)
        return Outgoing(task.callback_url or "", headers, body, self._timeout(task))

    def _timeout(self, task: Task) -> float:
        usual = self._profile.facts.callback_timeout
        return min(usual, rendering.job_of(task).callback_timeout or usual)

    def _done(self, task: Task, account: Account, outgoing: Outgoing, due: Due) -> Callable[[Delivered], None]:
        def done(delivered: Delivered) -> None:
            situation = "callback_delivered" if delivered.ok else "callback_failed"
            reason = f"attempt {due.attempt}{_AGAIN if due.again else ''}: {_how(delivered, account)}"
            try:
                with self._store.work(account.handle) as work:
                    # Of a task that was forgotten meanwhile nothing is to come, whoever has its account's handle now.
                    lives = not delivered.ok and work.task(task.id) is not None
                    again = self._retry(work, task, due) if lives else None
                    if again is None:
                        self._count_off(work, task)
                    work.finish_event(due)
                reason += f"; again in {again:g} s" if again is not None else "" if delivered.ok else "; given up"
            except AccountGoneError:
                reason += "; its account is gone"
            except StoreUnwritableError as error:
                reason += f"; which could not be written down: {error}"
            self._note(task, account, outgoing, situation, reason, due, delivered.status)

        return done

    def _dated(self, task: Task, shape: CallbackShape | None) -> dict[str, Any]:
        data = wire.callback(task, self._results.of(task), shape or self._shape.callback(task.page))
        if self._settings.callback_task_id_twin:
            data["task_id"] = task.id
        words = self._profile.callback(data["state"])
        return {"code": words.code, "msg": words.msg, "data": data}

    def _count_off(self, work: Work, task: Task) -> None:
        """Count one less of a task's callbacks that are to come: a store forgets its URL's secrets after the last."""
        known = work.task(task.id) if task.has_secret_url else None
        if known is not None:
            known.expect(-1)
            work.save_task(known)

    def _retry(self, work: Work, task: Task, due: Due) -> float | None:
        """Plan the next attempt, and return in how many seconds it is; None where there is none."""
        attempt = due.attempt
        gaps = self._profile.facts.callback_gaps
        if attempt > len(gaps):
            return None
        gap = gaps[attempt - 1] / self._settings.speed
        self._agenda.plan(work, task, "deliver", work.account.clock.now() + gap, attempt + 1, due.stage)
        work.save_account()
        return gap

    def _note(
        self,
        task: Task,
        account: Account,
        outgoing: Outgoing,
        situation: str,
        reason: str,
        due: Due,
        status: int | None = None,
    ) -> None:
        if task.masked is not None:
            # The receiver got what was asked for, with the key in it; nobody else does.
            shown = self.outgoing(task.without_key, account, stage=due.stage)
            outgoing = replace(outgoing, url=shown.url, body=shown.body)
        self._journal.write(
            Entry(
                kind="delivery",
                at=account.clock.now(),
                account=account.handle,
                method="POST",
                path=without_openings(outgoing.url),
                headers=dict(outgoing.headers),
                sent=outgoing.body,
                situation=situation,
                reason=reason,
                status=status,
                model=task.model,
                task_id=task.id,
                attempt=due.attempt,
            )
        )
        self._expected.pop(task.id, threading.Event()).set()
        self.call_off(account)

    def _release(self, work: Work, task: Task) -> None:
        """Let the callbacks that wait to come out of order follow this one."""
        account = work.account
        waiting = [one for one in account.held_back if one != task.id]
        if not waiting or task.end is None:
            return
        account.held_back = [one for one in account.held_back if one == task.id]
        for other in filter(None, map(work.task, waiting)):
            self._agenda.plan(work, other, "deliver", task.end.at)
        work.save_account()


def _how(delivered: Delivered, account: Account) -> str:
    """Say how a callback was taken; what a receiver says may hold its keys, and is kept and shown."""
    if not (delivered.error or delivered.said):
        return f"HTTP {delivered.status}"
    redacted = Redactor(filter(None, [account.webhook_key])).text
    return redacted(delivered.error or "") or f"HTTP {delivered.status}, {short(redacted(delivered.said), SAID_SHOWN)}"
