"""The receiver suite for what is signed: signatures that are not the callback's own, and timestamps that are none."""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from fakie.core.ports import Outgoing
from fakie.core.running.callbacks import JSON_HEADER, signature, signed_headers
from fakie.harness.receiver import Receiver
from fakie.harness.receiver_verdicts import BY_PROBE, found, idle, must_refuse, must_take, not_broken, task_of
from fakie_schemas.rules.difference import Difference

_HOUR = 3600
# Between a callback and what is made of it (s): both are fresh.
_SOON = 20
_Headers = tuple[tuple[str, str], ...]


def forged(
    receiver: Receiver, good: Outgoing, another: Outgoing, now: int, named: Callable[[str], str] = str
) -> Iterator[Difference]:
    """Send a callback under signatures that are not its own, and under its own of an hour before `now`.

    One of them is that of `another` task, whose callback is sent before: a receiver may remember it as a good one.
    Without a key nothing can be told from a forgery, and nothing is sent.
    """
    key, task_id = receiver.webhook_key, task_of(good)
    if key is None:
        return
    yield from must_take(receiver, named("before forgeries"), another)
    forgeries = {**_forgeries(task_id, now, key), "another task's signature": another.headers}
    sent = (
        one
        for case, headers in forgeries.items()
        for one in must_refuse(receiver, named(case), replace(good, headers=headers), "receiver.forged")
    )
    yield from idle(receiver, "receiver.forged", named("refused forgeries"), sent)
    old = replace(good, headers=signed_headers(task_id, now - _HOUR, key))
    yield from must_refuse(receiver, named("timestamp an hour old"), old, "receiver.old")


def forged_too(
    receiver: Receiver, good: Outgoing, what: str, now: int, named: Callable[[str], str] = str
) -> Iterator[Difference]:
    """Send another callback than that of a success, `what` it is, under a wrong signature and under none.

    Whoever looks at the signatures of successes alone takes everybody's word for failures and stages.
    """
    key = receiver.webhook_key
    if key is None:
        return
    forgeries = _forgeries(task_of(good), now, key)
    for case in ("wrong signature", "missing signature"):
        forgery = replace(good, headers=forgeries[case])
        yield from must_refuse(receiver, named(f"{case} of {what}"), forgery, "receiver.forged")


def forged_again(
    receiver: Receiver, ended: Outgoing, other: Outgoing, now: int, named: Callable[[str], str] = str
) -> Iterator[Difference]:
    """Send an `other` end of a task that has `ended`, under a wrong signature and its own one with another moment.

    Whoever remembers tasks, or signatures, as verified lets by what comes under their names. One that looks for what it
    has done before it verifies may answer both as it answers what is repeated, as long as it does no work.
    """
    key, task_id = receiver.webhook_key, task_of(ended)
    if key is None:
        return
    earlier = replace(ended, headers=signed_headers(task_id, now - _SOON, key))
    yield from must_take(receiver, named("before forgeries of its task"), earlier)
    before = receiver.probe() if receiver.probe else None
    known = (JSON_HEADER, _timestamp(now), _signed(signature(task_id, now - _SOON, key)))
    cases = {"wrong signature of a known task": _forgeries(task_id, now, key)["wrong signature"]}
    cases |= {"known signature at another moment": known}
    answers = {named(case): receiver.post(replace(other, headers=headers)) for case, headers in cases.items()}
    after = receiver.probe() if receiver.probe else None
    (_, wrong), (case, answer) = answers.items()
    if before != after:
        got = f"work for what anybody could have sent: the probe gave {before!r}, then {after!r}"
        yield found("receiver.forged", named("forgeries of a known task"), got, situation=BY_PROBE)
    elif answer.taken and not wrong.taken:
        yield found("receiver.forged", case, str(answer), situation=str(answer))
    for case, answer in answers.items():
        if not answer.taken:
            yield from not_broken(case, answer)


def odd_timestamps(
    receiver: Receiver, good: Outgoing, now: int, named: Callable[[str], str] = str
) -> Iterator[Difference]:
    """Send a callback with rightly signed timestamps that are no Unix seconds of about `now`, and with none."""
    key, task_id = receiver.webhook_key, task_of(good)
    if key is None:
        return
    odd = {"timestamp an hour ahead": str(now + _HOUR), "timestamp in milliseconds": f"{now}000"}
    odd |= {f"timestamp {text or 'empty'}": text for text in ("", "soon", "NaN", "1e999", "-1", "9" * 40)}
    told = {case: (_timestamp(text), _signed(signature(task_id, text, key))) for case, text in odd.items()}
    for case, headers in {**told, "no timestamp": (_signed(signature(task_id, now, key)),)}.items():
        yield from must_refuse(receiver, named(case), replace(good, headers=(JSON_HEADER, *headers)), "receiver.time")


def _forgeries(task_id: str, now: int, key: str) -> dict[str, _Headers]:
    near = {case: (JSON_HEADER, _timestamp(now), *text) for case, text in _near(signature(task_id, now, key)).items()}
    return {
        "wrong signature": signed_headers(task_id, now, key + "x"),
        "missing signature": (JSON_HEADER,),
        **near,
        "signature of no task": signed_headers("", now, key),
        # A receiver has one that reads a second key, for the time when keys change, and finds none.
        "signature with an empty key": signed_headers(task_id, now, ""),
        "another moment's signature": (JSON_HEADER, _timestamp(now), _signed(signature(task_id, now - 60, key))),
    }


def _near(right: str) -> dict[str, _Headers]:
    """Return the header of a signature that a careless comparison takes for the right one, by its case."""
    texts = {
        "empty signature": "",
        "start of the signature": right[:8],
        # In front: what follows the padding is passed over by many a decoder, which then compares the right bytes.
        "more before the signature": f"A{right}",
        "signature in another case": right.swapcase(),
    }
    return {"timestamp without a signature": (), **{case: (_signed(text),) for case, text in texts.items()}}


def _timestamp(text: object) -> tuple[str, str]:
    return "X-Webhook-Timestamp", str(text)


def _signed(text: str) -> tuple[str, str]:
    return "X-Webhook-Signature", text
