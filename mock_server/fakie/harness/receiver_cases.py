"""The cases of the receiver suite: every callback of models that may come, and forgeries of them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from json import dumps, loads
from typing import Any

from fakie.core.ports import Outgoing
from fakie.core.running.callbacks import signed_headers
from fakie.harness.fake import Fake
from fakie.harness.handles import Callback
from fakie.harness.probed_values import moves
from fakie.harness.receiver import OutOfTime, Receiver, ReceiverAnswer
from fakie.harness.receiver_signatures import forged, forged_again, forged_too, odd_timestamps
from fakie.harness.receiver_stages import EndpointCase
from fakie.harness.receiver_verdicts import (
    BY_PROBE,
    found,
    malformed,
    must_survive,
    must_take,
    outgoing_of,
    repeated,
    repeated_later,
    taken,
    task_of,
    unchanged,
)
from fakie_schemas.catalog.callback_shapes import callback_shapes, served_shape
from fakie_schemas.rules.difference import Difference

Case = Callable[[Receiver, Fake], Iterator[Difference]]


def name_of(case: Callable[..., Any]) -> str:
    """Return the name of a case for people."""
    named: str = case.name if isinstance(case, EndpointCase) else case.__name__
    return named.strip("_").replace("_", " ")


def _success(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from _in_each_shape(receiver, fake, "success", "success")


def _failure(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from _in_each_shape(receiver, fake, "failure", "fail")


def _in_each_shape(receiver: Receiver, fake: Fake, case: str, outcome: str) -> Iterator[Difference]:
    for date in callback_shapes():
        name = case if date == served_shape().date else f"{case} as of {date}"
        yield from _worked(receiver, name, partial(callback_of, receiver, fake, outcome, date), fake, outcome)


def _worked(
    receiver: Receiver,
    case: str,
    write: Callable[[], Outgoing],
    fake: Fake,
    outcome: str = "success",
    *,
    slowly: bool = False,
) -> Iterator[Difference]:
    """Send an end that must be taken, and judge that it is worked on if a plain one is.

    Whoever answers first, or whatever its own errors are, hides by its answer that it could not read this one.
    """
    before = _read(receiver)
    findings = list(must_take(receiver, case, write(), slowly=slowly))
    yield from findings
    if receiver.probe is None or findings or _read(receiver) != before:
        return
    plain = partial(callback_of, receiver, fake, outcome)
    # Twice: whoever works on several at a time shows nothing of most, whatever they are.
    if all(not _moves(receiver, write()) and _moves(receiver, plain()) for _ in range(2)):
        got = f"a 2xx, and no work: the probe gave {before!r} before and after"
        yield found("receiver.undone", case, got, situation=BY_PROBE)


def _moves(receiver: Receiver, outgoing: Outgoing) -> bool:
    before = _read(receiver)
    receiver.post(outgoing)
    return bool(_read(receiver) != before)


def _read(receiver: Receiver) -> Any:
    return receiver.probe() if receiver.probe else None


def _duplicate(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from repeated(receiver, callback_of(receiver, fake), int(fake.receivers_now()))
    yield from repeated_later(receiver, callback_of(receiver, fake), callback_of(receiver, fake))


def _forged(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    another, good = callback_of(receiver, fake), callback_of(receiver, fake)
    yield from forged(receiver, good, another, int(fake.receivers_now()))


def _forged_failure(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from forged_too(receiver, callback_of(receiver, fake, "fail"), "a failure", int(fake.receivers_now()))


def _forged_again(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    done, failed = callback_of(receiver, fake), callback_of(receiver, fake, "fail")
    now = int(fake.receivers_now())
    yield from forged_again(receiver, done, _end_of(receiver, fake, done, "fail"), now)
    yield from forged_again(receiver, failed, _end_of(receiver, fake, failed), now, "{} that failed".format)


def _failure_twice(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    failed = callback_of(receiver, fake, "fail")
    yield from repeated(receiver, failed, int(fake.receivers_now()), "failure, {}".format)


def _unknown_task(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    body = loads(callback_of(receiver, fake).body)
    body["data"]["taskId"] = "0" * 32
    headers = signed_headers("0" * 32, int(fake.receivers_now()), receiver.webhook_key)
    outgoing = outgoing_of(receiver, headers, dumps(body).encode())
    yield from must_survive(receiver, "unknown task", outgoing)


def _malformed(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from malformed(receiver, callback_of(receiver, fake))


def _slow_network(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from _worked(receiver, "slow network", partial(callback_of, receiver, fake), fake, slowly=True)


def _unknown_keys(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    def add(body: dict[str, Any]) -> None:
        body["traceId"] = "8f2c"
        body["data"] |= {"priority": 3, "labels": ["a"], "usage": {"tokens": None}}

    yield from _worked(receiver, "unknown keys", partial(_changed, receiver, fake, add), fake)


def _text_result(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    result = {"resultObject": {"text": "what was said, 音频", "language_code": "en", "words": []}}

    def tell(body: dict[str, Any]) -> None:
        body["data"]["resultJson"] = dumps(result, ensure_ascii=False)

    yield from must_take(receiver, "a text for a result", _changed(receiver, fake, tell))


def _at_once(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    before = _read(receiver)
    yield from must_take(receiver, "before two at once", callback_of(receiver, fake))
    once, outgoing = _read(receiver), callback_of(receiver, fake)
    answers: list[ReceiverAnswer] = []
    threads = [threading.Thread(target=_post_into, args=(receiver, outgoing, answers)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(answers) < len(threads):
        raise OutOfTime
    rule = "receiver.again" if any(answer.taken for answer in answers) else "receiver.takes"
    for answer in answers:
        yield from taken(receiver, "two at once", answer, rule=rule)
    for one, two in moves(before, once, _read(receiver)):
        # Whoever works on several at a time shows one of them, or none: nothing can be said of that.
        if two > one > 0:
            got = f"the probe moved by {one:g} for one delivery, and by {two:g} for two of one task at once"
            yield found("receiver.repeats", "two at once", got, situation=BY_PROBE)
            return


def _post_into(receiver: Receiver, outgoing: Outgoing, answers: list[ReceiverAnswer]) -> None:
    with suppress(OutOfTime):
        answers.append(receiver.post(outgoing))


def _failure_after_success(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    done = callback_of(receiver, fake)
    if (yield from must_take(receiver, "success before a failure", done)):
        failed = _end_of(receiver, fake, done, "fail")
        yield from unchanged(receiver, "receiver.ended", "failure after success", failed, must_survive)


def _end_of(receiver: Receiver, fake: Fake, ended: Outgoing, outcome: str = "success") -> Outgoing:
    """Write the callback of another end of a task that has ended."""
    return _changed(receiver, fake, lambda body: body["data"].update(taskId=task_of(ended)), outcome)


def _timestamps(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from odd_timestamps(receiver, callback_of(receiver, fake), int(fake.receivers_now()))


def _changed(
    receiver: Receiver, fake: Fake, change: Callable[[dict[str, Any]], object], outcome: str = "success"
) -> Outgoing:
    """Write a callback with a changed body, and sign it for the task that it then speaks of."""
    body = loads(callback_of(receiver, fake, outcome).body)
    change(body)
    headers = signed_headers(body["data"]["taskId"], int(fake.receivers_now()), receiver.webhook_key)
    return outgoing_of(receiver, headers, dumps(body, ensure_ascii=False).encode())


# What a receiver is for and what endangers it come first: a slow one is not sent all.
CASES: tuple[Case, ...] = (
    _success,
    _forged,
    _duplicate,
    _failure,
    _forged_failure,
    _forged_again,
    _failure_twice,
    _at_once,
    _failure_after_success,
    _text_result,
    _unknown_keys,
    _malformed,
    _unknown_task,
    _slow_network,
    _timestamps,
)


def callback_of(
    receiver: Receiver, fake: Fake, outcome: str = "success", shape: str | None = None, model: str | None = None
) -> Outgoing:
    """Write a plain callback: of an end, in the form of a page's date, of a model or of an endpoint."""
    written: Callback = fake.signed_callback(outcome, webhook_key=receiver.webhook_key, model=model, shape=shape)
    return outgoing_of(receiver, tuple(written.headers.items()), written.content)
