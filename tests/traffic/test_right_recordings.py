"""What is right is left alone, and what cannot be judged is counted with its reason."""

import json
from pathlib import Path

import pytest

from fakie.core.service import Service
from support.clients.doors import CREDIT, Door, open_door
from support.recordings import GOOD as MADE
from support.recordings import TASK, Exchange, create, exchange, failed, record, refusal, report_of, task
from support.servers.fakes import Collector

GOOD = MADE["request"]["body"]
_GROUPS = ("deadbeef" * 4, "12" * 16)
_COUNTED = ("0123456789abcdef" * 2, f"{'1234567890' * 3}12", "00112233445566778899aabbccddeeff", f"{1:032x}")

NOTHING: dict[str, list[Exchange]] = {
    "placeholders": [
        create(GOOD, {"code": 200, "msg": "success", "data": {"taskId": name, "recordId": name}})
        for name in ("TASK_ID", "{{taskId}}", "<taskId>", "task_12345678", "YOUR_TASK_ID")
    ],
    "UUIDs that nobody draws": [
        create(GOOD, {"code": 200, "msg": "success", "data": {"taskId": name, "recordId": name}})
        for name in (
            "00000000-0000-0000-0000-000000000000",
            "00000000-0000-0000-0000-000000000001",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "11111111-2222-3333-4444-555555555555",
            "12345678-1234-1234-1234-123456789abc",
        )
    ],
    "a placeholder for the id that was asked for": [record(task(taskId="TASK_ID"))],
    "an id that was taken out of the URL": [
        exchange("GET", "/api/v1/jobs/recordInfo", None, {"code": 200, "msg": "success", "data": task()})
    ],
    "one group of digits for every id": [
        *(create(GOOD, {"code": 200, "msg": "success", "data": {"taskId": one, "recordId": one}}) for one in _GROUPS),
        *(
            record(task(taskId=_GROUPS[0], resultJson=f'{{"resultUrls":["https://f.test/{name}.png"]}}'))
            for name in "ab"
        ),
    ],
    "ids that are counted up": [
        record(task(taskId=one, resultJson=f'{{"resultUrls":["https://f.test/{name}.png"]}}'))
        for one in _COUNTED
        for name in "ab"
    ],
    "a failure's flag": [record(failed(successFlag=flag)) for flag in (2, 3)],
    "redacted": [
        create({"model": "z-image", "input": {"prompt": "[REDACTED]", "aspect_ratio": "***"}}),
        record(task(taskId="[REDACTED]", param="[REDACTED]", resultJson="<secret>", createTime="***")),
    ],
    "account": [create(GOOD, refusal(code)) for code in (402, 429, 455)],
    "documented refusal": [create({"model": "z-image", "input": {}}, refusal(422))],
    "unknown task": [
        record(None) | {"response": {"status": 422, "headers": {}, "body": refusal(422, "recordInfo is null")}}
    ],
    "no headers": [create(GOOD) | {"response": {"status": 200, "body": create(GOOD)["response"]["body"]}}],
}


@pytest.mark.parametrize("case", NOTHING)
def test_nothing_is_invented(case: str, tmp_path: Path) -> None:
    """Replaced values, refusals of the account, and headers that were not kept are no differences."""
    found = report_of(tmp_path, *NOTHING[case])["findings"]
    assert [one for one in found if not one["known"] and one["rule"] != "answer.mirrored_status"] == []


PASSED_OVER: dict[str, tuple[Exchange, str]] = {
    "preflight": (exchange("OPTIONS", "/api/v1/jobs/createTask"), "a preflight (OPTIONS)"),
    "another host": (exchange("GET", "/x", host="example.com"), "another host"),
    "another family": (exchange("POST", "/api/v1/mj/generate", {}), "no contract for POST /api/v1/mj/generate"),
    "ids in paths": (exchange("GET", f"/v1/tasks/{TASK}"), "no contract for GET /*/tasks/*"),
    "no answer": (create(GOOD, status=0), "no answer (status 0)"),
    "no body": (exchange("POST", "/api/v1/jobs/createTask", GOOD), "the answer's body was not kept"),
    "shortened": (create(GOOD, '{"code":200,"msg":"succ…'), "the answer's body was shortened or taken out"),
}


@pytest.mark.parametrize("case", PASSED_OVER)
def test_what_is_not_judged_is_counted_with_its_reason(case: str, tmp_path: Path) -> None:
    """No exchange goes missing."""
    recorded, reason = PASSED_OVER[case]
    found = report_of(tmp_path, recorded)
    assert (found["exchanges"], found["judged"], found["findings"]) == (1, 0, [])
    assert found["not_judged"] == [{"reason": reason.replace("/*/", "/v1/"), "count": 1}]


def test_what_the_fake_says_breaks_nobody(service: Service, sent: Collector, tmp_path: Path) -> None:
    """The fake's own answers, accepted and refused, running and ended, and its callbacks."""
    with open_door("direct", service) as door:
        exchanges = list(_session(door))
    exchanges += [
        exchange("POST", "/callback", json.loads(outgoing.body), {}, host="127.0.0.1") for outgoing in sent.outgoing
    ]
    found = report_of(tmp_path, *exchanges)
    assert found["judged"] == len(exchanges)
    assert [one for one in found["findings"] if one["severity"] == "breaking"] == []


def _session(door: Door) -> list[Exchange]:
    bodies = [
        {**GOOD, "callBackUrl": "http://127.0.0.1:9/cb"},
        {"model": "z-image", "input": {}},
        {"model": "no-such"},
        GOOD,
    ]
    said = []
    for body in bodies:
        answer = door.create(body)
        said.append(create(body, answer.json, status=answer.status))
    ids = [one["response"]["body"]["data"]["taskId"] for one in said if one["response"]["body"]["code"] == 200]
    for _ in range(8):
        for task_id in [*ids, "unknown"]:
            path = f"/api/v1/jobs/recordInfo?taskId={task_id}"
            said.append(exchange("GET", path, None, door.get(path).json, recorded=""))
        door.post("/_fakie/clock", {"advance": 1})
    return [*said, exchange("GET", CREDIT, None, door.get(CREDIT).json)]
