"""The receiver suite: whether a webhook receiver is ready for every callback that may come, and deaf to forgeries."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sized
from contextlib import suppress
from dataclasses import replace
from math import inf
from typing import Any

from fakie.core.ports import Outgoing
from fakie.core.running.callbacks import JSON_HEADER, signature, signed_headers
from fakie.harness.fake import Fake
from fakie.harness.handles import Callback
from fakie.harness.receiver import OutOfTime, Receiver, ReceiverAnswer, within
from fakie_schemas.catalog.callback_shapes import callback_shapes, served_shape
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

# A sender gives up after 15 s; whoever needs more than a third of that is close to it.
GIVEN_UP_AFTER = 15.0
SLOW = 5.0
_OLD = 3600


def check_receiver(receiver: Receiver, fake: Fake, seconds: float = inf) -> list[Difference]:
    """Send a receiver every case, one after the other, and return the findings.

    After `seconds` no other callback is sent; a finding names the cases that were left.
    """
    limited, found = replace(receiver, post=within(time.monotonic() + seconds, receiver.post)), []
    try:
        for number, case in enumerate(CASES):
            try:
                for one in case(limited, fake):
                    found.append(one)
            except OutOfTime:
                left = ", ".join(name_of(each) for each in CASES[number:])
                return [*found, _found("receiver.untried", left, f"not tried for want of time: {left}")]
        return found
    finally:
        receiver.close()


def name_of(case: Callable[..., Any]) -> str:
    """Return the name of a case for people."""
    return case.__name__.strip("_").replace("_", " ")


def _success(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from _in_each_shape(receiver, fake, "success", "success")


def _failure(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from _in_each_shape(receiver, fake, "failure", "fail")


def _in_each_shape(receiver: Receiver, fake: Fake, case: str, outcome: str) -> Iterator[Difference]:
    for date in callback_shapes():
        name = case if date == served_shape().date else f"{case} as of {date}"
        yield from _must_take(receiver, name, _callback(receiver, fake, outcome, date))


def _duplicate(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    outgoing = _callback(receiver, fake)
    yield from _must_take(receiver, "first of two", outgoing)
    before = receiver.probe() if receiver.probe else None
    yield from _must_take(receiver, "duplicate", outgoing)
    after = receiver.probe() if receiver.probe else None
    if before != after:
        yield _found("receiver.repeats", "duplicate", f"the probe gave {before!r}, then {after!r}")


def _forged(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    if receiver.webhook_key is None:
        return
    good = _callback(receiver, fake)
    task_id, now = json.loads(good.body)["data"]["taskId"], int(fake.receivers_now())
    forgeries: dict[str, tuple[tuple[str, str], ...]] = {
        "wrong signature": signed_headers(task_id, now, receiver.webhook_key + "x"),
        "another task's signature": signed_headers("0" * 32, now, receiver.webhook_key),
        "missing signature": (JSON_HEADER,),
    }
    for case, text in _near(signature(task_id, now, receiver.webhook_key)).items():
        forgeries[case] = (JSON_HEADER, ("X-Webhook-Timestamp", str(now)), *text)
    other = ("X-Webhook-Signature", signature(task_id, now - 60, receiver.webhook_key))
    forgeries["another moment's signature"] = (JSON_HEADER, ("X-Webhook-Timestamp", str(now)), other)
    for case, headers in forgeries.items():
        yield from _must_refuse(receiver, case, replace(good, headers=headers), "receiver.forged")
    old = replace(good, headers=signed_headers(task_id, now - _OLD, receiver.webhook_key))
    yield from _must_refuse(receiver, "timestamp an hour old", old, "receiver.old")


def _near(right: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the header of a signature that a careless comparison takes for the right one, by its case."""
    texts = {
        "empty signature": "",
        "start of the signature": right[:8],
        "signature and more": f"{right}A",
        "signature in another case": right.swapcase(),
    }
    return {
        "timestamp without a signature": (),
        **{case: (("X-Webhook-Signature", text),) for case, text in texts.items()},
    }


