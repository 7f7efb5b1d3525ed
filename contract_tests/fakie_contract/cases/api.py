"""Cases of the API as a whole: keys, unknown tasks, unknown paths, the order of the checks."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from fakie_contract.cases.case import Case
from fakie_contract.cases.keys import key_cases, lower_case, unknown_keys
from fakie_contract.cases.task import tasks
from fakie_contract.cases.task.accounts import balance, expect_balance
from fakie_contract.cases.task.links import link_cases
from fakie_contract.cases.uploads import upload_cases
from fakie_contract.cases.written import judge_method
from fakie_contract.http.exchange import LiveExchange, SentRequest
from fakie_contract.trial import answers, money
from fakie_contract.trial.asking import JSON_TYPE
from fakie_contract.trial.environment import CREATE, CREDIT, RECORD, bearer
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.trial import NotProvokable, Trial
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.families.family import endpoints

_UNKNOWN = {"model": "fakie/no-such-model", "input": {}}
# As the balance of the capture, a fraction of a credit is left.
_A_FRACTION = 5916.25
# So many times the limit of queries counts anew: whoever caps all queries of a key refuses one of them.
_WINDOWS = 12
_JAVA_TAKES = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
_ANY = ("Accept", "*/*")
# What public clients and their libraries send beside the key; a GET of many says the type of a body that it has not,
# and that of Go not what it takes.
_CLIENTS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("User-Agent", "axios/1.7.9"), ("Accept", "application/json, text/plain, */*"), JSON_TYPE),
    (("User-Agent", "python-requests/2.32.3"), _ANY, ("Accept-Encoding", "gzip, deflate"), JSON_TYPE),
    (("User-Agent", "node"), _ANY, ("Accept-Language", "*"), ("Sec-Fetch-Mode", "cors")),
    (("User-Agent", "Java/17.0.9"), ("Accept", _JAVA_TAKES)),
    (("User-Agent", "curl/8.5.0"), _ANY),
    (("User-Agent", "Go-http-client/1.1"), ("Accept-Encoding", "gzip")),
)


def api_cases(profile: Profile) -> Iterator[Case]:
    """Return the cases that no model is needed for."""
    for endpoint, request in _requests():
        yield from key_cases(profile, endpoint, request)
    for name, what, run, situation, asked in _CASES:
        code_of = None if situation is None else profile.row(situation, asked).code
        kind = situation if asked == "createTask" else None
        yield Case(f"api::{name}", what, run, "free", code=code_of, kind=kind)
    yield from link_cases(profile)
    yield from upload_cases(profile)


def _requests() -> Iterator[tuple[str, SentRequest]]:
    yield "createTask", SentRequest("POST", CREATE, (JSON_TYPE,), json.dumps(_UNKNOWN).encode())
    yield "recordInfo", SentRequest("GET", f"{RECORD}?taskId={'0' * 32}")
    yield "credit", SentRequest("GET", CREDIT)


def _key_first(trial: Trial) -> None:
    content = json.dumps({"model": 7}).encode()
    answers.refused(trial, trial.ask(SentRequest("POST", CREATE, (JSON_TYPE,), content)), "unauthorized")


def unknown_task(trial: Trial) -> None:
    """Ask for tasks that do not exist, where the tasks of this case are shown."""
    for task_id in ("0123456789abcdef" * 2, "no-such-task", "0" * 500):
        answers.refused(trial, trial.record(task_id, trial.account()), "task_unknown", trial.recording)


def no_task_id(trial: Trial) -> None:
    """Ask for no task, where the tasks of this case are shown."""
    for query in ("", "?taskId=", "?taskid=1"):
        path = endpoints()[trial.recording].path + query
        request = SentRequest("GET", path, bearer(trial.account().key))
        answers.refused(trial, trial.ask(request), "task_id_missing", trial.recording)


def _query_limit(trial: Trial) -> None:
    """Ask for one task as often as is allowed in a second, and on until it is too often, where that comes."""
    account, limit = trial.account(), trial.env.profile.facts.poll_limit
    too_many = trial.env.profile.row("rate_limited").code
    for number in range(1, 2 * int(limit.count) + 1):
        exchange = trial.record("fedcba9876543210" * 2, account)
        if too_many not in (exchange.answer.code, exchange.answer.status):
            answers.refused(trial, exchange, "task_unknown", "recordInfo")
        elif not account.own:
            raise NotProvokable("the key is shared with other cases, whose queries may count as well")
        elif number <= limit.count:
            facts: dict[str, Any] = {"number": number, "count": limit.count, "seconds": limit.seconds}
            trial.find("account.query_limit", exchange.answer.shown(), exchange, **facts)
            return
        else:
            answers.refused(trial, exchange, "rate_limited", "recordInfo")
            _answered_again(trial, account)
            return
    if account.own and tasks.has_own_clock(trial):
        _answered_again(trial, account)


def _answered_again(trial: Trial, account: TargetAccount) -> None:
    """Ask on when the time of the limit has passed, as often as is allowed where time can be moved: it counts anew."""
    limit, too_many = trial.env.profile.facts.poll_limit, trial.env.profile.row("rate_limited").code
    moved = tasks.has_own_clock(trial)
    for at in range(_WINDOWS * int(limit.count) if moved else 1):
        number = at % int(limit.count) + 1
        if number == 1:
            tasks.advance(trial, account, limit.seconds) if moved else time.sleep(limit.seconds)
        exchange = trial.record("fedcba9876543210" * 2, account)
        if too_many in (exchange.answer.code, exchange.answer.status):
            facts: dict[str, Any] = {"number": number, "count": limit.count, "seconds": limit.seconds}
            trial.find("account.query_limit", exchange.answer.shown(), exchange, **facts)
            return


def _credit(trial: Trial) -> None:
    """Judge the balance: a number, and the very one where a lever has set it."""
    levers = trial.env.levers
    if levers and levers.has("POST", "/accounts"):
        expect_balance(
            trial, trial.account(credits=_A_FRACTION), _A_FRACTION, "a lever gave it these, and none is spent"
        )
    else:
        balance(trial, trial.account())


def _credit_as_clients_send(trial: Trial) -> None:
    for exchange in _as_clients_send(trial, CREDIT):
        answers.answered(trial, exchange, "credit_shown", "credit", "credit")


def _record_as_clients_send(trial: Trial) -> None:
    for exchange in _as_clients_send(trial, f"{RECORD}?taskId={'0123456789abcdef' * 2}"):
        answers.refused(trial, exchange, "task_unknown", "recordInfo")


def _as_clients_send(trial: Trial, path: str) -> Iterator[LiveExchange]:
    """Ask as common libraries do, which say of themselves and of what they take each in its own way."""
    key = trial.account().key
    for headers in _CLIENTS:
        yield trial.ask(SentRequest("GET", path, (*bearer(key), *headers)))
        if trial.differences:
            # The others would most likely show the same.
            return


def _unknown_model(trial: Trial) -> None:
    account = trial.account()
    with money.watched(trial, account) as seen:
        exchange = seen.exchange = trial.create(_UNKNOWN, account)
    answers.refused(trial, exchange, "model_unknown")
    money.judge_refusal(trial, seen)


def _wrong_method(trial: Trial) -> None:
    judge_method(trial, trial.ask(SentRequest("GET", CREATE, bearer(trial.account().key))))


def _unknown_path(trial: Trial) -> None:
    for path in ("/api/v1/jobs/fakie-no-such-path", "/api/v1/jobs/createTask/more", "/"):
        exchange = trial.ask(SentRequest("GET", path, bearer(trial.account().key)))
        answers.refused(trial, exchange, "not_found", None)


# Name, what, how, and the situation that it verifies at an endpoint.
_CASES: tuple[tuple[str, str, Callable[[Trial], None], str | None, str | None], ...] = (
    ("key::unknown", "unknown keys: refused", unknown_keys, "unauthorized", "credit"),
    ("key::scheme-in-lower-case", "the scheme in lower case", lower_case, "credit_shown", "credit"),
    (
        "key::checked-before-model",
        "no key and an unknown model: the key is what counts",
        _key_first,
        "unauthorized",
        "createTask",
    ),
    ("recordInfo::unknown-task", "a task that does not exist", unknown_task, "task_unknown", "recordInfo"),
    ("recordInfo::no-task-id", "no taskId", no_task_id, "task_id_missing", "recordInfo"),
    (
        "recordInfo::as-clients-send",
        "asked as common libraries do",
        _record_as_clients_send,
        "task_unknown",
        "recordInfo",
    ),
    ("recordInfo::query-limit", "as many queries as are allowed", _query_limit, "task_unknown", "recordInfo"),
    ("credit::shown", "the balance is a number", _credit, "credit_shown", "credit"),
    ("credit::as-clients-send", "asked as common libraries do", _credit_as_clients_send, "credit_shown", "credit"),
    ("createTask::unknown-model", "a model that does not exist", _unknown_model, "model_unknown", "createTask"),
    ("createTask::wrong-method", "GET instead of POST", _wrong_method, None, None),
    ("path::unknown", "a path that does not exist", _unknown_path, "not_found", None),
)
