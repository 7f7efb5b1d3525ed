"""The object that a test holds: one fake of its own, and everything that can be done with it."""

import itertools
import threading
from collections.abc import Mapping
from dataclasses import replace

from fakie.catalog.profile import Failure
from fakie.core.accounts import bearer_key, handle_of
from fakie.core.clock import Clock
from fakie.core.messages import Request, Response
from fakie.core.orders import known_situation, situation_of_code
from fakie.core.plans import Course
from fakie.core.ports import Sender
from fakie.core.races import RACES, Race
from fakie.core.service import Service
from fakie.core.situations import Refused
from fakie.errors import FakieError
from fakie.harness.handles import AccountHandle, Callback, TaskHandle
from fakie.harness.journal_view import JournalView
from fakie.harness.sender import CollectingSender


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

    def deliver_to(self, receiver: Sender | None) -> None:
        """Hand callbacks on to a receiver as well as collecting them; None: collect only."""
        self._sender.onward = receiver

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

    @property
    def unused_faults(self) -> list[str]:
        """The situations that were ordered a number of times and not asked for that often."""
        return [order.what for order in self.service.parts.faults if order.times is not None]

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
