"""Metrics of a fake that is several processes: whichever is asked shows those of all."""

import urllib.request
from collections.abc import Mapping

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis_process import RedisServer

from fakie.adapters.redis.pulse import Pulse
from fakie.core.health.figures import CLASSES
from fakie.core.ports import StoreUnwritableError
from support.clients.doors import MODEL
from support.redis_fakes import FakeWorker, Sharing
from support.servers.fakes import Collector, HandClock
from support.servers.program import Program

HOOK = "http://127.0.0.1:9/hook"
Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


def read(text: str) -> Samples:
    """Return every sample by its name and labels, as the official parser reads them."""
    families = text_string_to_metric_families(text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def scraped(worker: FakeWorker) -> Samples:
    return read(worker.door.get("/_fakie/metrics").body.decode())


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0.0)


def beat(worker: FakeWorker) -> None:
    """Let a worker tell the others what it has counted."""
    health = worker.door.service.control.health
    Pulse(worker.store, lambda: None, lambda: health.counts(0))._beat()


def test_whichever_worker_is_asked_shows_what_all_have_counted(
    share: Sharing, sent: Collector, clock: HandClock
) -> None:
    """Requests by model and time, levers and callbacks; once each, however often they are told and asked for."""
    one, other = share(), share()
    one.door.new_task(callBackUrl=HOOK)
    other.door.create(headers={})
    clock.seconds += 100
    other.door.service.run_due()
    for _ in range(3):
        beat(one)
        beat(other)
    first, second = scraped(one), scraped(other)
    for samples in (first, second):
        assert value(samples, "fakie_requests_total", situation="accepted", model=MODEL) == 1
        assert value(samples, "fakie_requests_total", situation="unauthorized", model="") == 1
        assert value(samples, "fakie_request_seconds_bucket", situation="accepted", le="+Inf") == 1
        assert value(samples, "fakie_callbacks_total", outcome="delivered", attempt="1") == 1
        assert value(samples, "fakie_tasks", state="success") == 1
        assert value(samples, "fakie_processes") == 2
        assert not any(name.startswith("process_") for name, _ in samples)
    seconds = [value(samples, "fakie_request_seconds_sum", situation="accepted") for samples in (first, second)]
    assert seconds[0] == pytest.approx(seconds[1])
    assert seconds[0] > 0


def test_the_counts_of_one_that_ended_stay(share: Sharing) -> None:
    """Stopped in good order or dead: a counter never falls."""
    one, other = share(), share()
    one.door.create()
    health = one.door.service.control.health
    pulse = Pulse(one.store, lambda: None, lambda: health.counts(0))
    pulse.start()
    pulse.stop()
    samples = scraped(other)
    assert value(samples, "fakie_requests_total", situation="accepted", model=MODEL) == 1
    assert value(samples, "fakie_processes") == 1
    late = share()
    late.door.create()
    assert value(scraped(late), "fakie_requests_total", situation="accepted", model=MODEL) == 2


def test_what_was_told_twice_counts_once(share: Sharing) -> None:
    """As when the answer to it is lost, and it is sent again with the next."""
    one, other = share(), share()
    one.door.create()
    tally = one.store._shared_counts
    real = tally._add

    def lossy(*arguments: object) -> object:
        real(*arguments)
        raise StoreUnwritableError("the answer is lost")

    tally._add = lossy  # type: ignore[assignment]
    with pytest.raises(StoreUnwritableError):
        beat(one)
    tally._add = real
    one.door.create()
    beat(one)
    assert value(scraped(other), "fakie_requests_total", situation="accepted", model=MODEL) == 2


def test_every_class_of_time_is_added_up(share: Sharing) -> None:
    """Those below and above all limits, too."""
    one, other = share(), share()
    for worker in (one, other):
        for seconds in (0.0, *CLASSES, 99.0):
            entry = next(iter(worker.door.service.state.journal), None)
            if entry is None:
                worker.door.create()
                entry = next(iter(worker.door.service.state.journal))
            entry.seconds = seconds
            worker.door.service.control.health._counts.take(entry)
    beat(one)
    samples = scraped(other)
    count = value(samples, "fakie_request_seconds_count", situation="accepted")
    below = value(samples, "fakie_request_seconds_bucket", situation="accepted", le=str(CLASSES[-1]))
    assert count == 2 * (len(CLASSES) + 2) + 1
    assert below == count - 2


def test_workers_on_one_port_show_the_figures_of_all(server: RedisServer) -> None:
    """As a program: a scrape is answered by any of them, and shows every request."""
    with Program("--store", server.url, "--workers", "3", "--key", "k") as fake:
        for _ in range(30):
            request = urllib.request.Request(f"{fake.url}/api/v1/chat/credit", headers={"Authorization": "Bearer k"})
            with urllib.request.urlopen(request) as answer:
                answer.read()
        seen = 0.0
        for _ in range(200):
            with urllib.request.urlopen(f"{fake.url}/_fakie/metrics") as answer:
                samples = read(answer.read().decode())
            seen = value(samples, "fakie_requests_total", situation="credit_shown", model="")
            if seen == 30 and value(samples, "fakie_processes") == 3:
                break
        assert seen == 30
        assert value(samples, "fakie_processes") == 3
        fake.stop()
