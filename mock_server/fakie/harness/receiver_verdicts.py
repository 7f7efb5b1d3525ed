"""Judging the answers of a receiver: what it must take, what it must refuse, and what must not break it."""

from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from json import loads
from typing import Any

from msgspec.structs import replace

from fakie.core.ports import Outgoing
from fakie.core.running.callbacks import signed_headers
from fakie.harness.receiver import Receiver, ReceiverAnswer
from fakie_schemas.families.telling import task_named
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.finding_groups import FindingGroup, grouped
from fakie_schemas.rules.table import breach
from fakie_schemas.schema.words import counted

# A sender gives up after 15 s; whoever needs more than a third of that is close to it.
GIVEN_UP_AFTER = 15.0
SLOW = 5.0
# The situation of what a probe has shown, and no answer.
BY_PROBE = "by the probe"
# Between two deliveries of one callback (s).
_MOMENT = 5
# What receivers answer to who may not call them, and what such a callback was: not signed, or signed.
_DENIED = {401, 403}
_HOW_SIGNED = (
    " (it was not signed, for want of a webhook key)",
    " (it was signed with the base64 of HMAC-SHA256(webhook key, taskId + '.' + timestamp))",
)
# Callbacks that are named of those which met the same finding.
_MOST_NAMED = 2


def must_take(
    receiver: Receiver, case: str, outgoing: Outgoing, *, slowly: bool = False, rule: str = "receiver.takes"
) -> Generator[Difference, None, bool]:
    """Send a callback that must be taken, and judge the answer by a rule; returns whether it was taken.

    Where it was not, the next delivery of it is the first one, and may well be worked on.
    """
    answer = receiver.post(outgoing, slowly=slowly)
    yield from taken(receiver, case, answer, 2.0 if slowly else 0.0, rule)
    return answer.taken


# What was taken before: a refusal of it loses nothing.
must_take_again = partial(must_take, rule="receiver.again")


def taken(
    receiver: Receiver, case: str, answer: ReceiverAnswer, sending: float = 0.0, rule: str = "receiver.takes"
) -> Iterator[Difference]:
    """Judge the answer to a callback that must be taken, by a rule; `sending` is how long (s) it was sent for."""
    if not answer.taken:
        why = _HOW_SIGNED[receiver.webhook_key is not None] if answer.status in _DENIED else ""
        yield found(rule, case, f"{answer.in_words}{why}", situation=str(answer))
    elif answer.seconds > SLOW + sending:
        yield found("receiver.slow", case, f"{answer.seconds:.1f} s", seconds=f"{GIVEN_UP_AFTER:g}")


def must_refuse(receiver: Receiver, case: str, outgoing: Outgoing, rule: str) -> Iterator[Difference]:
    """Send what must not be taken, and judge the answer by a rule."""
    answer = receiver.post(outgoing)
    if answer.taken:
        yield found(rule, case, str(answer), situation=str(answer))
    else:
        yield from not_broken(case, answer)


def must_survive(receiver: Receiver, case: str, outgoing: Outgoing) -> Iterator[Difference]:
    """Send what may be taken or not, and must break nothing."""
    yield from not_broken(case, receiver.post(outgoing))


def unchanged(
    receiver: Receiver, rule: str, case: str, outgoing: Outgoing, send: Callable[..., Iterator[Difference]] = must_take
) -> Iterator[Difference]:
    """Send something after which the probe must give what it gave before, and judge that by a rule."""
    before = receiver.probe() if receiver.probe else None
    yield from send(receiver, case, outgoing)
    after = receiver.probe() if receiver.probe else None
    if before != after:
        yield found(rule, case, f"the probe gave {before!r}, then {after!r}", situation=BY_PROBE)


