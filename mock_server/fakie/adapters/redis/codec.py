"""The values in the keys of a fake: events, accounts, tasks, orders and entries as bytes, and back."""

from collections.abc import Iterable, Iterator
from typing import Any

from fakie.core.clock import Clock, ClockState
from fakie.core.journal import Entry
from fakie.core.kept.entries import entry_data, masked_body, read_entry
from fakie.core.kept.orders import order_data, read_order
from fakie.core.kept.seals import Seals
from fakie.core.kept.tasks import read_task, task_data
from fakie.core.kept.texts import written
from fakie.core.kept.typed import Reading, read_data, typed
from fakie.core.orders import Order
from fakie.core.ports import StoreUnwritableError
from fakie.core.tasks.due import Due
from fakie.core.tasks.task import Task

# As many digits as sort events of one moment by the order of their planning.
_DIGITS = 12


def reading(what: str) -> Reading:
    """Return a block that reads something of Redis; raises StoreUnwritableError for what cannot be read."""
    help_ = "it is damaged, or another program uses its keys; choose another fake=NAME or database"
    return Reading(lambda why: StoreUnwritableError(f"the store: {what} in it cannot be read ({why}): {help_}"))


def event_text(due: Due) -> str:
    """Return an event without its moment and its account; of one moment the first planned sorts first."""
    return f"{due.order:0{_DIGITS}d} {due.kind} {due.task_id} {due.attempt} {due.stage} {int(due.again)}"


def read_event(handle: str, text: bytes, at: bytes) -> Due:
    """Return the event of such a text."""
    with reading("an event"):
        order, kind, task_id, attempt, stage, again = text.decode().split(" ")
        return typed((float(at), int(order), handle, kind, task_id, int(attempt), again == "1", stage), Due)


def read_events(handle: str, found: Iterable[bytes]) -> Iterator[Due]:
    """Return events from texts and moments in turn."""
    pairs = iter(found)
    return (read_event(handle, text, at) for text, at in zip(pairs, pairs, strict=True))


def clock_text(clock: Clock) -> str:
    """Return what a clock needs to give an event its turn: the seconds skipped, and when it was frozen."""
    return state_text(clock.state)


def state_text(state: ClockState) -> str:
    """Return how a clock stands as a text."""
    return f"{state.skipped!r} {'-' if state.frozen_at is None else repr(state.frozen_at)}"


def clock_state(text: bytes | None) -> ClockState:
    """Return how a clock stands by such a text; without one it was never moved."""
    with reading("a clock"):
        skipped, frozen_at = (text or b"0.0 -").decode().split()
        return ClockState(float(skipped), None if frozen_at == "-" else float(frozen_at))


def task_bytes(task: Task, seals: Seals) -> bytes:
    """Return a task without the body of its request."""
    return written(task_data(task, seals))


def task_from(data: bytes | None, sent: bytes | None, seals: Seals) -> Task | None:
    """Return the task of such bytes, or None where one of them is gone."""
    with reading("a task"):
        return None if data is None or sent is None else read_task(read_data(data), sent, seals)


def order_name(kind: str, order: Order[Any]) -> str:
    """Return by which name an order is kept."""
    return f"{kind} {order.id}"


def order_bytes(order: Order[Any]) -> bytes:
    """Return an order."""
    return written(order_data(order))


def order_from(name: bytes, data: bytes) -> tuple[str, Order[Any]]:
    """Return an order with its kind."""
    with reading("an order"):
        kind = name.decode().split(" ")[0]
        return kind, read_order(kind, read_data(data))


def entry_bytes(entry: Entry) -> bytes:
    """Return an entry of the journal: a line with its account, one with its data, and both bodies."""
    sent = masked_body(entry.sent)
    head = f"{entry.account or '-'} {len(sent)}\n".encode()
    return head + written(entry_data(entry)) + b"\n" + sent + masked_body(entry.answered)


def entry_from(number: bytes, data: bytes) -> Entry:
    """Return the entry of such bytes, with its number."""
    with reading("an entry of the journal"):
        head, text, bodies = data.split(b"\n", 2)
        size = int(head.split(b" ")[1])
        return read_entry({**read_data(text), "number": int(number)}, bodies[:size], bodies[size:])
