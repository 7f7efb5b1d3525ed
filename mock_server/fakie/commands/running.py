"""Commands that look at a running fake and move it: wait, tail, tasks, hold, finish, fail, advance."""

import os
import sys
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import click
from click.core import ParameterSource
from msgspec import Struct
from msgspec.structs import asdict

from fakie.adapters.log_lines import as_text, time_of_day
from fakie.commands.options import as_type, table_options
from fakie.commands.remote_fake import NotAFakeError, NothingThereError, RemoteFake
from fakie.commands.terminal import show_table
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.options.kinds import number
from fakie_schemas.options.places import URL
from fakie_schemas.schema.words import counted

_LOOK_SECONDS = 0.1
_TAIL_SECONDS = 0.5
_NOT_READY = 1
_MOST_NAMED = 5


class RemoteReadiness(Struct):
    """The answer of a running fake that takes requests."""

    status: str


class RemoteTask(Struct):
    """A task of a running fake; one of an older fakie does not say its endpoint."""

    task_id: str
    state: str
    model: str
    account: str
    created_at: float
    polls: int
    endpoint: str = ""


class RemoteEntry(Struct):
    """The part of an entry of a running fake's journal that a line shows, and its number."""

    number: int
    at: float
    kind: str
    account: str | None
    method: str
    path: str
    status: int | None
    model: str | None
    situation: str
    code: int | None
    seconds: float
    task_id: str | None
    reason: str
    # One of an older fakie may say none.
    advice: str = ""


@click.command()
@click.argument("address", metavar="[URL]", required=False, type=as_type(URL))
@table_options("wait")
def wait(url: str, address: str | None, timeout: float) -> None:
    """Wait until the fake at URL (or at --url) takes requests; exit code 1 when it does not in time."""
    if address and click.get_current_context().get_parameter_source("url") is ParameterSource.COMMANDLINE:
        raise ConfigurationError(f"expected one URL, as an argument or by --url; got {address} and {url}")
    url = address or url
    deadline = time.monotonic() + timeout
    with RemoteFake(url) as fake:
        while True:
            try:
                fake.get("/ready", RemoteReadiness)
            except NotAFakeError as error:
                if error.answers or time.monotonic() >= deadline:
                    # What answers otherwise than a fake is not waited for.
                    click.echo(f"fakie: {'' if error.answers else f'not ready after {timeout:g} s: '}{error}", err=True)
                    sys.exit(_NOT_READY)
                time.sleep(_LOOK_SECONDS)
            else:
                click.echo(f"{fake.url} is ready")
                return


@click.command()
@table_options("tasks")
def tasks(url: str, admin_token: str | None, account: str | None, state: str | None) -> None:
    """List the tasks of a running fake, oldest first."""
    with RemoteFake(url, admin_token) as fake:
        every = fake.get("/tasks", list[RemoteTask], account=account)
    rows = [
        (one.task_id, one.state, one.endpoint, one.model, one.account, time_of_day(int(one.created_at)), str(one.polls))
        for one in every
        if state in (None, one.state)
    ]
    if rows:
        show_table(("task", "state", "endpoint", "model", "account", "created", "polls"), rows)
    there = ", ".join(sorted({one.state for one in every}))
    click.echo(counted(len(rows), "task") + (f"; the states that there are: {there}" if every and not rows else ""))


@click.command()
@table_options("tail")
def tail(url: str, admin_token: str | None, account: str | None, lines: int, follow: bool) -> None:
    """Show the last requests and callbacks of a running fake, and with --follow those that come."""
    colored = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    with RemoteFake(url, admin_token) as fake:
        seen = _shown(fake.get("/journal", list[RemoteEntry], account=account, limit=lines), colored)
        while follow:
            time.sleep(_TAIL_SECONDS)
            seen = _shown(fake.get("/journal", list[RemoteEntry], account=account, after=seen), colored) or seen


def _shown(entries: Sequence[RemoteEntry], colored: bool) -> int:
    """Print entries; return the number of the last, or 0."""
    for entry in entries:
        click.echo(as_text(entry.at, SimpleNamespace(**asdict(entry)), colored=colored))
    return entries[-1].number if entries else 0


@click.command()
@click.argument("task_id")
@table_options("hold")
def hold(url: str, admin_token: str | None, task_id: str) -> None:
    """Keep a task of a running fake in its present state; the beginning of its id is enough."""
    _move(url, admin_token, task_id, "hold")


@click.command()
@click.argument("task_id")
@table_options("finish")
def finish(url: str, admin_token: str | None, task_id: str) -> None:
    """End a task of a running fake with success; the beginning of its id is enough."""
    _move(url, admin_token, task_id, "finish")


@click.command()
@click.argument("task_id")
@table_options("fail")
def fail(url: str, admin_token: str | None, task_id: str, code: str | None, msg: str | None) -> None:
    """End a task of a running fake with a failure; the beginning of its id is enough."""
    _move(url, admin_token, task_id, "fail", code=code, msg=msg)


def _move(url: str, token: str | None, task_id: str, how: str, **arguments: str | None) -> None:
    with RemoteFake(url, token) as fake:
        try:
            task = fake.post(_task_path(task_id, how), arguments, RemoteTask)
        except NothingThereError:
            task = fake.post(_task_path(_whole_id(fake, task_id), how), arguments, RemoteTask)
    click.echo(f"{task.task_id} {task.state}")


def _task_path(task_id: str, how: str) -> str:
    return f"/tasks/{quote(task_id, safe='')}/{how}"


def _whole_id(fake: RemoteFake, given: str) -> str:
    """Return the id of the one task that begins with what was given; the page shows the beginnings alone."""
    begin = given.removesuffix("…")
    ids = [one.task_id for one in fake.get("/tasks", list[RemoteTask])]
    found = [one for one in ids if one.startswith(begin)] if begin else []
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(found[-_MOST_NAMED:])
        raise ConfigurationError(f"{len(found)} tasks begin with {given!r}, the last ones: {several}")
    last = ", ".join(ids[-_MOST_NAMED:]) or "none"
    raise ConfigurationError(f"{fake.url}: no task has the id {given!r} or begins with it; the last ones: {last}")


@click.command()
@click.argument("seconds", type=as_type(number()))
@table_options("advance")
def advance(url: str, admin_token: str | None, seconds: float, account: str | None) -> None:
    """Move the time of a running fake on by N seconds; what becomes due on the way happens."""
    with RemoteFake(url, admin_token) as fake:
        clocks = fake.post("/clock", {"advance": seconds, "account": account}, dict[str, dict[str, Any]])
    # Beside the accounts stands the time of those that are opened later.
    click.echo(f"moved on by {seconds:g} s; {counted(len(clocks.keys() - {'fake'}), 'account')}")
