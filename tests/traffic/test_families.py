"""Recorded traffic of the families: requests, records, callbacks and lives, judged by each family's page and data."""

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from fakie_schemas.families.family import FamilyEndpoint, endpoints
from support.dialects import DIALECTS
from support.families import HOOK, MAKING
from support.family_deviations import (
    DEVIATIONS,
    RUNWAY,
    SUNO,
    VEO,
    Deviation,
    callbacks,
    polls,
    posted,
    shown,
)
from support.family_traffic import life, lives, recorded_client
from support.recordings import TASK, Exchange, exchange, news, report, report_of
from support.some import some

Deviating = pytest.mark.parametrize("case", some(DEVIATIONS))


@cache
def right(name: str, fails: str = "") -> list[Exchange]:
    """Return the exchanges of a task that goes as its family has it."""
    with recorded_client() as client:
        life(client, name, **({"outcome": "fail", "code": fails} if fails else {}))
        return client.exchanges


@pytest.mark.parametrize("name", some([one.name for one in MAKING]))
def test_nothing_is_found_in_a_right_recording(name: str, tmp_path: Path) -> None:
    """Of tasks that succeed and that fail in each way, polled and called back: all is judged, and all is right."""
    exchanges = lives(name)
    found = report_of(tmp_path, *exchanges)
    assert found["findings"] == []
    assert found["judged"] == found["exchanges"] == len(exchanges)
    assert found["files"][0]["problem"] is None


@Deviating
def test_a_deviation_is_found(case: str, tmp_path: Path) -> None:
    """By its rule and its place, and nothing else is said to break clients but what follows from it."""
    one = DEVIATIONS[case]
    found = report_of(tmp_path, *one.of(right(one.endpoint, one.fails)))["findings"]
    assert (one.rule, one.place) in {(each["rule"], each["place"]) for each in found}
    assert len([each for each in found if each["severity"] == "breaking"]) <= 2
    assert all(each["source"] and each["expected"] for each in found)


def test_what_is_not_there_yet_is_not_told_of(tmp_path: Path) -> None:
    """A video while it is made, and the video of a task that has failed, in a callback."""
    url = "https://a.test/b.mp4"
    early = Deviation(VEO, shown(0, "response", {"resultUrls": [url]}), "task.end_told", "/body/data/response")
    failed = Deviation(
        RUNWAY, posted(-1, "data/video_url", url), early.rule, "/callback/body/data/video_url", fails="500"
    )
    for one in (early, failed):
        found = report_of(tmp_path, *one.of(right(one.endpoint, one.fails)))["findings"]
        assert ("minor", one.rule, one.place) in news(found)


@pytest.mark.parametrize("dialect", some(DIALECTS))
def test_every_dialect_is_judged(dialect: str, tmp_path: Path) -> None:
    """The same finding, and no other, in each way of writing a recording; a file with a family alone is judged."""
    case = DEVIATIONS["veo: the flag as a text"]
    wrong = [one for one in case.of(right(VEO)) if one not in callbacks(right(VEO))]
    (tmp_path / "right").mkdir()
    assert report(DIALECTS[dialect](tmp_path / "right", right(VEO)))["findings"] == []
    (tmp_path / "wrong").mkdir()
    found = report(DIALECTS[dialect](tmp_path / "wrong", wrong))
    assert ("breaking", case.rule, case.place) in news(found["findings"])
    assert found["judged"] >= len(polls(wrong))


@pytest.mark.parametrize("door", ["socket", "wsgi"])
def test_what_a_served_fake_answers_is_right(door: str, tmp_path: Path) -> None:
    """Recorded over a port."""
    for name in (VEO, SUNO):
        assert report_of(tmp_path, *lives(name, door))["findings"] == []


