"""The table of levers: each a call of the control, its arguments and its answer translated."""

from typing import Any

from fakie.core.control.arguments import ACCOUNT, CLOCK, FAILURE, ONE_ACCOUNT, PUBLISHED, Schema
from fakie.core.control.control import Control
from fakie.core.levers import shown
from fakie.core.levers.lever import ACCOUNT_QUERY, Call, Lever
from fakie.core.levers.order_table import order_levers
from fakie.core.tasks.task import Task

_NUMBER: Schema = {"type": "integer", "minimum": 0}


def levers(control: Control) -> tuple[Lever, ...]:
    """Return every lever on the control of one fake."""
    return (
        *_journal(control),
        *_tasks(control),
        *_files(control),
        *_accounts(control),
        *order_levers(control),
        Lever(
            "reset",
            "POST",
            "/reset",
            "forgets one account, or everything",
            lambda call: control.reset(**call.body),
            ONE_ACCOUNT,
            done="It is forgotten, and all begins anew.",
        ),
        Lever(
            "reload",
            "POST",
            "/reload",
            "reads the revisions again, and lists the broken files",
            lambda _: _reload(control),
            done="The revisions are read again.",
        ),
    )


def _journal(control: Control) -> tuple[Lever, ...]:
    def read(call: Call) -> Any:
        argument = call.request.argument
        limit, after = call.number("limit"), call.number("after")
        entries = control.journal(argument("account"), argument("situation"), limit, after or 0)
        return (entry.as_dict() for entry in entries)

    text: Schema = {"type": "string"}
    query = {**ACCOUNT_QUERY, "situation": text, "limit": _NUMBER, "after": _NUMBER}
    words = "requests and callback deliveries, oldest first; ?account=&situation=&limit=&after="
    return (
        Lever("journal", "GET", "/journal", words, read, query=query),
        Lever(
            "empty_journal",
            "DELETE",
            "/journal",
            "empties the journal",
            lambda _: control.empty_journal(),
            done="The journal is empty.",
        ),
        Lever(
            "conduct",
            "GET",
            "/conduct",
            "what the clients did that they should not, as far as the journal tells; ?account=",
            lambda call: [finding.as_dict() for finding in control.conduct(call.request.argument("account"))],
            query=ACCOUNT_QUERY,
        ),
    )


def _tasks(control: Control) -> tuple[Lever, ...]:
    tasks, one = control.tasks, "/tasks/{task_id}"

    def answer(task: Task) -> Any:
        return shown.task(tasks.seen(task), tasks.state_of(task))

    return (
        Lever(
            "tasks",
            "GET",
            "/tasks",
            "every task, oldest first, or the last of them; ?account=&limit=",
            lambda call: map(answer, tasks.each(call.request.argument("account"), call.number("limit"))),
            query={**ACCOUNT_QUERY, "limit": _NUMBER},
        ),
        Lever("task", "GET", one, "one task", lambda call: answer(tasks.get(call.names[0]))),
        Lever(
            "hold",
            "POST",
            f"{one}/hold",
            "keeps a running task in its present state",
            lambda call: answer(tasks.hold(call.names[0])),
            done="The task is held until it is finished or failed.",
        ),
        Lever(
            "finish",
            "POST",
            f"{one}/finish",
            "ends a running task with success",
            lambda call: answer(tasks.finish(call.names[0])),
            done="The task has ended with success.",
        ),
        Lever(
            "fail",
            "POST",
            f"{one}/fail",
            "ends a running task with a failure",
            lambda call: answer(tasks.fail(call.names[0], **call.body)),
            FAILURE,
            done="The task has ended with a failure.",
        ),
        Lever(
            "call_back",
            "POST",
            f"{one}/callback",
            "sends the callback of an ended task once more",
            lambda call: answer(tasks.call_back(call.names[0])),
            done="The callback was sent once more.",
        ),
    )


def _files(control: Control) -> tuple[Lever, ...]:
    def read(call: Call) -> Any:
        return map(shown.upload, control.files.all(call.request.argument("account")))

    return (
        Lever(
            "files",
            "GET",
            "/files",
            "the uploaded files that have not expired, oldest first; ?account=",
            read,
            query=ACCOUNT_QUERY,
        ),
        Lever(
            "publish",
            "POST",
            "/files",
            "publishes a file under a URL, where URL uploads find it without any network",
            lambda call: control.files.publish(**call.body),
            PUBLISHED,
            done="The file is published.",
        ),
    )


def _accounts(control: Control) -> tuple[Lever, ...]:
    accounts = control.accounts

    def move(call: Call) -> Any:
        accounts.move_clock(**call.body)
        # Of all the others nothing has changed, and there may be thousands.
        return accounts.clocks(call.body.get("account"))

    return (
        Lever(
            "accounts",
            "GET",
            "/accounts",
            "every account, by handle",
            lambda _: map(shown.account, accounts.all()),
        ),
        Lever(
            "account",
            "POST",
            "/accounts",
            "makes or changes the account of a key",
            lambda call: shown.account(accounts.change(**call.body)),
            ACCOUNT,
            done="The account was changed.",
        ),
        Lever(
            "clock",
            "GET",
            "/clock",
            "the time in seconds since the epoch, as the fake and each account see it",
            lambda _: accounts.clocks(),
        ),
        Lever(
            "move_clock",
            "POST",
            "/clock",
            "advances, freezes or resumes the time, of one account or all",
            move,
            CLOCK,
            done="The clock was moved.",
        ),
    )


def _reload(control: Control) -> Any:
    control.reload()
    catalog = control.contracts.catalog
    broken = shown.broken_files(catalog)
    return {"models": len(catalog.models), "broken": broken}
