"""The API's endpoints: createTask, recordInfo, credit, files. Each finds its situation, or raises Refused."""

from collections.abc import Callable, Mapping
from typing import Any

from fakie.core.accounts import Account
from fakie.core.charges import Charges
from fakie.core.exchange import Exchange
from fakie.core.files import uploads
from fakie.core.files.fetching import Fetching
from fakie.core.files.inputs import InputFiles
from fakie.core.files.links import Links
from fakie.core.files.shelf import FileShelf
from fakie.core.files.uploads import Uploads
from fakie.core.journal import masked
from fakie.core.limits import AccountLimits
from fakie.core.orders import OrderBook, OrderTarget
from fakie.core.ports import Store, Work
from fakie.core.running.results import Results
from fakie.core.running.runner import Runner
from fakie.core.runtime import Contracts, Outside
from fakie.core.settings import Settings
from fakie.core.situations import Outcome, Refused
from fakie.core.tasks import wire
from fakie.core.tasks.plans import Plan, PlanOrder
from fakie.core.tasks.quirks import Quirk
from fakie.core.tasks.result_order import ResultOrder
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.profile import Failure
from fakie_schemas.catalog.record_shapes import record_shapes
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.validation import empty_text
from fakie_schemas.schema.values import as_json

PATHS: Mapping[tuple[str, str], str] = {
    ("POST", "/api/v1/jobs/createTask"): "createTask",
    ("GET", "/api/v1/jobs/recordInfo"): "recordInfo",
    ("GET", "/api/v1/chat/credit"): "credit",
    ("POST", "/api/v1/common/download-url"): "download-url",
    **{("POST", path): name for path, name in uploads.PATHS.items()},
}


