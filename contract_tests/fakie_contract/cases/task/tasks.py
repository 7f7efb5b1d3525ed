"""Steps that the cases of a task's life share: making one, moving time, polling, and what each poll must hold."""

import secrets
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from fakie_contract.cases.body.samples import body
from fakie_contract.cases.body.variants import FORMS, UNTIDY
from fakie_contract.cases.task.way import NEAR, Way, by_the_clock, in_future
from fakie_contract.checks.agreement import asked_model
from fakie_contract.checks.ids import other_task
from fakie_contract.checks.param import gives_back
from fakie_contract.checks.record import judge_record
from fakie_contract.http.callback_listener import CallbackInbox
from fakie_contract.http.exchange import LiveExchange
from fakie_contract.trial import answers
from fakie_contract.trial.accounts import PLENTY
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.money import BalanceAround, consumed_so_far, judge_charge, judge_price, watched
from fakie_contract.trial.trial import NotProvokable, NotRun, OutsideScope, Trial
from fakie_schemas.catalog.observed import Observed
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import ENDS
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

SECONDS = 6
# Clocks (ms) so far apart that one of them is wrong.
_FAR = 60_000
# Seconds before a task that is not known yet is asked for again; how many times as long as we guess it may take.
_UNKNOWN_PAUSE, _UNKNOWN_TIMES = 0.5, 5
# Quotes, FORMS and UNTIDY show whether `param` is encoded right, as it was sent; digits make each input its own.
_NOTE = f' a "quoted" \\ note, 音频 🎧, {FORMS}, {UNTIDY}, {{}} \n'


class CreatedTask(Struct):
    """A task that a case made: what was sent; when, and when it was answered, by this machine's clock (ms).

    `ahead` is by how much (ms) the clock of its times is ahead of that, `cost` the balance around the create. `course`
    are the polls so far: when each was sent, by this machine's clock (s), and the state that it showed; `judged` the
    states in which what came of it was judged, by whatever case follows it.
    """

    id: str
    account: TargetAccount
    sent: Mapping[str, Any]
    sent_at: int
    answered_at: int
    ahead: int
    revision: Revision
    cost: BalanceAround
    course: list[tuple[float, object]] = field(default_factory=list)
    judged: list[object] = field(default_factory=list)

    @property
    def model(self) -> str:
        """The model that was asked for."""
        return str(self.revision.facts["model"])


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


def start(trial: Trial, account: TargetAccount, revision: Revision, inbox: CallbackInbox | None = None) -> CreatedTask:
    """Make a task; raises NotProvokable when the target does not accept it."""
    return start_of(trial, account, revision, request(trial, revision, inbox))


def request(trial: Trial, revision: Revision, inbox: CallbackInbox | None = None) -> dict[str, Any]:
    """Return a body that no other case sends, where that can be: with all its fields, and a note of its own."""
    sent: dict[str, Any] = body(revision.plain_schema, full=True)
    if "callBackUrl" not in revision.plain_schema.get("required", ()):
        sent.pop("callBackUrl", None)
    # Unknown fields are tolerated; a live target gets nothing that its page does not show.
    if not trial.env.target.live:
        sent["input"]["fakie_note"] = _NOTE.format(secrets.token_hex(4))
    if inbox is not None:
        sent["callBackUrl"] = inbox.url
    return sent


def start_of(trial: Trial, account: TargetAccount, revision: Revision, sent: Mapping[str, Any]) -> CreatedTask:
    """Make a task of this body and judge what it costs; raises NotProvokable when the target does not accept it."""
    task = made_of(trial, account, revision, sent)
    judge_charge(trial, task.cost)
    judge_price(trial, task.cost, revision, sent)
    return task


def made_of(trial: Trial, account: TargetAccount, revision: Revision, sent: Mapping[str, Any]) -> CreatedTask:
    """Make a task of this body, and look at the balance around it; raises NotProvokable when it is not accepted."""
    with watched(trial, account) as cost:
        moment = now()
        exchange = cost.exchange = trial.create(sent, account)
        answered = now()
    return created(trial, account, revision, sent, exchange, (moment, answered), cost)


