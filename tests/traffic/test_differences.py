"""What differs is found, with its weight."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.clients.doors import CREDIT
from support.recordings import (
    TASK,
    Exchange,
    callback,
    create,
    exchange,
    record,
    refusal,
    report_of,
    shape,
    task,
    waiting,
)

GOOD = {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}}
DOWNLOAD = "/api/v1/common/download-url"
TWICE = task()["param"]
ONCE = json.dumps({"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}})

DIFFERENCES: dict[str, tuple[Exchange, str, str, str]] = {
    "no code": (create(GOOD, {"msg": "success", "data": None}), "breaking", "shape.missing_field", "/body/code"),
    "code as text": (create(GOOD, {"code": "200", "msg": "success"}), "breaking", "shape.type", "/body/code"),
    "message for msg": (
        create(GOOD, {"code": 422, "message": "x", "data": None}),
        "breaking",
        "shape.missing_field",
        "/body/msg",
    ),
    "unknown code": (create(GOOD, refusal(499)), "breaking", "answer.undocumented_code", "/body/code"),
    "mirrored status": (create(GOOD, refusal(422), status=422), "minor", "answer.mirrored_status", "/status"),
    "another status": (create(GOOD, refusal(422), status=418), "breaking", "answer.http_status", "/status"),
    "no task id": (
        create(GOOD, {"code": 200, "msg": "success", "data": {}}),
        "breaking",
        "shape.missing_field",
        "/body/data/taskId",
    ),
    "two ids": (
        create(GOOD, {"code": 200, "msg": "success", "data": {"taskId": TASK, "recordId": TASK[::-1]}}),
        "minor",
        "task.record_id",
        "/body/data/recordId",
    ),
    "unauthorized without data": (
        create(GOOD, {"code": 401, "msg": "no"}),
        "info",
        "answer.data_missing",
        "/body/data",
    ),
    "a new key": (
        create(GOOD, {"code": 200, "msg": "success", "data": {"taskId": TASK, "recordId": TASK, "queue": 1}}),
        "minor",
        "shape.undocumented_field",
        "/body/data/queue",
    ),
    "accepted though refused": (
        create({"model": "z-image", "input": {"prompt": "x", "aspect_ratio": "5:1"}}),
        "minor",
        "request.accepted",
        "/request/body/input/aspect_ratio",
    ),
    "number for text": (
        create({"model": "z-image", "input": {"prompt": 5, "aspect_ratio": "1:1"}}),
        "info",
        "request.accepted",
        "/request/body/input/prompt",
    ),
    "an empty callback URL": (
        create({**GOOD, "callBackUrl": ""}),
        "info",
        "request.accepted",
        "/request/body/callBackUrl",
    ),
    "too long, as the wire says it": (
        create({"model": "z-image", "input": {"prompt": "a" * 9000, "aspect_ratio": "1:1"}}, refusal(500)),
        "info",
        "answer.code",
        "/body/code",
    ),
    "no model": (create({"input": {}}), "minor", "request.accepted", "/request/body/model"),
    "another code for a missing field": (
        create({"model": "z-image", "input": {}}, refusal(404)),
        "breaking",
        "answer.code",
        "/body/code",
    ),
    "refused without reason": (create(GOOD, refusal(500)), "info", "answer.refused_without_reason", "/body/code"),
    "failCode as number": (
        record(task(state="fail", resultJson="", failCode=500, failMsg="x")),
        "breaking",
        "shape.type",
        "/body/data/failCode",
    ),
    "unknown state": (record(waiting("paused")), "breaking", "shape.value", "/body/data/state"),
    "createTime in seconds": (
        record(task(createTime=1_790_000_000)),
        "breaking",
        "shape.unit",
        "/body/data/createTime",
    ),
    "costTime in milliseconds": (
        record(task(costTime=12_300)),
        "minor",
        "record.cost_time_unit",
        "/body/data/costTime",
    ),
    "cost before the end": (record(waiting() | {"costTime": 3}), "minor", "shape.type", "/body/data/costTime"),
    "param as object": (record(task(param=json.loads(ONCE))), "breaking", "shape.type", "/body/data/param"),
    "param encoded once": (record(task(param=ONCE)), "minor", "record.param_input_once", "/body/data/param"),
    "resultJson as object": (
        record(task(resultJson={"resultUrls": []})),
        "breaking",
        "shape.type",
        "/body/data/resultJson",
    ),
    "resultJson null while running": (
        record(waiting() | {"resultJson": None}),
        "breaking",
        "shape.type",
        "/body/data/resultJson",
    ),
    "success without result": (record(task(resultJson="")), "breaking", "result.encoding", "/body/data/resultJson"),
    "state missing": (
        record({name: value for name, value in task().items() if name != "state"}),
        "breaking",
        "shape.missing_field",
        "/body/data/state",
    ),
    "success of an upload that is refused": (
        exchange("POST", "/api/file-url-upload", {"uploadPath": "x"}, {"success": True, "code": 400, "msg": "no"}),
        "breaking",
        "answer.success_flag",
        "/body/success",
    ),
    "no download url": (
        exchange("POST", DOWNLOAD, {"url": "https://a.test/b.png"}, {"code": 200, "msg": "success"}),
        "breaking",
        "shape.missing_field",
        "/body/data",
    ),
    "a download url without msg": (
        exchange("POST", DOWNLOAD, {"url": "https://a.test/b.png"}, {"code": 200, "data": "https://a.test/c.png"}),
        "breaking",
        "shape.missing_field",
        "/body/msg",
    ),
    "empty data of a refusal": (
        create(GOOD, {"code": 500, "msg": "no", "data": ""}),
        "minor",
        "answer.empty",
        "/body/data",
    ),
    "empty msg of a refusal": (create(GOOD, refusal(500, "")), "minor", "answer.empty", "/body/msg"),
    "msg as an object": (
        create(GOOD, {"code": 200, "msg": {"en": "success"}, "data": {"taskId": TASK}}),
        "breaking",
        "shape.type",
        "/body/msg",
    ),
    "msg as a list": (
        exchange("GET", CREDIT, None, {"code": 200, "msg": ["success"], "data": 5.0}),
        "breaking",
        "shape.type",
        "/body/msg",
    ),
    "recordId as a number": (
        create(GOOD, {"code": 200, "msg": "success", "data": {"taskId": TASK, "recordId": 7}}),
        "minor",
        "task.record_id",
        "/body/data/recordId",
    ),
    "another task than asked for": (record(task(taskId=TASK[::-1])), "breaking", "record.task", "/body/data/taskId"),
    "credit as text": (
        exchange("GET", CREDIT, None, {"code": 200, "msg": "success", "data": "12"}),
        "breaking",
        "shape.type",
        "/body/data",
    ),
}


@pytest.mark.parametrize("case", DIFFERENCES)
def test_a_difference_is_found_with_its_weight(case: str, tmp_path: Path) -> None:
    """One deviation, one finding of its kind at its place."""
    recorded, *expected = DIFFERENCES[case]
    found = report_of(tmp_path, recorded)
    assert found["judged"] == 1
    assert tuple(expected) in shape(found["findings"])


CONTENTS: dict[str, tuple[Any, str]] = {
    "html": ("<html><body>Oops</body></html>", "answer.not_json"),
    "framework": (
        {"timestamp": 1, "status": 404, "error": "Not Found", "message": "m", "path": "/x"},
        "answer.error_shape",
    ),
}


@pytest.mark.parametrize("case", CONTENTS)
def test_an_answer_that_is_no_envelope_is_breaking(case: str, tmp_path: Path) -> None:
    """HTML or the framework's own page, where a code was expected."""
    came, rule = CONTENTS[case]
    assert shape(report_of(tmp_path, create(GOOD, came, status=404))["findings"]) == {("breaking", rule, "/body")}


