"""An account's own webhook key: known to all processes that live, and written nowhere."""

import threading

import pytest

from fakie.adapters.redis import pulse as pulse_module
from fakie.adapters.redis.pulse import Pulse
from support.redis_fakes import FakeWorker, Sharing
from support.servers.fakes import Collector, HandClock

HOOK = "http://127.0.0.1:9/hook"
KEY = "whsec-of-the-account"


def learn(worker: FakeWorker) -> None:
    """Take every message that waits for a worker."""
    pulse = Pulse(worker.store, worker.door.service.runner.deliveries.sign_again)
    for _ in range(3):
        pulse._beat()


def signed(sent: Collector) -> list[bool]:
    return [any(name == "X-Webhook-Signature" for name, _ in outgoing.headers) for outgoing in sent.outgoing]


def test_a_key_that_one_worker_was_told_signs_at_all(share: Sharing, sent: Collector, clock: HandClock) -> None:
    """Also at one that starts later."""
    one, other = share(), share()
    one.door.post("/_fakie/accounts", {"key": "test-key", "webhook_key": KEY})
    learn(other)
    late = share()
    late.store.keys.ask()
    learn(one)
    learn(late)
    for worker in (other, late):
        one.door.new_task(callBackUrl=HOOK)
        clock.seconds += 100
        worker.door.service.run_due()
    assert signed(sent) == [True, True]


def test_a_callback_that_came_before_the_key_waits_for_it(share: Sharing, sent: Collector, clock: HandClock) -> None:
    """It says so, and goes out signed once the key is known."""
    one, other = share(), share()
    one.door.post("/_fakie/accounts", {"key": "test-key", "webhook_key": KEY})
    one.door.new_task(callBackUrl=HOOK)
    clock.seconds += 100
    other.door.service.run_due()
    assert sent.outgoing == []
    assert "callback_waits" in [entry["situation"] for entry in other.door.get("/_fakie/journal").data]
    learn(other)
    other.door.service.run_due()
    assert signed(sent) == [True]


def test_a_key_that_was_taken_back_signs_nowhere(share: Sharing, sent: Collector, clock: HandClock) -> None:
    """What another worker remembers of it does not count."""
    one, other = share(), share()
    one.door.post("/_fakie/accounts", {"key": "test-key", "webhook_key": KEY})
    learn(other)
    one.door.post("/_fakie/accounts", {"key": "test-key", "webhook_key": None})
    one.door.new_task(callBackUrl=HOOK)
    clock.seconds += 100
    other.door.service.run_due()
    assert signed(sent) == [False]


def test_a_pulse_that_listens_stops_at_once(share: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it would listen: a fake that ends waits for no message of others."""
    monkeypatch.setattr(pulse_module, "_BETWEEN_SECONDS", 30)
    worker = share()
    listens = threading.Event()
    real = worker.store.keys.listen

    def listen(seconds: float) -> bool:
        listens.set()
        return real(seconds)

    monkeypatch.setattr(worker.store.keys, "listen", listen)
    pulse = Pulse(worker.store, lambda: None)
    pulse.start()
    assert listens.wait(20)
    stopping = threading.Thread(target=pulse.stop)
    stopping.start()
    stopping.join(10)
    ended = not stopping.is_alive()
    stopping.join()
    assert ended
