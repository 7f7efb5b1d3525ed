"""The wire by its dates: the shapes of records and callbacks, states as they were seen, and which dates go together."""

import json
from collections.abc import Callable

import pytest

from fakie.core.service import Service
from fakie.core.tasks.task import Task
from fakie.core.tasks.wire import callback
from fakie_schemas.catalog.callback_shapes import callback_shapes
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.record_shapes import check_together, record_shapes
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.options.table import option_of
from support.clients.doors import open_door
from support.servers.fakes import Collector, HandClock

Make = Callable[..., Service]
IMAGE = {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}}
TTS = {"model": "google/gemini-3-8-flash-tts", "input": {"dialogue_turns": []}}
HORSE = {"model": "happyhorse-1-1/text-to-video", "input": {"prompt": "a horse"}}
HOOK = "http://127.0.0.1:9/hook"
TEN = [
    "taskId",
    "model",
    "state",
    "param",
    "resultJson",
    "failCode",
    "failMsg",
    "costTime",
    "completeTime",
    "createTime",
]


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize(
    ("wire", "keys"),
    [
        ("2026-04", TEN),
        ("2026-07", [*TEN, "creditsConsumed"]),
        ("2026-10", [*TEN, "creditsConsumed", "operationType", "response", "successFlag", "paramJson"]),
    ],
)
def test_records_have_the_keys_of_their_date(
    make: Make, clock: HandClock, profile: str, wire: str, keys: list[str]
) -> None:
    """In order, in each state; `response` is there on success alone; the flag of a failure is 3."""
    with open_door("direct", make(profile=profile, wire=wire)) as door:
        ended, failed = (door.create(IMAGE).data["taskId"] for _ in range(2))
        running = [key for key in keys if key != "response"]
        assert list(door.record(ended)) == running
        door.post(f"/_fakie/tasks/{failed}/fail")
        assert list(door.record(failed)) == running
        clock.seconds += 5
        success = door.record(ended)
    assert list(success) == keys
    assert success["state"] == "success"
    if wire == "2026-10":
        assert (success["successFlag"], door.record(failed)["successFlag"]) == (1, 3)
        assert success["response"] == json.loads(success["resultJson"])


def test_the_option_has_the_dates_that_there_are() -> None:
    """A date of the data that the option does not take could not be asked for."""
    for date in record_shapes():
        assert option_of("serve", "wire").read(date) == date
    with pytest.raises(ConfigurationError, match="expected 2026-04 or 2026-07 or 2026-10"):
        option_of("serve", "wire").read("2026-05")
    assert list(record_shapes()) == ["2026-04", "2026-07", "2026-10"]


def test_what_a_running_task_shows_of_credits_depends_on_the_model(make: Make, clock: HandClock) -> None:
    """The whole charge with some, nothing with others; a failure shows nothing."""
    with open_door("direct", make(profile="observed")) as door:
        horse, other = (door.create(body).data["taskId"] for body in (HORSE, IMAGE))
        assert [door.record(task)["creditsConsumed"] for task in (horse, other)] == [1.0, 0.0]
        door.post(f"/_fakie/tasks/{horse}/fail")
        clock.seconds += 5
        assert [door.record(task)["creditsConsumed"] for task in (horse, other)] == [0.0, 1.0]


def test_defaults_are_added_to_what_param_shows(make: Make) -> None:
    """Not to what was sent: a value of one's own stays."""
    with open_door("direct", make(profile="observed")) as door:
        task = door.create({**TTS, "input": {"dialogue_mode": "double"}}).data["taskId"]
        shown = json.loads(json.loads(door.record(task)["param"])["input"])
    assert shown == {"dialogue_mode": "double", "model": "gemini-3.8-flash-tts"}


def test_states_go_as_they_were_seen(make: Make, clock: HandClock) -> None:
    """Waiting until the end, or generating from the first poll, and never both."""
    with open_door("direct", make(profile="observed")) as door:
        tasks = [door.create(body).data["taskId"] for body in (IMAGE, TTS)]
        seen: list[list[str]] = [[], []]
        for _ in range(12):
            for task, states in zip(tasks, seen, strict=True):
                states.append(door.record(task)["state"])
            clock.seconds += 0.5
    assert [list(dict.fromkeys(states)) for states in seen] == [["waiting", "success"], ["generating", "success"]]


