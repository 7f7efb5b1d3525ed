"""One account's client as the journal shows it: its creates, what became of their tasks, and its polls."""

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from http import HTTPStatus
from itertools import groupby
from urllib.parse import parse_qs

from msgspec import Struct

from fakie.core.conduct.entries import (
    about,
    arrived,
    is_paid,
    is_poll,
    stage_of,
    state_of,
    task_of_result,
    tasks_handed_on,
)
from fakie.core.conduct.wishes import wish_of
from fakie.core.http.body import object_in
from fakie.core.journal import Entry
from fakie.core.tasks import rendering as family
from fakie.core.tasks.task import Task
from fakie_schemas.families.family import ENDS

# After these nobody can know whether a task was made.
_UNSURE = frozenset({"server_error", "upstream_silent"})
# What says that a task was made; of one that is done at once its result is shown.
MADE = frozenset({"accepted", "transform_shown"})


class WatchedCreate(Struct, frozen=True):
    """One request that makes a task, and the task as it is by now, if one was made and is still known."""

    entry: Entry
    task: Task | None
    wish: str

    @property
    def unsure(self) -> bool:
        """Whether its client cannot know if a task was made."""
        return not arrived(self.entry) or self.entry.situation in _UNSURE or self._broke_at_a_proxy

    @property
    def _broke_at_a_proxy(self) -> bool:
        return self.entry.situation == "proxy_error" and (self.entry.status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def may_have_made_a_task(self) -> bool:
        """Whether its client has to reckon with a task."""
        return self.entry.situation in MADE or self.unsure


class WatchedClient:
    """One account's entries, oldest first, and its tasks by id; `now` is the time on its clock.

    `used` are the tasks of which a result was asked for, be it in vain, which takes no key and so is nobody's entry, or
    handed on in the body of a request.
    """

    def __init__(self, entries: Sequence[Entry], tasks: Mapping[str, Task], now: float, used: Set[str]) -> None:
        self.requests = [entry for entry in entries if entry.kind == "request"]
        self.account, self.began = entries[0].account, entries[0].at
        self.tasks = tasks
        self.now = now
        self.used = used
        self._entries = entries

    @cached_property
    def creates(self) -> list[WatchedCreate]:
        """Every request that is paid and whose body could be read, in order."""
        entries = [entry for entry in self.requests if is_paid(entry) and entry.body]
        tasks = [self.tasks.get(entry.task_id or "") for entry in entries]
        made = [wish_of(task.body, about(entry)) if task else "" for entry, task in zip(entries, tasks, strict=True)]
        # The journal cuts long bodies: one that cannot be read is known by an equal one that made a task.
        known = {(entry.path, entry.body): wish for entry, wish in zip(entries, made, strict=True) if wish}
        wishes = [
            wish or _read_wish(entry) or known.get((entry.path, entry.body), f"{entry.path} {entry.body}")
            for entry, wish in zip(entries, made, strict=True)
        ]
        return [WatchedCreate(*parts) for parts in zip(entries, tasks, wishes, strict=True)]

    @cached_property
    def wishes(self) -> list[list[WatchedCreate]]:
        """The creates of each wish that was sent more than once, in order."""
        if len(self.creates) < 2:
            return []
        ordered = sorted(self.creates, key=lambda create: create.wish)
        groups = [list(group) for _, group in groupby(ordered, key=lambda create: create.wish)]
        return [group for group in groups if len(group) > 1]

    @cached_property
    def asked(self) -> Mapping[str, list[Entry]]:
        """Every poll by the task id that it asked for, an empty one if for none, whatever the answer."""
        asked: dict[str, list[Entry]] = {}
        for entry in self.requests:
            if is_poll(entry):
                asked.setdefault(asked_id(entry), []).append(entry)
        return asked

    @cached_property
    def balances(self) -> list[int]:
        """The numbers of the entries that told the client its balance."""
        return [entry.number for entry in self.requests if entry.situation == "credit_shown" and arrived(entry)]

    @cached_property
    def polls(self) -> Mapping[str, list[Entry]]:
        """Every poll that showed its task, by task id."""
        shown = {task: [poll for poll in polls if poll.situation == "task_shown"] for task, polls in self.asked.items()}
        return {task: polls for task, polls in shown.items() if polls}

    @cached_property
    def deliveries(self) -> Mapping[str, list[Entry]]:
        """Every attempt to send a callback, by task id."""
        sent: dict[str, list[Entry]] = {}
        for entry in self._entries:
            if entry.kind == "delivery" and entry.task_id:
                sent.setdefault(entry.task_id, []).append(entry)
        return sent

    @cached_property
    def told(self) -> Mapping[str, int]:
        """The number of the entry by which a task's end reached the client first, by poll or callback, by task id."""
        told: dict[str, int] = {}
        for entry in self._entries:
            read = entry.situation == "task_shown" and arrived(entry) and state_of(entry) in ENDS
            if entry.task_id and (read or self._was_called_back(entry)):
                told.setdefault(entry.task_id, entry.number)
        return told

    def _was_called_back(self, entry: Entry) -> bool:
        task = self.tasks.get(entry.task_id or "")
        return entry.situation == "callback_delivered" and not (task and stage_of(entry, family.job_of(task)))

    def knew_the_end(self, task_id: str, before: Entry) -> bool:
        """Tell whether the end of a task had reached the client before it sent this request."""
        return self.told.get(task_id, before.number) < before.number


def watched(entries: Iterable[Entry], tasks: Iterable[Task], clocks: Mapping[str, float]) -> list[WatchedClient]:
    """Return what was seen of each account's client; `clocks` has the time on each account's clock."""
    accounts: dict[str | None, list[Entry]] = {}
    used: set[str] = set()
    for entry in entries:
        accounts.setdefault(entry.account, []).append(entry)
        used.add(task_of_result(entry))
        used.update(tasks_handed_on(entry))
    known: dict[str | None, dict[str, Task]] = {}
    for task in tasks:
        known.setdefault(task.account, {})[task.id] = task
    return [
        WatchedClient(own, known.get(account, {}), clocks.get(account or "", own[-1].at), used)
        for account, own in accounts.items()
    ]


def asked_id(entry: Entry) -> str:
    """Return the id of the task that a poll asked for, an empty one if for none."""
    return entry.task_id or parse_qs(entry.query).get("taskId", [""])[0]


def _read_wish(entry: Entry) -> str | None:
    asked = object_in(entry.body)
    return None if asked is None else wish_of(asked, about(entry))