@pytest.mark.parametrize(
    ("path", "msg", "more"),
    [
        ("veo/get-1080p-video?taskId=7d31b6c6ad0faada56ba0eb1c82c5302", "1080P is processing.", {"data": None}),
        ("veo/record-info", "taskId parameter is required", {}),
        ("jobs/recordInfo", "taskId parameter is required", {}),
    ],
)
def test_a_refusal_in_the_form_of_its_page_is_right(path: str, msg: str, more: dict[str, None], tmp_path: Path) -> None:
    """A code that the page's text alone gives for what is still made, and an example that has no `data`."""
    answer = {"code": 400, "msg": msg, **more}
    assert news(report_of(tmp_path, exchange("GET", f"/api/v1/{path}", None, answer))["findings"]) == set()


def at_another_host(one: Exchange, url: str) -> Exchange:
    return {**one, "request": {**one["request"], "url": url}}


def test_a_path_that_others_have_too_is_theirs(tmp_path: Path) -> None:
    """`/api/v1/generate` of another host is judged where it answers as the API does, below a proxy's prefix too."""
    create = right(SUNO)[0]
    other = exchange("POST", "/api/v1/generate", {"prompt": 1}, {"id": 7}, host="music.test")
    assert report_of(tmp_path, create, other)["judged"] == 1
    behind = at_another_host(create, "https://proxy.test/kie/api/v1/generate")
    assert report_of(tmp_path, behind)["judged"] == 1


def test_a_callback_is_known_by_its_form(tmp_path: Path) -> None:
    """Where nothing else of its task was recorded; a body of somebody else's with an id is none."""
    for name in (one.name for one in MAKING):
        alone = callbacks(right(name))
        assert report_of(tmp_path, *alone)["judged"] == len(alone)
    for body in ({"code": 501, "msg": "failed", "data": {"taskId": "x" * 20}}, {"code": 200, "data": {"task_id": "x"}}):
        posted = exchange("POST", "/orders", body, {}, host="shop.test")
        assert report_of(tmp_path, posted)["judged"] == 0


def test_a_callback_is_known_by_its_task_or_its_address(tmp_path: Path) -> None:
    """Little of it is left, but it names the task, or was posted to where the request wanted it."""
    create, task_id = right(VEO)[0], right(VEO)[0]["response"]["body"]["data"]["taskId"]
    left = {"code": 501, "msg": "no", "data": {"taskId": task_id}}
    found = report_of(tmp_path, create, exchange("POST", "/any", left, {}, host="client.test"))
    assert found["judged"] == 2
    nameless = at_another_host(exchange("POST", "/", {"code": 501, "msg": "no", "data": {}}, {}), HOOK)
    assert report_of(tmp_path, create, nameless)["judged"] == 2


def test_what_a_recorder_took_out_is_right(tmp_path: Path) -> None:
    """Ids, addresses and URLs that were replaced by marks are no findings."""
    exchanges = copy.deepcopy(right(VEO))
    for one in polls(exchanges):
        data = one["response"]["body"]["data"]
        data["paramJson"] = "[REDACTED]"
        if data["response"]:
            data["response"]["resultUrls"] = ["[REDACTED]"]
    for one in callbacks(exchanges):
        one["request"]["body"]["data"]["info"]["resultUrls"] = ["https://…"]
    assert report_of(tmp_path, *exchanges)["findings"] == []


