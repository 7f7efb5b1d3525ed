"""The judges by profile, from both sides: the fake as pages and wire have it, judged by what pages and wire expect."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fakie.adapters.callback_sender import CallbackSender
from fakie.adapters.compose import make_service
from fakie.adapters.live_server import LiveServer
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_contract.cases.every import every_case
from fakie_contract.http.target import Target
from fakie_contract.report.result import Result
from fakie_contract.run.runner import Engine
from fakie_contract.traffic.check import check
from fakie_contract.traffic.judging import TrafficJudge
from fakie_contract.trial.environment import Environment
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.limits import WindowLimit
from fakie_schemas.rules.difference import Difference
from support.clients.doors import CREATE, CREDIT, RECORD, Door, open_door
from support.recordings import exchange, report, write
from support.servers.broken import at_work
from support.servers.fakes import Collector, HandClock, new_service

MODELS = ("elevenlabs/audio-isolation", "z-image", "bytedance/seedance-1.5-pro")
# Pages that require a callback's URL of any form, or whose alternatives and contradictions say what is required.
ODD = ("kling-3.0/motion-control", "suno/replace-section", "suno/vocal-removal", "suno/add-vocals")
ODD_CASES = ("::code-", "::goes-on::", "::callBackUrl::")
# Situations in which the code of the wire is inferred: told as a guess, never as known.
GUESSED = {"out_of_range", "too_many_items", "too_short", "url_malformed"}
# Rule, place and situation of what the wire is known to do otherwise than the pages say, and since when.
KNOWN = {
    ("answer.code", "/body/code", "field_missing", "2026-04"),
    ("answer.code", "/body/code", "too_long", "2026-04"),
    ("answer.code", "/body/code", "value_not_allowed", "2026-04"),
    ("answer.code", "/body/code", "wrong_type", "2026-04"),
    ("answer.data_missing", "/body/data", "", "2026-04"),
    ("answer.error_shape", "/body", "", "2026-04"),
    ("answer.refused", "/body/code", "accepted", "2026-04"),
    ("request.accepted", "/request/body", "url_malformed", "2026-09"),
    ("request.accepted", "/request/body", "wrong_type", "2026-04"),
    ("shape.undocumented_field", "/body/data/recordId", "", "2026-04"),
    ("task.states", "/body/data/state", "", "2026-04"),
}


@contextmanager
def served(profile: str, docs: Docs = "latest", **settings: Any) -> Iterator[str]:
    server, sender = LiveServer("127.0.0.1", 0), CallbackSender(threads=1)
    made = Settings(public_url=server.url, keys=("the-key",), **settings)
    service = make_service(made, sender, profile=profile, docs=docs)
    with at_work(server, service, sender):
        yield server.url


def results_of(
    fake: str, judge: str, models: tuple[str, ...], docs: Docs = "latest", only: str = "", **settings: Any
) -> list[Result]:
    """What comes of the cases of models in a fake of one profile, judged by another, both by the same pages."""
    with served(fake, docs, **settings) as url:
        judging: dict[str, Any] = {"patience": 2.0, "mirror_status": settings.get("mirror_status", False)}
        env = Environment.at(Target(url, "the-key"), Catalog.shipped(docs=docs), Profile.load(judge), **judging)
        try:
            every = every_case(env.catalog, env.profile, models)
            return [Engine(env).run(case) for case in every if re.search(only, case.id)]
        finally:
            env.close()


def found(fake: str, judge: str) -> list[Difference]:
    """What the suite finds in a fake of one profile by another, both by the latest pages."""
    results = results_of(fake, judge, MODELS)
    assert {result.ending for result in results} <= {"held", "findings"}
    assert len(results) > 300
    return [one for result in results for one in result.findings]


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_a_fake_holds_by_its_own_profile(profile: str) -> None:
    """Nothing is found, not even what is known."""
    assert found(profile, profile) == []


@pytest.mark.parametrize("docs", ["pinned", "latest"])
@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_odd_pages_hold_by_their_own_profile(profile: str, docs: Docs) -> None:
    """What is left out is what the page needs, and what is sent is what it takes, in each of its revisions."""
    results = results_of(profile, profile, ODD, docs, "|".join(ODD_CASES))
    assert {each.ending for each in results} <= {"held", "not_provokable"}
    assert len(results) > 80


def test_by_the_pages_the_wire_differs_as_it_is_known_to() -> None:
    """Exactly the list, each known, for information alone, and since when; what is guessed is told as such."""
    differences = found("observed", "documented")
    shown = {(one.rule, _place(one), one.situation, one.since) for one in differences if one.known}
    guessed = [one for one in differences if not one.known]
    assert shown == KNOWN
    assert {one.situation for one in guessed} == GUESSED
    assert all("guessed of the wire: 500 [inf]" in one.source and not one.since for one in guessed)
    assert all(f"known of the wire since {one.since}" in one.text() for one in differences if one.known)
    assert all(one.fails_nobody for one in differences)


def test_what_the_wire_accepts_has_the_status_of_its_own_code() -> None:
    """Also where statuses mirror codes and the page would refuse the body."""
    only = "::callBackUrl::|::type-"
    results = results_of("observed", "observed", ("z-image",), only=only, mirror_status=True)
    assert {result.ending for result in results} == {"held"}
    assert any(case.case == "z-image::input.prompt::type-integer" for case in results)


@pytest.mark.parametrize("judge", ["documented", "observed"])
def test_a_fake_that_takes_its_time_as_the_wire_does_holds(judge: str) -> None:
    """A fresh task of a model is unknown for a moment, also where time is moved by lever; one of a family never."""
    only, models = "::life::|::callback::signed", ("z-image", "veo/generate")
    results = results_of("observed", judge, models, only=only, latency="observed", speed=5)
    assert [one for result in results for one in result.findings if not one.fails_nobody] == []
    assert len([result for result in results if result.ending == "held"]) >= 8


def test_a_limit_is_judged_of_a_fake_that_is_slower_than_its_window() -> None:
    """Its time is held while creates are counted; one whose time cannot be held is not judged then."""
    only = "::code-429::by-nature"
    limit = WindowLimit(20, 0.01)
    [result] = results_of("observed", "observed", ("z-image",), only=only, create_limit=limit)
    assert result.ending == "held"


@pytest.mark.parametrize("judge", ["documented", "observed"])
def test_of_the_states_of_families_the_wire_is_not_known_to_differ(judge: str) -> None:
    """Captures show those of models alone: a family's tasks go on as its pages say."""
    results = results_of(
        "observed", judge, ("runway/generate", "suno/cover"), only="::life::(success|polled)|::callback::"
    )
    assert [one for result in results for one in result.findings if not one.fails_nobody] == []
    assert len([result for result in results if result.ending == "held"]) >= 6


