"""Cases of the callback: once, after the end, signed right, saying what the poll says; none for a refusal."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from fakie_contract.cases.body.samples import body, without
from fakie_contract.cases.case import Case
from fakie_contract.cases.task import ending, tasks
from fakie_contract.cases.task.created import CreatedTask
from fakie_contract.http.callback_listener import CallbackInbox, Received
from fakie_contract.http.exchange import LiveExchange, shown
from fakie_contract.trial import answers
from fakie_contract.trial.callbacks import (
    HOOK_KEY,
    expect_count,
    inbox_for,
    judge_request,
    judge_signature,
    judge_unsigned,
)
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.trial import NotProvokable, OutsideScope, Trial
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import ENDS

# How much later (s) a poll is for certain than a callback that came before it.
_EARLY = 0.5
# How long (s) a callback may come after the task's end was polled.
_LATEST = 60.0
_AGAIN = "a second callback"


def callback_cases(revision: Revision) -> Iterator[Case]:
    """Return the cases of one model's callbacks."""
    model: str = revision.facts["model"]
    for name, what, run in (
        ("success", "once, when the task has succeeded, signed, as the poll says", _success),
        ("failure", "code 501 when the task has failed, signed, as the poll says", _failure),
        ("unsigned", "no signature for an account without a webhook key", partial(unsigned, tasks.start)),
        ("refused", "none for a refused request", _refused),
        ("retried", "sent again when the receiver answers 500", partial(retried, tasks.start)),
    ):
        sends = partial(tasks.bodies, revision, 2 if name == "refused" else 1)
        case = Case(f"{model}::callback::{name}", what, run, "may_cost", model, sends=sends)
        shares = f"{model}::followed" if run is _success else ""
        yield replace(case, needs_levers=run not in (_success, _refused), shares=shares)


def _success(trial: Trial) -> None:
    if trial.env.target.live:
        _shared(trial)
        return
    inbox = inbox_for(trial)
    account = tasks.own_clock(trial, webhook_key=HOOK_KEY)
    if account is None:
        once_ended(trial, tasks.start(trial, trial.account(), inbox), inbox)
    else:
        _by_levers(trial, inbox, account, {})


def _failure(trial: Trial) -> None:
    ordered = {"outcome": "fail", "code": "422", "msg": "the audio could not be read"}
    _by_levers(trial, inbox_for(trial), tasks.moved(trial, webhook_key=HOOK_KEY), ordered)


def _by_levers(trial: Trial, inbox: CallbackInbox, account: TargetAccount, ordered: dict[str, Any]) -> None:
    task = tasks.start(trial, account, inbox, {**tasks.BY_TIME, **ordered})
    steadily(trial, task, inbox, _polls_around_the_end(trial, task))


def _polls_around_the_end(trial: Trial, task: CreatedTask) -> Iterator[tasks.Polled]:
    for seconds in (tasks.SECONDS - 1, 1):
        tasks.advance(trial, task.account, seconds)
        yield tasks.poll(trial, task)


def steadily(trial: Trial, task: CreatedTask, inbox: CallbackInbox, polls: Iterable[tasks.Polled]) -> None:
    """Judge the callbacks of a task whose time is moved: at each poll as many as its states have come to, then none."""
    _expect_none_yet(trial, inbox, task)
    judged: tuple[Received, ...] = ()
    miscounted = False
    for state, data, exchange in polls:
        due = task.due(state)
        has_more = len(due) > len(judged)
        came = inbox.wait(
            max(len(due), len(judged) + 1), trial.env.patience if has_more else trial.env.moment("an early callback")
        )
        for stage, received in zip(due[len(judged) :], came[len(judged) :], strict=False):
            task.judge_callback(trial, stage, received, data, exchange)
            judge_signature(trial, received, task.id, HOOK_KEY, exchange, task.ahead)
        if not miscounted:
            expect_count(trial, came, len(due), f"while the record shows {task.word(state)}", exchange)
        if len(came) < len(due):
            return
        # One that came too early is judged as the next that is due.
        miscounted, judged = miscounted or len(came) > len(due), came[: len(due)]
    ending.judge_money(trial, task, state, data, exchange)
    # Whatever would send one again has had its chance once an hour has passed and a moment of real time.
    tasks.advance(trial, task.account, 3600)
    came = inbox.wait(len(judged) + 1, trial.env.linger(_AGAIN))
    expect_count(trial, came, len(judged), "once all were answered with 200", exchange)


def _shared(trial: Trial) -> None:
    """Judge the callback of the one task that is paid for, which the case of a task's life follows too."""
    if trial.env.callbacks is None:
        raise OutsideScope(
            "no callback can be seen, and a task is judged by polling alone: --callback-url and --callback-port say"
            " where a live target can reach this machine"
        )
    task, inbox = tasks.followed(trial)
    assert inbox is not None  # noqa: S101 - with a way to the listener every shared task has one
    once_ended(trial, task, inbox)


