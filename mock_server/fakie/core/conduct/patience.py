"""Rules on patience: polls that are too fast, go on for nothing, or end too early."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import pairwise

from fakie.core.conduct.entries import arrived, endpoint_of, is_paid, is_poll, state_of
from fakie.core.conduct.finding import ConductFinding, found
from fakie.core.conduct.watched import MADE, WatchedClient, asked_id
from fakie.core.journal import Entry
from fakie.core.tasks.task import Task
from fakie_schemas.families.family import ENDS

# The pages advise to poll every 2 to 3 seconds at first; a little less than 2 counts as 2.
_CLOSEST = 1.9
# One quick look is no habit.
_IN_A_ROW = 3
# A fresh task can be unknown for a moment: so many looks at it, or so long (seconds), are no patience in vain.
_LOOKS, _MOMENT = 3, 10.0
# Who has not polled for so long has given up: the pages advise at most 30 s between two polls.
_SILENT = 60.0
_UNKNOWN = frozenset({"task_unknown", "task_id_missing"})
_REFUSED = "rate_limited"
# What is sent again so soon (s) after a refusal has not waited: the shortest pauses of libraries are longer.
_AT_ONCE = 0.1


def polled_too_fast(client: WatchedClient) -> Iterator[ConductFinding]:
    """Find three polls of one running task in a row, each less than 2 seconds after the one before."""
    for task_id, polls in client.polls.items():
        hasty = _first_hasty(polls)
        if hasty:
            least = min(later.at - earlier.at for earlier, later in pairwise(hasty))
            seen = f"task {task_id}: {len(hasty)} polls in a row, down to {least:.2f} s apart"
            yield found("conduct.polled_too_fast", seen, hasty)


def _first_hasty(polls: Sequence[Entry]) -> Sequence[Entry]:
    """Return the first polls in a row that came too fast after each other; none where they are too few for a habit."""
    start = 0
    for at, poll in enumerate(polls[1:], 1):
        if poll.at - polls[at - 1].at >= _CLOSEST or state_of(polls[at - 1]) in ENDS:
            if at - start >= _IN_A_ROW:
                return polls[start:at]
            start = at
    return polls[start:] if len(polls) - start >= _IN_A_ROW else ()


def polled_after_the_end(client: WatchedClient) -> Iterator[ConductFinding]:
    """Find two polls or more after one that showed success or fail."""
    for task_id, polls in client.polls.items():
        ends = [at for at, poll in enumerate(polls) if state_of(poll) in ENDS and arrived(poll)]
        after = len(polls) - ends[0] - 1 if ends else 0
        if after > 1:
            seen = f"task {task_id}: {after} polls after its end was shown"
            yield found("conduct.polled_after_the_end", seen, polls[ends[0] :])


def retried_without_pause(client: WatchedClient) -> Iterator[ConductFinding]:
    """Find a request that was refused with 429 three times in a row, sent again at once each time, until it was taken.

    A batch of equal creates, some of which are taken, is none; nor is what nobody follows: a test may be about the
    refusals.
    """
    for creates in client.wishes:
        made = [one for one in creates if one.may_have_made_a_task]
        if len(made) == 1 and made[0].task and made[0].task.id in client.asked.keys() | client.told.keys():
            yield from _hammered([one.entry for one in creates], made[0].entry)
    for task_id, polls in client.polls.items():
        if task_id in client.told:
            yield from _hammered(client.asked[task_id], polls[0])


def _hammered(tries: Sequence[Entry], taken: Entry) -> Iterator[ConductFinding]:
    """Find refusals right before the try that was taken, each sent again at once by a clock that goes on."""
    before = [one for one in tries if one.number < taken.number]
    row = [taken]
    while before and before[-1].situation == _REFUSED and 0 < row[0].at - before[-1].at - before[-1].delay < _AT_ONCE:
        row.insert(0, before.pop())
    if len(row) > _IN_A_ROW:
        name, least = endpoint_of(taken), min(later.at - earlier.at for earlier, later in pairwise(row))
        seen = f"{name} was refused with 429 {len(row) - 1} times in a row, and sent again down to {least:.2f} s later"
        yield found("conduct.retried_without_pause", seen, row)


def polled_unknown_task_on(client: WatchedClient) -> Iterator[ConductFinding]:
    """Find polls that go on of a task id that the API does not know, or of none, and never knew later."""
    for task_id, asks in client.asked.items():
        unknown = [ask for ask in asks if ask.situation in _UNKNOWN]
        if len(unknown) < _LOOKS or asks[-1] is not unknown[-1]:
            continue
        seconds = unknown[-1].at - unknown[0].at
        if len(unknown) > _LOOKS or seconds >= _MOMENT:
            seen = f"task {task_id[:64]!r}: {len(unknown)} polls over {seconds:.0f} s, answered {unknown[-1].situation}"
            yield found("conduct.polled_unknown_task_on", seen, unknown)


def took_refusal_for_success(client: WatchedClient) -> Iterator[ConductFinding]:
    """Find a poll without a task id, or with an unknown one, right after a create was refused with HTTP 200."""
    for refused, asked in pairwise(client.requests):
        wrong = is_paid(refused) and refused.situation not in MADE and refused.status == HTTPStatus.OK
        # A fresh task of another create can be unknown for a moment.
        if wrong and is_poll(asked) and asked.situation in _UNKNOWN and asked_id(asked) not in client.tasks:
            names = endpoint_of(refused), endpoint_of(asked)
            seen = f"{names[0]} was refused ({refused.situation}), and {names[1]} was asked for no task of it"
            yield found("conduct.took_refusal_for_success", seen, [refused, asked])


def gave_up_on_running(client: WatchedClient) -> Iterator[ConductFinding]:
    """Find a task that was polled, was running when it was polled last, and calls nobody back."""
    for task_id, polls in client.polls.items():
        task = client.tasks.get(task_id)
        if task is None or task.callback_url or task_id in client.told or not _has_given_up(client, task, polls):
            continue
        now = f"it ended later, with {task.end.state}" if task.end else "it was still running"
        over = polls[-1].at - task.created_at
        seen = f"task {task_id}: {len(polls)} polls over {over:.0f} s, the last one showed {state_of(polls[-1])}; {now}"
        lost = task.end is None or task.end.failure is None
        yield found("conduct.gave_up_on_running", seen, polls, *([task_id] if lost else []))


def _has_given_up(client: WatchedClient, task: Task, polls: Sequence[Entry]) -> bool:
    """Tell whether this was a loop, or time has passed since: a test may look at a state once and end."""
    ended = task.end is not None and task.end.at > polls[-1].at
    return len(polls) >= _IN_A_ROW or ended or client.now - polls[-1].at >= _SILENT