def idle(receiver: Receiver, rule: str, case: str, refused: Iterator[Difference]) -> Iterator[Difference]:
    """Judge by a rule that nothing was done for what a receiver has refused, where no finding says that it did not."""
    before, is_told_of = receiver.probe() if receiver.probe else None, False
    for one in refused:
        is_told_of = True
        yield one
    after = receiver.probe() if receiver.probe else None
    if before != after and not is_told_of:
        got = f"a refusal, and work all the same: the probe gave {before!r}, then {after!r}"
        yield found(rule, case, got, situation=BY_PROBE)


def repeated(
    receiver: Receiver, outgoing: Outgoing, now: int, named: Callable[[str], str] = str
) -> Iterator[Difference]:
    """Send a callback twice as some seconds ago, and where it is signed once more as `now` (Unix s).

    Each delivery is signed when it is sent, so that the last one has another signature.
    """
    earlier = replace(outgoing, headers=signed_headers(task_of(outgoing), now - _MOMENT, receiver.webhook_key))
    if not (yield from must_take(receiver, named("first of two"), earlier)):
        return
    yield from unchanged(receiver, "receiver.repeats", named("duplicate"), earlier, must_take_again)
    if receiver.webhook_key is not None:
        again = named("duplicate signed anew")
        yield from unchanged(receiver, "receiver.repeats", again, outgoing, must_take_again)


def repeated_later(
    receiver: Receiver, outgoing: Outgoing, another: Outgoing, named: Callable[[str], str] = str
) -> Iterator[Difference]:
    """Send a callback twice, and that of `another` task in between: a retry comes seconds or minutes later."""
    is_first = not (yield from must_take(receiver, named("before another task's"), outgoing))
    yield from must_take(receiver, named("another task's"), another)
    if is_first:
        return
    again = named("duplicate after another task's")
    yield from unchanged(receiver, "receiver.repeats", again, outgoing, must_take_again)


def malformed(receiver: Receiver, good: Outgoing, named: Callable[[str], str] = str) -> Iterator[Difference]:
    """Send what is left of a callback whose body is broken, gone or empty."""
    for case, body in (("broken JSON", good.body[:-20]), ("no body", b""), ("no data", b'{"code":200,"msg":"x"}')):
        yield from must_survive(receiver, named(case), replace(good, body=body))


def not_broken(case: str, answer: ReceiverAnswer) -> Iterator[Difference]:
    """Judge that an answer is no error of the receiver's own."""
    if answer.status is None or answer.status >= 500:
        yield found("receiver.breaks", case, answer.in_words, situation=str(answer))


def found(rule: str, case: str, got: str, **facts: Any) -> Difference:
    """Return the difference that a breach of a rule is, in a case."""
    return replace(breach(rule, got, **facts), case=case)


def task_of(outgoing: Outgoing) -> str:
    """Return the id of the task that a callback tells of."""
    return task_named(loads(outgoing.body))


def outgoing_of(receiver: Receiver, headers: tuple[tuple[str, str], ...], body: bytes) -> Outgoing:
    """Write a request to the receiver."""
    return Outgoing(receiver.url, headers, body, GIVEN_UP_AFTER)


def in_lines(findings: Sequence[Difference]) -> Iterator[str]:
    """Return findings for people: a line for each kind, the gravest first, and how many there are."""
    kinds = grouped(finding.as_dict() for finding in findings)
    for kind in kinds:
        yield f"{kind.severity:9} {_met_by(kind)}: expected {kind.expected}; got {kind.findings[0]['got']}"
    of_kinds = f" of {counted(len(kinds), 'kind')}" if len(kinds) < len(findings) else ""
    yield counted(len(findings), "finding") + of_kinds


def _met_by(kind: FindingGroup) -> str:
    """Name the callbacks that met a kind of finding, or the first two of them and how many there were."""
    named = ", ".join(kind.cases[:_MOST_NAMED]) + (", …" if len(kind.cases) > _MOST_NAMED else "")
    return f"{named} ({kind.count} callbacks)" if kind.count > 1 else named