def created(
    trial: Trial,
    account: TargetAccount,
    revision: Revision,
    sent: Mapping[str, Any],
    exchange: LiveExchange,
    times: tuple[int, int],
    cost: BalanceAround,
) -> CreatedTask:
    """Judge the answer to a create that was sent and answered at `times` (ms by this machine), and return its task.

    Raises NotProvokable when the target did not accept it.
    """
    ahead = clock_difference(trial, exchange)
    task_id = answers.accepted(trial, exchange, revision)
    if task_id is None:
        raise NotProvokable("the target gave no task to follow")
    return CreatedTask(task_id, account, sent, *times, ahead, revision, cost)


def followed(trial: Trial, revision: Revision) -> tuple[CreatedTask, CallbackInbox | None]:
    """Return the one task of a model that is paid for to be followed, and where its callback comes if it can.

    The first case that asks makes it; raises NotRun when that came to nothing, since a second might cost again.
    """
    known, model = trial.env.followed, revision.facts["model"]
    if model in known:
        if known[model] is None:
            raise NotRun("the task that this case shares with another could not be made, and is not paid for twice")
        task, inbox = known[model]
        # Other cases may have paid since.
        return replace(task, cost=BalanceAround(exchange=task.cost.exchange)), inbox
    known[model] = None
    inbox = trial.env.listener().inbox(()) if trial.env.callbacks else None
    task = start(trial, trial.account(), revision, inbox)
    known[model] = task, inbox
    return task, inbox


def poll(trial: Trial, task: CreatedTask) -> tuple[Mapping[str, Any], LiveExchange]:
    """Ask for the task once and judge the answer; raises NotProvokable when it shows no task."""
    at, exchange = _asked(trial, task)
    _settle_clock(task, exchange.answer.data)
    data = answers.answered(trial, exchange, "task_shown", "record-info", "recordInfo", partial(_of_task, task))
    if not isinstance(data, dict):
        raise NotProvokable("the target does not show the task")
    task.course.append((at, data.get("state")))
    return data, exchange


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
    codes.append(profile.row("task_unknown", "recordInfo").code)
    return exchange.answer.data is None and type(code) is int and code in codes


def polls(trial: Trial, task: CreatedTask, moved: bool) -> Iterator[tuple[Mapping[str, Any], LiveExchange]]:
    """Poll until the task has ended, moving time by lever (`moved`) or waiting; nothing goes back on the way."""
    way = Way()
    pauses = [0.0] * 3 * SECONDS if moved else trial.env.waits(trial.env.patience_for(task.model))
    for number, pause in enumerate(pauses):
        data, exchange = poll(trial, task)
        trial.note(way.judge(data), exchange)
        if moved:
            trial.note(in_future(task.ahead + 1000 * number, data), exchange)
        else:
            trial.note(by_the_clock(task.course, task.ahead, data), exchange)
        yield data, exchange
        if data.get("state") in ENDS:
            return
        if moved:
            advance(trial, task.account, 1)
        else:
            time.sleep(pause)


def last_poll(seen: Iterator[tuple[Mapping[str, Any], LiveExchange]]) -> tuple[Mapping[str, Any], LiveExchange]:
    """Return the last of at least one poll."""
    *_, last = seen
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


def _settle_clock(task: CreatedTask, data: Any) -> None:
    """Take this machine's clock for that of a task whose createTime agrees with it, and not with the Date header.

    That may be of something else than what makes the tasks, such as a proxy, or just wrong.
    """
    created = data.get("createTime") if isinstance(data, Mapping) else None
    if isinstance(created, int) and [_is_of_request(task, created, by) for by in (task.ahead, 0)] == [False, True]:
        task.ahead = 0


def _is_of_request(task: CreatedTask, moment: int, ahead: int) -> bool:
    return task.sent_at - NEAR <= moment - ahead <= task.answered_at + NEAR


def _of_task(task: CreatedTask, data: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _agrees_with_request(task, data)
    # The profile words records as the wire does, so what the pages alone say is no news on every poll.
    yield from (one for one in judge_record(data, "/body/data", documented=True) if not one.known)
    yield from consumed_so_far(task.cost, data)


def _agrees_with_request(task: CreatedTask, data: Mapping[str, Any]) -> Iterator[Difference]:
    if isinstance(data.get("taskId"), str) and data["taskId"] != task.id:
        yield other_task(task.id, data["taskId"])
    yield from asked_model(task.model, data)
    created = data.get("createTime")
    if isinstance(created, int) and not _is_of_request(task, created, task.ahead):
        yield breach("record.created", created, sent_at=task.sent_at + task.ahead)
    yield from gives_back(task.sent, data.get("param"), [task.revision])
