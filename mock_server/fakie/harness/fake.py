"""The object that a test holds: one fake of its own, and everything that can be done with it."""

import itertools
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Unpack

from fakie.core.accounts import Account, bearer_key
from fakie.core.conduct.finding import ConductFinding
from fakie.core.control.arguments import MatchArguments, check
from fakie.core.control.errors import WrongOrderError as WrongOrderError
from fakie.core.control.order_words import code_or_situation
from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie.core.situations import Refused
from fakie.core.tasks.quirks import Quirk
from fakie.core.transport_faults import TransportFaultKind
from fakie.harness.arguments import PLACE
from fakie.harness.asking import Asking
from fakie.harness.fake_callbacks import FakeCallbacks
from fakie.harness.handles import AccountHandle, TaskHandle
from fakie.harness.journal_view import JournalView
from fakie.harness.own_results import OwnResult, result_argument
from fakie.harness.sender import CollectingSender
from fakie.harness.uploads import UploadsView, Web
from fakie_schemas.scenario_files import read_scenario
from fakie_schemas.schema.words import counted

if TYPE_CHECKING:
    from responses import RequestsMock


class Fake(FakeCallbacks):
    """A fake kie.ai for one test.

    `key` is the key of the test's own account. A key that the test did not name belongs to that account too, so that
    code under test may bring any key. `uploads` are the files that came, `web` those that URL uploads can find.
    """

    __slots__ = ("__weakref__", "_asking", "_last", "_numbers", "journal", "uploads", "web")

    def __init__(self, service: Service, sender: CollectingSender, key: str, url: str) -> None:
        super().__init__(service, sender, key, url)
        self.web = Web(service.control.files)
        self.journal = JournalView(service.state.journal)
        self.uploads = UploadsView(service.control.files)
        self._numbers = itertools.count(1)
        self._asking = Asking(self)
        # The headers that came last, the account that their key names, if any, and the same with the fake's own key.
        self._last: tuple[Headers, str | None, Headers] = Headers(), None, Headers()

    def handle(self, request: Request) -> Response:
        """Answer a request as the test's fake; this is what every door calls."""
        response = self.service.handle(self._as_own(request)).whole()
        self.run_due()
        if keeper := self.timekeeper:
            keeper.on_request()
            if request.method == "GET":
                task_id = request.argument("taskId")
                keeper.polled(request.path, task_id)
                self._asking.hear_poll(request.path, task_id)
        return response

    def move_to(self, url: str) -> None:
        """Be found at another URL from now on, and result files with it; raises WrongOrderError for what is none."""
        self.require_running()
        check(PLACE, {"url": url})
        self.url = url
        self.service.move_to(url)

    def mount(self, mock: "RequestsMock | ModuleType") -> None:
        """Let a `responses.RequestsMock` of the test, or `responses` itself, answer calls to the vendor's hosts.

        Raises WrongOrderError for anything else.
        """
        # First: what is built on it is asked for when it arrives.
        import responses

        from fakie.adapters.reach.responses_mount import mount

        meant = responses.mock if mock is responses else mock
        if not isinstance(meant, responses.RequestsMock):
            raise WrongOrderError(f"mount: expected a responses.RequestsMock, or responses itself; got {mock!r:.100}")
        mount(self, meant, self.url, self.service.large_bodies)

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
            # A code stays one as a text, as options and markers have it.
            asked |= code_or_situation(what) if isinstance(what, str) else {"code": what}
        asked |= {name: value for name, value in (("msg", msg), ("status", status)) if value is not None}
        with self._named.expecting(where.get("account")):
            return self._in_test.orders.add_fault(**asked).id

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

        latency: it comes `seconds` later · dribbled: its body comes in pieces over so many · lost: it never comes, and
        after 60 s the connection is closed · reset: the connection is reset · empty: it is closed without a byte ·
        truncated: it is closed amid the body · malformed: what comes is not HTTP.
        Returns the order's id; raises WrongOrderError.
        """
        add = self._in_test.orders.add_transport_fault
        with self._named.expecting(where.get("account")):
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
        result: OwnResult = None,
        endpoint: str | None = None,
        times: int | None = 1,
        **where: Unpack[MatchArguments],
    ) -> int:
        """Say how the next `times` tasks go: by `time` (in `seconds`), by `polls`, or on `hold`; to success or fail.

        They are those of an `endpoint`, such as `veo/generate`, or of any. `quirk` is what is odd about their callback:
        before_answer, duplicate, late, lost, out_of_order, stage_lost, stages_out_of_order, wrong_signature. `result`
        is a file of your own, a path or bytes, or a list of them, or what is wrong with the usual ones: broken, slow,
        gone. Returns the order's id; raises WrongOrderError.
        """
        if race:
            warnings.warn(f"race={race!r}: write quirk={race!r}", DeprecationWarning, stacklevel=2)
        asked: dict[str, Any] = {
            "outcome": outcome,
            "by": by,
            "code": code,
            "msg": msg,
            "result": result_argument(result),
            **where,
        }
        given: Any = {"quirk": quirk if race == "" else race, "seconds": seconds, "endpoint": endpoint}
        asked |= {name: value for name, value in given.items() if value is not None}
        with self._named.expecting(where.get("account")):
            return self._in_test.orders.add_plan(times=times, **asked).id

    def play(self, scenario: str | Path | Mapping[str, Any], *, account: str | None = None) -> None:
        """Play a scenario from now on, for an account (a key) or for all: a ready one by name, a file, or its data.

        Raises WrongOrderError for a step that cannot be meant, ConfigurationError for a file that cannot be read.
        """
        data = read_scenario(str(scenario)) if isinstance(scenario, str | Path) else scenario
        with self._named.expecting(account):
            self._in_test.scenarios.play(data, account)

    def stop_scenarios(self, account: str | None = None) -> int:
        """End the scenario of an account, or all; return how many there were."""
        return self._in_test.scenarios.stop(account)

    @property
    def orders(self) -> Mapping[str, list[Any]]:
        """The orders that wait, by kind: `faults`, `transport_faults` and `plans`."""
        return {kind: list(book) for kind, book in self._control.orders.books.items()}

    def take_back(self, kind: str, order_id: int | None = None) -> int:
        """Take back one order of a kind, by the id that ordering it returned, or all; return how many there were."""
        return self._in_test.orders.remove(kind, order_id)

    @property
    def unused_faults(self) -> list[str]:
        """The faults and transport faults that were ordered a number of times and not met that often."""
        return self._control.orders.unmet("faults", "transport_faults")

    @property
    def unmet_orders(self) -> list[str]:
        """Every order, plans included, that was ordered a number of times and not met that often."""
        return self._control.orders.unmet()

    @property
    def missing_accounts(self) -> list[str]:
        """Every account that something was meant for and no request came with, and the one that it may be."""
        return self._named.missing

    def task(self, task_id: str) -> TaskHandle:
        """Return one task; raises WrongOrderError with the ids that there are."""
        return TaskHandle(self._control.tasks.get(task_id).id, self._control)

    @property
    def tasks(self) -> list[TaskHandle]:
        """Every task, oldest first."""
        return [TaskHandle(task.id, self._control) for task in self._control.tasks.all()]

    def account(
        self,
        key: str | None = None,
        *,
        credits: float | None = None,
        cap: float | None = None,
        hourly_cap: float | None = None,
        daily_cap: float | None = None,
        webhook_key: str | None = None,
    ) -> AccountHandle:
        """Name an account, or change it: without `key` a new one, with `key=fake.key` the test's own.

        `cap` is the most that the key may spend, as that of a sub-key, `hourly_cap` and `daily_cap` in an hour and day
        of UTC. None leaves what there is as it is; raises WrongOrderError for a key that no request can carry.
        """
        key = f"{self.key}-{next(self._numbers)}" if key is None else key
        caps = {"cap": cap, "hourly_cap": hourly_cap, "daily_cap": daily_cap}
        given: Any = {"credits": credits, **caps, "webhook_key": webhook_key}
        self._in_test.accounts.change(key, **{name: value for name, value in given.items() if value is not None})
        self._named.add(key)
        return AccountHandle(key, self._control)

    @property
    def accounts(self) -> list[Account]:
        """Every account that has been named or used, the test's own first, each with its `.handle` and `.credits`."""
        return self._control.accounts.all()

    @property
    def conduct(self) -> list[ConductFinding]:
        """The mistakes of the client so far, once a kind; the rules stand in `docs/conduct.md`."""
        return self._control.conduct()

    def reset(self, account: str | None = None) -> None:
        """Forget one account's tasks, journal and orders, and open it anew; without one forget everything."""
        self._in_test.reset(account)
        if account is None:
            self._named.forget()

    def reload(self) -> None:
        """Read the revisions again, so that what has changed in the folders counts."""
        self._in_test.reload()

    @property
    def environ(self) -> Mapping[str, str]:
        """Base URL and key, for code that is configured by environment."""
        return {"KIE_BASE_URL": self.url, "KIE_API_KEY": self.key}

    def _as_own(self, request: Request) -> Request:
        last = self._last
        if request.headers is not last[0]:
            # A client sends the same ones again and again.
            own = Headers({**request.headers, "authorization": f"Bearer {self.key}"})
            last = self._last = request.headers, self._handle_in(request), own
        _, handle, own = last
        if handle is None:
            return request
        if self.service.state.store.account(handle) is not None:
            self._named.came(handle)
            return request
        return request.with_headers(own)

    def _handle_in(self, request: Request) -> str | None:
        try:
            return self.service.state.handle_of(bearer_key(request, self.service.contracts.profile.facts.key_length))
        except Refused:
            return None

    def __repr__(self) -> str:
        return (
            f"<fakie.Fake at {self.url}, {counted(len(self.journal), 'request')}, {counted(len(self.tasks), 'task')}>"
        )
