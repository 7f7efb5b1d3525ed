"""Scenarios: the same day from the same seed, step by step, for each account alone."""

import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from fakie.core.chance import Spread, draw
from fakie.core.control.errors import WrongOrderError
from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request
from fakie.core.orders import OrderTarget
from fakie.core.service import Service
from fakie.core.transport_faults import TransportFault
from fakie_schemas.scenario_files import read_scenario, scenario_names
from support.clients.doors import CREATE, CREDIT, MODEL, RECORD, Door
from support.servers.fakes import START, HandClock

Make = Callable[..., Service]
SOUND = "elevenlabs/sound-effect-v2"


def _day(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format_version": 1, "name": "a-day", "steps": list(steps), **more}


def _create(service: Service, key: str = "k", model: str = MODEL, **more: Any) -> int:
    body = json.dumps({"model": model, "input": {"text": "rain"} if model == SOUND else {}, **more}).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    code: int = json.loads(service.handle(Request.of("POST", CREATE, body, headers)).body)["code"]
    return code


def _creates(service: Service, count: int, key: str = "k", **how: Any) -> list[int]:
    return [_create(service, key, **how) for _ in range(count)]


HALF = {"id": "half", "probability": 0.5, "fault": {"code": 500}}


def test_the_same_seed_is_the_same_day_however_requests_are_mixed(make: Make) -> None:
    """What one account meets depends on its own requests alone, not on others', on other endpoints' or on threads."""
    alone, mixed, threaded = make(), make(), make()
    for service in (alone, mixed, threaded):
        service.control.scenarios.play(_day(HALF))
    expected = {key: _creates(alone, 30, key) for key in ("a", "b")}
    assert expected["a"] != expected["b"]
    assert {200, 500} == set(expected["a"])
    seen: dict[str, list[int]] = {"a": [], "b": []}
    for _ in range(30):
        mixed.handle(Request("GET", CREDIT, headers=Headers({"authorization": "Bearer a"})))
        seen["b"].append(_create(mixed, "b"))
        seen["a"].append(_create(mixed, "a"))
    assert seen == expected
    workers = [threading.Thread(target=lambda k=key: seen.update({k: _creates(threaded, 30, k)})) for key in seen]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert seen == expected


def test_another_seed_is_another_day(make: Make) -> None:
    """The name is the seed where none is given."""
    days = []
    for scenario in (_day(HALF), _day(HALF, seed="other"), {**_day(HALF), "name": "other"}):
        service = make()
        service.control.scenarios.play(scenario)
        days.append(_creates(service, 30))
    assert days[0] != days[1] == days[2]


def test_a_draw_is_the_same_in_every_process() -> None:
    """Nothing of Python's own hashing is in it."""
    code = "from fakie.core.chance import draw; print(repr(draw('s', 'step', 3)))"
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    assert done.stdout.strip() == repr(draw("s", "step", 3))
    drawn = [draw("s", number) for number in range(2000)]
    assert all(0 <= one < 1 for one in drawn)
    assert 0.45 < sum(drawn) / len(drawn) < 0.55


def test_a_window_opens_and_shuts_by_the_accounts_clock(make: Make, clock: HandClock) -> None:
    """From its first moment up to its last, each day anew."""
    service = make()
    closed = {"id": "closed", "from": 10, "to": 20, "fault": {"situation": "maintenance"}}
    service.control.scenarios.play(_day(closed, lasts=100))
    seen = []
    for moment in (0, 9.9, 10, 19.9, 20, 99, 109, 110, 119.9, 120):
        clock.seconds = START + moment
        seen.append(_create(service))
    assert seen == [200, 200, 455, 455, 200, 200, 200, 455, 455, 200]


def test_a_quota_lets_so_many_pass_in_each_stretch(make: Make, clock: HandClock) -> None:
    """Each account has its own; refused ones are not waiting for the next stretch."""
    service = make()
    few = {"id": "few", "quota": {"requests": 2, "seconds": 10}, "fault": {"situation": "rate_limited"}}
    service.control.scenarios.play(_day(few))
    assert _creates(service, 4, "a") == [200, 200, 429, 429]
    assert _creates(service, 3, "b") == [200, 200, 429]
    clock.seconds += 10
    assert _creates(service, 3, "a") == [200, 200, 429]


def test_of_a_quota_the_open_stretch_alone_is_remembered(make: Make, clock: HandClock) -> None:
    """A fake that is played with for a month has as little in mind as on its first day."""
    service = make()
    few = {"id": "few", "quota": {"requests": 1, "seconds": 1}, "fault": {"situation": "rate_limited"}}
    service.control.scenarios.play(_day(few, lasts=5))
    [playing] = service.control.scenarios.playing
    target = OrderTarget("createTask", "account-0000000000", MODEL, {})
    sizes = []
    for _ in range(2):
        for _ in range(500):
            assert [bool(playing.meet(target, playing.began + clock.seconds).steps) for _ in range(2)] == [False, True]
            clock.seconds += 1
        sizes.append(len(pickle.dumps({k: v for k, v in vars(playing.counts).items() if k != "_lock"})))
    assert sizes[1] - sizes[0] < 10


def test_steps_choose_by_model_endpoint_account_and_body(make: Make) -> None:
    """A line of models, a key, a text: only what fits is met."""
    service = make()
    service.control.scenarios.play(
        _day(
            {"id": "line", "model": "elevenlabs/sound-*", "fault": {"code": 500}},
            {"id": "key", "account": "poor", "fault": {"code": 402}},
            {"id": "text", "when": "unlucky", "fault": {"code": 422}},
            {"id": "polls", "endpoint": "recordInfo", "fault": {"code": 429}},
        )
    )
    assert _create(service, model=SOUND) == 500
    assert _create(service, "poor") == 402
    assert _create(service, callBackUrl="http://127.0.0.1/unlucky") == 422
    assert _create(service) == 200
    poll = service.handle(Request.of("GET", f"{RECORD}?taskId=x", headers={"Authorization": "Bearer k"}))
    assert json.loads(poll.body)["code"] == 429


def test_tasks_and_answers_go_by_the_scenario_too(make: Make) -> None:
    """A plan makes the task fail; a transport fault takes as long as its spread says."""
    service = make()
    service.control.scenarios.play(
        _day(
            {"id": "failing", "plan": {"outcome": "fail", "seconds": {"from": 5, "to": 6}}},
            {"id": "slow", "transport_fault": {"kind": "latency", "seconds": {"median": 2, "p90": 6}}},
        )
    )
    body = json.dumps({"model": MODEL, "input": {}}).encode()
    headers = {"Authorization": "Bearer k", "Content-Type": "application/json"}
    faults = [service.handle(Request.of("POST", CREATE, body, headers)).transport_fault for _ in range(3)]
    assert [fault.kind for fault in faults if fault] == ["latency"] * 3
    assert len({fault.seconds for fault in faults if fault}) == 3
    for task in service.control.tasks.all():
        assert task.failure.code == service.contracts.profile.default_failure.code
        assert 5 <= (task.plan.ends_after or 0) <= 6


def test_the_journal_names_the_steps(make: Make) -> None:
    """What answered is the reason; what else was met stands beside it."""
    service = make()
    service.control.scenarios.play(
        _day(
            {"id": "down", "fault": {"status": 503}},
            {"id": "slow", "transport_fault": {"kind": "latency", "seconds": 1}},
        )
    )
    body = json.dumps({"model": MODEL, "input": {}}).encode()
    headers = {"Authorization": "Bearer k", "Content-Type": "application/json"}
    assert service.handle(Request.of("POST", CREATE, body, headers)).status == 503
    [entry] = service.control.journal()
    assert (entry.reason, entry.scenario) == ("scenario a-day/down", "a-day/down, a-day/slow")


def test_orders_go_before_a_scenario(make: Make) -> None:
    """What a test orders for the next request holds whatever the day is like."""
    service = make()
    service.control.scenarios.play(_day({"id": "down", "fault": {"code": 500}}))
    service.control.orders.add_fault(code=429)
    assert _creates(service, 2) == [429, 500]


def test_a_scenario_of_an_account_takes_the_place_of_the_one_for_all(make: Make) -> None:
    """Played and ended apart; a reset ends all."""
    service = make()
    play = service.control.scenarios.play
    play(_day({"id": "down", "fault": {"code": 500}}))
    play(_day({"id": "limit", "fault": {"code": 429}}), "own")
    assert (_create(service), _create(service, "own")) == (500, 429)
    assert service.control.scenarios.stop("own") == 1
    assert _create(service, "own") == 500
    service.control.reset()
    assert (_create(service), service.control.scenarios.playing) == (200, [])


@pytest.mark.parametrize("name", scenario_names())
def test_each_ready_scenario_is_played_and_does_something(make: Make, name: str) -> None:
    """In the course of its day some request meets each of its steps."""
    service = make()
    scenario = service.control.scenarios.play(name)
    [playing] = service.control.scenarios.playing
    targets = [OrderTarget("createTask", "a", MODEL, {}), OrderTarget("recordInfo", "a", MODEL, {})]
    moments = [playing.began + number for number in range(3600)]
    met = {step for now in moments for target in targets for step in playing.meet(target, now).steps}
    met |= {step for target in targets * 9 for step in playing.meet(target, playing.began + 150).steps}
    assert met == {f"{name}/{step.id}" for step in scenario.steps}


WRONG = [
    ({"steps": []}, "steps"),
    ({"steps": [{"id": "x"}]}, "steps[0]"),
    ({"steps": [HALF], "seeds": "x"}, "did you mean 'seed'?"),
    ({"steps": [{**HALF, "probabilty": 1}]}, "did you mean 'probability'?"),
    ({"steps": {"id": "x"}}, "steps: expected array"),
    ({"steps": ["x"]}, "steps[0]"),
    ({"steps": [{**HALF, "probability": 1.5}]}, "probability"),
    ({"steps": [{**HALF, "probability": 0}]}, "probability"),
    ({"steps": [{**HALF, "plan": {}}]}, "alternatives"),
    ({"steps": [HALF, HALF]}, "'half': id"),
    ({"steps": [{**HALF, "from": 5, "to": 5}]}, "expected a moment after 5 s"),
    ({"steps": [{**HALF, "from": 50}], "lasts": 40}, "begins again"),
    ({"steps": [{"id": "x", "fault": {"code": 999}}]}, "steps[0] 'x': code: 999"),
    ({"steps": [{"id": "x", "fault": {"situation": "rate_limitd"}}]}, "did you mean 'rate_limited'?"),
    ({"steps": [{"id": "x", "fault": {"code": 500, "times": 3}}]}, "said by the step"),
    ({"steps": [{"id": "x", "endpoint": "record", "fault": {"code": 500}}]}, "recordInfo"),
    ({"steps": [{"id": "x", "model": "klin/*", "fault": {"code": 500}}]}, "model"),
    ({"steps": [{"id": "x", "endpoint": "veo/extend", "model": "veo3", "fault": {"code": 500}}]}, "fast, quality"),
    ({"steps": [{"id": "x", "plan": {"quirk": "stage_lost"}}]}, "do not come in stages"),
    ({"steps": [{"id": "x", "endpoint": "credit", "plan": {"outcome": "fail"}}]}, "makes no task"),
    ({"steps": [{"id": "x", "transport_fault": {"kind": "latency", "seconds": {"median": 3, "p90": 1}}}]}, "p90"),
    ({"steps": [{"id": "x", "plan": {"seconds": {"from": 3, "to": 1}}}]}, "seconds"),
    *(
        ({"steps": [{"id": "x", "transport_fault": {"kind": kind, "seconds": seconds}}]}, "seconds: at most 3600")
        for kind, seconds in (
            ("latency", 3601),
            ("latency", {"median": 1, "p90": 1e6}),
            ("dribbled", {"from": 0, "to": 7000}),
        )
    ),
    (
        {"steps": [{"id": "a", "to": 60, "fault": {"code": 500}}, {"id": "b", "from": 30, "fault": {"code": 429}}]},
        "overlaps that of 'a'",
    ),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG, ids=lambda value: str(value)[:60])
def test_what_cannot_be_meant_is_refused_and_the_old_one_plays_on(
    make: Make, wrong: dict[str, Any], words: str
) -> None:
    """One line with the step, what was expected and what came."""
    service = make()
    service.control.scenarios.play(_day({"id": "down", "fault": {"code": 500}}))
    with pytest.raises(WrongOrderError) as refused:
        service.control.scenarios.play({**_day(), **wrong})
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert _create(service) == 500


def test_a_base_load_may_lie_under_an_outage(make: Make) -> None:
    """A step that goes by chance is met beside a window that comes first."""
    outage = {"id": "outage", "from": 10, "to": 20, "fault": {"code": 455}}
    make().control.scenarios.play(_day(outage, HALF))


def test_levers_play_show_and_end_scenarios(door: Door) -> None:
    """By name or as data; a path is no name, so that nobody makes the fake read its files."""
    played = door.post("/_fakie/scenarios", {"scenario": "maintenance-window", "account": "test-key"})
    assert [one["scenario"] for one in played.data] == ["maintenance-window"]
    shown = door.get("/_fakie/scenarios").data
    assert shown["playing"] == played.data
    assert shown["ready"] == list(scenario_names())
    refused = door.post("/_fakie/scenarios", {"scenario": "/etc/passwd.json"})
    assert (refused.status, refused.situation) == (422, "lever_misused")
    assert door.ask("DELETE", "/_fakie/scenarios").data == {"removed": 1}
    assert door.post("/_fakie/scenarios", {"scenario": _day({"id": "down", "fault": {"code": 500}})}).status == 200
    assert door.create().code == 500


def test_a_spread_is_what_it_says() -> None:
    """Half lie below the median, a tenth above the p90; evenly between two bounds otherwise."""
    latency, even = Spread.around(0.5, 0.7), Spread(2, 4)
    assert latency.seconds(0.5) == pytest.approx(0.5)
    assert latency.seconds(0.9) == pytest.approx(0.7)
    assert latency.seconds(0.0) == 0.0
    assert (even.seconds(0), even.seconds(0.5), even.seconds(1)) == (2, 3, 4)


def test_no_draw_is_longer_than_its_order_may_take(make: Make) -> None:
    """A tenth of latencies lies beyond their p90, and a few would come after weeks."""
    step = {"id": "x", "transport_fault": {"kind": "latency", "seconds": {"median": 1, "p90": 3600}}}
    played = make().control.scenarios.play(_day(step)).steps[0]
    drawn = [played.effect_at(number / 1000) for number in range(1000)]
    seconds = [one.seconds for one in drawn if isinstance(one, TransportFault)]
    assert len(seconds) == 1000
    assert max(seconds) == 3600
    assert seconds[500] == pytest.approx(1)


def test_the_ready_ones_say_what_they_stand_for() -> None:
    """Six, each under the name of its file."""
    assert len(scenario_names()) == 6
    for name in scenario_names():
        assert read_scenario(name)["name"] == name
        assert read_scenario(name)["what"]