def _unknown_task(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    body = json.loads(_callback(receiver, fake).body)
    body["data"]["taskId"] = "0" * 32
    headers = signed_headers("0" * 32, int(fake.receivers_now()), receiver.webhook_key)
    outgoing = _outgoing(receiver, headers, json.dumps(body).encode())
    yield from _must_survive(receiver, "unknown task", outgoing)


def _malformed(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    good = _callback(receiver, fake)
    for case, body in (("broken JSON", good.body[:-20]), ("no body", b""), ("no data", b'{"code":200,"msg":"x"}')):
        yield from _must_survive(receiver, case, replace(good, body=body))


def _slow_network(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from _must_take(receiver, "slow network", _callback(receiver, fake), slowly=True)


def _unknown_keys(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    def add(body: dict[str, Any]) -> None:
        body["traceId"] = "8f2c"
        body["data"] |= {"priority": 3, "labels": ["a"], "usage": {"tokens": None}}

    yield from _must_take(receiver, "unknown keys", _changed(receiver, fake, add))


def _text_result(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    result = {"resultObject": {"text": "what was said, 音频", "language_code": "en", "words": []}}

    def tell(body: dict[str, Any]) -> None:
        body["data"]["resultJson"] = json.dumps(result, ensure_ascii=False)

    yield from _must_take(receiver, "a text for a result", _changed(receiver, fake, tell))


def _at_once(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    before = _work(receiver)
    yield from _must_take(receiver, "before two at once", _callback(receiver, fake))
    once, outgoing = _work(receiver), _callback(receiver, fake)
    answers: list[ReceiverAnswer] = []
    threads = [threading.Thread(target=_post_into, args=(receiver, outgoing, answers)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(answers) < len(threads):
        raise OutOfTime
    for answer in answers:
        yield from _taken("two at once", answer)
    twice = _work(receiver)
    if before is not None and once is not None and twice is not None and twice - once > once - before:
        got = (
            f"the probe rose by {once - before:g} for one delivery, and by {twice - once:g} for two of one task at once"
        )
        yield _found("receiver.repeats", "two at once", got)


def _post_into(receiver: Receiver, outgoing: Outgoing, answers: list[ReceiverAnswer]) -> None:
    with suppress(OutOfTime):
        answers.append(receiver.post(outgoing))


def _work(receiver: Receiver) -> float | None:
    """Return what the probe gives as a number: itself, or how many there are; None where it is neither."""
    given = receiver.probe() if receiver.probe else None
    if isinstance(given, int | float):
        return given
    return len(given) if isinstance(given, Sized) else None


def _failure_after_success(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    done = _callback(receiver, fake)
    yield from _must_take(receiver, "success before a failure", done)
    before = receiver.probe() if receiver.probe else None
    task_id = json.loads(done.body)["data"]["taskId"]
    failed = _changed(receiver, fake, lambda body: body["data"].update(taskId=task_id), "fail")
    yield from _must_survive(receiver, "failure after success", failed)
    after = receiver.probe() if receiver.probe else None
    if before != after:
        yield _found("receiver.ended", "failure after success", f"the probe gave {before!r}, then {after!r}")


def _timestamps(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    key = receiver.webhook_key
    if key is None:
        return
    good = _callback(receiver, fake)
    task_id, now = json.loads(good.body)["data"]["taskId"], int(fake.receivers_now())
    odd = {"timestamp an hour ahead": str(now + _OLD), "timestamp in milliseconds": f"{now}000"}
    odd |= {f"timestamp {text or 'empty'}": text for text in ("", "soon", "NaN", "1e999", "-1", "9" * 40)}
    for case, text in odd.items():
        signed = ("X-Webhook-Signature", signature(task_id, text, key))
        headers = (JSON_HEADER, ("X-Webhook-Timestamp", text), signed)
        yield from _must_refuse(receiver, case, replace(good, headers=headers), "receiver.time")
    signed = ("X-Webhook-Signature", signature(task_id, now, key))
    without = replace(good, headers=(JSON_HEADER, signed))
    yield from _must_refuse(receiver, "no timestamp", without, "receiver.time")


def _changed(
    receiver: Receiver, fake: Fake, change: Callable[[dict[str, Any]], object], outcome: str = "success"
) -> Outgoing:
    """Write a callback with a changed body, and sign it for the task that it then speaks of."""
    body = json.loads(_callback(receiver, fake, outcome).body)
    change(body)
    headers = signed_headers(body["data"]["taskId"], int(fake.receivers_now()), receiver.webhook_key)
    return _outgoing(receiver, headers, json.dumps(body, ensure_ascii=False).encode())


# What a receiver is for and what endangers it come first: a slow one is not sent all.
CASES = (
    _success,
    _forged,
    _duplicate,
    _failure,
    _at_once,
    _failure_after_success,
    _text_result,
    _unknown_keys,
    _malformed,
    _unknown_task,
    _slow_network,
    _timestamps,
)


def _must_take(receiver: Receiver, case: str, outgoing: Outgoing, *, slowly: bool = False) -> Iterator[Difference]:
    yield from _taken(case, receiver.post(outgoing, slowly=slowly), 2.0 if slowly else 0.0)


def _taken(case: str, answer: ReceiverAnswer, sending: float = 0.0) -> Iterator[Difference]:
    if not answer.taken:
        yield _found("receiver.takes", case, str(answer))
    elif answer.seconds > SLOW + sending:
        yield _found("receiver.slow", case, f"{answer.seconds:.1f} s", seconds=f"{GIVEN_UP_AFTER:g}")


def _must_refuse(receiver: Receiver, case: str, outgoing: Outgoing, rule: str) -> Iterator[Difference]:
    answer = receiver.post(outgoing)
    if answer.taken:
        yield _found(rule, case, str(answer))
    else:
        yield from _not_broken(case, answer)


def _must_survive(receiver: Receiver, case: str, outgoing: Outgoing) -> Iterator[Difference]:
    yield from _not_broken(case, receiver.post(outgoing))


def _not_broken(case: str, answer: ReceiverAnswer) -> Iterator[Difference]:
    if answer.status is None or answer.status >= 500:
        yield _found("receiver.breaks", case, str(answer))


def _found(rule: str, case: str, got: str, **facts: Any) -> Difference:
    return replace(breach(rule, got, **facts), case=case)


def _callback(receiver: Receiver, fake: Fake, outcome: str = "success", shape: str | None = None) -> Outgoing:
    written: Callback = fake.signed_callback(outcome, webhook_key=receiver.webhook_key, shape=shape)
    return _outgoing(receiver, tuple(written.headers.items()), written.content)


def _outgoing(receiver: Receiver, headers: tuple[tuple[str, str], ...], body: bytes) -> Outgoing:
    return Outgoing(receiver.url, headers, body, GIVEN_UP_AFTER)
