"""The API's endpoints: createTask, recordInfo, credit. Each finds its situation, or raises Refused."""

from collections.abc import Mapping
from typing import Any

from fakie.core.accounts import Account
from fakie.core.charges import Charges
from fakie.core.exchange import Exchange
from fakie.core.orders import OrderBook, OrderTarget
from fakie.core.ports import Store
from fakie.core.running.results import Results
from fakie.core.running.runner import Runner
from fakie.core.runtime import Contracts, Outside
from fakie.core.settings import Settings
from fakie.core.situations import Outcome, Refused
from fakie.core.tasks import wire
from fakie.core.tasks.plans import PlanOrder
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.schema.values import as_json

PATHS: Mapping[tuple[str, str], str] = {
    ("POST", "/api/v1/jobs/createTask"): "createTask",
    ("GET", "/api/v1/jobs/recordInfo"): "recordInfo",
    ("GET", "/api/v1/chat/credit"): "credit",
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
    ) -> None:
        self._catalog = contracts.catalog
        self._profile = contracts.profile
        self._settings = settings
        self._store = store
        self._plans = plans
        self._ids = outside.ids
        self._charges = Charges(contracts, settings)
        self._runner = runner
        self._results = results

    def act(self, exchange: Exchange, account: Account) -> Outcome:
        """Carry out a request on an endpoint."""
        handler = {"createTask": self._create, "recordInfo": self._record_info, "credit": self._credit}
        return handler[exchange.endpoint or ""](exchange, account)

    def _create(self, exchange: Exchange, account: Account) -> Outcome:
        body = exchange.payload()
        exchange.model = exchange.peek_model()
        revision = self._revision(body)
        if revision.facts["model"] in self._settings.disabled:
            raise Refused("feature_disabled", model=revision.facts["model"])
        self._validate(revision, body)
        with self._store.transaction():
            task = self._accept(account, revision, body, exchange.met.plan)
        exchange.task_id = task.id
        if task.quirk == "before_answer":
            self._runner.call_back_now(task, account)
        return Outcome("accepted", dict.fromkeys(revision.answer_keys, task.id), advice=self._advice(revision, body))

    def _revision(self, body: Mapping[str, Any]) -> Revision:
        works = as_json(self._catalog.first)
        if "model" not in body:
            raise Refused("field_missing", field="model", works=works)
        model = body["model"]
        if not isinstance(model, str):
            raise Refused("wrong_type", field="model", rule="string", got=as_json(model), works=works)
        revision = self._catalog.served(model)
        if revision is None:
            works = as_json(self._catalog.near(model)[0])
            raise Refused("model_unknown", got=as_json(model), works=works)
        return revision

    def _validate(self, revision: Revision, body: Mapping[str, Any]) -> None:
        violation = revision.violation(body)
        if violation is not None:
            raise Refused(**vars(violation))
        url, longest = body.get("callBackUrl", ""), self._profile.facts.callback_url_length
        if len(url) > longest:
            rule, got = f"at most {longest} characters", f"{len(url)} characters"
            works = as_json("https://your-domain.com/api/callback")
            raise Refused("too_long", field="callBackUrl", rule=rule, got=got, works=works)

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

    def _accept(self, account: Account, revision: Revision, body: Mapping[str, Any], met: PlanOrder | None) -> Task:
        self._charges.create_limit.check(account)
        cost = self._charges.cost(revision, body)
        account.charge(cost)
        now = account.clock.now()
        account.accepted.append(now)
        model = revision.facts["model"]
        order = self._plans.take(OrderTarget("createTask", account.handle, model, body)) or met or PlanOrder()
        task = Task(
            id=self._ids.task_id(),
            account=account.handle,
            model=model,
            body=body,
            cost=cost,
            created_at=now,
            plan=order.plan(self._profile.facts.plan, self._settings.speed),
            failure=order.failure or self._profile.default_failure,
            quirk=order.quirk,
        )
        self._runner.start(task)
        return task

    def _record_info(self, exchange: Exchange, account: Account) -> Outcome:
        task_id = exchange.request.argument("taskId")
        if not task_id:
            raise Refused("task_id_missing")
        exchange.task_id = task_id
        with self._store.transaction():
            task = self._own_task(task_id, account)
            exchange.model = task.model
            state = task.poll(account.clock.now())
            self._runner.settle(task)
            flags = self._profile.facts.success_flags
            return Outcome("task_shown", wire.record(task, state, self._results.of(task), flags))

    def _own_task(self, task_id: str, account: Account) -> Task:
        task = self._store.task(task_id)
        if task is None or task.account != account.handle:
            raise Refused("task_unknown")
        if account.clock.now() - task.created_at > self._profile.facts.record_seconds:
            self._store.forget_task(task_id)
            raise Refused("task_unknown")
        return task

    def _credit(self, _: Exchange, account: Account) -> Outcome:
        return Outcome("credit_shown", account.credits)
