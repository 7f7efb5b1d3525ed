"""A callback of a task that nobody created: what a receiver is tried with."""

from dataclasses import replace
from decimal import Decimal

from fakie.core.accounts import Account
from fakie.core.control.errors import WrongOrderError, hinted
from fakie.core.service import Service
from fakie.core.tasks.plans import HeldPlan
from fakie.core.tasks.task import Task
from fakie.core.tasks.wire import compact
from fakie.harness.handles import Callback
from fakie_schemas.catalog.callback_shapes import callback_shapes
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
) -> Callback:
    """Return the callback of a task that ends now; raises WrongOrderError for an unknown model, outcome or shape."""
    shapes = callback_shapes()
    if shape is not None and shape not in shapes:
        raise WrongOrderError(hinted("shape", shape, shapes))
    task = _ended_task(service, account, url, outcome, model)
    signing = replace(account, webhook_key=webhook_key or account.webhook_key)
    return Callback.of(service.runner.deliveries.outgoing(task, signing, shapes.get(shape or "")))


def _ended_task(service: Service, account: Account, url: str, outcome: str, model: str) -> Task:
    contracts = service.contracts
    revision = contracts.catalog.served(service.control.orders.vocabulary.model(model))
    if revision is None or outcome not in {"success", "fail"}:
        raise WrongOrderError(f"outcome: expected success or fail; got {outcome!r}")
    body = {**working_value(revision.request_schema), "callBackUrl": f"{url}/callback"}
    now, failure = service.state.clock.now(), contracts.profile.default_failure
    task_id, sent = service.outside.ids.task_id(), compact(body).encode()
    plan, hook = HeldPlan("waiting"), body["callBackUrl"]
    task = Task(task_id, account.handle, model, sent, Decimal(0), now, plan, failure, callback_url=hook)
    task.settled, task.page = True, revision.date
    task.finish(now) if outcome == "success" else task.fail(now)
    with service.state.store.work(account.handle) as work:
        work.save_task(task)
    return task
