"""The receiver suite: whether a webhook receiver is ready for every callback that may come, and deaf to forgeries."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from fakie.core.ports import Outgoing
from fakie.core.running.callbacks import JSON_HEADER, signed_headers
from fakie.harness.fake import Fake
from fakie.harness.handles import Callback
from fakie_schemas.catalog.callback_shapes import callback_shapes, served_shape
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

# A sender gives up after 15 s; whoever needs more than a third of that is close to it.
GIVEN_UP_AFTER = 15.0
SLOW = 5.0
_OLD = 3600


@dataclass(frozen=True)
class ReceiverAnswer:
    """What a receiver answered: HTTP status (None: nothing), after how many seconds, and what may have gone wrong."""

    status: int | None
    seconds: float
    error: str = ""

    @property
    def taken(self) -> bool:
        """Tell whether it took the callback: any 2xx."""
        return self.status is not None and 200 <= self.status < 300

    def __str__(self) -> str:
        return self.error or f"HTTP {self.status}"


class Post(Protocol):
    """Sends one callback to the receiver; `slowly` in pieces over two seconds."""

    def __call__(self, outgoing: Outgoing, *, slowly: bool = False) -> ReceiverAnswer:
        """Return what it answered."""


@dataclass(frozen=True)
class Receiver:
    """What is judged: how to post to it, the key it verifies with (if any), and a probe of what it has done (if any).

    The probe is called without arguments before and after a repeated callback, and has to give equal values. `close`
    ends what was started to reach it.
    """

    post: Post
    url: str
    webhook_key: str | None = None
    probe: Callable[[], Any] | None = None
    close: Callable[[], None] = lambda: None


def check_receiver(receiver: Receiver, fake: Fake) -> list[Difference]:
    """Send a receiver every case, one after the other, and return the findings."""
    try:
        return [finding for case in CASES for finding in case(receiver, fake)]
    finally:
        receiver.close()


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
    forgeries = {
        "wrong signature": signed_headers(task_id, now, receiver.webhook_key + "x"),
        "another task's signature": signed_headers("0" * 32, now, receiver.webhook_key),
        "missing signature": (JSON_HEADER,),
    }
    for case, headers in forgeries.items():
        yield from _must_refuse(receiver, case, replace(good, headers=headers), "receiver.forged")
    old = replace(good, headers=signed_headers(task_id, now - _OLD, receiver.webhook_key))
    yield from _must_refuse(receiver, "timestamp an hour old", old, "receiver.old")


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


CASES = (_success, _failure, _duplicate, _forged, _unknown_task, _malformed, _slow_network)


def _must_take(receiver: Receiver, case: str, outgoing: Outgoing, *, slowly: bool = False) -> Iterator[Difference]:
    answer = receiver.post(outgoing, slowly=slowly)
    if not answer.taken:
        yield _found("receiver.takes", case, str(answer))
    elif answer.seconds > SLOW + (2.0 if slowly else 0.0):
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
