"""Cases of an endpoint that shows tasks: unknown ones, none, and those of another endpoint, another family, a model."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from fakie_contract.cases.api import no_task_id, unknown_task
from fakie_contract.cases.case import Case
from fakie_contract.cases.endpoint import asked
from fakie_contract.cases.endpoint.asked import GoesOnFrom
from fakie_contract.cases.task import tasks
from fakie_contract.cases.task.accounts import judge_near, judge_without_key
from fakie_contract.trial import answers
from fakie_contract.trial.accounts import PLENTY
from fakie_contract.trial.trial import NotProvokable, Trial
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints, of_kind

# How long (s) before the last moment at which a task is shown.
_NEARLY = 3600


def record_cases(endpoint: FamilyEndpoint, profile: Profile) -> Iterator[Case]:
    """Return the cases of one record's endpoint."""
    for name, what, run, situation in (
        ("unknown-task", "a task that does not exist", unknown_task, "task_unknown"),
        ("no-task-id", "no taskId", no_task_id, "task_id_missing"),
    ):
        code = profile.row(situation, endpoint.name).code
        yield Case(f"{endpoint.name}::record::{name}", what, run, "free", endpoint.name, code)
    maker = next(_making(endpoint), None)
    if maker is not None:
        code, run = profile.row("task_shown", endpoint.name).code, partial(_shown, maker)
        name, sends = f"{endpoint.name}::record::shown", partial(_sent_for, maker)
        what = "a task of its own, which its id alone names, and to a good key alone"
        yield Case(name, what, run, "may_cost", endpoint.name, code, sends=sends)
    if maker is not None and endpoint.within:
        code, run = profile.row("task_too_old", endpoint.name).code, partial(_old, maker)
        what = "a task of long ago: shown as long as the page says, then refused"
        case = Case(f"{endpoint.name}::record::old", what, run, "may_cost", endpoint.name, code, needs_levers=True)
        yield replace(case, sends=partial(_sent_for, maker))
    code = profile.row("task_unknown", endpoint.name).code
    what = "a task of another endpoint, another family, or a model: unknown here"
    case = Case(f"{endpoint.name}::record::others", what, _others, "may_cost", endpoint.name, code)
    yield replace(case, needs_levers=True)


def _sent_for(maker: FamilyEndpoint) -> Sequence[GoesOnFrom]:
    return [*asked.parents_of(maker), GoesOnFrom(maker.name)]


def _shown(maker: FamilyEndpoint, trial: Trial) -> None:
    account = trial.account()
    sent = asked.good_body(trial, maker, account)
    task_id = asked.task_of(trial, account, maker, sent)
    tasks.poll(trial, asked.known(trial, account, task_id, maker, sent))
    judge_near(trial, account, task_id)
    judge_without_key(trial, task_id)


def _old(maker: FamilyEndpoint, trial: Trial) -> None:
    account = tasks.moved(trial)
    sent = asked.good_body(trial, maker, account)
    task_id = asked.task_of(trial, account, maker, sent)
    tasks.advance(trial, account, trial.endpoint.within - _NEARLY)
    tasks.poll(trial, asked.known(trial, account, task_id, maker, sent))
    tasks.advance(trial, account, _NEARLY + 1)
    answers.refused(trial, trial.record(task_id, account), "task_too_old")


def _making(record: FamilyEndpoint) -> Iterator[FamilyEndpoint]:
    """Return the endpoints whose tasks are shown here, those first that go on from nothing."""
    makers = [one for name in of_kind("create") if record.name in (one := endpoints()[name]).makes.records]
    yield from sorted(makers, key=lambda one: one.parent is not None)


def _others(trial: Trial) -> None:
    account = trial.own_account(credits=PLENTY)
    for maker in _makers(trial.endpoint):
        sent = asked.good_body(trial, maker, account) if maker.page != BY_MODEL else _of_model(trial)
        made: Any = trial.create(sent, account, maker).answer.data
        if isinstance(made, dict) and isinstance(made.get("taskId"), str):
            answers.refused(trial, trial.record(made["taskId"], account), "task_unknown", trial.recording)


def _of_model(trial: Trial) -> Any:
    catalog = trial.env.catalog
    page = catalog.served(catalog.first)
    if page is None:
        raise NotProvokable("no model has a page")
    return tasks.bodies(page, 1)[0]


def _makers(record: FamilyEndpoint) -> Iterator[FamilyEndpoint]:
    """Return one endpoint for each other record: a task of it must not be shown here."""
    seen = {record.name}
    for name in of_kind("create"):
        one = endpoints()[name]
        shown_by = one.makes.records[0]
        if shown_by not in seen and one.parent is None:
            seen.add(shown_by)
            yield one
