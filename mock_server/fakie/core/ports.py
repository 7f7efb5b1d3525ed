"""The ports of the core, which adapters fill."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from fakie.core.accounts import Account
from fakie.core.http.messages import Request, Response
from fakie.core.tasks.due import Due, Turn
from fakie.core.tasks.task import Task


@dataclass(frozen=True)
class Outgoing:
    """One callback to send: a POST with these headers and this body, given up after `timeout` seconds."""

    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    timeout: float


@dataclass(frozen=True)
class Delivered:
    """How a delivery went: the receiver's HTTP status, or what kept it from answering."""

    status: int | None
    error: str | None = None

    @property
    def ok(self) -> bool:
        """True when the receiver took it: any 2xx."""
        return self.status is not None and 200 <= self.status < 300


# Tells whether a door answers a request without waiting for anybody and without long work.
Quick = Callable[[Request], bool]


class Door(Protocol):
    """Whatever answers requests: the service, or something in front of it."""

    def handle(self, request: Request) -> Response:
        """Answer one request."""


@runtime_checkable
class Sender(Protocol):
    """Carries callbacks out, at once or later."""

    def send(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        """Send, and call `done` once, from any thread."""


class Ids(Protocol):
    """Makes ids."""

    def task_id(self) -> str:
        """Return a new task id: 32 lowercase hex digits."""

    def error_id(self) -> str:
        """Return a new id under which an error is logged."""

    def file_name(self) -> str:
        """Return a new name for a file that was given none, without an ending: 16 lowercase hex digits."""


@dataclass(frozen=True)
class Media:
    """A small file that a finished task results in."""

    content: bytes
    content_type: str
    suffix: str


class MediaLibrary(Protocol):
    """The results that tasks can have."""

    def result_for(self, model: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the `resultJson` of a model's task with this `input`, a `Media` in the place of each URL."""

    def filled(self, template: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a result with a `Media`, as this request asks for it, in the place of each `{"media": kind}`."""


class Store(Protocol):
    """Where accounts, tasks and due events live."""

    def transaction(self) -> AbstractContextManager[object]:
        """Keep everybody else out for the length of a `with` block; the same thread may enter again."""

    def account(self, handle: str) -> Account | None:
        """Return an account by its handle."""

    def accounts(self) -> Iterable[Account]:
        """Return every account, in the order of their first use."""

    def save_account(self, account: Account) -> None:
        """Add or replace an account, or take note that its clock was moved."""

    def task(self, task_id: str) -> Task | None:
        """Return a task by its id."""

    def tasks(self) -> Iterable[Task]:
        """Return every task, oldest first."""

    def save_task(self, task: Task) -> None:
        """Add or replace a task."""

    def forget_task(self, task_id: str) -> None:
        """Drop a task."""

    def plan_event(self, due: Due) -> bool:
        """Remember an event until it is due; tells whether it may be the next of all."""

    def next_event(self, account: str) -> Due | None:
        """Return an account's earliest event, without removing it."""

    def take_event(self, due: Due) -> None:
        """Remove an event that is being carried out."""

    def next_turn(self) -> Turn | None:
        """Return whose event is next, of all accounts; None while nothing is to come."""

    def clear(self, account: str | None) -> None:
        """Forget one account with its tasks and events, or everything."""
