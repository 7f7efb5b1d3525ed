"""The receiver suite: whether a webhook receiver is ready for every callback that may come, and deaf to forgeries."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from fakie.core.ports import Outgoing
from fakie.core.running.callbacks import JSON_HEADER, signed_headers
from fakie.harness.fake import Fake
from fakie.harness.handles import Callback

# A sender gives up after 15 s; whoever needs more than a third of that is close to it.
GIVEN_UP_AFTER = 15.0
SLOW = 5.0
_OLD = 3600


@dataclass(frozen=True)
class Heard:
    """What a receiver answered: HTTP status (None: nothing), how many seconds it took, and what went wrong."""

    status: int | None
    seconds: float
    error: str = ""

    @property
    def taken(self) -> bool:
        """Tell whether it took the callback: any 2xx."""
        return self.status is not None and 200 <= self.status < 300

    def __str__(self) -> str:
        return f"HTTP {self.status}" if self.status is not None else self.error


class Post(Protocol):
    """Sends one callback to the receiver; `slowly` in pieces over two seconds."""

    def __call__(self, outgoing: Outgoing, *, slowly: bool = False) -> Heard:
        """Give what it answered."""


@dataclass(frozen=True)
class ReceiverFinding:
    """One thing the receiver should do differently."""

    severity: str
    case: str
    expected: str
    got: str

    def as_dict(self) -> dict[str, str]:
        """Give the finding as JSON data."""
        return asdict(self)


@dataclass(frozen=True)
class Receiver:
    """What is judged: how to post to it, the key it verifies with (if any), and a probe of what it has done (if any).

    The probe is called without arguments before and after a repeated callback, and has to give equal values.
    """

    post: Post
    url: str
    webhook_key: str | None = None
    probe: Callable[[], Any] | None = None


def check_receiver(receiver: Receiver, fake: Fake) -> list[ReceiverFinding]:
    """Send a receiver every case, one after the other, and give the findings."""
    return [finding for case in CASES for finding in case(receiver, fake)]


def _success(receiver: Receiver, fake: Fake) -> Iterator[ReceiverFinding]:
    yield from _must_take(receiver, "success", _callback(receiver, fake))


def _failure(receiver: Receiver, fake: Fake) -> Iterator[ReceiverFinding]:
    yield from _must_take(receiver, "failure", _callback(receiver, fake, "fail"))


def _duplicate(receiver: Receiver, fake: Fake) -> Iterator[ReceiverFinding]:
    outgoing = _callback(receiver, fake)
    yield from _must_take(receiver, "first of two", outgoing)
    before = receiver.probe() if receiver.probe else None
    yield from _must_take(receiver, "duplicate", outgoing)
    after = receiver.probe() if receiver.probe else None
    if before != after:
        expected = "a repeated callback changes nothing"
        yield ReceiverFinding("breaking", "duplicate", expected, f"the probe gave {before!r}, then {after!r}")


def _forged(receiver: Receiver, fake: Fake) -> Iterator[ReceiverFinding]:
    if receiver.webhook_key is None:
        return
    good = _callback(receiver, fake)
    task_id, now = json.loads(good.body)["data"]["taskId"], int(fake.clock.now())
    forgeries = {
        "wrong signature": signed_headers(task_id, now, receiver.webhook_key + "x"),
        "another task's signature": signed_headers("0" * 32, now, receiver.webhook_key),
        "missing signature": (JSON_HEADER,),
    }
    for case, headers in forgeries.items():
        yield from _must_refuse(receiver, case, replace(good, headers=headers), "breaking")
    old = replace(good, headers=signed_headers(task_id, now - _OLD, receiver.webhook_key))
    yield from _must_refuse(receiver, "timestamp an hour old", old, "minor")


def _unknown_task(receiver: Receiver, fake: Fake) -> Iterator[ReceiverFinding]:
    body = json.loads(_callback(receiver, fake).body)
    body["data"]["taskId"] = "0" * 32
    headers = signed_headers("0" * 32, int(fake.clock.now()), receiver.webhook_key)
    outgoing = _outgoing(receiver, headers, json.dumps(body).encode())
    yield from _must_survive(receiver, "unknown task", outgoing)


def _malformed(receiver: Receiver, fake: Fake) -> Iterator[ReceiverFinding]:
    good = _callback(receiver, fake)
    for case, body in (("broken JSON", good.body[:-20]), ("no body", b""), ("no data", b'{"code":200,"msg":"x"}')):
        yield from _must_survive(receiver, case, replace(good, body=body))


def _slow_network(receiver: Receiver, fake: Fake) -> Iterator[ReceiverFinding]:
    yield from _must_take(receiver, "slow network", _callback(receiver, fake), slowly=True)


CASES = (_success, _failure, _duplicate, _forged, _unknown_task, _malformed, _slow_network)


def _must_take(receiver: Receiver, case: str, outgoing: Outgoing, *, slowly: bool = False) -> Iterator[ReceiverFinding]:
    heard = receiver.post(outgoing, slowly=slowly)
    if not heard.taken:
        yield ReceiverFinding("breaking", case, "any 2xx: the callback is taken", str(heard))
    elif heard.seconds > SLOW + (2.0 if slowly else 0.0):
        expected = f"an answer well within {GIVEN_UP_AFTER:g} s, after which the sender gives up"
        yield ReceiverFinding("minor", case, expected, f"{heard.seconds:.1f} s")


def _must_refuse(receiver: Receiver, case: str, outgoing: Outgoing, severity: str) -> Iterator[ReceiverFinding]:
    heard = receiver.post(outgoing)
    if heard.taken:
        yield ReceiverFinding(severity, case, "a refusal such as 401: anybody could have sent it", str(heard))
    else:
        yield from _not_broken(case, heard)


def _must_survive(receiver: Receiver, case: str, outgoing: Outgoing) -> Iterator[ReceiverFinding]:
    yield from _not_broken(case, receiver.post(outgoing))


def _not_broken(case: str, heard: Heard) -> Iterator[ReceiverFinding]:
    if heard.status is None or heard.status >= 500:
        yield ReceiverFinding("minor", case, "2xx or 4xx: an answer, not an error of the receiver's own", str(heard))


def _callback(receiver: Receiver, fake: Fake, outcome: str = "success") -> Outgoing:
    written: Callback = fake.signed_callback(outcome, webhook_key=receiver.webhook_key)
    return _outgoing(receiver, tuple(written.headers.items()), written.content)


def _outgoing(receiver: Receiver, headers: tuple[tuple[str, str], ...], body: bytes) -> Outgoing:
    return Outgoing(receiver.url, headers, body, GIVEN_UP_AFTER)


def timed(send: Callable[[], int]) -> Heard:
    """Call and time whatever posts a callback; an exception is what went wrong."""
    started = time.perf_counter()
    try:
        status = send()
    except Exception as error:  # noqa: BLE001 - whatever the receiver or the way to it raises is its answer
        return Heard(None, time.perf_counter() - started, f"{type(error).__name__}: {error}")
    return Heard(status, time.perf_counter() - started)
