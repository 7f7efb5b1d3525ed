"""recordInfo: the states in order, in the wire's shape."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fakie.core.service import Service
from fakie.core.tasks.wire import param
from support.clients.doors import CREDIT, KEY, MODEL, RECORD, Door, open_door
from support.servers.fakes import START, HandClock

OTHER = {"Authorization": "Bearer other"}
KEYS_WHILE_RUNNING = [
    *("taskId", "model", "state", "param", "resultJson", "failCode", "failMsg", "costTime", "completeTime"),
    *("createTime", "creditsConsumed", "operationType", "successFlag", "paramJson"),
]


def test_states_come_in_order_and_success_after_five_seconds(door: Door, clock: HandClock) -> None:
    """Every state that the page lists, none twice after another, none gone back to."""
    task = door.new_task()
    seen = []
    for _ in range(60):
        seen.append(door.record(task)["state"])
        clock.seconds += 0.125
    assert list(dict.fromkeys(seen)) == ["waiting", "queuing", "generating", "success"]
    assert seen.index("success") == 40
    assert seen == sorted(seen, key=["waiting", "queuing", "generating", "success"].index)


def test_speed_divides_the_time_a_job_takes(make: Callable[..., Service], clock: HandClock) -> None:
    """Ten times as fast is half a second."""
    with open_door("direct", make(speed=10)) as door:
        task = door.new_task()
        clock.seconds += 0.49
        assert door.record(task)["state"] == "generating"
        clock.seconds += 0.01
        assert door.record(task)["state"] == "success"


def test_a_running_task_has_the_shape_of_the_wire(door: Door) -> None:
    """Keys in the wire's order; nothing that belongs to the end is there yet."""
    data = door.record(door.new_task(callBackUrl="http://127.0.0.1:1/x"))
    assert list(data) == KEYS_WHILE_RUNNING
    assert data["resultJson"] == ""
    assert [data[name] for name in ("failCode", "failMsg", "costTime", "completeTime")] == [None] * 4
    assert data["createTime"] == round(START * 1000)
    assert (data["creditsConsumed"], data["successFlag"]) == (0.0, 0)


def test_param_is_encoded_twice(door: Door) -> None:
    """`param` is a JSON string of an object whose `input` is itself a JSON string; `paramJson` is the same."""
    data = door.record(door.new_task(input={"b": "é", "a": [1, {}]}, callBackUrl="http://127.0.0.1:1/x"))
    outer = json.loads(data["param"])
    assert outer["model"] == MODEL
    assert outer["callBackUrl"] == "http://127.0.0.1:1/x"
    assert json.loads(outer["input"]) == {"b": "é", "a": [1, {}]}
    assert data["paramJson"] == data["param"]


def test_a_finished_task_tells_seconds_milliseconds_and_a_result_string(door: Door, clock: HandClock) -> None:
    """CostTime in whole seconds, times in Unix milliseconds, resultJson a JSON string, the charge a float."""
    task = door.new_task()
    clock.seconds += 30
    data = door.record(task)
    assert data["state"] == "success"
    assert (data["costTime"], data["completeTime"] - data["createTime"]) == (5, 5000)
    assert (
        json.loads(data["resultJson"]) == data["response"] == {"resultUrls": [f"http://fake.test/results/{task}.mp3"]}
    )
    assert (data["creditsConsumed"], data["successFlag"]) == (1.0, 1)
    assert list(data) == [*KEYS_WHILE_RUNNING[:-2], "response", "successFlag", "paramJson"]


def test_a_failed_task_still_answers_200(door: Door) -> None:
    """Only the state tells; failCode is a string, resultJson empty, the charge given back."""
    task = door.new_task()
    door.post(f"/_fakie/tasks/{task}/fail", {"code": "422", "msg": "flagged"})
    answer = door.get(f"{RECORD}?taskId={task}")
    data = answer.data
    assert (answer.code, answer.msg, data["state"]) == (200, "success", "fail")
    assert (data["failCode"], data["failMsg"], data["resultJson"]) == ("422", "flagged", "")
    assert data["creditsConsumed"] == 0.0
    assert door.get(CREDIT).data == 1000.0


def test_an_ended_task_never_changes(door: Door, clock: HandClock) -> None:
    """Whatever time passes, the record of a finished task stays the same."""
    task = door.new_task()
    clock.seconds += 6
    first = door.record(task)
    clock.seconds += 3600
    assert door.record(task) == first


@pytest.mark.parametrize("query", ["?taskId=0123456789abcdef0123456789abcdef", "?taskId=x&taskId=y", "?taskId=%00"])
def test_an_unknown_task_is_422(door: Door, query: str) -> None:
    """The words are those of 57 captures."""
    answer = door.get(RECORD + query)
    assert answer.json == {"code": 422, "msg": "recordInfo is null", "data": None}


@pytest.mark.parametrize("query", ["", "?taskId=", "?taskid=x", "?other=1"])
def test_a_missing_task_id_is_400(door: Door, query: str) -> None:
    """The words are the page's."""
    assert door.get(RECORD + query).json == {"code": 400, "msg": "taskId parameter is required"}


