"""Cases of accounts: what a task costs, what is given back, and that nobody sees another's task."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import quote

from msgspec.structs import replace

from fakie_contract.cases.body.samples import body, without
from fakie_contract.cases.case import Case
from fakie_contract.cases.task import files, tasks
from fakie_contract.cases.task.callbacks import expect_own
from fakie_contract.cases.task.created import CreatedTask
from fakie_contract.http.exchange import LiveExchange, SentRequest, shown
from fakie_contract.trial import answers, money
from fakie_contract.trial.environment import bearer
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.trial import NotProvokable, OutsideScope, Trial
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import endpoints

# What no target has an account for.
UNKNOWN_KEY = "fakie-unknown-key"


def account_cases(revision: Revision) -> Iterator[Case]:
    """Return the cases of one model's accounts."""
    model: str = revision.facts["model"]
    for name, what, run, count in (
        ("charge", "a task is charged at its creation, and says so at its end", _charge, 1),
        ("refund", "a failed task costs nothing", _refund, 1),
        ("in-flight", "of two tasks in flight the one that fails is given back, the other is not", _in_flight, 2),
        ("refusal-is-free", "a refused request costs nothing", _refusal, 1),
        ("tasks-are-private", "another account does not see the task", partial(private, tasks.start), 1),
        (
            "ids-are-new",
            "every task has an id and a result of its own; that id alone names it, to a good key alone",
            _ids,
            2,
        ),
    ):
        sends = partial(tasks.bodies, revision, count)
        case = Case(f"{model}::account::{name}", what, run, "may_cost", model, sends=sends)
        yield replace(case, needs_levers=run in (_charge, _refund, _in_flight))


def balance(trial: Trial, account: TargetAccount) -> tuple[float, LiveExchange]:
    """Ask for the balance and judge the answer; raises NotProvokable when there is none."""
    exchange = trial.credit(account)
    data = answers.answered(trial, exchange, "credit_shown", "credit", "credit")
    if not isinstance(data, int | float):
        raise NotProvokable("the target does not show the balance")
    return data, exchange


def _charge(trial: Trial) -> None:
    account = tasks.moved(trial)
    before, _ = balance(trial, account)
    task = tasks.start(trial, account, course=tasks.BY_TIME)
    after, _ = balance(trial, account)
    tasks.advance(trial, account, tasks.SECONDS)
    _, record, shown_task = tasks.poll(trial, task)
    consumed = record.get("creditsConsumed", before - after)
    if isinstance(consumed, int | float) and abs(consumed - (before - after)) > 1e-6:
        trial.find("account.consumed", shown(consumed), shown_task, credits=f"{before - after:g}")
    expect_balance(trial, account, after, "it succeeded, at the price taken before")


def _refund(trial: Trial) -> None:
    account = tasks.moved(trial)
    before, _ = balance(trial, account)
    task = tasks.start(trial, account, course={**tasks.BY_TIME, "outcome": "fail"})
    tasks.advance(trial, account, tasks.SECONDS)
    tasks.poll(trial, task)
    expect_balance(trial, account, before, "the failed task's price was given back")


def _in_flight(trial: Trial) -> None:
    account = tasks.moved(trial)
    inboxes = [trial.env.listener().inbox() for _ in range(2)]
    failing = tasks.start(trial, account, inboxes[0], {**tasks.BY_TIME, "outcome": "fail"})
    lasting = tasks.start(trial, account, inboxes[1], {**tasks.BY_TIME, "seconds": 2 * tasks.SECONDS})
    if failing.cost.fall is None or lasting.cost.after is None:
        raise NotProvokable("the target does not show the balance")
    left = float(lasting.cost.after + failing.cost.fall)
    whys = "of two tasks in flight one has failed", "the other one has succeeded"
    for task, why, inbox in zip((failing, lasting), whys, inboxes, strict=True):
        tasks.advance(trial, account, tasks.SECONDS)
        _, _, exchange = tasks.poll(trial, task)
        expect_balance(trial, account, left, why)
        expect_own(trial, inbox, task, exchange)


