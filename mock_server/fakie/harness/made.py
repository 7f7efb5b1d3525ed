"""A callback of a task that nobody created: what a receiver is tried with."""

from decimal import Decimal

from fakie.core.accounts import Account
from fakie.core.control.errors import WrongOrderError, hinted
from fakie.core.service import Service
from fakie.core.tasks import rendering, stages
from fakie.core.tasks.plans import HeldPlan
from fakie.core.tasks.task import Task
from fakie.core.tasks.wire import compact
from fakie.harness.handles import Callback
from fakie_schemas.catalog.callback_shapes import callback_shapes
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints, with_pages
from fakie_schemas.schema.values import working_value


def made_callback(
    service: Service,
    account: Account,
    url: str,
    outcome: str,
    *,
    model: str,
    webhook_key: str | None,
    shape: str | None = None,
    stage: str = "",
    task_id: str | None = None,
) -> Callback:
    """Return the callback of a task that ends now, or comes to a stage; `model` may be an endpoint of a family.

    Raises WrongOrderError for an unknown model, outcome, stage or shape.
    """
    shapes = callback_shapes()
    if shape is not None and shape not in shapes:
        raise WrongOrderError(hinted("shape", shape, shapes))
    task = _made_task(service, account, url, outcome, model, task_id)
    if stage and stage not in stages.of(task):
        raise WrongOrderError(hinted("stage", stage, stages.of(task)))
    outgoing = service.runner.deliveries.outgoing(task, account, shapes.get(shape or ""), stage, webhook_key)
    return Callback.of(outgoing)


def _made_task(service: Service, account: Account, url: str, outcome: str, model: str, task_id: str | None) -> Task:
    contracts = service.contracts
    about, revision = _asked(service, model)
    if outcome not in {"success", "fail"}:
        raise WrongOrderError(f"outcome: expected success or fail; got {outcome!r}")
    hook = f"{url}/callback"
    body = {**working_value(revision.plain_schema), about.callback: hook}
    now, failure = service.state.clock.now(), rendering.usual_failure(about.makes, contracts.profile.default_failure)
    made, sent, plan = task_id or service.outside.ids.task_id(), compact(body).encode(), HeldPlan("waiting")
    task = Task(made, account.handle, model, sent, Decimal(0), now, plan, failure, callback_url=hook)
    task.settled, task.page, task.endpoint = True, revision.date, about.name
    task.finish(now) if outcome == "success" else task.fail(now)
    with service.state.store.work(account.handle) as work:
        work.save_task(task)
    return task


def _asked(service: Service, model: str) -> tuple[FamilyEndpoint, Revision]:
    """Return the endpoint and the page of a model, or of an endpoint of a family that calls back."""
    catalog = service.contracts.catalog
    about = endpoints().get(model)
    if about is not None and about.job is not None and about.makes.callbacks:
        page = catalog.endpoint(about.page)
        if page is None:
            raise WrongOrderError(f"model: {model} has no page here; fakie derive makes one")
        return about, page
    if model in with_pages():
        calling = ", ".join(name for name, one in with_pages().items() if one.job is not None and one.makes.callbacks)
        raise WrongOrderError(f"model: {model} is an endpoint that calls nobody back; these do: {calling}")
    revision = catalog.served(service.control.orders.vocabulary.model(model))
    if revision is None:
        raise WrongOrderError(f"model: expected one, not a pattern; got {model!r}")
    return next(one for one in endpoints().values() if one.page == BY_MODEL), revision
