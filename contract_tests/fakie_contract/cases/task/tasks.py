"""What the cases of a task's life share: making one, moving time, polling, and what each poll must hold."""

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

from fakie_contract.cases.body.samples import body
from fakie_contract.checks.agreement import asked_model, back, other_callback, other_input
from fakie_contract.checks.ids import other_task
from fakie_contract.checks.record import judge_record
from fakie_contract.http.callback_listener import CallbackInbox
from fakie_contract.http.exchange import LiveExchange
from fakie_contract.trial import answers
from fakie_contract.trial.trial import NotProvokable, NotRun, TargetAccount, Trial
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

STATES = ("waiting", "queuing", "generating", "success", "fail")
ENDS = ("success", "fail")
SECONDS = 6
_FAR = 60_000
# Seconds before a task that is not known yet is asked for again.
_UNKNOWN_PAUSE = 0.5
# Quotes and wide characters show whether `param` is encoded right; the time makes each task's input its own.
_NOTE = 'a "quoted" \\ note, 音频 🎧, '


@dataclass(frozen=True)
class CreatedTask:
    """A task that a case made: what was sent, and when by the suite's clock (ms), and `made` (monotonic s)."""

    id: str
    account: TargetAccount
    sent: Mapping[str, Any]
    sent_at: int
    model: str
    made: float = field(default_factory=time.monotonic)


def bodies(revision: Revision, count: int) -> list[Any]:
    """Return `count` bodies such as `start` sends, for the bill."""
    return [body(revision.plain_schema, full=True)] * count


def own_clock(trial: Trial, **wanted: Any) -> TargetAccount | None:
    """Return an account whose time moves by lever alone; None where the target has no such levers."""
    levers = trial.bench.levers
    if levers is None or not levers.has("POST", "/clock") or not levers.has("POST", "/plans"):
        return None
    account = trial.account(credits=100, **wanted)
    trial.pull("POST", "/clock", {"account": account.key, "freeze": True})
    return account


def plan(trial: Trial, account: TargetAccount, **course: Any) -> None:
    """Order how the account's next task will go."""
    trial.pull("POST", "/plans", {"account": account.key, **course})


def advance(trial: Trial, account: TargetAccount, seconds: float) -> None:
    """Move the account's time."""
    trial.pull("POST", "/clock", {"account": account.key, "advance": seconds})


def unfinished(trial: Trial, state: object) -> NotProvokable:
    """Say that a task had not ended when it was waited for no longer."""
    if time.monotonic() > trial.bench.deadline:
        return NotProvokable(f"the task was still {state} when the run reached its time limit")
    return NotProvokable(f"the task was still {state} after {trial.bench.patience:g} s")


def start(trial: Trial, account: TargetAccount, revision: Revision, inbox: CallbackInbox | None = None) -> CreatedTask:
    """Make a task; raises NotProvokable when the target does not accept it."""
    sent = body(revision.plain_schema, full=True)
    if "callBackUrl" not in revision.plain_schema.get("required", ()):
        sent.pop("callBackUrl", None)
    # Unknown fields are tolerated; a live target gets nothing that its page does not show.
    if not trial.bench.target.live:
        sent["input"]["fakie_note"] = _NOTE + secrets.token_hex(4)
    if inbox is not None:
        sent["callBackUrl"] = inbox.url
    moment = int(time.time() * 1000)
    exchange = trial.create(sent, account)
    moment += _clock_difference(trial, exchange)
    task_id = answers.accepted(trial, exchange, revision)
    if task_id is None:
        raise NotProvokable("the target gave no task to follow")
    return CreatedTask(task_id, account, sent, moment, revision.facts["model"])


def followed(trial: Trial, revision: Revision) -> tuple[CreatedTask, CallbackInbox | None]:
    """Return the one task of a model that is paid for to be followed, and where its callback comes if it can.

    The first case that asks makes it; raises NotRun when that came to nothing, since a second might cost again.
    """
    known, model = trial.bench.followed, revision.facts["model"]
    if model not in known:
        known[model] = None
        inbox = trial.bench.listener().inbox(()) if trial.bench.callbacks else None
        known[model] = start(trial, trial.account(), revision, inbox), inbox
    if known[model] is None:
        raise NotRun("the task that this case shares with another could not be made, and is not paid for twice")
    task, inbox = known[model]
    return task, inbox