def once_ended(trial: Trial, task: CreatedTask, inbox: CallbackInbox) -> None:
    """Judge the callbacks of a task that nobody moves: each once, that of the end after it, as the last poll says."""
    _expect_none_yet(trial, inbox, task)
    state, data, exchange = tasks.last_poll(trial, task, moved=False)
    if state not in ENDS:
        # What came of a task that has not ended is told of all the same.
        before = len(task.due("success")) - 1
        expect_count(trial, inbox.received[before:], 0, f"while a poll shows {task.word(state)}", exchange)
    ending.judge_end(trial, task, state, data, exchange)
    due = task.due(state)
    came = inbox.wait(len(due), min(trial.env.patience, _LATEST))
    for stage, received in zip(due, came, strict=False):
        if stage in ENDS:
            _expect_end(trial, task, received, exchange)
        task.judge_callback(trial, stage, received, data, exchange)
        judge_signature(trial, received, task.id, None, exchange, task.ahead)
    came = inbox.wait(len(due) + 1, trial.env.linger(_AGAIN))
    expect_count(trial, came, len(due), "after the task has ended", exchange)


def _expect_end(trial: Trial, task: CreatedTask, came: Received, exchange: LiveExchange) -> None:
    """Find a callback that came before a poll which still showed the task running."""
    later = [state for at, state in task.course if at > came.at + _EARLY and state not in ENDS]
    if later:
        trial.find("callback.while_running", shown(came.json), exchange, state=task.word(later[0]))


def _expect_none_yet(trial: Trial, inbox: CallbackInbox, task: CreatedTask) -> None:
    """Find a callback that came before the answer that names its task."""
    created = task.cost.exchange
    for came in inbox.received[:1]:
        if created is not None and came.at < created.answer.at:
            trial.find("callback.before_answer", shown(came.json), created)


def unsigned(start: tasks.Start, trial: Trial) -> None:
    """Judge that the callback to an account without a webhook key has no signature."""
    _, came, exchange = _first(start, trial, inbox_for(trial), tasks.moved(trial, webhook_key=None))
    judge_unsigned(trial, came, exchange)


def _first(
    start: tasks.Start, trial: Trial, inbox: CallbackInbox, account: TargetAccount
) -> tuple[CreatedTask, Received, LiveExchange]:
    task = start(trial, account, inbox, tasks.BY_TIME)
    tasks.advance(trial, account, tasks.SECONDS)
    # Before any poll: whoever waits for the callback asks for nothing.
    came = inbox.wait(1, trial.env.patience)
    _, _, exchange = tasks.poll(trial, task)
    expect_count(trial, came[:1], 1, "once the task has ended, before anybody asked for it", exchange)
    if not came:
        raise NotProvokable("no callback came")
    return task, came[0], exchange


def _refused(trial: Trial) -> None:
    inbox, account = inbox_for(trial), trial.account()
    schema = tasks.page(trial).plain_schema
    told = {"callBackUrl": inbox.url}
    good = body(schema, full=False) | told
    requests = [("field_missing", trial.create(without(schema, ("input",)) | told, account))]
    requests.append(("model_unknown", trial.create(good | {"model": "fakie/no-such-model"}, account)))
    if trial.env.levers:
        poor = trial.account(credits=0)
        requests.append(("credits_insufficient", trial.create(good, poor)))
        for situation in ("maintenance", "generation_failed"):
            trial.pull("POST", "/faults", {"situation": situation, "account": account.key})
            requests.append((situation, trial.create(good, account)))
        for one in (account, poor):
            tasks.advance(trial, one, 3600)
    if answers.expect_refused(trial, requests):
        expect_none(trial, inbox, requests[0][1])


def expect_none(trial: Trial, inbox: CallbackInbox, exchange: LiveExchange) -> None:
    """Find a callback that came of what was refused."""
    came = inbox.wait(1, trial.env.linger("a callback of a refusal"))
    expect_count(trial, came, 0, "for refused requests", exchange)


def retried(start: tasks.Start, trial: Trial) -> None:
    """Answer the first callback with 500: it comes again, and says the same."""
    inbox, account = inbox_for(trial, 500), tasks.moved(trial, webhook_key=HOOK_KEY)
    task, first, exchange = _first(start, trial, inbox, account)
    once, came = len(task.due("success")), inbox.received
    # Nobody knows the gaps between the tries, so time goes on until there is another.
    for _ in range(40):
        if len(came) > once:
            break
        tasks.advance(trial, account, 5)
        came = inbox.wait(once + 1, 0.05)
    if len(came) <= once:
        trial.find("callback.sent_again", "sent once", exchange)
        return
    again = next((one for one in came[1:] if one.body == first.body), came[-1])
    judge_request(trial, again, account.key, exchange)
    judge_signature(trial, again, task.id, HOOK_KEY, exchange)
    if again.body != first.body:
        trial.find("callback.same_again", shown(again.json), exchange, body=shown(first.json))


def expect_own(trial: Trial, inbox: CallbackInbox, task: CreatedTask, exchange: LiveExchange) -> None:
    """Find that the callback of a task does not come to the URL that was given for it, or that of another comes."""
    came = inbox.wait(1, trial.env.patience)
    expect_count(trial, came[:1], 1, "at the URL that was given with the task that has ended", exchange)
    told = came[0].json if came else None
    data = told.get("data") if isinstance(told, dict) else None
    if isinstance(data, dict) and data.get("taskId") != task.id:
        trial.find("callback.task", shown(data.get("taskId")), exchange, task_id=task.id)