def test_another_accounts_task_is_unknown(door: Door) -> None:
    """Nobody sees what another key has made, by recordInfo."""
    task = door.new_task()
    assert door.get(f"{RECORD}?taskId={task}", OTHER).situation == "task_unknown"
    assert door.get(f"{RECORD}?taskId={task}", {}).code == 401
    assert door.record(task)["taskId"] == task


def test_records_are_kept_two_months(door: Door, clock: HandClock) -> None:
    """After 60 days a task is unknown."""
    task = door.new_task()
    clock.seconds += 60 * 86400
    assert door.record(task)["state"] == "success"
    clock.seconds += 1
    assert door.get(f"{RECORD}?taskId={task}").situation == "task_unknown"


def test_a_get_with_a_content_type_and_no_body_is_fine(door: Door) -> None:
    """Clients send it; it changes nothing."""
    headers = {**KEY, "Content-Type": "application/json"}
    assert door.get(f"{RECORD}?taskId={door.new_task()}", headers).code == 200


def test_credit_is_a_float_and_falls_by_the_price(door: Door) -> None:
    """The charge falls at creation."""
    assert door.get(CREDIT).body == b'{"code":200,"msg":"success","data":1000.0}'
    door.new_task()
    assert door.get(CREDIT).data == 999.0


def test_results_are_playable_until_they_expire(door: Door, clock: HandClock) -> None:
    """The URL gives an MP3 without a key once the task has succeeded, for 24 hours."""
    task = door.new_task()
    path = f"/results/{task}.mp3"
    assert door.get(path, {}).status == 404
    clock.seconds += 5
    answer = door.get(path, {})
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/mpeg")
    assert mp3_frames(answer.body) == 20
    clock.seconds += 86400
    assert door.get(path, {}).status == 200
    clock.seconds += 1
    gone = door.get(path, {})
    assert (gone.status, gone.situation) == (404, "result_gone")
    assert "24 h" in gone.msg


def test_a_failed_task_has_no_result(door: Door) -> None:
    """Only success makes a file; other methods and other suffixes find none."""
    task = door.new_task()
    door.post(f"/_fakie/tasks/{task}/fail")
    assert door.get(f"/results/{task}.mp3", {}).status == 404
    other = door.new_task()
    door.post(f"/_fakie/tasks/{other}/finish")
    assert door.get(f"/results/{other}.wav", {}).status == 404
    assert door.ask("POST", f"/results/{other}.mp3").status == 404


def test_param_orders_keys_as_every_capture_does(shared: Path) -> None:
    """Scrambled and encoded again, each captured `param` comes out byte for byte."""
    captures = [*shared.glob("observed/record-info-*.json"), *shared.glob("observed/gpt-image-2-*.json")]
    texts = {text for file in captures if (text := _captured_param(file))}
    assert len(texts) >= 5
    for text in texts:
        value = json.loads(text)
        value["input"] = json.loads(value["input"])
        assert param(dict(reversed(value.items()))) == text


def _captured_param(file: Path) -> str | None:
    data = json.loads(file.read_text(encoding="utf-8"))["response"]["body"].get("data")
    return data.get("param") if data else None


def mp3_frames(content: bytes) -> int:
    """Count the frames of an MP3 made of equal MPEG-1 layer III frames of 32 kbit/s at 44.1 kHz."""
    size = 144 * 32_000 // 44_100
    headers = {content[at : at + 4] for at in range(0, len(content), size)}
    assert headers == {b"\xff\xfb\x10\xc0"}
    return len(content) // size


@pytest.mark.parametrize(
    ("profile", "latency", "speed", "codes"),
    [
        ("observed", "observed", 1.0, [422, 422, 200]),
        ("observed", "observed", 2.0, [422, 200, 200]),
        ("observed", "off", 1.0, [200, 200, 200]),
        ("documented", "observed", 1.0, [200, 200, 200]),
    ],
)
def test_a_fresh_task_may_not_be_known_yet(
    make: Callable[..., Service], clock: HandClock, profile: str, latency: str, speed: float, codes: list[int]
) -> None:
    """As reported of the wire, where answers take as long as there: `recordInfo is null` for a second."""
    service = make(profile=profile, docs="pinned", latency=latency, speed=speed)
    with open_door("direct", service) as door:
        task = door.new_task()
        asked = []
        for _ in range(3):
            answer = door.get(f"{RECORD}?taskId={task}")
            asked.append(answer.code)
            assert answer.code == 200 or answer.msg == "recordInfo is null"
            clock.seconds += 0.6
    assert asked == codes


@pytest.mark.parametrize(
    ("latency", "seconds", "code"),
    [("off", 0.003, 200), ("off", 3600, 200), ("observed", 0.003, 422), ("observed", 3600, 200)],
)
def test_a_task_is_known_though_the_clock_was_set_back(
    make: Callable[..., Service], clock: HandClock, latency: str, seconds: float, code: int
) -> None:
    """A little, as the clocks of two workers differ, or much; only where new tasks are not known yet may it be new."""
    with open_door("direct", make(profile="observed", docs="pinned", latency=latency)) as door:
        task = door.new_task()
        clock.seconds -= seconds
        assert door.get(f"{RECORD}?taskId={task}").code == code
