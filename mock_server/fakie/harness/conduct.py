"""Conduct: findings about the client under test, each by a rule that can be observed from the fake."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from fakie.core.journal import Entry
from fakie.core.routes import endpoint_of
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

# The pages advise to poll every 2 to 3 seconds at first; what is not quite 2 is taken for it.
_CLOSEST = 1.9
_IN_A_ROW = 3
_UNKNOWN = frozenset({"task_unknown", "task_id_missing"})
_ENDED = frozenset({"success", "fail"})


class ConductFinding:
    """One thing the client should not do: a broken rule of conduct, what was seen, whether it may fail a test."""

    def __init__(self, difference: Difference) -> None:
        self.difference = difference

    @property
    def rule(self) -> str:
        """The rule's name within its area, such as `paid_twice`."""
        return self.difference.rule.partition(".")[2]

    @property
    def seen(self) -> str:
        """What was seen."""
        return str(self.difference.got)

    @property
    def serious(self) -> bool:
        """Whether it may fail a test."""
        return not self.difference.fails_nobody

    def __str__(self) -> str:
        return f"{self.rule}: {self.seen}"


def judge(entries: Iterable[Entry], failed: Collection[str]) -> list[ConductFinding]:
    """Judge one test's journal by every rule; `failed` are the tasks that failed without a callback telling so."""
    requests = [entry for entry in entries if entry.kind == "request"]
    findings = [finding for rule in RULES for finding in rule(requests)]
    return [*findings, *repeated_unread_failure(requests, failed)]


def polled_too_fast(requests: Sequence[Entry]) -> Iterator[ConductFinding]:
    """Find three polls of one running task in a row, each less than 2 seconds after the one before."""
    for task_id, polls in _polls(requests).items():
        gaps = [later.at - earlier.at for earlier, later in pairwise(polls) if _state(earlier) not in _ENDED]
        short = [gap < _CLOSEST for gap in gaps]
        runs = any(all(short[at : at + _IN_A_ROW - 1]) for at in range(len(short) - _IN_A_ROW + 2))
        if runs:
            closest = min(gaps)
            yield _found(
                "conduct.polled_too_fast", f"task {task_id}: {len(polls)} polls, down to {closest:.2f} s apart"
            )


def paid_twice(requests: Sequence[Entry]) -> Iterator[ConductFinding]:
    """Find an equal createTask again after an answer was lost or was a 500: the first may have made a paid task."""
    for earlier, later in _equal_creates(requests):
        lost = earlier.spoiled and earlier.spoiled != "latency"
        if lost or earlier.situation == "server_error":
            why = f"its answer was {earlier.spoiled}" if lost else "it was answered with a server error"
            seen = f"createTask number {later.number} repeats number {earlier.number}; {why}"
            yield _found("conduct.paid_twice", seen)


def took_refusal_for_success(requests: Sequence[Entry]) -> Iterator[ConductFinding]:
    """Find recordInfo without a task id, or with an unknown one, right after a createTask was refused with HTTP 200."""
    for refused, asked in pairwise(requests):
        wrong = _endpoint(refused) == "createTask" and refused.situation != "accepted" and refused.status == 200
        if wrong and _endpoint(asked) == "recordInfo" and asked.situation in _UNKNOWN:
            seen = f"createTask was refused ({refused.situation}), and recordInfo was asked for no task of it"
            yield _found("conduct.took_refusal_for_success", seen)


def polled_after_the_end(requests: Sequence[Entry]) -> Iterator[ConductFinding]:
    """Find two polls or more after one that showed success or fail."""
    for task_id, polls in _polls(requests).items():
        ends = [at for at, poll in enumerate(polls) if _state(poll) in _ENDED]
        after = len(polls) - ends[0] - 1 if ends else 0
        if after > 1:
            yield _found("conduct.polled_after_the_end", f"task {task_id}: {after} polls after its end was shown")


def repeated_unread_failure(requests: Sequence[Entry], failed: Collection[str]) -> Iterator[ConductFinding]:
    """Find an equal createTask again after a task failed whose end the client never read."""
    read = {poll.task_id for polls in _polls(requests).values() for poll in polls if _state(poll) in _ENDED}
    for earlier, later in _equal_creates(requests):
        if earlier.task_id in failed and earlier.task_id not in read:
            seen = f"createTask number {later.number} repeats task {earlier.task_id}, which failed and was never read"
            yield _found("conduct.repeated_unread_failure", seen)


def result_missed(requests: Sequence[Entry]) -> Iterator[ConductFinding]:
    """Find a result fetched after it expired; as a note, a success that was read and its result never fetched."""
    for entry in requests:
        if entry.situation == "result_gone" and "expired" in entry.reason:
            yield _found("conduct.result_expired", f"{entry.path} was fetched too late")
    fetched = " ".join(entry.path for entry in requests if entry.situation == "result_shown")
    for task_id, polls in _polls(requests).items():
        succeeded = any(_state(poll) == "success" and "resultUrls" in poll.answer for poll in polls)
        if succeeded and task_id not in fetched:
            yield _found("conduct.result_never_fetched", f"task {task_id}: success was read, no file fetched")


def _found(rule: str, seen: str) -> ConductFinding:
    return ConductFinding(breach(rule, seen))


Rule = Callable[[Sequence[Entry]], Iterator[ConductFinding]]
RULES: tuple[Rule, ...] = (
    polled_too_fast,
    paid_twice,
    took_refusal_for_success,
    polled_after_the_end,
    result_missed,
)


def _endpoint(entry: Entry) -> str | None:
    return endpoint_of(entry.method, entry.path)


def _polls(requests: Sequence[Entry]) -> dict[str, list[Entry]]:
    polls: dict[str, list[Entry]] = {}
    for entry in requests:
        if entry.situation == "task_shown" and entry.task_id:
            polls.setdefault(entry.task_id, []).append(entry)
    return polls


def _state(entry: Entry) -> str:
    try:
        data: Any = json.loads(entry.answer)["data"]
        return str(data["state"])
    except (ValueError, KeyError, TypeError):
        return ""


def _equal_creates(requests: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Return each createTask with the latest one before it that had the same body."""
    latest: dict[str, Entry] = {}
    for entry in requests:
        if _endpoint(entry) != "createTask" or not entry.body:
            continue
        if entry.body in latest:
            yield latest[entry.body], entry
        latest[entry.body] = entry
