"""Judging the answers of a receiver: what it must take, what it must refuse, and what must not break it."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from fakie.harness.receiver import Receiver, ReceiverAnswer
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.finding_groups import FindingGroup, grouped
from fakie_schemas.rules.table import breach
from fakie_schemas.schema.words import counted

# A sender gives up after 15 s; whoever needs more than a third of that is close to it.
GIVEN_UP_AFTER = 15.0
SLOW = 5.0
# The situation of what a probe has shown, and no answer.
BY_PROBE = "by the probe"
# What receivers answer to who may not call them, and what such a callback was: not signed, or signed.
_DENIED = {401, 403}
_HOW_SIGNED = (
    " (it was not signed, for want of a webhook key)",
    " (it was signed with the base64 of HMAC-SHA256(webhook key, taskId + '.' + timestamp))",
)
# Callbacks that are named of those which met the same finding.
_MOST_NAMED = 2


def taken(
    receiver: Receiver, case: str, answer: ReceiverAnswer, sending: float = 0.0, rule: str = "receiver.takes"
) -> Iterator[Difference]:
    """Judge the answer to a callback that must be taken, by a rule; `sending` is how long (s) it was sent for."""
    if not answer.taken:
        why = _HOW_SIGNED[receiver.webhook_key is not None] if answer.status in _DENIED else ""
        yield found(rule, case, f"{answer.in_words}{why}", situation=str(answer))
    elif answer.seconds > SLOW + sending:
        yield found("receiver.slow", case, f"{answer.seconds:.1f} s", seconds=f"{GIVEN_UP_AFTER:g}")


def not_broken(case: str, answer: ReceiverAnswer) -> Iterator[Difference]:
    """Judge that an answer is no error of the receiver's own."""
    if answer.status is None or answer.status >= 500:
        yield found("receiver.breaks", case, answer.in_words, situation=str(answer))


def found(rule: str, case: str, got: str, **facts: Any) -> Difference:
    """Return the difference that a breach of a rule is, in a case."""
    return replace(breach(rule, got, **facts), case=case)


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
