"""Rules on money: what is paid twice, or paid and never fetched."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import pairwise

from fakie.core.conduct.entries import arrived, endpoint_of, state_of, task_of_result
from fakie.core.conduct.finding import ConductFinding, found
from fakie.core.conduct.watched import WatchedClient, WatchedCreate
from fakie.core.journal import Entry
from fakie.core.running.results import PREFIX as RESULTS

# A batch of equal jobs is sent at once, or paced over the window of the rate limit (10 s): who waits longer before he
# sends the next one waits for the callback of this one.
_BATCH = 20.0
# Failures for a reason that another try may not have; the others of 400 to 499 lie in the request.
_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


def paid_twice(client: WatchedClient) -> Iterator[ConductFinding]:
    """Find a wish that was sent again while a task of it was running, or had succeeded without the client's knowledge.

    Equal jobs that are wanted at once are no such case: all their tasks are followed, by poll or callback.
    """
    for creates in client.wishes:
        counting = [create for create in creates if create.may_have_made_a_task]
        for at, earlier in enumerate(counting):
            later = _repeat(client, earlier, counting, at + 1)
            why = _why_open(client, earlier, later) if later else ""
            if later and why:
                yield _pair("conduct.paid_twice", earlier, later, why)


def charged_twice_for_a_failure(client: WatchedClient) -> Iterator[ConductFinding]:
    """Find a wish that was sent again after it was known to fail for a reason of its own, and failed alike."""
    for creates in client.wishes:
        # A refusal in between made nothing, and told nothing of the wish.
        for earlier, later in pairwise([create for create in creates if create.task]):
            code, task = _code_of_failure(earlier), earlier.task
            alike = code and code == _code_of_failure(later)
            if task and alike and client.knew_the_end(task.id, later.entry):
                why = f"its task had failed with {code}, which lies in the request, and this one failed alike"
                yield _pair("conduct.charged_twice_for_a_failure", earlier, later, why)


def repeated_unread_failure(client: WatchedClient) -> Iterator[ConductFinding]:
    """Find a wish that was sent again after its task failed, whose end the client never read."""
    for creates in client.wishes:
        for earlier, later in pairwise(creates):
            end = earlier.task.end if earlier.task else None
            if earlier.task and end and end.failure and end.at < later.entry.at and earlier.task.id not in client.told:
                why = f"its task {earlier.task.id} had failed, which was never read"
                yield _pair("conduct.repeated_unread_failure", earlier, later, why, paid=False)


def result_expired(client: WatchedClient) -> Iterator[ConductFinding]:
    """Find a result that was fetched after it expired."""
    for entry in client.requests:
        if entry.situation == "result_gone" and "expired" in entry.reason:
            yield found("conduct.result_expired", f"{entry.path} was fetched too late", [entry], task_of_result(entry))


def result_never_fetched(client: WatchedClient) -> Iterator[ConductFinding]:
    """Find, as a note, a success that was read and its result neither fetched nor handed on."""
    for task_id, polls in client.polls.items():
        file = f"{RESULTS}{task_id}"
        shown = [poll for poll in polls if file in poll.answer and state_of(poll) == "success" and arrived(poll)]
        if shown and task_id in client.told and task_id not in client.used:
            seen = f"task {task_id}: success was read, no file fetched"
            yield found("conduct.result_never_fetched", seen, shown[:1])


def _pair(rule: str, earlier: WatchedCreate, later: WatchedCreate, why: str, *, paid: bool = True) -> ConductFinding:
    name = endpoint_of(later.entry)
    seen = f"{name} number {later.entry.number} repeats number {earlier.entry.number}: {why}"
    wasted = [later.task.id] if paid and later.task else []
    return found(rule, seen, [earlier.entry, later.entry], *wasted)


def _repeat(
    client: WatchedClient, earlier: WatchedCreate, creates: Sequence[WatchedCreate], after: int
) -> WatchedCreate | None:
    """Return the create of the same wish, from index `after` on, by which an earlier one was given up, if any."""
    task = earlier.task
    asks = client.asked.get(task.id) if task else None
    if asks:
        start = bisect_right(creates, asks[-1].number, lo=after, key=lambda create: create.entry.number)
    elif earlier.unsure or earlier.entry.spoiled or (task and task.callback_url):
        start = after
    else:
        # Made and never looked at: a test may be about the request alone.
        return None
    return creates[start] if start < len(creates) else None


def _why_open(client: WatchedClient, earlier: WatchedCreate, later: WatchedCreate) -> str:
    """Say why the earlier task may still cost when the later one is made; nothing if it may not."""
    task, again = earlier.task, later.entry
    if task is None:
        asked = bisect_right(client.balances, earlier.entry.number) < bisect_left(client.balances, again.number)
        return "" if asked or not earlier.unsure else _unsure(earlier.entry)
    if task.end and task.end.failure and task.end.at <= again.at:
        return ""
    knew, asks = client.knew_the_end(task.id, again), client.asked.get(task.id)
    state = "had succeeded" if task.end and task.end.at <= again.at else "was still running"
    if asks:
        return "" if knew else f"its task {state}, {_last_look(asks)}"
    if earlier.unsure:
        return _unsure(earlier.entry)
    late = _late_answer(client, earlier, later)
    waited = again.at - task.created_at
    if late or knew or task.callback_url is None or waited < _BATCH:
        return late
    return f"its task {state}, and its callback had not come after {waited:.0f} s"


def _last_look(asks: Sequence[Entry]) -> str:
    last = asks[-1]
    failed = "" if arrived(last) else last.spoiled
    failed = failed or ("" if last.situation == "task_shown" else last.situation)
    polled = f"had been polled {len(asks)} times" if len(asks) > 1 else "had been polled once"
    return f"{polled}{f' (the last time in vain: {failed})' if failed else ''}, and was not looked at again"


def _late_answer(client: WatchedClient, earlier: WatchedCreate, later: WatchedCreate) -> str:
    """Say so if the client did not wait for an answer that came late."""
    if not earlier.entry.spoiled:
        return ""
    waited = later.entry.at - earlier.entry.at
    only_the_other = later.task is not None and later.task.id in client.asked
    if waited >= earlier.entry.delay and not only_the_other:
        return ""
    return f"its answer came {earlier.entry.delay:g} s late ({earlier.entry.spoiled}), and was not waited for"


def _unsure(entry: Entry) -> str:
    if not arrived(entry):
        return f"its answer was {entry.spoiled}"
    if entry.situation == "proxy_error":
        return f"it was answered with a proxy's HTTP {entry.status}"
    return f"it was answered with {entry.situation}"


def _code_of_failure(create: WatchedCreate) -> str:
    """Return the code of a failure that lies in the request, or nothing."""
    end = create.task.end if create.task else None
    code = end.failure.code if end and end.failure else ""
    lies_in_it = len(code) == 3 and code.isdecimal() and int(code) // 100 == 4 and int(code) not in _PASSING
    return code if lies_in_it else ""
