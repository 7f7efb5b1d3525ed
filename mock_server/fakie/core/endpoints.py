"""What each kind of endpoint does: create, record, transform, query. It finds a situation, or raises Refused."""

from collections.abc import Callable, Mapping
from dataclasses import replace
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
from fakie.core.limits import AccountLimits
from fakie.core.orders import OrderBook, OrderTarget
from fakie.core.parents import Parents
from fakie.core.ports import Store
from fakie.core.running.results import Results
from fakie.core.running.runner import Runner
from fakie.core.runtime import Contracts, Outside
from fakie.core.settings import Settings
from fakie.core.situations import Outcome, Refused
from fakie.core.tasks import told, wire
from fakie.core.tasks.plans import Plan, PlanOrder
from fakie.core.tasks.quirks import Quirk
from fakie.core.tasks.result_order import ResultOrder
from fakie.core.tasks.task import Task
from fakie.core.transforms import Transforms, asked
from fakie_schemas.catalog.profile import Failure
from fakie_schemas.catalog.record_shapes import record_shapes
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.validation import empty_text
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, Job, endpoints, places
from fakie_schemas.schema.values import as_json

PATHS: Mapping[tuple[str, str], str] = places()


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
        usual = self._profile.default_failure
        self._usual_failures = {
            name: told.usual_failure(one.job, usual) for name, one in endpoints().items() if one.job
        }
        self._runner = runner
        self._results = results
        self._shape = record_shapes()[settings.wire or contracts.profile.wire]
        facts = contracts.profile.facts
        allowed = settings.callback_allow
        probe = Fetching(outside.fetcher, shelf.published, allowed, facts.probe_seconds, most_bytes=0)
        self._judge = InputFiles(shelf, judges=settings.files == "judge", probe=probe if settings.probe_media else None)
        uploading = Uploads(settings, facts, store, outside, shelf)
        self._parents = Parents(store, facts.record_seconds)
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
        exchange.model = exchange.peek_model()
        revision = self._revision(body) if endpoint.page == BY_MODEL else self._page(endpoint)
        self._check(endpoint, revision, body)
        with self._store.transaction():
            if endpoint.parent:
                self._parents.of(endpoint, body, account)
            new_id = self._transforms.new_id(endpoint, body, account) if endpoint.same else None
            task = self._accept(account, revision, body, exchange, new_id)
        exchange.task_id = task.id
        if task.quirk == "before_answer":
            self._runner.call_back_now(task, account)
        # What the wire adds to the keys of a page was seen where models have pages.
        keys = (self._profile.habits.created if endpoint.page == BY_MODEL else ()) or revision.answer_keys
        return Outcome("accepted", dict.fromkeys(keys, task.id), advice=self._advice(endpoint, revision, body))

    def _check(self, endpoint: FamilyEndpoint, revision: Revision, body: Mapping[str, Any]) -> None:
        """Raise Refused for what is switched off, or for a body that the page refuses."""
        name = revision.facts["model"] or endpoint.name
        if name in self._settings.disabled:
            raise Refused("feature_disabled", model=name)
        self._validate(revision, body, endpoint.callback)

    def _page(self, endpoint: FamilyEndpoint) -> Revision:
        revision = self._catalog.endpoint(endpoint.page)
        if revision is None:
            works = "none of its pages is here; `fakie derive PAGE --out FOLDER` makes revisions of them"
            place = {"method": endpoint.method, "path": endpoint.path, "family": endpoint.family}
            raise Refused("family_not_faked", **place, works=works)
        return revision

    def _transform(self, exchange: Exchange, account: Account) -> Outcome:
        endpoint = endpoints()[exchange.endpoint or ""]
        revision = self._page(endpoint)
        body = asked(exchange.request, revision) if endpoint.method == "GET" else exchange.payload()
        self._check(endpoint, revision, body)
        with self._store.transaction():
            task, outcome = self._transforms.act(
                endpoint, body, account, lambda known: self._accept(account, revision, body, exchange, known)
            )
        exchange.task_id, exchange.model = task.id, task.model
        return outcome

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

    def _validate(self, revision: Revision, body: Mapping[str, Any], callback: str) -> None:
        habits = self._profile.habits
        judge = revision.violation_on_the_wire if habits.numbers_for_texts else revision.violation
        violation = judge(body)
        if violation is None and habits.refuses_empty:
            violation = empty_text(revision.request_schema, body)
        if violation is not None:
            raise Refused(**vars(violation))
        url, longest = body.get(callback) or "", self._profile.facts.callback_url_length
        if len(url) > longest:
            rule, got = f"at most {longest} characters", f"{len(url)} characters"
            works = as_json("https://your-domain.com/api/callback")
            raise Refused("too_long", field=callback, rule=rule, got=got, works=works)
        self._judge.check(revision, body)

    def _advice(self, endpoint: FamilyEndpoint, revision: Revision, body: Mapping[str, Any]) -> str:
        """Say in what the served page contradicts itself, or what a newer one refuses, of an accepted request."""
        contradicted = revision.contradicted(body)
        if contradicted:
            return self._profile.contradiction(contradicted, revision.date)
        model = revision.facts["model"]
        latest = self._catalog.latest(model) if model else self._catalog.latest_endpoint(endpoint.page)
        if latest is None or latest is revision:
            return ""
        violation = latest.violation(body)
        return self._profile.advice(violation, latest.date, revision.date) if violation else ""

    def _accept(
        self,
        account: Account,
        revision: Revision,
        body: Mapping[str, Any],
        exchange: Exchange,
        task_id: str | None = None,
    ) -> Task:
        endpoint = endpoints()[exchange.endpoint or ""]
        gate = self._limits.creates(account)
        gate.check()
        cost = 0.0 if endpoint.free else self._charges.cost(revision, body)
        account.charge(cost)
        gate.count()
        now = account.clock.now()
        # What is known of models by patterns of their names is not meant of endpoints.
        model = revision.facts["model"] or endpoint.name
        target = OrderTarget(endpoint.name, account.handle, exchange.model, body) if self._plans else None
        order = (self._plans.take(target) if target else None) or exchange.met.plan
        plan, failure, quirk, result = self._course(endpoint, model, order, revision, body)
        habits = self._profile.habits
        task = Task(
            id=task_id or self._ids.task_id(),
            account=account.handle,
            model=revision.facts["model"] or exchange.model or endpoint.name,
            sent=exchange.raw or wire.compact(body).encode(),
            cost=cost,
            created_at=now,
            plan=plan,
            failure=failure,
            callback_url=body.get(endpoint.callback),
            quirk=quirk,
            page=revision.date,
            added=habits.added_to(model),
            shown_cost=habits.charge_shown(model, cost),
            result=result,
            endpoint=endpoint.name,
        )
        self._runner.start(task)
        return task

    def _course(
        self,
        endpoint: FamilyEndpoint,
        model: str,
        order: PlanOrder | None,
        revision: Revision,
        body: Mapping[str, Any],
    ) -> tuple[Plan, Failure, Quirk, ResultOrder | None]:
        """Return how a task will go: as ordered, or as usual (one plan for all of a model)."""
        job, usual = endpoint.makes, self._usual_failures[endpoint.name]
        if order is None:
            return self._usual_plan(job, model), usual, "", None
        failure = told.failure(job, usual, order.words, self._profile) if order.failure else usual
        if job.fallback and told.saved_by_fallback(job, failure, {**revision.defaults, **body}):
            order = replace(order, failure=None)
        return self._plan(job, model, order), failure, order.quirk, order.result

    def _usual_plan(self, job: Job, model: str) -> Plan:
        if model not in self._usual_plans:
            self._usual_plans[model] = self._plan(job, model, PlanOrder())
        return self._usual_plans[model]

    def _plan(self, job: Job, model: str, order: PlanOrder) -> Plan:
        steps = self._profile.habits.steps(model, measured=self._settings.latency == "observed")
        if job.plan:
            longer = steps[-1][1] / (job.plan[-1][1] or 1)
            steps = tuple((state, age * longer) for state, age in job.plan)
        return order.plan(steps, self._settings.speed)

    def _query(self, exchange: Exchange, account: Account) -> Outcome:
        endpoint = endpoints()[exchange.endpoint or ""]
        if endpoint.parent:
            self._check(endpoint, self._page(endpoint), exchange.payload())
            with self._store.transaction():
                self._parents.of(endpoint, exchange.payload(), account)
        return self._queries[endpoint.asks](exchange, account)

    def _record_info(self, exchange: Exchange, account: Account) -> Outcome:
        task_id = exchange.request.argument("taskId")
        if not task_id:
            raise Refused("task_id_missing")
        exchange.task_id = task_id
        with self._store.transaction():
            task = self._shown_task(task_id, account, exchange.endpoint)
            exchange.model = task.model
            self._limits.polls(account, task_id).pass_through()
            state = task.poll(account.clock.now())
            self._runner.settle(task)
            if not told.job_of(task).dated:
                return Outcome("task_shown", told.record(task, state, self._results.facts(task, state)))
            result = self._results.of(task) if state == "success" else {}
            flags = self._profile.facts.success_flags
            flag = flags.get(state, flags["running"])
            return Outcome("task_shown", wire.record(task, state, result, self._shape, flag))

    def _shown_task(self, task_id: str, account: Account, endpoint: str | None) -> Task:
        """Return an account's task that this endpoint shows; raises Refused for any other."""
        task = self._parents.own_task(task_id, account)
        if task is None or endpoint not in told.job_of(task).records:
            raise Refused("task_unknown")
        return task

    def _credit(self, _: Exchange, account: Account) -> Outcome:
        return Outcome("credit_shown", account.credits)