@pytest.mark.parametrize(("asked", "shown"), [("[REDACTED]", "a lake"), ("a lake", "[REDACTED]")])
def test_a_request_of_which_something_was_taken_out_is_right(asked: str, shown: str, tmp_path: Path) -> None:
    """Of it, or of the record that gives it back."""
    exchanges = [copy.deepcopy(one) for one in right(VEO) if one not in callbacks(right(VEO))]
    exchanges[0]["request"]["body"]["prompt"] = asked
    for one in polls(exchanges):
        data = one["response"]["body"]["data"]
        data["paramJson"] = json.dumps({**json.loads(data["paramJson"]), "prompt": shown})
    assert report_of(tmp_path, *exchanges)["findings"] == []


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("A singer", set()),
        ("[REDACTED]", set()),
        ("Another", {("minor", "record.param_input", "/body/data/name")}),
        (7, {("breaking", "shape.type", "/body/data/name")}),
    ],
)
def test_a_persona_has_the_name_that_was_sent(name: object, found: set[object], tmp_path: Path) -> None:
    """Its page says so; what is made of words that were sent may have others."""
    sent = {"taskId": TASK, "audioId": "a" * 9, "name": "A singer", "description": "Loud"}
    data = {"personaId": "p" * 9, "name": name, "description": "Loud"}
    made = exchange("POST", "/api/v1/generate/generate-persona", sent, {"code": 200, "msg": "success", "data": data})
    assert news(report_of(tmp_path, made)["findings"]) == found


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://files.test/a.png?sig=1", set()),
        ("[REDACTED]", set()),
        ("https://files.test/…", set()),
        ("a.png", {("breaking", "result.url", "/body/data")}),
        ({"url": "https://files.test/a.png"}, {("breaking", "result.url", "/body/data")}),
    ],
)
def test_whoever_asks_for_a_link_is_given_one(link: object, found: set[object], tmp_path: Path) -> None:
    """Its page has no more than a text."""
    sent = {"taskId": TASK, "url": "https://files.test/b.png"}
    answer = {"code": 200, "msg": "success", "data": link}
    asked = exchange("POST", "/api/v1/gpt4o-image/download-url", sent, answer)
    assert news(report_of(tmp_path, asked)["findings"]) == found


ASKS = [one for one in endpoints().values() if one.kind in ("create", "transform", "query") and one.family != "market"]


@pytest.mark.parametrize("one", some(ASKS), ids=lambda one: one.name)
@pytest.mark.parametrize(("data", "rule"), [({"data": None}, "shape.type"), ({}, "shape.missing_field")])
def test_an_accepted_answer_has_what_was_asked_for(
    one: FamilyEndpoint, data: dict[str, None], rule: str, tmp_path: Path
) -> None:
    """A code 200 with no data is no task, and no result, whatever pages leave open."""
    query = f"?taskId={'5' * 16}" if one.method == "GET" else ""
    answer = {"code": 200, "msg": "success", **data}
    found = report_of(tmp_path, exchange(one.method, one.path + query, None, answer))["findings"]
    assert (rule, "/body/data") in {(each["rule"], each["place"]) for each in found}


def test_data_that_was_taken_out_as_a_whole_is_right(tmp_path: Path) -> None:
    """Of a create, and of a record."""
    exchanges = copy.deepcopy(right(VEO)[:2])
    for one in exchanges:
        one["response"]["body"]["data"] = "[REDACTED]"
    found = report_of(tmp_path, *exchanges)
    assert (found["findings"], found["judged"]) == ([], 2)


NULLS: dict[str, Callable[[Exchange], None]] = {
    "no words of a failure": lambda one: one["response"]["body"]["data"].update(errorMessage=None),
    "no time of its end": lambda one: one["response"]["body"]["data"].update(completeTime=None),
    "no flag of the fallback": lambda one: one["response"]["body"]["data"].update(fallbackFlag=None),
}


@pytest.mark.parametrize("case", NULLS)
def test_null_where_a_task_has_nothing_to_tell_yet_is_right(case: str, tmp_path: Path) -> None:
    """Pages give types without null; while a task runs there is nothing to tell."""
    exchanges = copy.deepcopy(right(VEO))
    NULLS[case](polls(exchanges)[0])
    assert report_of(tmp_path, *exchanges)["findings"] == []


def test_a_sent_again_callback_is_no_stage_out_of_order(tmp_path: Path) -> None:
    """What nobody took comes again, after later ones too."""
    exchanges = right(SUNO)
    again = copy.deepcopy(callbacks(exchanges)[0])
    again["recorded"] = "2026-10-05T11:00:00Z"
    assert report_of(tmp_path, *exchanges, again)["findings"] == []