def test_a_refusal_that_calls_nobody_is_one_in_each_reading_of_its_page() -> None:
    """Also where the page's own example lacks a field that the page requires."""
    results = results_of("observed", "observed", ("suno/vocal-removal",), only="::callback::refused")
    assert [result.ending for result in results] == ["held"]


def test_by_the_wire_the_pages_ways_are_news() -> None:
    """What answers as pages say is not the wire: told of, never as known; so is data where captures have none."""
    differences = found("documented", "observed")
    assert ("shape.undocumented_field", "/body/data") in {(one.rule, one.place) for one in differences}
    assert {one.rule for one in differences} >= {"answer.code", "answer.error_shape", "task.states"}
    assert not any(one.known for one in differences)


def _place(one: Difference) -> str:
    """Where it is; of a body's fields, only that it is one."""
    return "/request/body" if one.place.startswith("/request/body") else one.place


BODIES: tuple[dict[str, Any], ...] = (
    {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}},
    {"model": "z-image", "input": {}},
    {"model": "z-image", "input": {"prompt": "a lake, " * 200, "aspect_ratio": "1:1"}},
    {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "9"}},
    {"model": "z-image", "input": {"prompt": 7, "aspect_ratio": "1:1"}},
)


def recorded(service: Service, sent: Collector, clock: HandClock) -> list[dict[str, Any]]:
    """Exchanges with a fake, as a recorder writes them: creates, polls, a callback, a balance, a wrong key."""
    hook = "http://127.0.0.1:9/hook"
    with open_door("direct", service) as door:
        every = [_asked(door, "POST", CREATE, body) for body in BODIES]
        made = _asked(door, "POST", CREATE, {**BODIES[0], "callBackUrl": hook})
        task = made["response"]["body"]["data"]["taskId"]
        every += [made, _asked(door, "GET", f"{RECORD}?taskId={task}"), _asked(door, "GET", CREDIT)]
        clock.seconds += 5
        every += [_asked(door, "GET", f"{RECORD}?taskId={one}") for one in (task, "0" * 32)]
        every.append(_asked(door, "GET", CREDIT, headers={}))
        service.run_due()
    called_back = json.loads(sent.outgoing[-1].body)
    return [*every, exchange("POST", "/hook", called_back, {"code": 200}, host="client.test")]


def _asked(door: Door, method: str, path: str, body: Any = None, **how: Any) -> dict[str, Any]:
    answer = door.post(path, body) if method == "POST" else door.get(path, **how)
    return exchange(method, path, body, answer.json, status=answer.status)


def traffic(file: Path, profile: str) -> list[dict[str, Any]]:
    judge = TrafficJudge(Catalog.shipped(docs="latest"), profile=Profile.load(profile))
    findings: list[dict[str, Any]] = check((file,), judge).as_dict()["findings"]
    return findings


def test_recorded_traffic_is_judged_alike(tmp_path: Path, sent: Collector, clock: HandClock) -> None:
    """By the wire nothing is found in its traffic; by the pages what is known, each since when."""
    service = new_service(Settings(), sent, clock, profile="observed", docs="latest")
    file = write(tmp_path / "traffic.json", recorded(service, sent, clock))
    assert traffic(file, "observed") == []
    findings = traffic(file, "documented")
    assert [one for one in findings if not one["known"]] == []
    known = {(one["rule"], one["place"], one["since"]) for one in findings}
    assert known >= {
        ("answer.code", "/body/code", "2026-04"),
        ("shape.undocumented_field", "/body/data/creditsConsumed", "2026-06"),
        ("shape.undocumented_field", "/body/data/paramJson", "2026-10"),
    }


def test_recorded_traffic_of_the_pages_ways_is_news_by_the_wire(
    tmp_path: Path, sent: Collector, clock: HandClock
) -> None:
    """A refusal under the code that pages have is none of the wire's."""
    service = new_service(Settings(), sent, clock, docs="latest")
    file = write(tmp_path / "traffic.json", recorded(service, sent, clock))
    found_by_pages, found_by_wire = traffic(file, "documented"), traffic(file, "observed")
    # The page of the model names no record id, and its fake gives none.
    assert not [one for one in found_by_pages if not one["known"]]
    assert {one["rule"] for one in found_by_wire} == {"answer.code", "task.record_id"}


def test_captured_traffic_has_nothing_known_by_the_wire(shared: Path) -> None:
    """Only what the requests themselves explain remains of what the pages would have found."""
    by_pages = report(shared / "observed")["findings"]
    by_wire = report(shared / "observed", profile=Profile.load("observed"))["findings"]
    assert [one for one in by_pages if one["known"]]
    assert [one for one in by_wire if one["known"]] == []
    assert json.dumps(by_wire) != json.dumps(by_pages)