@pytest.mark.parametrize("status", [301, 302, 403, 408, 414, 429, 431, 500, 502, 524])
def test_a_gateways_page_is_no_breach_of_the_api(status: int, tmp_path: Path) -> None:
    """HTML of a redirect, of a limit or of a server that is down is told of, as the gateway's."""
    found = report_of(tmp_path, create(GOOD, "<html>Bad Gateway</html>", status=status))
    assert shape(found["findings"]) == {("info", "answer.gateway_page", "/body")}


@pytest.mark.parametrize("status", [200, 400, 401, 422])
def test_html_in_place_of_an_answer_is_breaking(status: int, tmp_path: Path) -> None:
    """Under a status that the API itself gives, HTML is what clients cannot read."""
    found = report_of(tmp_path, create(GOOD, "<html>Oops</html>", status=status))
    assert shape(found["findings"]) == {("breaking", "answer.not_json", "/body")}


def test_an_answer_out_of_a_cache_is_told_of(tmp_path: Path) -> None:
    """A browser keeps the body under 304."""
    found = report_of(tmp_path, exchange("GET", CREDIT, None, {"code": 200, "msg": "success", "data": 5}, status=304))
    assert shape(found["findings"]) == {("info", "answer.from_cache", "/status")}


def test_a_uuid_of_a_real_task_has_another_form(tmp_path: Path) -> None:
    """The API's ids have no dashes."""
    name = "3f0e1d2c-b4a5-4687-9869-5a4b3c2d1e0f"
    made = create(GOOD, {"code": 200, "msg": "success", "data": {"taskId": name, "recordId": name}})
    assert ("minor", "task.id_form", "/body/data/taskId") in shape(report_of(tmp_path, made)["findings"])


