"""The table of levers: each a call of the control, its arguments and its answer translated."""

from collections.abc import Callable
from typing import Any

from fakie.core.control.arguments import (
    ACCOUNT,
    CLOCK,
    FAILURE,
    FAULT,
    ONE_ACCOUNT,
    PLAN,
    PUBLISHED,
    SCENARIO,
    TRANSPORT_FAULT,
)
from fakie.core.control.control import Control
from fakie.core.control.errors import NotThereError, WrongOrderError
from fakie.core.levers import shown
from fakie.core.levers.lever import Call, Lever
from fakie.core.tasks.task import Task
from fakie_schemas.scenario_files import scenario_names

# Ids and limits longer than this are no numbers of ours, and costly to read.
_DIGITS = 18


def levers(control: Control) -> tuple[Lever, ...]:
    """Return every lever on the control of one fake."""
    return (
        *_journal(control),
        *_tasks(control),
        *_files(control),
        *_accounts(control),
        *_waiting(control, "/faults", "faults", "faults"),
        Lever(
            "POST",
            "/faults",
            "orders a situation or a code for coming requests",
            lambda call: shown.order(control.orders.add_fault(**call.body)),
            FAULT,
        ),
        *_waiting(control, "/spoils", "transport_faults", "transport faults"),
        Lever(
            "POST",
            "/spoils",
            "orders a transport fault for the answers to coming requests",
            lambda call: shown.order(control.orders.add_transport_fault(**call.body)),
            TRANSPORT_FAULT,
        ),
        *_waiting(control, "/plans", "plans", "orders for coming tasks"),
        Lever(
            "POST",
            "/plans",
            "orders how coming tasks will go",
            lambda call: shown.order(control.orders.add_plan(**call.body)),
            PLAN,
        ),
        *_scenarios(control),
        Lever(
            "POST", "/reset", "forgets one account, or everything", lambda call: control.reset(**call.body), ONE_ACCOUNT
        ),
        Lever("POST", "/reload", "reads the revisions again, and lists the broken files", lambda _: _reload(control)),
    )


def _journal(control: Control) -> tuple[Lever, ...]:
    def read(call: Call) -> Any:
        argument = call.request.argument
        limit, after = _number(call, "limit"), _number(call, "after")
        entries = control.journal(argument("account"), argument("situation"), limit, after or 0)
        return [entry.as_dict() for entry in entries]

    query = ("account", "situation", "limit", "after")
    words = "requests and callback deliveries, oldest first; ?account=&situation=&limit=&after="
    return (
        Lever("GET", "/journal", words, read, query=query),
        Lever("DELETE", "/journal", "empties the journal", lambda _: control.empty_journal()),
        Lever(
            "GET",
            "/conduct",
            "what the clients did that they should not, as far as the journal tells; ?account=",
            lambda call: [finding.as_dict() for finding in control.conduct(call.request.argument("account"))],
        ),
    )


def _tasks(control: Control) -> tuple[Lever, ...]:
    tasks, one = control.tasks, "/tasks/{task_id}"

    def answer(task: Task) -> Any:
        return shown.task(tasks.seen(task), tasks.state_of(task))

    return (
        Lever(
            "GET",
            "/tasks",
            "every task, oldest first; ?account=",
            lambda call: [answer(task) for task in tasks.all(call.request.argument("account"))],
            query=("account",),
        ),
        Lever("GET", one, "one task", lambda call: answer(tasks.get(call.names[0]))),
        Lever(
            "POST",
            f"{one}/hold",
            "keeps a running task in its present state",
            lambda call: answer(tasks.hold(call.names[0])),
        ),
        Lever(
            "POST",
            f"{one}/finish",
            "ends a running task with success",
            lambda call: answer(tasks.finish(call.names[0])),
        ),
        Lever(
            "POST",
            f"{one}/fail",
            "ends a running task with a failure",
            lambda call: answer(tasks.fail(call.names[0], **call.body)),
            FAILURE,
        ),
        Lever(
            "POST",
            f"{one}/callback",
            "sends the callback of an ended task once more",
            lambda call: answer(tasks.call_back(call.names[0])),
        ),
    )


def _files(control: Control) -> tuple[Lever, ...]:
    def read(call: Call) -> Any:
        return [shown.upload(one) for one in control.files.all(call.request.argument("account"))]

    return (
        Lever("GET", "/files", "the uploaded files that have not expired, oldest first; ?account=", read),
        Lever(
            "POST",
            "/files",
            "publishes a file under a URL, where URL uploads find it without any network",
            lambda call: control.files.publish(**call.body),
            PUBLISHED,
        ),
    )


def _accounts(control: Control) -> tuple[Lever, ...]:
    accounts = control.accounts

    def move(call: Call) -> Any:
        accounts.move_clock(**call.body)
        # Of all the others nothing has changed, and there may be thousands.
        return accounts.clocks(call.body.get("account"))

    return (
        Lever("GET", "/accounts", "every account, by handle", lambda _: [shown.account(one) for one in accounts.all()]),
        Lever(
            "POST",
            "/accounts",
            "makes or changes the account of a key",
            lambda call: shown.account(accounts.change(**call.body)),
            ACCOUNT,
        ),
        Lever(
            "GET",
            "/clock",
            "the time in seconds since the epoch, as the fake and each account see it",
            lambda _: accounts.clocks(),
        ),
        Lever("POST", "/clock", "advances, freezes or resumes the time, of one account or all", move, CLOCK),
    )


def _waiting(control: Control, path: str, kind: str, what: str) -> tuple[Lever, ...]:
    """Return the levers that list the orders of a kind and take them back."""
    orders = control.orders

    def remove_one(call: Call) -> None:
        name = call.names[0]
        if not _is_number(name):
            raise NotThereError(f"nothing waits under the id {name[:20]!r}")
        orders.remove(kind, int(name))

    listed: Callable[[Call], Any] = lambda _: [shown.order(order) for order in orders.books[kind]]  # noqa: E731
    return (
        Lever("GET", path, f"the {what} that wait", listed),
        Lever("DELETE", path, f"takes all {what} back", lambda _: {"removed": orders.remove(kind)}),
        Lever("DELETE", f"{path}/{{id}}", f"takes one of the {what} back", remove_one),
    )


def _scenarios(control: Control) -> tuple[Lever, ...]:
    scenarios = control.scenarios

    def play(call: Call) -> Any:
        scenarios.play(**call.body)
        return [shown.playing(one) for one in scenarios.playing]

    return (
        Lever(
            "GET",
            "/scenarios",
            "the scenarios that are played, and the names of the ready ones",
            lambda _: {"playing": [shown.playing(one) for one in scenarios.playing], "ready": list(scenario_names())},
        ),
        Lever("POST", "/scenarios", "plays a scenario, for one account or for all", play, SCENARIO),
        Lever(
            "DELETE",
            "/scenarios",
            "ends all scenarios; ?account= ends that of one",
            lambda call: {"removed": scenarios.stop(call.request.argument("account"))},
        ),
    )


def _reload(control: Control) -> Any:
    control.reload()
    catalog = control.contracts.catalog
    broken = shown.broken_files(catalog)
    return {"models": len(catalog.models), "broken": broken}


def _number(call: Call, name: str) -> int | None:
    given = call.request.argument(name)
    if given is not None and not _is_number(given):
        raise WrongOrderError(f"{name}: a whole number; got {given[:20]!r}; for example 10")
    return None if given is None else int(given)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _DIGITS
