"""The act of each kind of endpoint: create, record, transform, query. It finds a situation, or raises Refused."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from fakie.core.accounts import Account
from fakie.core.courses import TaskCourses
from fakie.core.exchange import Exchange
from fakie.core.files import uploads
from fakie.core.files.fetching import Fetching
from fakie.core.files.inputs import InputFiles
from fakie.core.files.links import Links
from fakie.core.files.shelf import FileShelf
from fakie.core.files.uploads import Uploads
from fakie.core.handling.charges import Charges
from fakie.core.handling.pages import Pages, ServedPage
from fakie.core.handling.parents import Parents
from fakie.core.handling.transforms import Transforms, asked
from fakie.core.limits import AccountLimits
from fakie.core.orders import OrderBook, OrderTarget
from fakie.core.ports import Store, Work
from fakie.core.running.results import Results
from fakie.core.running.runner import Runner
from fakie.core.runtime import Contracts, Outside
from fakie.core.settings import Settings
from fakie.core.situations import Outcome, Refused
from fakie.core.tasks import rendering, wire
from fakie.core.tasks.plans import PlanOrder
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.record_shapes import record_shapes
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints, places

PATHS: Mapping[tuple[str, str], str] = places()
_ID = "{id}"


class Endpoints:
    """The acts of the API for an authenticated account."""

    def __init__(
        self,
        contracts: Contracts,
        settings: Settings,
        store: Store,
        plans: OrderBook[PlanOrder],
        outside: Outside,
        runner: Runner,
        results: Results,
        shelf: FileShelf,
    ) -> None:
        self._catalog = contracts.catalog
        self._profile = contracts.profile
        self._settings = settings
        self._store = store
        self._plans = plans
        self._ids = outside.ids
        self._charges = Charges(contracts)
        self._limits = AccountLimits(contracts.profile.facts, settings)
        self._courses = TaskCourses(contracts.profile, settings)
        self._runner = runner
        self._results = results
        self._shape = record_shapes()[settings.wire or contracts.profile.wire]
        facts = contracts.profile.facts
        # As measured: a task that is not known at once would surprise whoever asked for answers at once.
        self._fresh = facts.fresh_seconds / settings.speed if settings.latency == "observed" else 0.0
        allowed = settings.callback_allow
        probe = Fetching(outside.fetcher, shelf.published, allowed, facts.probe_seconds, most_bytes=0)
        inputs = InputFiles(shelf, judges=settings.files == "judge", probe=probe if settings.probe_media else None)
        self._pages = Pages(contracts, settings, inputs)
        uploading = Uploads(settings, facts, store, outside, shelf)
        self._parents = Parents(facts.record_seconds)
        self._transforms = Transforms(self._parents, results, runner)
        self._queries = {"credits": self._credit, "link": Links(shelf).make}
        kinds = {
            "create": self._create,
            "record": self._record_info,
            "transform": self._transform,
            "query": self._query,
        }
        self._handlers: Mapping[str, Callable[[Exchange, Account], Outcome]] = {
            **{name: kinds[one.kind] for name, one in endpoints().items() if one.kind in kinds},
            uploads.BASE64: uploading.base64,
            uploads.STREAM: uploading.stream,
            uploads.URL: uploading.by_url,
        }

    def act(self, exchange: Exchange, account: Account) -> Outcome:
        """Carry out a request on an endpoint."""
        return self._handlers[exchange.endpoint or ""](exchange, account)

    def _create(self, exchange: Exchange, account: Account) -> Outcome:
        endpoint = endpoints()[exchange.endpoint or ""]
        body = exchange.payload()
        model = body.get("model")
        exchange.model = model if isinstance(model, str) else None
        page = self._pages.of(endpoint, body)
        # One text for all requests of a model.
        exchange.model = page.model or exchange.model
        self._pages.check(endpoint, page, body)
        self._ask_functions(endpoint, account, body, exchange)
        with self._store.work(account.handle) as work:
            if endpoint.parent:
                self._parents.of(endpoint, body, work)
            new_id = self._transforms.new_id(endpoint, body, work) if endpoint.same else None
            task = self._accept(work, page, body, exchange, new_id)
        exchange.task_id = task.id
        if task.quirk == "before_answer":
            self._runner.call_back_now(task, account)
        # What the wire adds to the keys of a page was seen where models have pages.
        keys = (self._profile.habits.created if endpoint.page == BY_MODEL else ()) or page.answer_keys
        return Outcome("accepted", _created(keys, task.id), advice=self._pages.advice(page, body))

    def _transform(self, exchange: Exchange, account: Account) -> Outcome:
        endpoint = endpoints()[exchange.endpoint or ""]
        page = self._pages.of_endpoint(endpoint)
        body = asked(exchange.request, page.revision) if endpoint.method == "GET" else exchange.payload()
        self._pages.check(endpoint, page, body)
        self._ask_functions(endpoint, account, body, exchange)
        with self._store.work(account.handle) as work:
            task, outcome = self._transforms.act(
                endpoint, body, work, lambda known: self._accept(work, page, body, exchange, known)
            )
        exchange.task_id, exchange.model = task.id, task.model
        return outcome

    def _accept(
        self,
        work: Work,
        page: ServedPage,
        body: Mapping[str, Any],
        exchange: Exchange,
        task_id: str | None = None,
    ) -> Task:
        account, endpoint = work.account, endpoints()[exchange.endpoint or ""]
        self._limits.check_create(account)
        self._limits.check_running(account)
        cost, now = self._charges.cost(endpoint, page.revision, body), account.clock.now()
        account.charge(cost, now)
        self._limits.count_create(account)
        account.running += 1
        # What is known of models by patterns of their names is not meant of endpoints.
        model = page.model or endpoint.name
        order = self._order(endpoint, account, body, exchange)
        courses = self._courses
        usual = courses.usual(endpoint, model)
        course = courses.ordered(endpoint, model, order, page.revision, body) if order else usual
        # By place, which takes a quarter of the time that it takes by name.
        task = Task(
            task_id or self._ids.task_id(),
            account.handle,
            page.model or exchange.model or endpoint.name,
            exchange.raw or wire.compact(body).encode(),
            cost,
            now,
            course.plan,
            course.failure,
            body.get(endpoint.callback) or None,
            course.quirk,
            page.date,
            course.added,
            cost if course.shows_charge else Decimal(0),
            course.result,
            _masked(exchange),
            endpoint.name,
        )
        self._runner.start(work, task)
        return task

    def _order(
        self, endpoint: FamilyEndpoint, account: Account, body: Mapping[str, Any], exchange: Exchange
    ) -> PlanOrder | None:
        """Return how a task was ordered to go: by its own prompt, by an order that waits, or by a scenario."""
        order = exchange.prompted.plan
        if order is None and not exchange.request.at_once and self._plans.waiting():
            order = self._plans.take(_target(endpoint, account, body, exchange), exchange.agreed)
        return order or exchange.met.plan

    def _ask_functions(
        self, endpoint: FamilyEndpoint, account: Account, body: Mapping[str, Any], exchange: Exchange
    ) -> None:
        """Ask the functions that plans go by, before the work on the account that takes one of them."""
        if self._plans.waiting():
            exchange.agreed = self._plans.agreed(_target(endpoint, account, body, exchange))

    def _query(self, exchange: Exchange, account: Account) -> Outcome:
        endpoint = endpoints()[exchange.endpoint or ""]
        if endpoint.parent:
            self._pages.check(endpoint, self._pages.of_endpoint(endpoint), exchange.payload())
            with self._store.work(account.handle) as work:
                self._parents.of(endpoint, exchange.payload(), work)
        return self._queries[endpoint.asks](exchange, account)

    def _record_info(self, exchange: Exchange, account: Account) -> Outcome:
        task_id = exchange.request.argument("taskId")
        if not task_id:
            raise Refused("task_id_missing")
        exchange.task_id = task_id
        with self._store.work(account.handle) as work:
            now = work.account.clock.now()
            task = self._shown_task(work, task_id, exchange.endpoint)
            exchange.model = task.model
            if self._limits.count_poll(work.account, task_id):
                work.save_account()
            state = self._polled(work, task, now)
            if not rendering.job_of(task).dated:
                return Outcome("task_shown", rendering.record(task, state, self._results.facts(task, state)))
            result = self._results.of(task) if state == "success" else {}
            flags = self._profile.facts.success_flags
            flag = flags.get(state, flags["running"])
            return Outcome("task_shown", wire.record(task, state, result, self._shape, flag))

    def _polled(self, work: Work, task: Task, now: float) -> str:
        """Count a poll, and return the state that it shows."""
        ran = task.end is None
        state = task.poll(now)
        self._runner.settle(work, task)
        if ran:
            work.save_task(task)
        return state

    def _shown_task(self, work: Work, task_id: str, endpoint: str | None) -> Task:
        """Return an account's task that this endpoint shows; raises Refused for any other, and for one too new."""
        task = self._parents.own_task(task_id, work)
        if task is None:
            raise Refused("task_unknown")
        if endpoint is None or endpoint not in rendering.job_of(task).records:
            raise Refused("task_unknown", advice=_shown_by(task))
        # Reported of models' tasks alone. One of the future is no task that is too new: the clock was set back since,
        # or another worker's, a little ahead of this one's, made it.
        if rendering.job_of(task).dated and abs(work.account.clock.now() - task.created_at) < self._fresh:
            raise Refused("task_unknown")
        self._parents.refuse_old(endpoints()[endpoint], task, work)
        return task

    def _credit(self, _: Exchange, account: Account) -> Outcome:
        return Outcome("credit_shown", float(account.credits))


def _target(endpoint: FamilyEndpoint, account: Account, body: Mapping[str, Any], exchange: Exchange) -> OrderTarget:
    return OrderTarget(endpoint.name, account.handle, exchange.model, body, exchange.drawn_as)


def _shown_by(task: Task) -> str:
    """Say where a task is shown that was asked for elsewhere."""
    places = (endpoints()[name] for name in rendering.job_of(task).records)
    return f"{task.endpoint} made this task; " + ", ".join(f"{one.method} {one.path} shows it" for one in places)


def _masked(exchange: Exchange) -> bytes | None:
    """Return a request's body as it may be written down, or None where its key does not stand in it."""
    hidden = exchange.request.headers.hide_in_bytes(exchange.raw)
    return None if hidden is exchange.raw else hidden


def _created(keys: tuple[str, ...], task_id: str) -> wire.WrittenJson:
    return wire.WrittenJson(_answer_of(keys).replace(_ID, task_id))


@lru_cache(maxsize=64)
def _answer_of(keys: tuple[str, ...]) -> str:
    """Return what names a new task under these keys, with a mark in the place of its id."""
    return wire.compact(dict.fromkeys(keys, _ID))
