"""Callbacks among other traffic: those that have drifted too, and none of another family."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.recordings import TASK, Exchange, callback, create, exchange, failed, news, record, report_of, task

HOOK = "https://client.test/hook"
BODY = "/callback/body"


def posted(body: Any, path: str = "/hook") -> Exchange:
    return exchange("POST", path, body, {"code": 200}, host="client.test")


def renamed(data: dict[str, Any], before: str, after: str) -> dict[str, Any]:
    return {after if name == before else name: value for name, value in data.items()}


def body(**more: Any) -> dict[str, Any]:
    return {"code": 200, "msg": "done", "data": task(), **more}


DRIFTED: dict[str, tuple[Any, str]] = {
    "message for msg": (renamed(body(), "msg", "message"), f"{BODY}/msg"),
    "task_id for taskId": (body(data=renamed(task(), "taskId", "task_id")), f"{BODY}/data/taskId"),
    "status for state": (body(data=renamed(task(), "state", "status")), f"{BODY}/data/state"),
    "message for msg, with little data": (
        {"code": 200, "message": "done", "data": {"taskId": TASK, "state": "success"}},
        f"{BODY}/msg",
    ),
    "status for code": (renamed(body(), "code", "status"), f"{BODY}/code"),
}


@pytest.mark.parametrize("case", DRIFTED)
def test_a_callback_that_has_drifted_is_one_still(case: str, tmp_path: Path) -> None:
    """A renamed key breaks clients, and is found wherever it was posted to."""
    sent, place = DRIFTED[case]
    found = report_of(tmp_path, posted(sent))
    assert found["judged"] == 1
    assert ("breaking", "shape.missing_field", place) in news(found["findings"])


def test_what_is_posted_to_a_named_url_is_a_callback(tmp_path: Path) -> None:
    """With less to recognise it by, once a createTask has named the URL."""
    sent = {"status": 200, "message": "done", "result": task()}
    asked = create({"model": "z-image", "input": {"prompt": "a", "aspect_ratio": "1:1"}, "callBackUrl": f"{HOOK}?k=1"})
    assert report_of(tmp_path, posted(sent))["judged"] == 0
    found = report_of(tmp_path, asked, posted(sent))
    assert found["judged"] == 2
    assert ("breaking", "shape.missing_field", f"{BODY}/data") in news(found["findings"])


OTHERS: list[Any] = [
    {"code": 200, "msg": "Veo.", "data": {"taskId": "x", "info": {"resultUrls": []}, "fallbackFlag": False}},
    {"code": 501, "msg": "failed", "data": {"taskId": "x"}},
    {"code": 500, "msg": "failed", "data": None},
    {"event": "ping"},
    [1],
    "text",
]


@pytest.mark.parametrize("sent", OTHERS)
def test_what_is_no_callback_for_certain_is_not_judged(sent: Any, tmp_path: Path) -> None:
    """An id within an envelope may be anybody's, at the same URL too."""
    asked = create({"model": "z-image", "input": {"prompt": "a", "aspect_ratio": "1:1"}, "callBackUrl": HOOK})
    found = report_of(tmp_path, asked, posted(sent))
    assert (found["judged"], found["not_judged"]) == (1, [{"reason": "another host", "count": 1}])


OF_FAMILIES: list[Any] = [
    {"code": 200, "msg": "All generated.", "data": {"callbackType": "complete", "task_id": "x", "data": []}},
    {"code": 200, "msg": "ok", "data": {"task_id": "x", "video_id": "y", "video_url": "z", "image_url": "q"}},
]


@pytest.mark.parametrize("sent", OF_FAMILIES)
def test_callbacks_of_families_are_judged_as_theirs(sent: Any, tmp_path: Path) -> None:
    """Suno and Runway tell of their tasks otherwise than models, to the same URL too: what is missing is a result."""
    asked = create({"model": "z-image", "input": {"prompt": "a", "aspect_ratio": "1:1"}, "callBackUrl": HOOK})
    found = report_of(tmp_path, asked, posted(sent))
    assert found["judged"] == 2
    assert {one["rule"] for one in found["findings"] if not one["known"]} <= {"shape.type", "result.url"}


