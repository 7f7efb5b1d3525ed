"""Faults in what a server charges that nobody can move: for refusals, beyond the list, at the end, and given back."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from fakie.core.accounts import Account, exact
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from support.mutants.edits import CREATE, CREDIT, Handle, account_of, decoded
from support.mutants.lies import SECONDS, lie, takes
from support.mutants.meeting import Meeting
from support.servers.broken import Door, Mutant


def charging(change: Callable[[Account], Any], code: int, *words: bytes) -> Handle:
    """After a createTask answered with `code`, in which these words stand, change its account."""

    def handle(door: Door, request: Request, service: Service) -> Response:
        response = door(request)
        account = account_of(request, service)
        meant = decoded(response).get("code") == code and all(word in response.body for word in words)
        if request.path == CREATE and account and meant:
            change(account)
        return response

    return handle


def takes_credits(credits: float) -> Callable[[Account], None]:
    def change(account: Account) -> None:
        account.credits -= exact(credits)

    return change


def _given_back(share: float) -> Callable[[Service], None]:
    """Let every task fail, and give back a share of its price."""

    def change(service: Service) -> None:
        takes(SECONDS, "fail")(service)
        start = service.runner.start

        def cheaper(work: Any, task: Any) -> None:
            task.cost *= exact(share)
            start(work, task)

        service.runner.start = cheaper  # type: ignore[method-assign]

    return change


def _charged_at_the_end() -> Handle:
    ended: set[str] = set()

    def handle(door: Door, request: Request, service: Service) -> Response:
        response = door(request)
        data = decoded(response).get("data")
        account = account_of(request, service)
        task_id = data["taskId"] if isinstance(data, dict) and data.get("state") == "success" else ""
        if account and task_id not in ended | {""}:
            ended.add(task_id)
            account.credits -= 1
        return response

    return handle


def _each_look_costs(door: Door, request: Request, service: Service) -> Response:
    account = account_of(request, service)
    if request.path == CREDIT and account:
        account.credits -= exact(0.01)
    return door(request)


def _slow_refunds() -> Handle:
    """Show a balance that falls by itself between a refusal and the next look."""
    refused: dict[str, int] = defaultdict(int)

    def handle(door: Door, request: Request, service: Service) -> Response:
        account = account_of(request, service)
        key = request.headers.get("authorization", "")
        if request.path == CREDIT and account and refused[key]:
            account.credits -= refused.pop(key)
        response = door(request)
        if request.path == CREATE and decoded(response).get("code") == 422:
            refused[key] += 1
        return response

    return handle


def _free_tasks(account: Account) -> None:
    account.credits += 1


def _dearer_each_time() -> Handle:
    """Take for each create of an account a little more than for the one before."""
    made: dict[str, int] = defaultdict(int)

    def handle(door: Door, request: Request, service: Service) -> Response:
        response = door(request)
        account = account_of(request, service)
        if request.path == CREATE and account and decoded(response).get("code") == 200:
            made[account.handle] += 1
            account.credits -= exact(0.01) * made[account.handle]
        return response

    return handle


def _charged_once() -> Handle:
    """Take nothing for a create that comes while another one of the account is answered: an update is lost."""
    meeting = Meeting()

    def handle(door: Door, request: Request, service: Service) -> Response:
        response, own = door(request), object()
        account = account_of(request, service)
        if request.path == CREATE and account and decoded(response).get("code") == 200:
            account.credits += meeting.first(own) is not own
        return response

    return handle


def _all_given_back(service: Service) -> None:
    """Give back the price of every task in flight when one of them fails."""
    settle = service.runner.settle

    def generous(work: Any, task: Any) -> None:
        if task.end and task.end.failure and not task.settled:
            running = [one for one in service.state.store.tasks() if one.account == task.account and not one.end]
            work.account.refund(sum((one.cost for one in running), start=exact(0)), work.account.clock.now())
        settle(work, task)

    service.runner.settle = generous  # type: ignore[method-assign]


CHARGES = (
    lie("two creates at once are charged once", "life::at-once", _charged_once()),
    Mutant("one failure gives back every task in flight", "account::in-flight", parts=_all_given_back),
    lie("nothing is charged, and nobody can move it", "life::success", charging(_free_tasks, 200)),
    lie("each task is dearer than the one before", "ids-are-new", _dearer_each_time()),
    lie("a refused model is charged", "createTask::unknown-model", charging(takes_credits(1), 422, b"model")),
    lie("every refusal is charged", "refusal-is-free", charging(takes_credits(0.1), 422)),
    lie("a wrong type is charged", "input::type", charging(takes_credits(1), 422)),
    lie("a refusal is charged at the next look", "input::missing", _slow_refunds()),
    lie("dearer than the list", "optional::none", charging(takes_credits(59), 200)),
    lie("five times the price", "optional::none", charging(takes_credits(3), 200), model="z-image"),
    lie("a failure is not given back, and nobody can move it", "life::success", parts=_given_back(0)),
    lie("half of a failure's price is given back", "life::success", parts=_given_back(0.5)),
    lie("charged again at the end", "life::success", _charged_at_the_end()),
    lie("runway: charged again at the end", "life::success", _charged_at_the_end(), model="runway/generate"),
    lie("each look at the balance costs", "createTask::unknown-model", _each_look_costs),
)
