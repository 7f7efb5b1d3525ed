"""Metrics as Prometheus reads them, and what they are counted from."""

import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request
from fakie.core.service import Service
from support.clients.doors import CREATE, MODEL, Door, open_door
from support.servers.fakes import Collector, HandClock

Make = Callable[..., Service]
Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]
METRICS = "/_fakie/metrics"
HOOK = "http://127.0.0.1:9/hook"


def scraped(door: Door, headers: Mapping[str, str] | None = None) -> Samples:
    """Return every sample by its name and labels, as the official parser reads them."""
    answer = door.get(METRICS, headers or {})
    assert answer.status == 200, answer.body
    families = list(text_string_to_metric_families(answer.body.decode()))
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0.0)


def test_every_door_shows_requests_by_situation_and_model(door: Door) -> None:
    """Accepted, refused and polled, each counted once, in a form that the official parser reads."""
    task_id = door.new_task()
    door.create({"model": "z-image", "input": {}})
    door.create(headers={})
    door.record(task_id)
    samples = scraped(door)
    assert value(samples, "fakie_requests_total", situation="accepted", model=MODEL) == 1
    assert value(samples, "fakie_requests_total", situation="field_missing", model="z-image") == 1
    assert value(samples, "fakie_requests_total", situation="unauthorized", model="") == 1
    counted = sum(number for (name, _), number in samples.items() if name == "fakie_requests_total")
    assert counted == 4
    assert value(samples, "fakie_request_seconds_count", situation="unauthorized") == 1
    assert value(samples, "fakie_request_seconds_bucket", situation="accepted", le="+Inf") == 1


def test_the_classes_of_the_histogram_add_up(fake: Door) -> None:
    """Each class holds those below it, and the last one all."""
    for model in (MODEL, "z-image", "no/such", MODEL, MODEL):
        fake.create({"model": model, "input": {}}, headers={})
    samples = scraped(fake)
    classes = [(dict(labels)["le"], number) for (name, labels), number in samples.items() if name.endswith("_bucket")]
    ordered = [number for _, number in sorted(classes, key=lambda one: float(one[0]))]
    assert ordered == sorted(ordered)
    assert ordered[-1] == 5
    assert value(samples, "fakie_request_seconds_sum", situation="unauthorized") > 0


@pytest.mark.parametrize("model", ["no/such", 'a"b\\c\n{}', "\x00\x7f", "\ud800", "ü" * 300, "z-image\n# HELP x", " "])
def test_a_name_that_no_contract_knows_makes_no_series(door: Door, model: str) -> None:
    """Whatever clients send as a model, and wherever they send it, is one series at most."""
    door.create({"model": model, "input": {}})
    door.post(f"{CREATE}?__code=455", {"model": model, "input": {}})
    door.get(f"/no/such/{len(model)}")
    labels = {dict(found).get("model") for (name, found) in scraped(door) if name == "fakie_requests_total"}
    assert labels <= {"other", ""}


def test_an_empty_name_counts_as_none(fake: Door) -> None:
    """Requests without a model and those with an empty one are in one series, and none is lost."""
    bodies: tuple[dict[str, object], ...] = ({"model": "", "input": {}}, {"input": {}}, {"model": ""})
    for body in bodies:
        fake.post(f"{CREATE}?__code=455", body)
    counted = {labels: n for (name, labels), n in scraped(fake).items() if name == "fakie_requests_total"}
    assert counted == {frozenset({("situation", "maintenance"), ("model", "")}): 3}


def test_the_series_do_not_grow_with_what_clients_make_up(fake: Door) -> None:
    """A thousand models, paths, keys and methods are as many series as one of each."""
    for number in range(3):
        fake.create({"model": f"m{number}", "input": {}})
        fake.ask(f"M{number}", f"/p{number}?q{number}", headers={"Authorization": f"Bearer k{number}"})
    # A scrape is in the next one.
    scraped(fake)
    before = len(scraped(fake))
    for number in range(3, 1000):
        fake.create({"model": f"m{number}", "input": {}}, {"Authorization": f"Bearer k{number}"})
        fake.ask(f"M{number}", f"/p{number}?q{number}", headers={"Authorization": f"Bearer k{number}"})
    assert len(scraped(fake)) == before


def test_callbacks_are_counted_by_outcome_and_attempt(fake: Door, sent: Collector) -> None:
    """One that fails twice and is taken then counts once each; one that may not go out is blocked."""
    sent.statuses = [500, "refused", 200]
    fake.new_task(callBackUrl=HOOK)
    fake.new_task(callBackUrl="https://receiver.example/hook")
    fake.post("/_fakie/clock", {"advance": 100_000})
    samples = scraped(fake)
    for outcome, attempt, count in (("failed", "1", 1), ("failed", "2", 1), ("delivered", "3", 1), ("blocked", "1", 1)):
        assert value(samples, "fakie_callbacks_total", outcome=outcome, attempt=attempt) == count
    assert len([name for name, _ in samples if name == "fakie_callbacks_total"]) == 4