FAILED = callback(failed(creditsConsumed=0), 501)
LIES = callback(task(state="fail"), 501)


@pytest.mark.parametrize("told", [FAILED, LIES])
def test_another_state_than_the_record_has_is_one_finding(told: Exchange, tmp_path: Path) -> None:
    """It breaks clients, and what follows from it is not told as well; whichever came first."""
    after = news(report_of(tmp_path, record(task()), told)["findings"])
    assert after == {("breaking", "callback.state", f"{BODY}/data/state")}
    before = news(report_of(tmp_path, FAILED, record(task()))["findings"])
    assert before == {("breaking", "callback.state", "/body/data/state")}


ASKED = create({"model": "z-image", "input": {"prompt": "a sea", "aspect_ratio": "1:1"}})
OTHER = create({"model": "google/nano-banana", "input": {"prompt": "a lake"}})
CALLED = callback(task())


@pytest.mark.parametrize(
    ("recorded", "rule", "place"),
    [
        ([ASKED, CALLED], "record.param_input", "/data/param/input/prompt"),
        ([CALLED, ASKED], "record.param_input", "/data/param/input/prompt"),
        ([OTHER, CALLED], "record.model", "/data/model"),
        ([CALLED, OTHER], "record.model", "/data/model"),
    ],
)
def test_a_callback_agrees_with_what_createtask_was_asked(
    recorded: list[Exchange], rule: str, place: str, tmp_path: Path
) -> None:
    """Also where nobody polled, and whichever of the two stands first."""
    found = report_of(tmp_path, *recorded)["findings"]
    assert (rule, f"{BODY}{place}") in {(kind, where) for _, kind, where in news(found)}


def test_a_callback_that_gives_back_the_request_is_right(tmp_path: Path) -> None:
    """In either order."""
    asked = create({"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}})
    assert news(report_of(tmp_path, asked, CALLED)["findings"]) == set()
    assert news(report_of(tmp_path, CALLED, asked)["findings"]) == set()


def test_a_callback_url_that_a_recorder_left_out_of_the_request_is_none_of_the_targets_own(tmp_path: Path) -> None:
    """Filters take the whole field out of what was sent, as vcrpy's do; it still stands in the record's text."""
    sent: dict[str, Any] = {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}}
    told = task(param=json.dumps({**json.loads(task()["param"]), "callBackUrl": "https://mine.test/hook"}))
    for told_by in (record(told), callback(told)):
        assert news(report_of(tmp_path, create(sent), told_by)["findings"]) == set()
        assert news(report_of(tmp_path, told_by, create(sent))["findings"]) == set()


@pytest.mark.parametrize("state", [["success"], {"success": True}, 5, None, True])
def test_a_state_that_is_no_text_is_a_finding(state: Any, tmp_path: Path) -> None:
    """Whatever stands in its place."""
    asked = create({"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}})
    found = news(report_of(tmp_path, asked, callback(task(state=state)), record(task(state=state)))["findings"])
    assert {BODY, "/body"} <= {place.removesuffix("/data/state") for _, _, place in found}


@pytest.mark.parametrize(("apart", "found"), [(300, False), (1_000, False), (60_000, True)])
def test_times_agree_but_for_their_rounding(apart: int, found: bool, tmp_path: Path) -> None:
    """A callback's times are whole seconds."""
    data = task(completeTime=task()["completeTime"] + apart)
    told = news(report_of(tmp_path, record(task()), callback(data))["findings"])
    assert told == ({("minor", "callback.agrees", f"{BODY}/data/completeTime")} if found else set())


def test_a_failure_without_its_time_weighs_little(tmp_path: Path) -> None:
    """The page's example of a failed task shows none."""
    data = {name: value for name, value in failed().items() if name != "completeTime"}
    told = news(report_of(tmp_path, callback(data, 501))["findings"])
    assert told == {("minor", "shape.missing_field", f"{BODY}/data/completeTime")}
    done = {name: value for name, value in task().items() if name != "completeTime"}
    assert ("breaking", "shape.missing_field", f"{BODY}/data/completeTime") in news(
        report_of(tmp_path, callback(done))["findings"]
    )