class Endpoints:
    """What the API does for an authenticated account."""

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
        self._usual_plans: dict[str, Plan] = {}
        self._usual_failure = self._profile.default_failure
        self._runner = runner
        self._results = results
        self._shape = record_shapes()[settings.wire or contracts.profile.wire]
        facts = contracts.profile.facts
        # As measured: a task that is not known at once would surprise whoever asked for answers at once.
        self._fresh = facts.fresh_seconds / settings.speed if settings.latency == "observed" else 0.0
        allowed = settings.callback_allow
        probe = Fetching(outside.fetcher, shelf.published, allowed, facts.probe_seconds, most_bytes=0)
        self._judge = InputFiles(shelf, judges=settings.files == "judge", probe=probe if settings.probe_media else None)
        uploading = Uploads(settings, facts, store, outside, shelf)
        self._handlers: Mapping[str, Callable[[Exchange, Account], Outcome]] = {
            "createTask": self._create,
            "recordInfo": self._record_info,
            "credit": self._credit,
            "download-url": Links(shelf).make,
            uploads.BASE64: uploading.base64,
            uploads.STREAM: uploading.stream,
            uploads.URL: uploading.by_url,
        }

    def act(self, exchange: Exchange, account: Account) -> Outcome:
        """Carry out a request on an endpoint."""
        return self._handlers[exchange.endpoint or ""](exchange, account)

    def _create(self, exchange: Exchange, account: Account) -> Outcome:
        body = exchange.payload()
        exchange.model = exchange.peek_model()
        revision = self._revision(body)
        if revision.facts["model"] in self._settings.disabled:
            raise Refused("feature_disabled", model=revision.facts["model"])
        self._validate(revision, body)
        with self._store.work(account.handle) as work:
            task = self._accept(work, revision, body, exchange)
        exchange.task_id = task.id
        if task.quirk == "before_answer":
            self._runner.call_back_now(task, account)
        keys = self._profile.habits.created or revision.answer_keys
        return Outcome("accepted", dict.fromkeys(keys, task.id), advice=self._advice(revision, body))

    def _revision(self, body: Mapping[str, Any]) -> Revision:
        if "model" not in body:
            raise Refused("field_missing", field="model", works=as_json(self._catalog.first))
        model = body["model"]
        if not isinstance(model, str):
            works = as_json(self._catalog.first)
            raise Refused("wrong_type", field="model", rule="string", got=as_json(model), works=works)
        revision = self._catalog.served(model)
        if revision is None:
            works = as_json(self._catalog.near(model)[0])
            raise Refused("model_unknown", got=as_json(model), works=works)
        return revision

    def _validate(self, revision: Revision, body: Mapping[str, Any]) -> None:
        habits = self._profile.habits
        judge = revision.violation_on_the_wire if habits.numbers_for_texts else revision.violation
        violation = judge(body)
        if violation is None and habits.refuses_empty:
            violation = empty_text(revision.request_schema, body)
        if violation is not None:
            raise Refused(**vars(violation))
        url, longest = body.get("callBackUrl", ""), self._profile.facts.callback_url_length
        if len(url) > longest:
            rule, got = f"at most {longest} characters", f"{len(url)} characters"
            works = as_json("https://your-domain.com/api/callback")
            raise Refused("too_long", field="callBackUrl", rule=rule, got=got, works=works)
        self._judge.check(revision, body)

    def _advice(self, revision: Revision, body: Mapping[str, Any]) -> str:
        """Say in what the served page contradicts itself, or what a newer one refuses, of an accepted request."""
        contradicted = revision.contradicted(body)
        if contradicted:
            return self._profile.contradiction(contradicted, revision.date)
        latest = self._catalog.latest(revision.facts["model"])
        if latest is None or latest is revision:
            return ""
        violation = latest.violation(body)
        return self._profile.advice(violation, latest.date, revision.date) if violation else ""

    def _accept(self, work: Work, revision: Revision, body: Mapping[str, Any], exchange: Exchange) -> Task:
        account = work.account
        gate = self._limits.creates(account)
        gate.check()
        self._limits.check_running(account)
        cost = self._charges.cost(revision, body)
        account.charge(cost)
        gate.count()
        account.running += 1
        now = account.clock.now()
        model = revision.facts["model"]
        plan, failure, quirk, result = self._course(account, model, body, exchange)
        habits = self._profile.habits
        task = Task(
            id=self._ids.task_id(),
            account=account.handle,
            model=model,
            sent=exchange.raw,
            cost=cost,
            created_at=now,
            plan=plan,
            failure=failure,
            callback_url=body.get("callBackUrl"),
            quirk=quirk,
            page=revision.date,
            added=habits.added_to(model),
            shown_cost=habits.charge_shown(model, cost),
            result=result,
            masked=masked(exchange.raw, exchange.request.headers.get("authorization", "")),
        )
        self._runner.start(work, task)
        return task

    def _course(
        self, account: Account, model: str, body: Mapping[str, Any], exchange: Exchange
    ) -> tuple[Plan, Failure, Quirk, ResultOrder | None]:
        """Return how a task will go: as ordered, as a scenario has it, or as usual (one plan for all of a model)."""
        order = exchange.prompted.plan
        if order is None and self._plans:
            order = self._plans.take(OrderTarget("createTask", account.handle, model, body))
        order = order or exchange.met.plan
        if order is None:
            return self._usual_plan(model), self._usual_failure, "", None
        return self._plan(order, model), order.failure or self._usual_failure, order.quirk, order.result

    def _usual_plan(self, model: str) -> Plan:
        if model not in self._usual_plans:
            self._usual_plans[model] = self._plan(PlanOrder(), model)
        return self._usual_plans[model]

    def _plan(self, order: PlanOrder, model: str) -> Plan:
        steps = self._profile.habits.steps(model, measured=self._settings.latency == "observed")
        return order.plan(steps, self._settings.speed)

    def _record_info(self, exchange: Exchange, account: Account) -> Outcome:
        task_id = exchange.request.argument("taskId")
        if not task_id:
            raise Refused("task_id_missing")
        exchange.task_id = task_id
        with self._store.work(account.handle) as work:
            now = work.account.clock.now()
            task = self._own_task(work, task_id, now)
            if task is None:
                raise Refused("task_unknown")
            exchange.model = task.model
            gate = self._limits.polls(work.account, task_id)
            gate.pass_through()
            if not gate.limit.is_off:
                work.save_account()
            state = self._polled(work, task, now)
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

    def _own_task(self, work: Work, task_id: str, now: float) -> Task | None:
        """Return a task of this account, unless it is too new or too old to be shown."""
        task = work.task(task_id)
        age = now - task.created_at if task else 0.0
        return task if self._fresh <= age <= self._profile.facts.record_seconds else None

    def _credit(self, _: Exchange, account: Account) -> Outcome:
        return Outcome("credit_shown", float(account.credits))
