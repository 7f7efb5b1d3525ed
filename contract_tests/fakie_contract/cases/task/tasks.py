"""Steps that the cases of a task's life share: making one, moving time, polling, and what each poll must hold."""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from msgspec.structs import replace

from fakie_contract.cases.body.samples import body
from fakie_contract.cases.body.variants import FORMS, UNTIDY
from fakie_contract.cases.task.created import CreatedTask
from fakie_contract.http.callback_listener import CallbackInbox
from fakie_contract.http.exchange import LiveExchange
from fakie_contract.subjects import page_of
from fakie_contract.trial import answers
from fakie_contract.trial.accounts import PLENTY
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.money import BalanceAround, judge_charge, judge_price, watched
from fakie_contract.trial.trial import NotProvokable, NotRun, OutsideScope, Trial
from fakie_schemas.catalog.observed import Observed
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import ENDS

SECONDS = 6
# The course of a task that ends so many seconds after it was made.
BY_TIME: Mapping[str, Any] = {"by": "time", "seconds": SECONDS}
# Clocks (ms) so far apart that one of them is wrong.
_FAR = 60_000
# Seconds before a task that is not known yet is asked for again; how many times as long as we guess it may take.
_UNKNOWN_PAUSE, _UNKNOWN_TIMES = 0.5, 5
# Quotes, FORMS and UNTIDY show whether `param` is encoded right, as it was sent; digits make each input its own.
_NOTE = f' a "quoted" \\ note, 音频 🎧, {FORMS}, {UNTIDY}, {{}} \n'

# What a poll showed: the state, all of the data, and how it was asked for.
Polled = tuple[Any, Mapping[str, Any], LiveExchange]
# How cases make a task: by an account, with a callback to an inbox, on a course.
Start = Callable[[Trial, TargetAccount, CallbackInbox | None, Mapping[str, Any] | None], CreatedTask]


def bodies(revision: Revision, count: int) -> list[Any]:
    """Return `count` bodies such as `start` sends, for the bill."""
    return [body(revision.plain_schema, full=True)] * count


def has_own_clock(trial: Trial) -> bool:
    """Tell whether a target's tasks and time can be moved by lever."""
    levers = trial.env.levers
    return levers is not None and levers.has("POST", "/clock") and levers.has("POST", "/plans")


def own_clock(trial: Trial, **wanted: Any) -> TargetAccount | None:
    """Return an account whose time moves by lever alone; None where the target has no such levers."""
    return frozen(trial, trial.account(credits=PLENTY, **wanted)) if has_own_clock(trial) else None


def moved(trial: Trial, **wanted: Any) -> TargetAccount:
    """Return an account whose time moves by lever alone; raises OutsideScope where the target has no such levers."""
    account = own_clock(trial, **wanted)
    if account is None:
        raise OutsideScope("the target has no levers for accounts, plans and time")
    return account


def frozen(trial: Trial, account: TargetAccount) -> TargetAccount:
    """Return an account whose time moves by lever alone from now on; as it is where the target has no such levers."""
    if not (account.own and has_own_clock(trial)):
        return account
    trial.pull("POST", "/clock", {"account": account.key, "freeze": True})
    return account.with_frozen_clock()


def plan(trial: Trial, account: TargetAccount, **course: Any) -> None:
    """Order how the account's next task will go."""
    trial.pull("POST", "/plans", {"account": account.key, **course})


def advance(trial: Trial, account: TargetAccount, seconds: float, **how: Any) -> None:
    """Move the account's time; `how`: whether to wait for receivers."""
    trial.pull("POST", "/clock", {"account": account.key, "advance": seconds, **how})


def page(trial: Trial, subject: str = "") -> Revision:
    """Return the page of a model or an endpoint, or of what the case is about; raises NotProvokable without one."""
    name = subject or trial.model or ""
    found = page_of(trial.env.catalog, name)
    if found is None:
        raise NotProvokable(f"{name} has no page here; fakie derive makes one")
    return found


def start(
    trial: Trial,
    account: TargetAccount,
    inbox: CallbackInbox | None = None,
    course: Mapping[str, Any] | None = None,
) -> CreatedTask:
    """Make a task of a model, to go so; raises NotProvokable when the target does not accept it."""
    return start_of(trial, account, request(trial, inbox), course)


def request(trial: Trial, inbox: CallbackInbox | None = None) -> dict[str, Any]:
    """Return a body that no other case sends, where that can be: with all its fields, and a note of its own."""
    schema = page(trial).plain_schema
    sent: dict[str, Any] = body(schema, full=True)
    if "callBackUrl" not in schema.get("required", ()):
        sent.pop("callBackUrl", None)
    # Unknown fields are tolerated; a live target gets nothing that its page does not show.
    if not trial.env.target.live:
        sent["input"]["fakie_note"] = _NOTE.format(secrets.token_hex(4))
    if inbox is not None:
        sent["callBackUrl"] = inbox.url
    return sent


def start_of(
    trial: Trial, account: TargetAccount, sent: Mapping[str, Any], course: Mapping[str, Any] | None = None
) -> CreatedTask:
    """Make a task of this body and judge what it costs; raises NotProvokable when the target does not accept it."""
    if course is not None:
        plan(trial, account, **course)
    task = made_of(trial, account, sent)
    if not trial.endpoint.free:
        judge_charge(trial, task.cost)
    judge_price(trial, task.cost, task.revision, sent)
    return task