def test_tasks_by_state_accounts_and_the_schedule(fake: Door, clock: HandClock) -> None:
    """What is there now: each state has a series, also where no task is in it; what is overdue is said in seconds."""
    held, first = fake.new_task(), fake.new_task()
    fake.post(f"/_fakie/tasks/{held}/hold")
    fake.post(f"/_fakie/tasks/{first}/finish")
    fake.new_task()
    samples = scraped(fake)
    states = {dict(labels)["state"]: number for (name, labels), number in samples.items() if name == "fakie_tasks"}
    assert states == {"waiting": 2, "queuing": 0, "generating": 0, "success": 1, "fail": 0}
    assert (value(samples, "fakie_accounts"), value(samples, "fakie_schedule_lag_seconds")) == (1, 0)
    # What was planned for a task that was moved stays until its moment.
    assert value(samples, "fakie_schedule_events") == 3
    clock.seconds += 65
    assert value(scraped(fake), "fakie_schedule_lag_seconds") == 60
    fake.service.run_due()
    after = scraped(fake)
    assert (value(after, "fakie_schedule_lag_seconds"), value(after, "fakie_schedule_events")) == (0, 0)
    assert value(after, "fakie_tasks", state="success") == 2


def test_counters_never_go_back(make: Make) -> None:
    """Neither a reset, nor an emptied journal, nor tasks that make room take anything from a counter."""
    with open_door("direct", make(keep_tasks=2)) as fake:
        for _ in range(6):
            fake.new_task(callBackUrl=HOOK)
        fake.post("/_fakie/clock", {"advance": 1000})
        before = scraped(fake)
        assert value(before, "fakie_requests_total", situation="accepted", model=MODEL) == 6
        fake.ask("DELETE", "/_fakie/journal")
        fake.post("/_fakie/reset")
        fake.post("/_fakie/reload")
        after = scraped(fake)
    counters = [one for one in before if one[0].endswith(("_total", "_count", "_bucket", "_sum"))]
    assert [one for one in counters if after[one] < before[one]] == []
    assert value(after, "fakie_tasks", state="success") == 0


def test_two_fakes_have_nothing_in_common(make: Make) -> None:
    """Nor do they touch the registry that the rest of the process has."""
    with open_door("direct", make()) as one, open_door("direct", make()) as other:
        one.new_task()
        assert value(scraped(one), "fakie_requests_total", situation="accepted", model=MODEL) == 1
        assert value(scraped(other), "fakie_requests_total", situation="accepted", model=MODEL) == 0
    assert not [family for family in REGISTRY.collect() if family.name.startswith("fakie")]


def test_levers_are_counted_apart(fake: Door) -> None:
    """A scrape is no request to the API, and the next one counts it."""
    scraped(fake)
    samples = scraped(fake)
    assert value(samples, "fakie_lever_calls_total", situation="lever_pulled") == 1
    assert not [name for name, _ in samples if name == "fakie_requests_total"]


def test_scraping_needs_what_levers_need(make: Make) -> None:
    """From elsewhere the admin token, as Prometheus sends it; without one this machine alone."""
    closed, local = make(admin_token="secret"), make()

    def status(service: Service, headers: Mapping[str, str], remote: str) -> int:
        return service.handle(Request("GET", METRICS, headers=Headers(headers), remote=remote)).status

    assert status(closed, {"authorization": "Bearer secret"}, "10.1.2.3") == 200
    assert status(closed, {"authorization": "Bearer wrong"}, "10.1.2.3") == 403
    assert status(closed, {}, "127.0.0.1") == 403
    assert status(local, {}, "10.1.2.3") == 403
    assert status(local, {}, "127.0.0.1") == 200


def test_without_its_library_it_says_what_to_install(fake: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fake without the extra serves all the same, and the scrape fails with the extra's name."""
    monkeypatch.delitem(sys.modules, "fakie.adapters.prometheus", raising=False)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    answer = fake.get(METRICS)
    assert (answer.status, answer.situation) == (404, "lever_unknown")
    assert "pip install 'fakie[metrics]'" in answer.msg
    assert fake.create().code == 200
    assert CREATE not in answer.msg


def test_no_request_is_lost_or_counted_twice(service: Service) -> None:
    """Threads that answer at once while others scrape: the sum is that of the requests, and so are the classes."""

    def asked(door: Door) -> None:
        for _ in range(700):
            door.service.handle(Request("GET", "/api/v1/chat/credit", remote="127.0.0.1"))

    with open_door("direct", service) as door, ThreadPoolExecutor(4) as pool:
        done = [pool.submit(asked, door) for _ in range(4)]
        seen = [value(scraped(door), "fakie_requests_total", situation="unauthorized", model="") for _ in range(20)]
        for one in done:
            one.result()
        samples = scraped(door)
    assert seen == sorted(seen)
    assert value(samples, "fakie_requests_total", situation="unauthorized", model="") == 2800
    assert value(samples, "fakie_request_seconds_count", situation="unauthorized") == 2800
