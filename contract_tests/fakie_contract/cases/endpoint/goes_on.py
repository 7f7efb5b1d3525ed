"""Cases of what requests go on from: a task of this account, of the right kind, that has succeeded."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from fakie_contract.cases.case import Case
from fakie_contract.cases.endpoint import asked
from fakie_contract.cases.endpoint.accepted import first_states, transformed
from fakie_contract.cases.task import tasks
from fakie_contract.cases.task.files import downloaded_from
from fakie_contract.http.exchange import shown
from fakie_contract.trial import answers
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.money import costing_nothing
from fakie_contract.trial.trial import Trial
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import FamilyEndpoint, endpoints, of_kind

_NOBODY = ("0" * 32, "no-such-task")
_STRANGE_PART = "00000000-0000-0000-0000-000000000000"
_Wrong = Callable[[Trial, TargetAccount], dict[str, Any]]


def goes_on_cases(endpoint: FamilyEndpoint, revision: Revision, profile: Profile, sends: Any) -> Iterator[Case]:
    """Return the cases of an endpoint whose requests name a task; none for any other."""
    parent = endpoint.parent
    if parent is not None:
        wrongs: list[tuple[str, str, _Wrong, str]] = [
            ("nobodys", "an unknown task", partial(_unknown, 0), "parent_unknown"),
            ("no-id", "a text that is not an id", partial(_unknown, 1), "parent_unknown"),
            ("anothers", "a task of another account", _anothers, "parent_unknown"),
            ("another-kinds", "a task of another endpoint", _strange, "parent_unknown"),
        ]
        if parent.field and parent.part:
            wrongs.append(("part", "a part that the task does not have", _part, "parent_unknown"))
        # What needs a part of it can only name a task that has told of its parts.
        if endpoint.kind != "query" and parent.field and parent.part not in revision.plain_schema.get("required", ()):
            wrongs.append(("running", "a task that still runs", _running, "parent_unfinished"))
        for name, what, wrong, situation in wrongs:
            code = profile.row(situation, endpoint.name).code
            run = partial(_refused, wrong, situation)
            case = Case(f"{endpoint.name}::goes-on::{name}", f"{what}: refused", run, "may_cost", endpoint.name, code)
            yield replace(case, kind=situation, sends=sends, needs_levers=name != "nobodys" and name != "no-id")
    if parent is not None and endpoint.within:
        name, code = f"{endpoint.name}::goes-on::old", profile.row("task_too_old", endpoint.name).code
        case = Case(name, "a task of long ago: refused", _old, "may_cost", endpoint.name, code, needs_levers=True)
        yield replace(case, kind="task_too_old", sends=sends)
    if endpoint.same and endpoint.kind == "create":
        name, what = f"{endpoint.name}::goes-on::twice", "what can be made once is refused the second time"
        code = profile.row("task_conflict", endpoint.name).code
        yield Case(name, what, _twice, "may_cost", endpoint.name, code, sends=sends, needs_levers=True)
    if endpoint.kind == "transform" and (endpoint.same or endpoint.makes.records):
        name, what = f"{endpoint.name}::life::success", "asked at first, while it is made, and once it is there"
        yield Case(name, what, _transform, "may_cost", endpoint.name, sends=sends, needs_levers=True)


def _refused(wrong: _Wrong, situation: str, trial: Trial) -> None:
    account = trial.account()
    sent = wrong(trial, account)
    with costing_nothing(trial, account):
        answers.refused(trial, trial.create(sent, account), situation)


def _named(trial: Trial, account: TargetAccount, **values: str) -> dict[str, Any]:
    """Return a good body that names something else, in its fields `task` and `part`."""
    parent = trial.endpoint.parent
    assert parent is not None  # noqa: S101 - these cases are of endpoints that have one
    good = asked.good_body(trial, trial.endpoint, account, full=True)
    wrong = {parent.field: values.get("task"), parent.part: values.get("part")}
    return {**good, **{name: value for name, value in wrong.items() if name in good and value is not None}}


def _unknown(number: int, trial: Trial, account: TargetAccount) -> dict[str, Any]:
    return _named(trial, account, task=_NOBODY[number], part=(_STRANGE_PART, "no-such-part")[number])


def _anothers(trial: Trial, _: TargetAccount) -> dict[str, Any]:
    return asked.good_body(trial, trial.endpoint, trial.own_account(), full=True)


def _part(trial: Trial, account: TargetAccount) -> dict[str, Any]:
    return _named(trial, account, part=_STRANGE_PART)


def _strange(trial: Trial, account: TargetAccount) -> dict[str, Any]:
    parent = trial.endpoint.parent
    assert parent is not None  # noqa: S101 - these cases are of endpoints that have one
    own = trial.endpoint.family
    makers = [endpoints()[name] for name in of_kind("create") if name not in parent.made_by]
    free = [one for one in makers if one.parent is None and one.page == one.name]
    # One of the same family first: it is the likelier mistake.
    ended = asked.parent_task(trial, account, min(free, key=lambda one: one.family != own))
    return _named(trial, account, task=ended.id, part=ended.part or _STRANGE_PART)


def _running(trial: Trial, account: TargetAccount) -> dict[str, Any]:
    parent = trial.endpoint.parent
    assert parent is not None  # noqa: S101 - these cases are of endpoints that have one
    maker = endpoints()[parent.made_by[0]]
    good = asked.good_body(trial, trial.endpoint, account, full=True)
    sent = asked.good_body(trial, maker, account)
    tasks.plan(trial, account, by="hold")
    made = trial.create(sent, account, maker).answer.data
    running = made.get("taskId") if isinstance(made, dict) else None
    return {name: value for name, value in {**good, parent.field: running}.items() if name != parent.part}


def _old(trial: Trial) -> None:
    account = tasks.moved(trial)
    sent = asked.good_body(trial, trial.endpoint, account, full=True)
    tasks.advance(trial, account, trial.endpoint.within + 1)
    with costing_nothing(trial, account):
        answers.refused(trial, trial.create(sent, account), "task_too_old")


def _twice(trial: Trial) -> None:
    account = tasks.moved(trial)
    sent = asked.good_body(trial, trial.endpoint, account, full=True)
    page = trial.env.catalog.endpoint(trial.endpoint.page)
    if page is not None:
        answers.accepted(trial, trial.create(sent, account), page)
    answers.refused(trial, trial.create(sent, account), "task_conflict")


def _transform(trial: Trial) -> None:
    account = tasks.moved(trial)
    job = trial.endpoint.makes
    sent = asked.good_body(trial, trial.endpoint, account)
    tasks.plan(trial, account, by="time", seconds=tasks.SECONDS)
    first = trial.create(sent, account)
    transformed(trial, first, sent, first_states(job))
    if "running" in job.answers:
        again = trial.create(sent, account)
        transformed(trial, again, sent, ["running"])
        _same_task(trial, first.answer.data, again)
    tasks.advance(trial, account, tasks.SECONDS)
    after = trial.create(sent, account)
    files = transformed(trial, after, sent, ["success"])
    _same_task(trial, first.answer.data, after)
    downloaded_from(trial, files or {}, trial.endpoint.name)


def _same_task(trial: Trial, first: Any, exchange: Any) -> None:
    known = first.get("taskId") if isinstance(first, dict) else None
    now = exchange.answer.data.get("taskId") if isinstance(exchange.answer.data, dict) else None
    if known is not None and now != known:
        trial.find("task.made_again", shown(now), exchange, task_id=known)