def made_of(trial: Trial, account: TargetAccount, sent: Mapping[str, Any]) -> CreatedTask:
    """Make a task of this body, and look at the balance around it; raises NotProvokable when it is not accepted."""
    with watched(trial, account) as cost:
        moment = now()
        exchange = cost.exchange = trial.create(sent, account)
        answered = now()
    return created(trial, account, sent, exchange, (moment, answered), cost)


def created(
    trial: Trial,
    account: TargetAccount,
    sent: Mapping[str, Any],
    exchange: LiveExchange,
    times: tuple[int, int],
    cost: BalanceAround,
) -> CreatedTask:
    """Judge the answer to a create that was sent and answered at `times` (ms by this machine), and return its task.

    Raises NotProvokable when the target did not accept it.
    """
    revision = page(trial)
    ahead = clock_difference(trial, exchange)
    task_id = answers.accepted(trial, exchange, revision)
    if task_id is None:
        raise NotProvokable("the target gave no task to follow")
    return CreatedTask(task_id, account, sent, *times, ahead, revision, cost)


def followed(trial: Trial) -> tuple[CreatedTask, CallbackInbox | None]:
    """Return the one task of a model that is paid for to be followed, and where its callback comes if it can.

    The first case that asks makes it; raises NotRun when that came to nothing, since a second might cost again.
    """
    known, model = trial.env.followed, trial.model or ""
    if model in known:
        if known[model] is None:
            raise NotRun("the task that this case shares with another could not be made, and is not paid for twice")
        task, inbox = known[model]
        # Other cases may have paid since.
        return replace(task, cost=BalanceAround(exchange=task.cost.exchange)), inbox
    known[model] = None
    inbox = trial.env.listener().inbox(()) if trial.env.callbacks else None
    task = start(trial, trial.account(), inbox)
    known[model] = task, inbox
    return task, inbox


def poll(trial: Trial, task: CreatedTask) -> Polled:
    """Ask for the task once and judge the answer; returns its state, and the data. Raises as `CreatedTask.judge`."""
    at, exchange = _asked(trial, task)
    state, data = task.judge(trial, exchange)
    task.course.append((at, state))
    return state, data, exchange


def _asked(trial: Trial, task: CreatedTask) -> tuple[float, LiveExchange]:
    """Ask for a task, and again for a fresh one that is not known yet; returns when it was asked for last (s)."""
    until = task.answered_at / 1000 + _UNKNOWN_TIMES * Observed.load().fresh_seconds
    at = time.time()
    exchange = first = trial.record(task.id, task.account)
    # What has been shown once is known.
    while not task.course and _is_unknown(trial, exchange) and time.time() < until:
        if task.account.frozen:
            advance(trial, task.account, _UNKNOWN_PAUSE)
        # Also where time is moved: what keeps tasks may have a time of its own, and what limits polls.
        time.sleep(_UNKNOWN_PAUSE)
        at = time.time()
        exchange = trial.record(task.id, task.account)
    if exchange is not first and not _is_unknown(trial, exchange):
        trial.find("task.unknown_at_first", first.answer.shown(), first)
    return at, exchange


def _is_unknown(trial: Trial, exchange: LiveExchange) -> bool:
    profile, code = trial.env.profile, exchange.answer.code
    codes = [profile.row("accepted").code, profile.row("not_found").code]
    codes.append(profile.row("task_unknown", trial.recording).code)
    return exchange.answer.data is None and type(code) is int and code in codes


def polls(trial: Trial, task: CreatedTask, *, moved: bool) -> Iterator[Polled]:
    """Poll until the task has ended, moving time by lever (`moved`) or waiting; nothing goes back on the way."""
    pauses = [0.0] * 3 * SECONDS if moved else trial.env.waits(trial.env.patience_for(task.maker))
    for number, pause in enumerate(pauses):
        state, data, exchange = poll(trial, task)
        task.judge_times(trial, exchange, number if moved else None)
        yield state, data, exchange
        if state in ENDS:
            return
        if moved:
            advance(trial, task.account, 1)
        else:
            time.sleep(pause)


def last_poll(trial: Trial, task: CreatedTask, *, moved: bool) -> Polled:
    """Poll until the task has ended, as `polls`; returns the last one."""
    *_, last = polls(trial, task, moved=moved)
    return last


def now() -> int:
    """Return the time of this machine (ms)."""
    return int(time.time() * 1000)


def clock_difference(trial: Trial, exchange: LiveExchange) -> int:
    """Return by how much (ms) the target's clock is ahead of this machine's, as it says itself."""
    try:
        theirs = parsedate_to_datetime(exchange.answer.headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError):
        return 0
    # A Date has whole seconds, so that half of one is missing on the average.
    ahead = int((theirs + 0.5 - time.time()) * 1000)
    if abs(ahead) > _FAR:
        trial.find("answer.date", exchange.answer.headers["date"], exchange, now=f"{time.time():.0f}")
    return ahead
