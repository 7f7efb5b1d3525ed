"""Every rule that recorded traffic is judged by can be broken, and is named when it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.rules.table import rules
from support.recordings import (
    TASK,
    Exchange,
    callback,
    create,
    exchange,
    failed,
    param,
    record,
    refusal,
    report_of,
    task,
)

GOOD = {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}}
BAD = {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "5:1"}}
INPUT: Any = GOOD["input"]
CREDIT = "/api/v1/chat/credit"
UPLOAD = "/api/file-url-upload"


def without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}


def typed(recorded: Exchange, content_type: str, side: str = "response") -> Exchange:
    return {**recorded, side: {**recorded[side], "headers": {"content-type": content_type}}}


def written(text: str) -> Exchange:
    recorded = create(GOOD)
    return {**recorded, "response": {**without(recorded["response"], "body"), "text": text}}


def keyed(recorded: Exchange, key: str) -> Exchange:
    return {**recorded, "request": {**recorded["request"], "headers": {"authorization": f"Bearer {key}"}}}


def accepted(**data: Any) -> Exchange:
    return create(GOOD, {"code": 200, "msg": "success", "data": {"taskId": TASK, "recordId": TASK, **data}})


def result(value: Any, **data: Any) -> Exchange:
    return record(task(resultJson=json.dumps(value), **data))


def at(minute: int, data: dict[str, Any]) -> Exchange:
    return record(data, recorded=f"2026-10-05T10:0{minute}:00Z")


def unknown() -> Exchange:
    return exchange("GET", f"/api/v1/jobs/recordInfo?taskId={TASK}", None, refusal(422, "recordInfo is null"))


def veo(**data: Any) -> Exchange:
    shown = {"taskId": TASK, "successFlag": 1, "response": {"taskId": TASK, "resultUrls": ["https://a.test/b.mp4"]}}
    came = {"code": 200, "msg": "success", "data": {**shown, **data}}
    return exchange("GET", f"/api/v1/veo/record-info?taskId={TASK}", None, came)


def midi(**data: Any) -> Exchange:
    came = {"code": 200, "msg": "success", "data": {"taskId": TASK, **data}}
    return exchange("GET", f"/api/v1/midi/record-info?taskId={TASK}", None, came)


def suno(minute: int, stage: str, came: Any = ()) -> Exchange:
    data = {"callbackType": stage, "task_id": TASK, "data": list(came)}
    sent = {"code": 200, "msg": "done", "data": data}
    return exchange("POST", "/hook", sent, {}, host="client.test", recorded=f"2026-10-05T10:0{minute}:00Z")


SONG = exchange("POST", "/api/v1/generate", {"prompt": "a"}, {"code": 200, "msg": "success", "data": {"taskId": TASK}})
RUNS = task(state="generating", resultJson="", costTime=None, completeTime=None)
WAITS = task(state="waiting", resultJson="", costTime=None, completeTime=None)
PARTS = callback(task())
BREACHES: dict[str, list[Exchange]] = {
    "answer.charset": [typed(accepted(), "application/json;charset=ISO-8859-1")],
    "answer.code": [create({"model": "z-image", "input": {}}, refusal(404))],
    "answer.code_of_another_page": [exchange("GET", CREDIT, None, refusal(433))],
    "answer.content_type": [typed(accepted(), "text/plain")],
    "answer.data_in_refusal": [create(GOOD, {"code": 422, "msg": "no", "data": {"error": "no"}})],
    "answer.data_missing": [create(GOOD, {"code": 422, "msg": "no"})],
    "answer.double_key": [written('{"code":422,"code":422,"msg":"no","data":null}')],
    "answer.empty": [create(GOOD, refusal(422, ""))],
    "answer.encoding": [written("\ufeff" + json.dumps(refusal(422)))],
    "answer.error_shape": [create(GOOD, {"timestamp": 1, "error": "Not Found", "path": "/"}, status=404)],
    "answer.from_cache": [exchange("GET", CREDIT, None, {"code": 200, "msg": "success", "data": 5}, status=304)],
    "answer.gateway_page": [create(GOOD, "<html>Bad Gateway</html>", status=502)],
    "answer.half_character": [written('{"code":422,"msg":"no \\ud83c","data":null}')],
    "answer.http_status": [create(GOOD, refusal(422), status=418)],
    "answer.key": [keyed(create(GOOD, refusal(422, "no credits for a-secret-key-7")), "a-secret-key-7")],
    "answer.mirrored_status": [create(GOOD, refusal(422), status=422)],
    "answer.newer_page": [create({"model": "elevenlabs/audio-isolation", "input": {}}, refusal(422))],
    "answer.not_json": [create(GOOD, "<html>Oops</html>")],
    "answer.number": [written('{"code":422,"msg":"no","data":null,"took":NaN}')],
    "answer.page_status": [exchange("POST", UPLOAD, {"uploadPath": "x"}, {"success": False, "code": 400, "msg": "no"})],
    "answer.accepted_as_refusal": [
        create(GOOD, {"code": 200, "msg": "This field is required", "data": {"taskId": TASK, "recordId": TASK}})
    ],
    "answer.refused_as_success": [create(GOOD, refusal(422, "success"))],
    "answer.refused_without_reason": [create(GOOD, refusal(500))],
    "answer.success_flag": [exchange("POST", UPLOAD, {"uploadPath": "x"}, {"success": True, "code": 400, "msg": "no"})],
    "answer.task_in_refusal": [create(GOOD, {"code": 422, "msg": "no", "data": {"taskId": TASK}})],
    "answer.undocumented_code": [create(GOOD, refusal(499))],
    "callback.agrees": [record(task()), callback(task(costTime=11))],
    "callback.charset": [typed(PARTS, "application/json; charset=gbk", "request")],
    "callback.code": [callback(task(), 501)],
    "callback.content_type": [typed(PARTS, "text/plain", "request")],
    "callback.msg": [callback(task(), msg="Playground task failed.")],
    "callback.param_input_once": [callback(task(param=param(INPUT)))],
    "callback.param_key": [callback(task(param=json.dumps({"model": "z-image"})))],
    "callback.stage": [SONG, suno(1, "lyrics")],
    "callback.stage_order": [SONG, suno(1, "first"), suno(2, "text")],
    "callback.state": [record(task()), callback(failed(), 501)],
    "callback.time_rounded": [
        {**PARTS, "request": {**PARTS["request"], "body": {"code": 200, "msg": "done", "data": task()}}}
    ],
    "record.completed_first": [record(task(completeTime=1_789_999_990_000))],
    "record.cost_time_documented": [record(task())],
    "record.cost_time_unit": [record(task(costTime=12_300))],
    "record.model": [create(GOOD), record(task(model="qwen/text-to-image", param=param("{}", "qwen/text-to-image")))],
    "record.model_twice": [record(task(model="qwen/text-to-image", operationType="z-image"))],
    "record.operation_type": [record(task(operationType="audio"))],
    "record.param_added": [create(GOOD), record(task(param=param(json.dumps({**INPUT, "queue": 1}))))],
    "record.param_default": [create(GOOD), record(task(param=param(json.dumps({**INPUT, "nsfw_checker": "no"}))))],
    "record.param_encoding": [record(task(param="hello"))],
    "record.param_input": [create(GOOD), record(task(param=param(json.dumps({"prompt": "a sea"}))))],
    "record.param_input_documented": [record(task())],
    "record.param_input_encoding": [record(task(param=param("hello")))],
    "record.param_input_once": [record(task(param=param(INPUT)))],
    "record.param_json": [record(task(paramJson="{}"))],
    "record.param_json_encoding": [record(task(param=None, paramJson="x"))],
    "record.param_key": [record(task(param=json.dumps({"model": "z-image"})))],
    "record.param_model": [record(task(param=param(json.dumps(INPUT), "qwen/text-to-image")))],
    "record.task": [record(task(taskId=TASK[::-1]))],
    "record.time_unit": [record(task(completeTime=1_790_000_012_300_000))],
    "record.unknown_model": [record(task(model="no/such-model", param=param("{}", "no/such-model")))],
    "record.updated_before_end": [record(task(updateTime=1_790_000_001_000))],
    "record.updated_first": [record(task(updateTime=1_789_999_990_000))],
    "request.accepted": [create(BAD)],
    "request.undocumented_field": [create({**GOOD, "queue": 1})],
    "request.unknown_model": [create({"model": "no/such-model", "input": {}})],
    "result.count": [result({"resultUrls": ["https://a.test/b.png"]}, param=param(json.dumps({"num_images": 3})))],
    "result.encoding": [record(task(resultJson="done"))],
    "result.keys": [result({})],
    "result.no_file": [result({"resultObject": {"text": "a.png"}})],
    "result.object": [result({"resultObject": "hi"})],
    "result.response": [record(task(response={"resultUrls": ["https://a.test/b.png"]}))],
    "result.undocumented_field": [result({"resultUrls": ["https://a.test/b.png"], "seed": 1})],
    "result.url": [veo(response={"taskId": TASK, "resultUrls": ["b.mp4"]})],
    "result.url_twice": [result({"resultUrls": ["https://a.test/b.png"] * 2})],
    "result.urls": [result({"resultUrls": []})],
    "shape.length": [accepted(taskId="")],
    "shape.missing_field": [record(without(task(), "state"))],
    "shape.range": [record(task(creditsConsumed=-1))],
    "shape.type": [record(task(costTime="12"))],
    "shape.undocumented_field": [accepted(queue=1)],
    "shape.unit": [record(task(createTime=1_790_000_000))],
    "shape.value": [record(task(state="paused"))],
    "shape.whole_number": [record(task(costTime=12.0))],
    "task.changed_after_end": [record(task()), record(task(costTime=13))],
    "task.created_moved": [at(1, RUNS), at(2, {**RUNS, "createTime": RUNS["createTime"] + 1})],
    "task.end_told": [veo(successFlag=0)],
    "task.failure_told": [veo(errorCode=500)],
    "task.id_form": [accepted(taskId="7-7", recordId="7-7")],
    "task.progress_back": [at(1, {**RUNS, "progress": 40}), at(2, {**RUNS, "progress": 20})],
    "task.record_id": [accepted(recordId=TASK[::-1])],
    "task.state_after_end": [at(1, task()), at(2, RUNS)],
    "task.state_order": [at(1, RUNS), at(2, WAITS)],
    "task.state_word": [midi(successFlag=9)],
    "task.updated_back": [at(second, {**RUNS, "updateTime": 1_790_000_003_000 - second}) for second in (1, 2)],
    "task.vanished": [keyed(at(1, RUNS), TASK), {**keyed(unknown(), TASK), "recorded": "2026-10-05T10:02:00Z"}],
}
TRAFFIC = [rule.id for rule in rules().values() if "traffic" in rule.judges]


def test_every_rule_of_recorded_traffic_has_a_breach() -> None:
    """A new rule needs an exchange that breaks it."""
    assert set(TRAFFIC) ^ {*BREACHES} == set(), "BREACHES, above, has an exchange for each, and no other"


@pytest.mark.parametrize("rule", BREACHES)
def test_the_broken_rule_is_named(rule: str, tmp_path: Path) -> None:
    """By the id, and with the severity, that the table gives it."""
    found = [one for one in report_of(tmp_path, *BREACHES[rule])["findings"] if one["rule"] == rule]
    assert found
    weight = rules()[rule].severity
    weights = {"by_mark": {"breaking", "minor", "info"}, "known": {"info"}}.get(weight, {weight, "info"})
    assert {one["severity"] for one in found} <= weights
