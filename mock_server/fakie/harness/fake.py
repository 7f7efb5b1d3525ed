"""The object that a test holds: one fake of its own, and everything that can be done with it."""

import itertools
import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

from fakie.adapters.app_receiver import AppReceiver
from fakie.core.accounts import Account, bearer_key, handle_of
from fakie.core.clock import Clock
from fakie.core.control.arguments import MatchArguments
from fakie.core.control.errors import WrongOrderError as WrongOrderError
from fakie.core.http.messages import Request, Response
from fakie.core.http.transport_faults import TransportFaultKind
from fakie.core.ports import Sender
from fakie.core.service import Service
from fakie.core.situations import Refused
from fakie.core.tasks.quirks import Quirk
from fakie.harness.conduct import ConductFinding, judge
from fakie.harness.fast_forward import fast_forward
from fakie.harness.forward.timekeeper import Timekeeper
from fakie.harness.handles import AccountHandle, Callback, TaskHandle
from fakie.harness.journal_view import JournalView
from fakie.harness.made import made_callback
from fakie.harness.sender import CollectingSender
from fakie_schemas.scenario_files import read_scenario

if TYPE_CHECKING:
    from responses import RequestsMock


class Fake:
    """A fake kie.ai for one test.

    `key` is the key of the test's own account. A key that the test did not name belongs to that account too, so that
    code under test may bring any key.
    """

    def __init__(self, service: Service, sender: CollectingSender, key: str, url: str) -> None:
        self.service = service
        self.key = key
        self.url = url
        self.journal = JournalView(service.state.journal)
        self._control = service.control
        self._sender = sender
        self._numbers = itertools.count(1)
        self.timekeeper: Timekeeper | None = None

    def handle(self, request: Request) -> Response:
        """Answer a request as the test's fake; this is what every door calls."""
        response = self.service.handle(self._as_own(request))
        self.run_due()
        if self.timekeeper and request.method == "GET":
            self.timekeeper.polled()
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

    def move_to(self, url: str) -> None:
        """Be found at another URL from now on, and result files with it."""
        self.url = url
        self.service.move_to(url)

    def mount(self, mock: "RequestsMock") -> None:
        """Let a `responses.RequestsMock` of the test answer calls to the vendor's hosts by this fake."""
        from fakie.adapters.responses_mount import mount

        mount(self, mock, self.url)

    def signed_callback(
        self, outcome: str = "success", *, webhook_key: str | None = None, model: str | None = None
    ) -> Callback:
        """Write the callback of a task made for it, with exact headers and body, and send it nowhere.

        Signed with `webhook_key`, else with the account's own, if it has one. recordInfo knows the task too.
        """
        account = self._control.accounts.get(self.key)
        model = model or self.service.contracts.catalog.first
        return made_callback(self.service, account, self.url, outcome, model=model, webhook_key=webhook_key)

    def fail_next(
        self,
        what: str | int | None = None,
        times: int | None = 1,
        *,
        endpoint: str = "createTask",
        msg: str | None = None,
        status: int | None = None,
        **where: Unpack[MatchArguments],
    ) -> int:
        """Answer a situation, or a documented code, to the next `times` requests of an endpoint (`*`: of any).

        `times=None` is until the end of the test; `after` requests pass first; `account` is a key, `when` a text or a
        part of the body. A `status` alone is the HTML page of a proxy. Returns the order's id; raises WrongOrderError.
        """
        asked: dict[str, Any] = {"endpoint": endpoint, "times": times, **where}
        if what is not None:
            asked["situation" if isinstance(what, str) else "code"] = what
        asked |= {name: value for name, value in (("msg", msg), ("status", status)) if value is not None}
        return self._control.orders.add_fault(**asked).id

    def spoil_next(
        self,
        kind: TransportFaultKind,
        times: int | None = 1,
        *,
        seconds: float = 0.0,
        endpoint: str = "createTask",
        **where: Unpack[MatchArguments],
    ) -> int:
        """Let the answers to the next `times` requests go wrong; the requests are carried out all the same.

        latency: it comes `seconds` later · lost: it never comes · reset: the connection is reset · empty: it is closed
        without a byte · truncated: it is closed amid the body · malformed: what comes is not HTTP.
        Returns the order's id; raises WrongOrderError.
        """
        add = self._control.orders.add_transport_fault
        return add(kind=kind, seconds=seconds, endpoint=endpoint, times=times, **where).id

    def plan_next(
        self,
        outcome: str = "success",
        *,
        by: str = "time",
        seconds: float | None = None,
        code: str | None = None,
        msg: str | None = None,
        quirk: Quirk = "",
        race: Quirk = "",
        times: int | None = 1,
        **where: Unpack[MatchArguments],
    ) -> int:
        """Say how the next `times` tasks go: by `time` (in `seconds`), by `polls`, or on `hold`; to success or fail.

        `quirk` is what is odd about their callback: before_answer, duplicate, late, lost, out_of_order,
        wrong_signature. Returns the order's id; raises WrongOrderError.
        """
        if race:
            warnings.warn(f"race={race!r}: write quirk={race!r}", DeprecationWarning, stacklevel=2)
        asked: dict[str, Any] = {
            "outcome": outcome,
            "by": by,
            "quirk": quirk or race,
            "code": code,
            "msg": msg,
            **where,
        }
        if seconds is not None:
            asked["seconds"] = seconds
        return self._control.orders.add_plan(times=times, **asked).id

    def play(self, scenario: str | Mapping[str, Any], *, account: str | None = None) -> None:
        """Play a scenario from now on, for an account (a key) or for all: a ready one by name, a file, or its data.

        Raises WrongOrderError for a step that cannot be meant, ConfigurationError for a file that cannot be read.
        """
        data = read_scenario(scenario) if isinstance(scenario, str) else scenario
        self._control.scenarios.play(data, account)

    def stop_scenarios(self, account: str | None = None) -> int:
        """End the scenario of an account, or all; return how many there were."""
        return self._control.scenarios.stop(account)

    @property
    def orders(self) -> Mapping[str, list[Any]]:
        """The orders that wait, by kind: `faults`, `transport_faults` and `plans`."""
        return {kind: list(book) for kind, book in self._control.orders.books.items()}

    def take_back(self, kind: str, order_id: int | None = None) -> int:
        """Take back one order of a kind, by the id that ordering it returned, or all; return how many there were."""
        return self._control.orders.remove(kind, order_id)

    @property
    def unused_faults(self) -> list[str]:
        """The faults and transport faults that were ordered a number of times and not met that often."""
        return self._control.orders.unmet("faults", "transport_faults")

    @property
    def unmet_orders(self) -> list[str]:
        """Every order, plans included, that was ordered a number of times and not met that often."""
        return self._control.orders.unmet()

    def task(self, task_id: str) -> TaskHandle:
        """Return one task; raises WrongOrderError with the ids that there are."""
        return TaskHandle(self._control.tasks.get(task_id).id, self._control)

    @property
    def tasks(self) -> list[TaskHandle]:
        """Every task, oldest first."""
        return [TaskHandle(task.id, self._control) for task in self._control.tasks.all()]

    def account(
        self, key: str | None = None, *, credits: float | None = None, webhook_key: str | None = None
    ) -> AccountHandle:
        """Name an account, or change it: without `key` a new one, with `key=fake.key` the test's own.

        None leaves credits or webhook key as they are; raises WrongOrderError for a key that no request can carry.
        """
        key = f"{self.key}-{next(self._numbers)}" if key is None else key
        given: Any = {"credits": credits, "webhook_key": webhook_key}
        self._control.accounts.change(key, **{name: value for name, value in given.items() if value is not None})
        return AccountHandle(key, self._control)

    @property
    def accounts(self) -> list[Account]:
        """Every account that has been named or used, the test's own first."""
        return self._control.accounts.all()

    @property
    def conduct(self) -> list[ConductFinding]:
        """The mistakes of the client so far; the rules stand in `fakie.harness.conduct`."""
        told = {callback.task_id for callback in self._sender.callbacks}
        failed = {task.id for task in self.tasks if task.state == "fail"} - told
        return judge(self.service.state.journal, failed)

    @property
    def clock(self) -> Clock:
        """The clock of all accounts."""
        return self.service.state.clock

    def advance(self, seconds: float, *, account: str | None = None) -> None:
        """Skip time, of all or of one account, and carry out what becomes due, each event at its own moment.

        Raises WrongOrderError for less than no time.
        """
        if account is None:
            self._control.accounts.check_clock(advance=seconds)
            self.advance_to(self.clock.now() + seconds)
        else:
            self._control.accounts.move_clock(advance=seconds, account=account)

    def advance_to(self, moment: float) -> None:
        """Skip to a moment, in seconds since the epoch; one that has passed moves nothing."""
        while True:
            wait = self.service.run_due()
            left = moment - self.clock.now()
            if wait is None or wait > left:
                break
            self.clock.skip(wait)
        self.clock.skip(left)

    def freeze(self, *, account: str | None = None) -> None:
        """Stop the time, of all or of one account; `advance` still moves it."""
        if account is None:
            self.clock.freeze()
        else:
            self._control.accounts.move_clock(freeze=True, account=account)

    def fast_forward(self) -> AbstractContextManager[Timekeeper]:
        """Skip instead of waiting for a `with` block, in a test that lets time pass for real."""
        return fast_forward(self)

    def real_time(self) -> AbstractContextManager[object]:
        """Let time pass for real for a `with` block, in a test that skips it; clocks go on from where they are."""
        return self.timekeeper.pace(skipping=False) if self.timekeeper else nullcontext()

    def resume(self, *, account: str | None = None) -> None:
        """Let the time go on."""
        if account is None:
            self.clock.resume()
        else:
            self._control.accounts.move_clock(freeze=False, account=account)

    def reset(self, account: str | None = None) -> None:
        """Forget one account's tasks, journal and orders, and open it anew; without one forget everything."""
        self._control.reset(account)

    def reload(self) -> None:
        """Read the revisions again, so that what has changed in the folders counts."""
        self._control.reload()

    def seconds_to_next(self) -> float | None:
        """Return the seconds until a task ends or a callback is due, or None while nothing is."""
        return self.service.runner.seconds_to_next()

    def run_due(self) -> None:
        """Carry out what is due by now; the doors do this with every request."""
        self.service.run_due()

    @property
    def environ(self) -> Mapping[str, str]:
        """Base URL and key, for code that is configured by environment."""
        return {"KIE_BASE_URL": self.url, "KIE_API_KEY": self.key}

    def _as_own(self, request: Request) -> Request:
        try:
            key = bearer_key(request, self.service.contracts.profile.facts.key_length)
        except Refused:
            return request
        if self.service.state.store.account(handle_of(key)) is not None:
            return request
        return replace(request, headers={**request.headers, "authorization": f"Bearer {self.key}"})

    def __repr__(self) -> str:
        return f"<fakie.Fake at {self.url}, {len(self.journal)} requests, {len(self.tasks)} tasks>"