def _refusal(trial: Trial) -> None:
    account = trial.account()
    if not (money.is_watched(trial, account) or trial.cashier):
        raise OutsideScope("the target knows one key only, which other processes use meanwhile")
    balance(trial, account)
    with money.watched(trial, account) as seen:
        exchange = seen.exchange = trial.create(without(tasks.page(trial).plain_schema, ("input",)), account)
    answers.refused(trial, exchange, "field_missing")
    money.judge_refusal(trial, seen)


def private(start: tasks.Start, trial: Trial) -> None:
    """Ask for a task of one account by another one, which does not see it."""
    owner, other = trial.own_account(), trial.own_account()
    task = start(trial, owner, None, None)
    answers.refused(trial, trial.record(task.id, other), "task_unknown", trial.recording)
    tasks.poll(trial, task)


def _ids(trial: Trial) -> None:
    account = tasks.own_clock(trial) or trial.account()
    if account.frozen:
        tasks.plan(trial, account, **tasks.BY_TIME, times=2)
    good = body(tasks.page(trial).plain_schema, full=False)
    former, again = (tasks.made_of(trial, account, good) for _ in range(2))
    money.judge_again(trial, former.cost, again.cost)
    judge_near(trial, account, former.id)
    judge_without_key(trial, former.id)
    _judge_kept(trial, former, again)


def _judge_kept(trial: Trial, *both: CreatedTask) -> None:
    """Judge that tasks are still shown, whoever has asked for them, and that of equal ones each has its own result."""
    if both[0].account.frozen:
        tasks.advance(trial, both[0].account, tasks.SECONDS)
    for task in both:
        state, data, exchange = tasks.poll(trial, task)
        if state == "success":
            files.judge_urls(trial, task.id, files.result_urls(data), exchange)


def judge_near(trial: Trial, account: TargetAccount, task_id: str) -> None:
    """Ask for what is nearly a task's id, where the tasks of this case are shown: it names no task."""
    near = {
        "without its end": task_id[:-1],
        "without its start": task_id[1:],
        "by its first half": task_id[: len(task_id) // 2],
        "with more after it": f"{task_id}0",
        "in another case": task_id.swapcase(),
        "with a dash in it": f"{task_id[:8]}-{task_id[8:]}",
        "with blanks around it": f" {task_id} ",
        "with a line end": f"{task_id}\n",
        "with a wildcard": f"{task_id[:-1]}%",
        "with another after it": f"{task_id},{task_id}",
        "in quotes": f'"{task_id}"',
        "with a zero byte after it": f"{task_id}\0",
        "with a slash after it": f"{task_id}/",
    }
    queries = {how: f"taskId={quote(text, safe='')}" for how, text in near.items() if text != task_id}
    other_names = {f"as {name}": f"{name}={task_id}" for name in ("id", "task_id", "taskid", "recordId")}
    path, shown_row = endpoints()[trial.recording].path, trial.env.profile.row("task_shown", trial.recording)
    for how, query in {**queries, **other_names, "by nothing": "", "by an empty id": "taskId="}.items():
        exchange = trial.ask(SentRequest("GET", f"{path}?{query}", bearer(account.key)))
        if exchange.answer.code == shown_row.code:
            trial.find("task.near_id", exchange.answer.shown(), exchange, how=how)


def judge_without_key(trial: Trial, task_id: str) -> None:
    """Ask for a task that there is without a key, and with one that is none: a good key alone sees it."""
    path = f"{endpoints()[trial.recording].path}?taskId={quote(task_id, safe='')}"
    strangers = [(), *([] if trial.env.any_key else [bearer(UNKNOWN_KEY)])]
    for headers in strangers:
        exchange = trial.ask(SentRequest("GET", path, tuple(headers)))
        answers.refused(trial, exchange, "unauthorized", trial.recording)


def expect_balance(trial: Trial, account: TargetAccount, expected: float, why: str) -> None:
    """Judge what is left of an account's credits."""
    now, exchange = balance(trial, account)
    if abs(now - expected) > 1e-6:
        trial.find("account.balance", shown(now), exchange, credits=f"{expected:g}", why=why)
