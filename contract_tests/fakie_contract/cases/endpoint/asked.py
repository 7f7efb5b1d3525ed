"""Making tasks of families: requests with what they go on from, sent, judged, and followed."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from fakie_contract.cases.body.samples import body
from fakie_contract.cases.endpoint.made import EndpointTask
from fakie_contract.cases.task import tasks
from fakie_contract.checks.told import FamilyTask, files_in, part_in
from fakie_contract.http.callback_listener import CallbackInbox
from fakie_contract.trial import answers
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.money import BalanceAround
from fakie_contract.trial.trial import NotProvokable, NotRun, Trial
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints
from fakie_schemas.families.telling import Telling

# Where a schema names fields: those that must be there, and all.
_NAMED = ("required", "properties")


class GoesOnFrom(Struct, frozen=True):
    """A task of another endpoint that a case goes on from, for the bill: on a live target made once for all cases."""

    endpoint: str


def about(
    trial: Trial, task_id: str | None, endpoint: FamilyEndpoint, sent: Mapping[str, Any], **more: Any
) -> FamilyTask:
    """Return what is known of a task that a request has made."""
    page = tasks.page(trial, endpoint.name)
    of_family = endpoint.page != BY_MODEL
    steps = [state for state, _ in trial.env.profile.habits.steps(endpoint.name, of_family=of_family)]
    telling = Telling.of(endpoint.makes, steps, {**page.defaults, **sent})
    return FamilyTask(task_id, endpoint, sent, telling, **more)


def good_body(trial: Trial, endpoint: FamilyEndpoint, account: TargetAccount, *, full: bool = False) -> dict[str, Any]:
    """Return a body that an endpoint accepts, with what it goes on from."""
    return going_on(trial, account, endpoint, body(tasks.page(trial, endpoint.name).plain_schema, full=full))


def going_on(
    trial: Trial, account: TargetAccount, endpoint: FamilyEndpoint, sent: dict[str, Any], kept: str = ""
) -> dict[str, Any]:
    """Put what a request goes on from into its body, but for the field `kept`; makes that task, to its end."""
    parent = endpoint.parent
    if parent is None:
        return sent
    ended = parent_task(trial, account, endpoints()[parent.made_by[0]])
    named = {parent.field: ended.id, parent.part: ended.part, parent.file: ended.file}
    return {**sent, **{name: value for name, value in named.items() if name in sent and name != kept}}


class Ended(Struct, frozen=True):
    """A task that has succeeded, with the id of a part of its result and the URL of a file; None where it has none."""

    id: str
    part: str | None
    file: str | None


def parent_task(trial: Trial, account: TargetAccount, endpoint: FamilyEndpoint) -> Ended:
    """Make a task and follow it to success; on a live target one of each kind is made and used by all cases."""
    if not trial.env.target.live:
        return _ended(trial, account, endpoint)
    known, key = trial.env.followed, f"{endpoint.name}::to-go-on-from"
    if key not in known:
        known[key] = None
        known[key] = _ended(trial, account, endpoint)
    found: Ended | None = known[key]
    if found is None:
        raise NotRun(f"a task of {endpoint.name}, which this goes on from, came to nothing, and is not paid for twice")
    return found


def task_of(trial: Trial, account: TargetAccount, endpoint: FamilyEndpoint, sent: dict[str, Any]) -> str:
    """Return the id of a task made of a good body; on a live target of the one that others go on from, too."""
    return parent_task(trial, account, endpoint).id if trial.env.target.live else _made(trial, account, endpoint, sent)


def _made(trial: Trial, account: TargetAccount, endpoint: FamilyEndpoint, sent: dict[str, Any]) -> str:
    made = answers.made_before(trial, endpoint) or trial.create(sent, account, endpoint).answer.data
    task_id = made.get("taskId") if isinstance(made, dict) else None
    if isinstance(task_id, str):
        answers.note_made(trial, endpoint, made)
    else:
        raise NotProvokable(f"{endpoint.name} gave no task to go on from; its own cases say why")
    return task_id


def _ended(trial: Trial, account: TargetAccount, endpoint: FamilyEndpoint) -> Ended:
    sent = good_body(trial, endpoint, account)
    moved = account.own and tasks.has_own_clock(trial)
    if moved:
        tasks.plan(trial, account, **tasks.BY_TIME)
    task_id = _made(trial, account, endpoint, sent)
    task = about(trial, task_id, endpoint, sent)
    if moved:
        # What its callbacks come to is no matter of this case.
        tasks.advance(trial, account, tasks.SECONDS, wait=False)
    data = _until_success(trial, account, task_id, task, moved=moved)
    told = task.telling.record("success", data)
    return Ended(task_id, part_in(told), next(iter(files_in(told)), None))


def _until_success(trial: Trial, account: TargetAccount, task_id: str, task: FamilyTask, *, moved: bool) -> Any:
    state: object = None
    for pause in [0.0] if moved else trial.env.waits(trial.env.patience_for(task.endpoint.name)):
        data = trial.record(task_id, account, task.endpoint.makes.records[0]).answer.data
        state = task.telling.state(data)
        if state == "success":
            return data
        if state == "fail":
            break
        time.sleep(pause)
    raise NotProvokable(f"the task of {task.endpoint.name} that this goes on from did not succeed: {state}")


def start(
    trial: Trial,
    account: TargetAccount,
    inbox: CallbackInbox | None = None,
    course: Mapping[str, Any] | None = None,
    other: Mapping[str, Any] | None = None,
) -> EndpointTask:
    """Make a task by the endpoint of the case, to go so; `other` fields are sent so, None: not at all.

    Raises NotProvokable when it is not accepted.
    """
    sent = _to_follow(trial, account, inbox, other or {})
    made = tasks.start_of(trial, account, sent, course)
    return EndpointTask(**asdict(made), told=about(trial, made.id, trial.endpoint, sent))


def known(
    trial: Trial, account: TargetAccount, task_id: str, maker: FamilyEndpoint, sent: Mapping[str, Any]
) -> EndpointTask:
    """Return a task that is there to be asked for, whenever it was made."""
    page, told = tasks.page(trial, maker.name), about(trial, task_id, maker, sent)
    return EndpointTask(task_id, account, sent, 0, 0, 0, page, BalanceAround(), told=told)


def _to_follow(
    trial: Trial, account: TargetAccount, inbox: CallbackInbox | None, other: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the body of a task to follow, which calls back where somebody listens, or must call somewhere."""
    name, schema = trial.endpoint.callback, tasks.page(trial, trial.endpoint.name).plain_schema
    sent = {**good_body(trial, trial.endpoint, account, full=True), **other}
    sent = {field: value for field, value in sent.items() if value is not None and field != name}
    if inbox is not None or name in schema.get("required", ()):
        sent[name] = inbox.url if inbox else body(schema, full=False)[name]
    return sent


def refused_body(trial: Trial, endpoint: FamilyEndpoint, good: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a body that its page refuses for sure, whatever it says twice: it lacks a field, or has one of no type.

    It still says where the callback goes.
    """
    page = tasks.page(trial, endpoint.name)
    schema = page.plain_schema
    needed, known = ([name for name in schema.get(key, ()) if name != endpoint.callback] for key in _NAMED)
    lacking = ({name: value for name, value in good.items() if name != less} for less in needed)
    wrong = ({**good, name: {}} for name in known)
    found = next((one for one in (*lacking, *wrong) if not page.holds(one)), None)
    if found is None:
        raise NotProvokable(f"{endpoint.name} refuses no body that says where the callback goes")
    return found


def parents_of(endpoint: FamilyEndpoint) -> Iterator[GoesOnFrom]:
    """Return the tasks that a request goes on from, the first one first."""
    if endpoint.parent is not None:
        maker = endpoints()[endpoint.parent.made_by[0]]
        yield from parents_of(maker)
        yield GoesOnFrom(maker.name)
