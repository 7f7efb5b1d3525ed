"""The receiver suite: whether a webhook receiver is ready for every callback that may come, and deaf to forgeries."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from json import dumps, loads
from math import inf
from time import monotonic
from typing import Any

from msgspec.structs import replace

from fakie.core.ports import Outgoing
from fakie.core.running.callbacks import signed_headers
from fakie.harness.fake import Fake
from fakie.harness.handles import Callback
from fakie.harness.probed_values import moves
from fakie.harness.receiver import OutOfTime, Receiver, ReceiverAnswer, within
from fakie.harness.receiver_probe import WatchedProbe, patient
from fakie.harness.receiver_signatures import forged, forged_again, forged_too, odd_timestamps
from fakie.harness.receiver_stages import EndpointCase, cases_of
from fakie.harness.receiver_verdicts import (
    found,
    malformed,
    must_survive,
    must_take,
    outgoing_of,
    repeated,
    taken,
    task_of,
    unchanged,
)
from fakie_schemas.catalog.callback_shapes import callback_shapes, served_shape
from fakie_schemas.rules.difference import Difference


def check_receiver(
    receiver: Receiver, fake: Fake, seconds: float = inf, endpoints: Sequence[str] = ()
) -> list[Difference]:
    """Send a receiver every case, one after the other, and return the findings.

    The callbacks are those of models, or else of some `endpoints` of families. After `seconds` no other callback is
    sent; a finding names the cases that were left.
    """
    watched = WatchedProbe(receiver.probe) if receiver.probe else None
    limited = replace(receiver, post=within(monotonic() + seconds, receiver.post), probe=watched)
    try:
        patiently = _probed_patiently(limited, fake, endpoints[0] if endpoints else None)
        findings = list(_all_cases(patiently, fake, endpoints))
        return findings + list(_of_probe(watched, findings))
    finally:
        receiver.close()


def _all_cases(receiver: Receiver, fake: Fake, endpoints: Sequence[str]) -> Iterator[Difference]:
    cases: Sequence[Callable[[Receiver, Fake], Iterator[Difference]]] = CASES
    if endpoints:
        cases = [case for endpoint in endpoints for case in cases_of(endpoint)]
    for number, case in enumerate(cases):
        try:
            yield from case(receiver, fake)
        except OutOfTime:
            left = ", ".join(name_of(each) for each in cases[number:])
            yield found("receiver.untried", left, f"not tried for want of time: {left}")
            return


def _of_probe(probe: WatchedProbe | None, findings: Sequence[Difference]) -> Iterator[Difference]:
    """Tell that a probe has shown nothing, unless nothing was there to be shown: no callback was taken, or not all."""
    if probe and not probe.moved and not any(one.rule in ("receiver.takes", "receiver.untried") for one in findings):
        yield found("receiver.unmoved", "probe", f"{probe()!r:.80} all along")


def _probed_patiently(receiver: Receiver, fake: Fake, endpoint: str | None) -> Receiver:
    """Return the receiver with a probe that knows, from one more callback, whether work goes on after the answer."""

    def deliver() -> None:
        with suppress(OutOfTime):
            receiver.post(_callback(receiver, fake, model=endpoint))

    return replace(receiver, probe=patient(receiver.probe, deliver)) if receiver.probe else receiver


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
        yield from _worked(receiver, name, partial(_callback, receiver, fake, outcome, date), fake, outcome)


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
    plain = partial(_callback, receiver, fake, outcome)
    # Twice: whoever works on several at a time shows nothing of most, whatever they are.
    if all(not _moves(receiver, write()) and _moves(receiver, plain()) for _ in range(2)):
        yield found("receiver.undone", case, f"a 2xx, and no work: the probe gave {before!r} before and after")


def _moves(receiver: Receiver, outgoing: Outgoing) -> bool:
    before = _read(receiver)
    receiver.post(outgoing)
    return bool(_read(receiver) != before)


def _read(receiver: Receiver) -> Any:
    return receiver.probe() if receiver.probe else None


def _duplicate(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from repeated(receiver, _callback(receiver, fake), int(fake.receivers_now()))


def _forged(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    another, good = _callback(receiver, fake), _callback(receiver, fake)
    yield from forged(receiver, good, another, int(fake.receivers_now()))


def _forged_failure(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from forged_too(receiver, _callback(receiver, fake, "fail"), "a failure", int(fake.receivers_now()))


def _forged_again(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    done, failed = _callback(receiver, fake), _callback(receiver, fake, "fail")
    now = int(fake.receivers_now())
    yield from forged_again(receiver, done, _end_of(receiver, fake, done, "fail"), now)
    yield from forged_again(receiver, failed, _end_of(receiver, fake, failed), now, "{} that failed".format)


def _failure_twice(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    failed = _callback(receiver, fake, "fail")
    yield from repeated(receiver, failed, int(fake.receivers_now()), "failure, {}".format)


def _unknown_task(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    body = loads(_callback(receiver, fake).body)
    body["data"]["taskId"] = "0" * 32
    headers = signed_headers("0" * 32, int(fake.receivers_now()), receiver.webhook_key)
    outgoing = outgoing_of(receiver, headers, dumps(body).encode())
    yield from must_survive(receiver, "unknown task", outgoing)


def _malformed(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from malformed(receiver, _callback(receiver, fake))


def _slow_network(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from _worked(receiver, "slow network", partial(_callback, receiver, fake), fake, slowly=True)


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
    yield from must_take(receiver, "before two at once", _callback(receiver, fake))
    once, outgoing = _read(receiver), _callback(receiver, fake)
    answers: list[ReceiverAnswer] = []
    threads = [threading.Thread(target=_post_into, args=(receiver, outgoing, answers)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(answers) < len(threads):
        raise OutOfTime
    for answer in answers:
        yield from taken(receiver, "two at once", answer)
    for one, two in moves(before, once, _read(receiver)):
        if two > one:
            got = f"the probe moved by {one:g} for one delivery, and by {two:g} for two of one task at once"
            yield found("receiver.repeats", "two at once", got)
            return


def _post_into(receiver: Receiver, outgoing: Outgoing, answers: list[ReceiverAnswer]) -> None:
    with suppress(OutOfTime):
        answers.append(receiver.post(outgoing))


def _failure_after_success(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    done = _callback(receiver, fake)
    yield from must_take(receiver, "success before a failure", done)
    failed = _end_of(receiver, fake, done, "fail")
    yield from unchanged(receiver, "receiver.ended", "failure after success", failed, must_survive)


def _end_of(receiver: Receiver, fake: Fake, ended: Outgoing, outcome: str = "success") -> Outgoing:
    """Write the callback of another end of a task that has ended."""
    return _changed(receiver, fake, lambda body: body["data"].update(taskId=task_of(ended)), outcome)


def _timestamps(receiver: Receiver, fake: Fake) -> Iterator[Difference]:
    yield from odd_timestamps(receiver, _callback(receiver, fake), int(fake.receivers_now()))


def _changed(
    receiver: Receiver, fake: Fake, change: Callable[[dict[str, Any]], object], outcome: str = "success"
) -> Outgoing:
    """Write a callback with a changed body, and sign it for the task that it then speaks of."""
    body = loads(_callback(receiver, fake, outcome).body)
    change(body)
    headers = signed_headers(body["data"]["taskId"], int(fake.receivers_now()), receiver.webhook_key)
    return outgoing_of(receiver, headers, dumps(body, ensure_ascii=False).encode())


# What a receiver is for and what endangers it come first: a slow one is not sent all.
CASES = (
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


def _callback(
    receiver: Receiver, fake: Fake, outcome: str = "success", shape: str | None = None, model: str | None = None
) -> Outgoing:
    written: Callback = fake.signed_callback(outcome, webhook_key=receiver.webhook_key, model=model, shape=shape)
    return outgoing_of(receiver, tuple(written.headers.items()), written.content)