def poll(trial: Trial, task: CreatedTask) -> tuple[Mapping[str, Any], LiveExchange]:
    """Ask for the task once and judge the answer; raises NotProvokable when it shows no task."""
    exchange = _asked_again(trial, task, trial.record(task.id, task.account))
    data = answers.answered(trial, exchange, "task_shown", "record-info", "recordInfo", partial(_of_task, task))
    if not isinstance(data, dict):
        raise NotProvokable("the target does not show the task")
    return data, exchange


def _asked_again(trial: Trial, task: CreatedTask, exchange: LiveExchange) -> LiveExchange:
    """Ask again for a fresh task that is not known yet, as long as the wire is known to take."""
    until = task.made + trial.bench.profile.facts.unknown_seconds
    first = exchange
    while _is_unknown(trial, exchange) and time.monotonic() < until:
        time.sleep(_UNKNOWN_PAUSE)
        exchange = trial.record(task.id, task.account)
    if exchange is not first and not _is_unknown(trial, exchange):
        trial.find("task.unknown_at_first", first.answer.shown(), first)
    return exchange


def _is_unknown(trial: Trial, exchange: LiveExchange) -> bool:
    profile, code = trial.bench.profile, exchange.answer.code
    codes = [profile.row("accepted").code, profile.row("not_found").code]
    codes.append(profile.row("task_unknown", "recordInfo").code)
    return exchange.answer.data is None and type(code) is int and code in codes


def polls(trial: Trial, task: CreatedTask, moved: bool) -> Iterator[tuple[Mapping[str, Any], LiveExchange]]:
    """Poll until the task has ended, moving time by lever (`moved`) or waiting; states never go back."""
    reached = 0
    for pause in [0.0] * 3 * SECONDS if moved else trial.bench.waits():
        data, exchange = poll(trial, task)
        state = data.get("state")
        rank = STATES.index(state) if state in STATES else reached
        if rank < reached:
            trial.note([back(STATES[reached], str(state), proven=False)], exchange)
        reached = max(reached, rank)
        yield data, exchange
        if state in ENDS:
            return
        if moved:
            advance(trial, task.account, 1)
        else:
            time.sleep(pause)


def last_poll(seen: Iterator[tuple[Mapping[str, Any], LiveExchange]]) -> tuple[Mapping[str, Any], LiveExchange]:
    """Return the last of at least one poll."""
    *_, last = seen
    return last


def decoded(text: object) -> Any:
    """Return the JSON value in a string; None for what is not such a string."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _clock_difference(trial: Trial, exchange: LiveExchange) -> int:
    """Return by how much (ms) the target's clock is ahead of this machine's, when they are far apart."""
    try:
        theirs = parsedate_to_datetime(exchange.answer.headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError):
        return 0
    ahead = int((theirs - time.time()) * 1000)
    if abs(ahead) <= _FAR:
        return 0
    trial.find("answer.date", exchange.answer.headers["date"], exchange, now=f"{time.time():.0f}")
    return ahead


def _of_task(task: CreatedTask, data: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _agrees_with_request(task, data)
    # The profile words records as the wire does, so what the pages alone say is no news on every poll.
    yield from (one for one in judge_record(data, "/body/data", documented=True) if not one.known)


def _agrees_with_request(task: CreatedTask, data: Mapping[str, Any]) -> Iterator[Difference]:
    if isinstance(data.get("taskId"), str) and data["taskId"] != task.id:
        yield other_task(task.id, data["taskId"])
    yield from asked_model(task.model, data)
    created = data.get("createTime")
    if isinstance(created, int) and abs(created - task.sent_at) > _FAR:
        yield breach("record.created", created, sent_at=task.sent_at)
    yield from _gives_request_back(task, data.get("param"))


def _gives_request_back(task: CreatedTask, param: object) -> Iterator[Difference]:
    outer = decoded(param)
    inner = decoded(outer.get("input")) if isinstance(outer, dict) else None
    if not isinstance(outer, dict) or not isinstance(inner, dict):
        return
    # Some models' defaults are added to the input; nothing that was sent may be missing or changed.
    for name, value in task.sent["input"].items():
        if inner.get(name) != value:
            yield other_input(name, inner.get(name))
    if "callBackUrl" in task.sent and outer.get("callBackUrl") != task.sent["callBackUrl"]:
        yield other_callback(outer.get("callBackUrl"))
