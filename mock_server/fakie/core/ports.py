"""The ports of the core, which adapters fill."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol, runtime_checkable

from msgspec import Struct

from fakie.core.accounts import Account
from fakie.core.clock import ClockState
from fakie.core.health.figures import Counted, Figures
from fakie.core.http.messages import Request, Response
from fakie.core.journal import EntryLog
from fakie.core.orders import OrderShelf
from fakie.core.scenario.shelf import ScenarioShelf
from fakie.core.tasks.due import Due, Turn
from fakie.core.tasks.task import Task
from fakie_schemas.errors import FakieError


class Outgoing(Struct, frozen=True):
    """One callback to send: a POST with these headers and this body, given up after `timeout` seconds."""

    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    timeout: float


# So much (characters) is shown of what a receiver said beside its status.
SAID_SHOWN = 160


class Delivered(Struct, frozen=True):
    """How a delivery went: the receiver's HTTP status, or what kept it from answering.

    `said` is what it said beside its status, whole and with whatever secrets it may hold.
    """

    status: int | None
    error: str | None = None
    said: str = ""

    @property
    def ok(self) -> bool:
        """True when the receiver took it: any 2xx."""
        return self.status is not None and 200 <= self.status < 300


# Tells whether a door answers a request without waiting for anybody and without long work.
Quick = Callable[[Request], bool]


class Door(Protocol):
    """Anything that answers requests: the service, or something in front of it."""

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


class Media(Struct, frozen=True):
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


# Writes figures as metrics, for a program that collects them; raises NotInstalledError without its library.
Exposition = Callable[[Figures], Media]


class NotInstalledError(Exception):
    """A library that is needed is not installed; the text names it, and the extra that brings it."""


class AccountGoneError(LookupError):
    """There is no account of this handle, or no longer."""


class StoreUnwritableError(FakieError):
    """A change could not be kept, and does not count; its text says why, and what would help."""


class Work(Protocol):
    """Exclusive work on one account, with its tasks and events, in a `with` block.

    Nothing may be changed that was not opened here, and what was changed is said (`save`), never only mutated: it
    counts once the block has ended. Whoever raises within the block does so before anything is changed.
    """

    @property
    def account(self) -> Account:
        """The account that is open."""

    def save_account(self) -> None:
        """Say that the account was changed: its balance, its windows, what is held back."""

    def save_clock(self) -> None:
        """Say that the account was changed and that its clock was moved, so that its turn is set anew."""

    def save_files(self) -> None:
        """Say that the account's files were changed."""

    def task(self, task_id: str) -> Task | None:
        """Return a task of this account by its id."""

    def save_task(self, task: Task) -> None:
        """Add a task, or say that it was changed."""

    def forget_task(self, task_id: str) -> None:
        """Drop a task."""

    def plan_event(self, due: Due) -> bool:
        """Remember an event until it is due; tells whether it may be the next of all."""

    def next_event(self) -> Due | None:
        """Return the account's earliest event, without removing it."""

    def take_event(self, due: Due) -> None:
        """Remove an event that this work carries out."""

    def claim_event(self, due: Due) -> None:
        """Remove an event that is carried out once this work has ended.

        Until `finish_event` a store that outlives its process gives it out again, marked as such.
        """

    def finish_event(self, due: Due) -> None:
        """Say that a claimed event has been carried out."""


class Condition(NamedTuple):
    """How a store is: how many events wait in it, how many changes it could not keep, and why it can keep none now."""

    events: int
    errors: int = 0
    trouble: str | None = None


class Store(OrderShelf, Protocol):
    """A store of accounts, tasks, due events, orders and the journal's entries.

    What it returns outside of any work is to be looked at, never to be changed.
    """

    log: EntryLog
    scenarios: ScenarioShelf

    @property
    def shared(self) -> bool:
        """True when other processes used it already when this one came, which have set the fake up."""

    def work(self, handle: str) -> AbstractContextManager[Work]:
        """Return exclusive work on one account, for a `with` block; raises AccountGoneError when there is none."""

    def open(self, handle: str, make: Callable[[ClockState], Account]) -> Account:
        """Add the account that is made with the clock of new ones, or return the one of its handle that is there."""

    def account(self, handle: str) -> Account | None:
        """Return an account by its handle."""

    def accounts(self) -> Sequence[Account]:
        """Return every account, in the order of their first use."""

    def count_accounts(self) -> int:
        """Return how many accounts there are."""

    def clock_of_new(self) -> ClockState:
        """Return how the clock stands with which accounts start that are opened from now on."""

    def change_clock_of_new(self, change: Callable[[ClockState], ClockState]) -> Sequence[Account]:
        """Let accounts of the future start with the clock that this makes of theirs; return all others.

        Every account belongs to one of both, and changes come one after the other.
        """

    def task(self, task_id: str) -> Task | None:
        """Return a task by its id."""

    def tasks(self) -> Sequence[Task]:
        """Return every task, oldest first."""

    def each_task(self) -> Iterator[Task]:
        """Return every task, oldest first, read as it goes: one that is dropped meanwhile is left out."""

    def count_tasks(self) -> int:
        """Return how many tasks there are."""

    def newest_tasks(self, skip: int, most: int) -> list[Task]:
        """Return at most so many tasks, newest first, after the `skip` newest ones."""

    def next_at(self, handle: str) -> float:
        """Return when an account's earliest event is due, in seconds on its clock; inf for none."""

    def next_turn(self) -> Turn | None:
        """Return whose event is next, of all accounts; None while nothing is to come."""

    def condition(self) -> Condition:
        """Return how the store is; one that is in trouble is tried again first."""

    def together(self, counts: Counted) -> Counted:
        """Return what all processes of the fake have counted, of which this one has `counts` so far."""

    def clear(self, handle: str | None = None) -> None:
        """Forget one account with its tasks and events, or all, and how the clock of new ones was moved."""