def polls(*states: tuple[str, str]) -> list[Exchange]:
    return [
        record(
            waiting(state) if state in {"waiting", "generating"} else task(state=state), recorded=f"2026-10-05T{at}Z"
        )
        for state, at in states
    ]


def test_states_never_go_back_in_the_order_of_time(tmp_path: Path) -> None:
    """The recorded times count, not the order in the file."""
    right = report_of(tmp_path, *polls(("success", "10:05:00"), ("waiting", "10:01:00")))
    assert [one for one in right["findings"] if one["rule"] == "task.state_after_end"] == []
    wrong = report_of(tmp_path, *polls(("success", "10:01:00"), ("waiting", "10:05:00")))
    assert ("breaking", "task.state_after_end", "/body/data/state") in shape(wrong["findings"])


def test_a_finished_task_stays_as_it_is(tmp_path: Path) -> None:
    """Another result is told of; the same file under another signature is none."""
    signed = [task(resultJson=json.dumps({"resultUrls": [f"https://files.test/a.png?sig={sig}"]})) for sig in "ab"]
    assert not [
        one for one in report_of(tmp_path, *map(record, signed))["findings"] if one["rule"] == "task.changed_after_end"
    ]
    other = report_of(tmp_path, record(task()), record(task(costTime=13)))
    assert ("minor", "task.changed_after_end", "/body/data/costTime") in shape(other["findings"])


def test_a_record_agrees_with_what_createtask_was_asked(tmp_path: Path) -> None:
    """Another model breaks clients, another input is told of, the same one is not."""
    rules = {"record.model", "record.param_input"}
    same = report_of(tmp_path, create(GOOD), record(task(param=TWICE)))
    assert [one for one in same["findings"] if one["rule"] in rules] == []
    other = json.dumps({"input": json.dumps({"prompt": "a sea"}), "model": "z-image"})
    found = shape(report_of(tmp_path, create(GOOD), record(task(model="qwen/text-to-image", param=other)))["findings"])
    assert {
        ("breaking", "record.model", "/body/data/model"),
        ("minor", "record.param_input", "/body/data/param/input/prompt"),
    } <= found


def test_a_record_under_another_id_is_told_once(tmp_path: Path) -> None:
    """What it says is held against neither of the two tasks, whichever of them it is about."""
    other = "f0e1d2c3b4a5968778695a4b3c2d1e0f"
    made = create(GOOD, {"code": 200, "msg": "success", "data": {"taskId": other, "recordId": other}})
    wrong = record(task(taskId=other, model="qwen/text-to-image", param=TWICE.replace("z-image", "qwen/text-to-image")))
    for exchanges in ((create(GOOD), made, wrong), (create(GOOD), wrong, made)):
        found = shape(report_of(tmp_path, *exchanges)["findings"])
        assert {rule for severity, rule, _ in found if severity != "info"} == {"record.task"}


@pytest.mark.parametrize(
    ("code", "data", "rule"),
    [
        (200.0, task(resultJson=""), "result.encoding"),
        (200.0, task(taskId="f0e1d2c3b4a5968778695a4b3c2d1e0f"), "record.task"),
        (422.0, task(), "answer.task_in_refusal"),
    ],
)
def test_a_code_with_a_point_hides_nothing(code: float, data: dict[str, Any], rule: str, tmp_path: Path) -> None:
    """It is told of, and what stands beside it is judged all the same."""
    shown = exchange("GET", f"/api/v1/jobs/recordInfo?taskId={TASK}", None, {"code": code, "msg": "so", "data": data})
    found = {one["rule"] for one in report_of(tmp_path, shown)["findings"]}
    assert {"shape.whole_number", rule} <= found


def test_callbacks_are_judged_and_compared_with_the_record(tmp_path: Path) -> None:
    """On whatever host; a result that recordInfo does not have is told of."""
    right = report_of(tmp_path, record(task()), callback(task()))
    assert right["judged"] == 2
    assert [one for one in right["findings"] if one["endpoint"] == "callback"] == []
    wrong = report_of(tmp_path, record(task()), callback(task(costTime=11), code=418))
    found = shape([one for one in wrong["findings"] if one["endpoint"] == "callback"])
    assert {
        ("minor", "callback.agrees", "/callback/body/data/costTime"),
        ("breaking", "callback.code", "/callback/body/code"),
    } <= found


def test_the_same_difference_is_counted_and_shown_once(tmp_path: Path) -> None:
    """Indices are `*`, the count is of exchanges, the example is the first."""
    found = report_of(tmp_path, *[create(GOOD, refusal(499))] * 3)
    [one] = [one for one in found["findings"] if one["rule"] == "answer.undocumented_code"]
    assert (one["count"], one["example"]["origin"], one["example"]["path"]) == (
        3,
        "traffic.json, item 1",
        "/api/v1/jobs/createTask",
    )
