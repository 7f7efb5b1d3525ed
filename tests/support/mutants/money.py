"""Faults in accounts: credits, limits, whose task it is, orders."""

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from fakie.core.accounts import Account
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie_schemas.limits import WindowLimit
from support.mutants.edits import CREATE, CREDIT, RECORD, account_of, drop, on_answer, put
from support.servers.broken import Door, Mutant


def _on_code(code: int, change: Callable[[Account], Any]) -> Callable[[Door, Request, Service], Response]:
    """After a createTask answered with `code`, change its account."""

    def handle(door: Door, request: Request, service: Service) -> Response:
        response = door(request)
        account = account_of(request, service)
        if request.path == CREATE and account and json.loads(response.body)["code"] == code:
            change(account)
        return response

    return handle


def _queries(most: int, code: int) -> Callable[[Door, Request, Service], Response]:
    """Refuse to show one task more than so many times."""
    asked: Counter[str] = Counter()

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        if request.path != RECORD:
            return response
        asked[request.query] += 1
        refused = json.dumps({"code": code, "msg": "too often", "data": None}).encode()
        return response if asked[request.query] <= most else replace(response, body=refused)

    return handle


def _charge(account: Account) -> None:
    account.credits -= Decimal("0.5")


def _give_back(account: Account) -> None:
    account.refund(Decimal(1), account.clock.now())


def _never_poor(door: Door, request: Request, service: Service) -> Response:
    account = account_of(request, service)
    if account is not None:
        account.credits += 1
    return door(request)


def _no_refund(service: Service) -> None:
    start = service.runner.start

    def free_of_refund(work: Any, task: Any) -> None:
        task.cost = 0.0
        start(work, task)

    service.runner.start = free_of_refund  # type: ignore[method-assign]


def _seen_by_all(door: Door, request: Request, service: Service) -> Response:
    task = service.state.store.task(request.argument("taskId") or "")
    if request.path != RECORD or task is None or not request.headers.get("authorization"):
        return door(request)
    caller = account_of(request, service)
    if caller is not None:
        task.account = caller.handle
    return door(request)


def _poor_first(door: Door, request: Request, service: Service) -> Response:
    response = door(request)
    account = account_of(request, service)
    if request.path == CREATE and account and account.credits == 0 and b'"code":422' in response.body:
        return replace(response, body=b'{"code":402,"msg":"no credits","data":null}')
    return response


def _window_of_requests() -> Callable[[Door, Request, Service], Response]:
    seen: Counter[str] = Counter()

    def handle(door: Door, request: Request, service: Service) -> Response:
        key = request.headers.get("authorization", "")
        response = door(request)
        if request.path != CREATE:
            return response
        seen[key] += 1
        if seen[key] <= 20:
            return response
        return replace(response, body=b'{"code":429,"msg":"too many","data":null}')

    return handle


def _orders_unheard(service: Service) -> None:
    service.orders.faults.take = lambda *_: None  # type: ignore[method-assign]


def _orders_stay(service: Service) -> None:
    add = service.orders.faults.add
    lasting: Any = lambda what, where, **more: add(what, replace(where, times=None), **more)  # noqa: E731
    service.orders.faults.add = lasting  # type: ignore[method-assign]


def _limit(count: int, seconds: float = 10) -> dict[str, Any]:
    return {"create_limit": WindowLimit(count, seconds)}


def _wrong_code(situation: str, code: int) -> Callable[[dict[str, Any]], None]:
    def change(profile: dict[str, Any]) -> None:
        for row in profile["answers"]:
            if row["situation"] == situation:
                row["code"] = code

    return change


MONEY = (
    Mutant("429 never", "code-429", settings={"create_limit": WindowLimit.off()}),
    Mutant("429 one too early", "code-429", settings=_limit(19)),
    Mutant("429 one too late", "code-429", settings=_limit(21)),
    Mutant("429 for refused requests too", "code-429", handle=_window_of_requests()),
    Mutant("429 for an hour", "code-429", settings=_limit(20, 3600)),
    Mutant("402 never", "code-402", handle=_never_poor),
    Mutant("402 before the request is read", "code-402", handle=_poor_first),
    Mutant("402 under another code", "code-402", profile=_wrong_code("credits_insufficient", 403)),
    Mutant("505 under 503", "code-505", profile=_wrong_code("feature_disabled", 503)),
    Mutant("a refusal is charged", "refusal-is-free", handle=_on_code(422, _charge)),
    Mutant("an ordered refusal is charged", "code-500::by-order", handle=_on_code(500, _charge)),
    Mutant("nothing is charged", "account::charge", handle=_on_code(200, _give_back)),
    Mutant(
        "charged twice",
        "account::charge",
        handle=_on_code(200, lambda account: account.charge(Decimal(1), account.clock.now())),
    ),
    Mutant("a failure is not given back", "account::refund", parts=_no_refund),
    Mutant("another account's task shown", "tasks-are-private", handle=_seen_by_all),
    Mutant("orders unheard", "by-order", parts=_orders_unheard),
    Mutant("orders stay", "by-order", parts=_orders_stay),
    Mutant(
        "the balance as text",
        "credit::shown",
        handle=on_answer(CREDIT, lambda body: body.update(data=str(body["data"])), 200),
    ),
    Mutant(
        "the balance in an object",
        "credit::shown",
        handle=on_answer(CREDIT, lambda body: body.update(data={"credit": body["data"]}), 200),
    ),
    Mutant("no balance", "credit::shown", handle=on_answer(CREDIT, drop("data"), 200)),
    Mutant("an unknown task has code 200", "unknown-task", handle=on_answer(RECORD, put(code=200), 422)),
    Mutant("an unknown task has code 404", "unknown-task", handle=on_answer(RECORD, put(code=404), 422)),
    Mutant("no taskId has code 422", "no-task-id", handle=on_answer(RECORD, put(code=422), 400)),
    Mutant("five queries a second", "query-limit", handle=_queries(5, 429)),
    Mutant("nine queries a second", "query-limit", handle=_queries(9, 429)),
    Mutant("too many queries under 500", "query-limit", handle=_queries(10, 500)),
    Mutant("too many queries under 503", "query-limit", handle=_queries(12, 503)),
)
