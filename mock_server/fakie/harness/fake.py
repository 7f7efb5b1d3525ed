"""The object that a test holds: one fake of its own, and everything that can be done with it."""

import itertools
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fakie.adapters.app_receiver import AppReceiver
from fakie.core.accounts import bearer_key, handle_of
from fakie.core.clock import Clock
from fakie.core.http.messages import Request, Response
from fakie.core.http.transport_faults import SPOILS, Spoil, SpoilKind
from fakie.core.orders import known_situation, situation_of_code
from fakie.core.ports import Sender
from fakie.core.service import Service
from fakie.core.situations import Refused
from fakie.core.tasks.plans import Course, HeldPlan
from fakie.core.tasks.quirks import RACES, Race
from fakie.core.tasks.task import Task
from fakie.harness.conduct import ConductFinding, judge
from fakie.harness.handles import AccountHandle, Callback, TaskHandle
from fakie.harness.journal_view import JournalView
from fakie.harness.sender import CollectingSender
from fakie_schemas.catalog.profile import Failure
from fakie_schemas.errors import FakieError
from fakie_schemas.schema.values import working_value


class WrongOrderError(FakieError):
    """A test asked for something that the fake does not have."""


class Fake:
    """A fake kie.ai for one test.

    `key` is the key of the test's own account. A key that the test did not name belongs to that account too, so that
    code under test may bring any key.
    """

    def __init__(self, service: Service, sender: CollectingSender, key: str, url: str) -> None:
        self.service = service
        self.key = key
        self.url = url
        self.journal = JournalView(service.parts.journal)
        self._sender = sender
        self._named = {key}
        self._numbers = itertools.count(1)

    def handle(self, request: Request) -> Response:
        """Answer a request as the test's fake; this is what every door calls."""
        response = self.service.handle(self._as_own(request))
        self.run_due()
        return response

    @property
    def callbacks(self) -> list[Callback]:
        """Every callback that was sent, oldest first."""
        self.run_due()
        return list(self._sender.callbacks)

    def deliver_to(self, receiver: Any) -> None:
        """Hand callbacks on as well as collecting them: to a WSGI or ASGI app, or to a `Sender`; None: collect only."""
        ready = receiver is None or isinstance(receiver, Sender)
        self._sender.onward = receiver if ready else AppReceiver(receiver)

    def signed_callback(
        self, outcome: str = "success", *, webhook_key: str | None = None, model: str | None = None
    ) -> Callback:
        """Write the callback of a task made for it, with exact headers and body, and send it nowhere.

        Signed with `webhook_key`, else with the account's own, if it has one. recordInfo knows the task too.
        """
        account = self.service.parts.store.account(handle_of(self.key))
        if account is None:
            raise WrongOrderError("the test's own account was reset away")
        task = self._ended_task(outcome, model or self.service.parts.catalog.first)
        signing = replace(account, webhook_key=webhook_key or account.webhook_key)
        return Callback.of(self.service.runner.deliveries.outgoing(task, signing))

    def _ended_task(self, outcome: str, model: str) -> Task:
        parts = self.service.parts
        revision = parts.catalog.served(model)
        if revision is None:
            raise WrongOrderError(f"no model is called {model!r}; near are: {', '.join(parts.catalog.near(model))}")
        body = {**working_value(revision.request_schema), "callBackUrl": f"{self.url}/callback"}
        now = self.clock.now()
        failure = parts.profile.default_failure
        task = Task(parts.ids.task_id(), handle_of(self.key), model, body, 0.0, now, HeldPlan("waiting"), failure)
        task.settled = True
        task.finish(now) if outcome == "success" else task.fail(now)
        parts.store.save_task(task)
        return task

    def fail_next(
        self,
        what: str | int,
        times: int | None = 1,
        *,
        model: str | None = None,
        after: int = 0,
        endpoint: str = "createTask",
        account: str | None = None,
    ) -> None:
        """Answer a situation, or a documented code, to the next `times` requests of an endpoint (`*`: of any).

        `times=None` is until the end of the test; `after` requests pass first; `account` is a key.
        Raises WrongOrderError for what is not known, with what is.
        """
        parts = self.service.parts
        codes = parts.catalog.codes if endpoint == "createTask" else parts.profile.codes
        try:
            if isinstance(what, int):
                situation = situation_of_code(str(what), parts.profile, codes)
            else:
                situation = known_situation(what, parts.profile)
        except Refused as refused:
            raise WrongOrderError(refused.facts["reason"]) from None
        handle = handle_of(account) if account else None
        parts.faults.add(situation, times=times, model=model, after=after, endpoint=endpoint, account=handle)

    def spoil_next(
        self,
        kind: SpoilKind,
        times: int | None = 1,
        *,
        seconds: float = 0.0,
        model: str | None = None,
        after: int = 0,
        endpoint: str = "createTask",
    ) -> None:
        """Spoil the answers to the next `times` requests, which are carried out all the same.

        latency: it comes `seconds` later · lost: it never comes · reset: the connection is reset · empty: it is closed
        without a byte · truncated: it is closed amid the body · malformed: what comes is not HTTP.
        """
        if kind not in SPOILS:
            raise WrongOrderError(f"expected one of {', '.join(SPOILS)}; got {kind!r}")
        self.service.parts.spoils.add(Spoil(kind, seconds), times=times, model=model, after=after, endpoint=endpoint)

    @property
    def unused_faults(self) -> list[str]:
        """The situations and spoils that were ordered a number of times and not met that often."""
        parts = self.service.parts
        spoils = [order.what.kind for order in parts.spoils if order.times is not None]
        return [order.what for order in parts.faults if order.times is not None] + spoils

    def plan_next(
        self,
        outcome: str = "success",
        *,
        by: str = "time",
        seconds: float | None = None,
        code: str | None = None,
        msg: str | None = None,
        race: Race = "",
        times: int | None = 1,
        model: str | None = None,
    ) -> None:
        """Say how the next `times` tasks go: by `time` (in `seconds`), by `polls`, or on `hold`; to success or fail.

        `race` is what is odd about their callback: before_answer, duplicate, late, lost, out_of_order, wrong_signature.
        """
        if outcome not in {"success", "fail"} or by not in {"time", "polls", "hold"} or race not in RACES:
            expected = f"outcome success or fail, by time, polls or hold, race {', '.join(filter(None, RACES))}"
            raise WrongOrderError(f"expected {expected}; got {outcome!r}, {by!r}, {race!r}")
        usual = self.service.parts.profile.default_failure
        failure = Failure(code or usual.code, msg or usual.msg) if outcome == "fail" else None
        self.service.parts.courses.add(Course(by, seconds, failure, race), times=times, model=model)

    def task(self, task_id: str) -> TaskHandle:
        """Give one task; raises WrongOrderError with the ids there are."""
        found = self.service.parts.store.task(task_id)
        if found is None:
            known = ", ".join(task.id for task in self.service.parts.store.tasks()) or "none yet"
            raise WrongOrderError(f"no task has the id {task_id!r}; there are: {known}")
        return self._held(found.id)

    @property
    def tasks(self) -> list[TaskHandle]:
        """Every task, oldest first."""
        return [self._held(task.id) for task in self.service.parts.store.tasks()]

    def account(
        self, key: str | None = None, *, credits: float | None = None, webhook_key: str | None = None
    ) -> AccountHandle:
        """Name an account, or change it: without `key` a new one, with `key=fake.key` the test's own."""
        key = key or f"{self.key}-{next(self._numbers)}"
        parts = self.service.parts
        with parts.store.transaction():
            account = parts.store.account(handle_of(key)) or parts.open_account(key)
            account.credits = account.credits if credits is None else credits
            account.webhook_key = webhook_key or account.webhook_key
        self._named.add(key)
        return AccountHandle(key, account)

    @property
    def conduct(self) -> list[ConductFinding]:
        """What the client has done so far that it should not; the rules stand in `fakie.harness.conduct`."""
        told = {callback.task_id for callback in self._sender.callbacks}
        failed = {task.id for task in self.tasks if task.state == "fail"} - told
        return judge(self.service.parts.journal, failed)

    @property
    def clock(self) -> Clock:
        """The clock of all accounts."""
        return self.service.parts.clock

    def advance(self, seconds: float) -> None:
        """Skip time, and carry out what becomes due, each event at its own moment."""
        self.advance_to(self.clock.now() + seconds)

    def advance_to(self, moment: float) -> None:
        """Skip to a moment, in seconds since the epoch; one that has passed moves nothing."""
        while True:
            wait = self.service.run_due()
            left = moment - self.clock.now()
            if wait is None or wait > left:
                break
            self.clock.skip(wait)
        self.clock.skip(left)

    def freeze(self) -> None:
        """Stop the time; `advance` still moves it."""
        self.clock.freeze()

    def resume(self) -> None:
        """Let the time go on."""
        self.clock.resume()

    def run_due(self) -> None:
        """Carry out what is due by now; the doors do this with every request."""
        self.service.run_due()

    @property
    def environ(self) -> Mapping[str, str]:
        """Base URL and key, for code that is configured by environment."""
        return {"KIE_BASE_URL": self.url, "KIE_API_KEY": self.key}

    def _as_own(self, request: Request) -> Request:
        try:
            key = bearer_key(request, self.service.parts.profile.fact("key_length"))
        except Refused:
            return request
        if key in self._named:
            return request
        return replace(request, headers={**request.headers, "authorization": f"Bearer {self.key}"})

    def _held(self, task_id: str) -> TaskHandle:
        task = self.service.parts.store.task(task_id)
        account = self.service.parts.store.account(task.account) if task else None
        if task is None or account is None:
            raise WrongOrderError(f"the task {task_id!r} is gone")
        return TaskHandle(task, account, self.service.runner)

    def __repr__(self) -> str:
        return f"<fakie.Fake at {self.url}, {len(self.journal)} requests, {len(self.tasks)} tasks>"


class CurrentFake:
    """The fake that a shared server speaks for just now; what comes between tests is answered with nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fake: Fake | None = None

    def set(self, fake: Fake | None) -> None:
        """Speak for this fake from now on."""
        with self._lock:
            self._fake = fake

    def handle(self, request: Request) -> Response:
        """Pass a request on to it."""
        fake = self._fake
        if fake is None:
            return Response(503, (("Content-Type", "text/plain"),), b"no test is running")
        return fake.handle(request)
