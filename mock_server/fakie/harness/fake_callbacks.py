"""The callbacks of a test's fake: collected, delivered into an app, written by hand."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from fakie.adapters.app_receiver import AppReceiver
from fakie.adapters.apps.call_target import HERE, CalledAt
from fakie.adapters.apps.client_app import is_client
from fakie.core.conduct.entries import stage_in, stage_of
from fakie.core.control.arguments import check
from fakie.core.control.errors import WrongOrderError
from fakie.core.journal import Entry
from fakie.core.ports import Sender
from fakie.core.service import Service
from fakie.core.tasks import stages
from fakie.core.tasks.rendering import job_of
from fakie.core.tasks.task import Task
from fakie.harness.arguments import CALLED, LIMITED, SIGNED, WAIT
from fakie.harness.fake_time import FakeTime, refuse_in_loop
from fakie.harness.handles import Callback, TaskHandle
from fakie.harness.made import made_callback
from fakie.harness.sender import CollectingSender


class FakeCallbacks(FakeTime):
    """The part of a fake's object that deals with callbacks; `key` is that of the test's own account."""

    __slots__ = ("_sender", "key", "url")

    def __init__(self, service: Service, sender: CollectingSender, key: str, url: str) -> None:
        super().__init__(service)
        self.key = key
        self.url = url
        self._sender = sender
        sender.receivers_now = self.receivers_now

    @property
    def callbacks(self) -> list[Callback]:
        """Every callback that was sent, oldest first."""
        self.run_due()
        return list(self._sender.callbacks)

    def deliver_to(self, receiver: Any, *, url: str | None = None, client: str = HERE) -> None:
        """Hand callbacks on as well as collecting them: to a WSGI or ASGI app, or to a `Sender`; None: collect only.

        An app sees the URL of its callback, or the scheme, the host and, if it has one, the path of `url`, and a call
        from the address `client`. An ASGI app is started with its first callback, and shut down with the test, or when
        callbacks go elsewhere. One that runs already is reached by its client: Starlette's TestClient, or a Client or
        AsyncClient of httpx, this one in the event loop of the caller. Raises WrongOrderError for what is none of them.
        """
        self.require_running()
        check(CALLED, {"url": url, "client": client})
        # A client has a `send`, too.
        ready = receiver is None or (isinstance(receiver, Sender) and not is_client(receiver))
        if ready and (url is not None or client != HERE):
            raise WrongOrderError("url, client: an app alone is told of them; leave them out, or give an app")
        if is_client(receiver) and client != HERE:
            raise WrongOrderError("client: a client calls from an address of its own; leave it out, or give the app")
        onward = (
            receiver if ready else AppReceiver(receiver, CalledAt(url, client), lambda: self.clock.now(), self.limited)
        )
        self.close()
        self._sender.onward = onward

    def close(self) -> None:
        """Shut the app down that callbacks are delivered to; they are only collected from now on."""
        onward, self._sender.onward = self._sender.onward, None
        if isinstance(onward, AppReceiver):
            onward.close()

    def _leave_loop_free(self, name: str) -> None:
        """Raise WrongOrderError in the event loop that the receiver of callbacks answers in."""
        onward = self._sender.onward
        if isinstance(onward, AppReceiver) and onward.needs_this_loop():
            refuse_in_loop(name)

    def limited(self, seconds: float) -> AbstractContextManager[None]:
        """Let this thread's waits without an end raise TimeoutError after so many skipped seconds, for a block."""
        check(LIMITED, {"seconds": seconds})
        return self.timekeeper.limited(seconds) if self.timekeeper else nullcontext()

    def wait_callback(self, task: TaskHandle | str, *, stage: str = "", timeout: float = 600.0) -> Callback:
        """Wait until the callback of a task (or of its id) has been taken by its receiver, and return it.

        `stage` is one before the end at which its family calls back too, such as `text`; else it is that of the end.
        `timeout` is in seconds as the test sees them. Raises TimeoutError with the attempts so far, and WrongOrderError
        for a task that is not there, has no callBackUrl or no such stage, and in an event loop that it would block.
        """
        refuse_in_loop("wait_callback")
        check(WAIT, {"timeout": timeout, "stage": stage})
        one = self._control.tasks.get(task if isinstance(task, str) else str(getattr(task, "id", task)))
        _check_comes(one, stage)

        def attempts() -> list[Entry]:
            return [
                entry
                for entry in self.service.state.journal
                if entry.kind == "delivery" and entry.task_id == one.id and stage_of(entry, job_of(one)) == stage
            ]

        def taken() -> bool:
            return any(entry.situation == "callback_delivered" for entry in attempts())

        try:
            self.wait_until(taken, timeout=timeout)
        except TimeoutError:
            tried = "; ".join(entry.reason for entry in attempts()) or "none was sent"
            state = self._control.tasks.outlook(one)
            raise TimeoutError(f"no callback of {one.id} ({state}) was taken within {timeout:g} s: {tried}") from None
        return next(
            callback
            for callback in reversed(self._sender.callbacks)
            if callback.task_id == one.id and stage_in(callback.content, job_of(one)) == stage
        )

    def signed_callback(
        self,
        outcome: str = "success",
        *,
        webhook_key: str | None = None,
        model: str | None = None,
        shape: str | None = None,
        stage: str = "",
        task_id: str | None = None,
    ) -> Callback:
        """Write the callback of a task made for it, with exact headers and body, and send it nowhere.

        Signed with `webhook_key`, else with the account's own, if it has one. recordInfo knows the task too. `shape` is
        the date of the page whose form it has, such as 2026-09; None: the form that the fake sends. `model` may be an
        endpoint of a family, such as `suno/generate`, and then `stage` one of the stages before its task's end, such as
        `first`. `task_id` is that of an earlier one, of which this tells again.
        """
        own = {"webhook_key": webhook_key, "model": model, "shape": shape, "task_id": task_id}
        check(SIGNED, {"outcome": outcome, "stage": stage, **own})
        account = self._in_test.accounts.get(self.key)
        model = model or self.service.contracts.catalog.first
        return made_callback(
            self.service,
            account,
            self.url,
            outcome,
            model=model,
            webhook_key=webhook_key,
            shape=shape,
            stage=stage,
            task_id=task_id,
        )


def _check_comes(task: Task, stage: str) -> None:
    """Raise WrongOrderError for a callback that will not come."""
    if not task.callback_url:
        raise WrongOrderError(f"task: {task.id} was created without callBackUrl, so no callback will come")
    if stage and stage not in stages.of(task):
        known = f"one of {', '.join(stages.of(task))}" if stages.of(task) else "none: it calls back at its end alone"
        raise WrongOrderError(f"stage: expected {known}; got {stage!r}")