def test_a_task_that_never_began_has_no_times(make: Make, sent: Collector) -> None:
    """With one known failure costTime and completeTime are null, in record and callback; with others they are not."""
    with open_door("direct", make(profile="observed")) as door:
        for msg, timed in (("generate playground failed, task id is blank", False), ("other words", True)):
            task = door.create({**IMAGE, "callBackUrl": HOOK}).data["taskId"]
            door.post(f"/_fakie/tasks/{task}/fail", {"code": "422", "msg": msg})
            data = door.record(task)
            assert [data[name] is not None for name in ("costTime", "completeTime")] == [timed, timed]
            assert json.loads(sent.outgoing[-1].body)["data"].get("completeTime", data["completeTime"]) is None or timed


@pytest.mark.parametrize(
    ("docs", "wire", "date"),
    [
        ("2026-04", None, "2026-04"),
        ("latest", None, "2026-08"),
        ("latest", "2026-07", "2026-08"),
        ("latest", "2026-04", "2026-04"),
    ],
)
def test_callbacks_have_the_shape_of_the_pages_date(
    make: Make, sent: Collector, docs: str, wire: str | None, date: str
) -> None:
    """By the date of the model's page, and never newer than the wire; success and failure."""
    shape = callback_shapes()[date]
    with open_door("direct", make(profile="observed", docs=docs, wire=wire)) as door:
        for end, keys in (("finish", shape.success), ("fail", shape.fail)):
            task = door.create({**IMAGE, "callBackUrl": HOOK}).data["taskId"]
            door.post(f"/_fakie/tasks/{task}/{end}")
            data = json.loads(sent.outgoing[-1].body)["data"]
            assert list(data) == list(keys)
    assert data["failCode"] == (shape.fail_code or "500")


def test_a_listed_model_calls_back_in_the_newest_shape(make: Make, sent: Collector) -> None:
    """Four keys always; a failure has no result and no times but costTime, a success no reasons."""
    with open_door("direct", make(profile="observed")) as door:
        for end in ("finish", "fail"):
            task = door.create({**TTS, "callBackUrl": HOOK}).data["taskId"]
            door.post(f"/_fakie/tasks/{task}/{end}")
    success, failure = (json.loads(one.body)["data"] for one in sent.outgoing)
    assert not {"failCode", "failMsg"} & success.keys()
    assert list(failure) == ["taskId", "model", "state", "param", "failCode", "failMsg", "costTime", "creditsConsumed"]
    assert failure["failCode"].isdecimal()


def test_each_shape_of_callbacks_can_be_written() -> None:
    """Every key that the data of the shapes names has a value."""
    profile = Profile.load("documented")
    for shape in callback_shapes().values():
        for end, keys in (("finish", shape.success), ("fail", shape.fail)):
            task = Task("1", "a", "z-image", json.dumps(IMAGE).encode(), 1.0, 1000.5, None, profile.default_failure)  # type: ignore[arg-type]
            task.finish(1006.0) if end == "finish" else task.fail(1006.0)
            assert tuple(callback(task, {"resultUrls": []}, shape)) == keys


@pytest.mark.parametrize(("wire", "docs"), [("2026-04", "2026-07"), ("2026-04", "2026-08-19"), ("2026-07", "2026-10")])
def test_pages_newer_than_the_wire_are_refused(make: Make, wire: str, docs: str) -> None:
    """One line says which dates go together."""
    with pytest.raises(ConfigurationError, match=f"--wire {wire} and --docs {docs}.*expected --docs"):
        make(wire=wire, docs=docs)
    with pytest.raises(ConfigurationError, match="wire: expected 2026-04"):
        make(wire="2025-12")


@pytest.mark.parametrize(
    ("wire", "docs"), [(None, "2026-10"), ("2026-04", "2026-04"), ("2026-04", "latest"), ("2026-10", "2026-10-01")]
)
def test_other_dates_go_together(wire: str | None, docs: str) -> None:
    """The pages of the same time, older ones, and whatever is newest."""
    check_together(wire, docs)
