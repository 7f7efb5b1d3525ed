"""The profile of the wire, served: its answers, what both profiles have, and profiles of one's own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakie.core.service import Service
from fakie_schemas.catalog.docs import newest_at
from support.clients.doors import CREDIT, JSON, KEY, RECORD, Door, open_door
from support.servers.fakes import Collector, HandClock

Make = Callable[..., Service]
IMAGE = {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}}
TTS = {"model": "google/gemini-3-8-flash-tts", "input": {"dialogue_turns": []}}
HORSE = {"model": "happyhorse-1-1/text-to-video", "input": {"prompt": "a horse"}}
SOUND = "elevenlabs/sound-effect-v2"
HOOK = "http://127.0.0.1:9/hook"


@pytest.fixture(params=("direct", "flask", "socket"))
def observed(request: pytest.FixtureRequest, make: Make) -> Any:
    with open_door(request.param, make(profile="observed")) as door:
        yield door


def image(**given: Any) -> dict[str, Any]:
    return {"model": "z-image", "input": {**IMAGE["input"], **given}}  # type: ignore[dict-item]


ANSWERS: tuple[tuple[Any, int, str, str], ...] = (
    ({"model": "no/such", "input": {}}, 422, "The model name you specified is not supported.", "model_unknown"),
    ({"model": "z-image", "input": {}}, 500, "This field is required", "field_missing"),
    ({"model": "z-image"}, 500, "This field is required", "field_missing"),
    ({"model": SOUND, "input": {"prompt": "x"}}, 500, "text is required", "field_missing"),
    ({"model": "elevenlabs/audio-isolation", "input": {}}, 500, "audio_url is required", "field_missing"),
    (image(aspect_ratio="5:1"), 500, "aspect_ratio is not within the range of allowed options", "value_not_allowed"),
    (image(prompt="x" * 100_000), 500, "The text length cannot exceed the maximum limit", "too_long"),
    (image(nsfw_checker="yes"), 500, "nsfw_checker it must be a boolean", "wrong_type"),
    (image(prompt=""), 422, "不能为空", "value_empty"),
    ({"input": {}}, 422, "model is required", "field_missing"),
    ({"model": "z-image", "input": []}, 422, "input it must be a object", "wrong_type"),
    ({**IMAGE, "callBackUrl": "no url"}, 422, "callBackUrl is not a valid URL", "url_malformed"),
)


@pytest.mark.parametrize(("body", "code", "msg", "situation"), ANSWERS, ids=lambda value: str(value)[:40])
def test_refusals_are_worded_as_the_wire_does(observed: Door, body: Any, code: int, msg: str, situation: str) -> None:
    """HTTP 200, the code and words of the wire, data null; the journal still says what was wrong."""
    answer = observed.create(body)
    assert (answer.status, answer.code, answer.data, answer.situation) == (200, code, None, situation)
    assert answer.msg.startswith(msg)
    [entry] = observed.get("/_fakie/journal").data
    assert entry["reason"].startswith("Validation error: ")


def test_a_wrong_key_is_refused_without_data(observed: Door) -> None:
    """On every endpoint, and whatever else is wrong."""
    for answer in (observed.create({}, {}), observed.get(RECORD, {}), observed.get(CREDIT, {})):
        assert list(answer.json) == ["code", "msg"]
        assert (answer.status, answer.code) == (200, 401)
        assert answer.msg.startswith("Unauthorized – Authentication failed.")


def test_an_unknown_path_gets_the_frameworks_page(observed: Door, clock: HandClock) -> None:
    """HTTP 404, no envelope, the time in milliseconds and the path that was asked for."""
    answer = observed.get("/api/v1/jobs/nothing")
    assert answer.status == 404
    assert list(answer.json) == ["timestamp", "status", "error", "message", "path"]
    assert answer.json == {
        "timestamp": int(clock.seconds * 1000),
        "status": 404,
        "error": "Not Found",
        "message": "No message available",
        "path": "/api/v1/jobs/nothing",
    }


@pytest.mark.parametrize(
    ("headers", "situation", "code", "msg"),
    [
        (KEY, "model_unknown", 422, "The page does not exist or is not published"),
        ({"Authorization": "Bearer wrong"}, "unauthorized", 401, "You do not have access permissions"),
    ],
)
def test_older_words_have_the_code_of_the_newer_ones(
    make: Make, headers: dict[str, str], situation: str, code: int, msg: str
) -> None:
    """As they were reported, of models and of keys."""
    with open_door("direct", make(profile="observed", keys=("test-key",), ways=((situation, 2),))) as door:
        answer = door.create({"model": "no/such", "input": {}}, {**KEY, **headers})
        assert (answer.code, answer.msg, answer.situation) == (code, msg, situation)


def test_no_credits_and_too_many_creates_in_the_words_of_the_wire(make: Make) -> None:
    """402 and 429; a refused create counts for neither."""
    with open_door("direct", make(profile="observed", credits=0)) as door:
        assert door.create(IMAGE).msg.startswith("Credits insufficient : Your current balance isn’t enough")
        assert door.create(image(prompt="")).code == 422
    with open_door("direct", make(profile="observed")) as door:
        assert {door.create(IMAGE).code for _ in range(20)} == {200}
        assert (door.create(IMAGE).code, door.create(IMAGE).msg) == (
            429,
            "Your call frequency is too high. Please try again later.",
        )


def test_an_accepted_create_names_the_record_too(observed: Door) -> None:
    """Both ids, equal, whatever the page of the model says."""
    data = observed.create(IMAGE).data
    assert list(data) == ["taskId", "recordId"]
    assert data["taskId"] == data["recordId"]


def test_a_number_is_taken_where_a_text_is_asked_for(make: Make) -> None:
    """As one capture shows; another type still is refused, and so it is by the pages."""
    body = {"model": "grok-imagine/image-to-video", "input": {"duration": 6}}
    wrong = {**body, "input": {"duration": [6]}}
    with open_door("direct", make(profile="observed", docs="2026-04")) as door:
        assert (door.create(body).code, door.create(wrong).code) == (200, 500)
    with open_door("direct", make(docs="2026-04")) as door:
        assert door.create(body).code == 422


def test_what_the_wire_takes_against_its_page_the_same_page_advises_against(make: Make) -> None:
    """Also where the newest page demands what the served one does."""
    body = {"model": "elevenlabs/audio-isolation", "input": {"audio_url": 5}}
    with open_door("direct", make(profile="observed", docs="2026-04")) as door:
        assert door.create(body).headers["x-fakie-advice"].startswith("input.audio_url: ")
    with open_door("direct", make(docs="2026-04")) as door:
        assert "x-fakie-advice" not in door.create({**body, "input": {"audio_url": "https://a.test/a.mp3"}}).headers


def test_an_empty_callback_url_is_none_on_the_wire(observed: Door, make: Make) -> None:
    """As a public client sends it with each create: a task is made, and nobody is called back; the pages refuse it."""
    made = observed.create({**IMAGE, "callBackUrl": ""})
    assert made.code == 200
    assert json.loads(observed.get(f"{RECORD}?taskId={made.data['taskId']}").data["param"])["callBackUrl"] == ""
    assert "without callBackUrl" in observed.post(f"/_fakie/tasks/{made.data['taskId']}/callback", {}).msg
    assert observed.create({**IMAGE, "callBackUrl": " "}).situation == "url_malformed"
    with open_door("direct", make()) as door:
        assert door.create({**IMAGE, "callBackUrl": ""}).situation == "url_malformed"


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("url", [5, True, 0.5, ["http://127.0.0.1/a"], {}])
def test_a_callback_url_is_a_text_also_where_the_page_is_silent(make: Make, profile: str, url: Any) -> None:
    """Such a page describes no callBackUrl, or one of any type: what is no text is refused, not a server error."""
    with open_door("direct", make(profile=profile, docs="latest")) as door:
        for body in (HORSE, {"model": "wan/2-7-image", "input": {"prompt": "a lake"}}):
            answer = door.create({**body, "callBackUrl": url})
            assert (answer.code, answer.situation) == (422, "wrong_type")
            assert "callBackUrl" in answer.msg


def test_the_profile_of_the_wire_implies_the_latest_pages(make: Make) -> None:
    """Unless another date is asked for."""
    assert make().contracts.catalog.docs == "pinned"
    assert make(profile="observed").contracts.catalog.docs == "latest"
    assert make(profile="observed", docs="2026-04").contracts.catalog.docs == "2026-04"
    catalog = make(profile="observed").contracts.catalog
    served = catalog.served("z-image")
    assert served is newest_at(catalog.revisions("z-image"), "2099-01")


@pytest.mark.parametrize("profile", ["documented", "observed"])
class TestByDefault:
    """What holds in both profiles, without any option."""

    def test_a_task_ends_within_five_seconds_of_its_clock(self, make: Make, clock: HandClock, profile: str) -> None:
        """Of whichever model, and no answer is late."""
        service = make(profile=profile)
        with open_door("direct", service) as door:
            tasks = [door.create(body).data["taskId"] for body in (IMAGE, HORSE, TTS)]
            assert {door.record(task)["state"] for task in tasks} <= {"waiting", "generating"}
            clock.seconds += 5
            assert {door.record(task)["state"] for task in tasks} == {"success"}
        assert {entry.spoiled for entry in service.state.journal} == {""}

    def test_unknown_keys_and_empty_lists_pass(self, make: Make, profile: str) -> None:
        """Clients send them: an input key that no page names, and `image_input: []` where nothing is given."""
        model = "nano-banana-2"
        with open_door("direct", make(profile=profile, docs="latest")) as door:
            cases: tuple[dict[str, Any], ...] = ({"image_input": []}, {"fakie_unknown": {"a": [None]}}, {"x": 1})
            for given in cases:
                assert door.create({"model": model, "input": {"prompt": "a lake", **given}}).code == 200
            assert door.create({**IMAGE, "unknown": True}).code == 200

    def test_nothing_leaves_the_machine(self, make: Make, sent: Collector, clock: HandClock, profile: str) -> None:
        """A callback to another host is blocked and journalled, and no URL of an input is asked for."""
        service = make(profile=profile)
        far = {"model": "nano-banana-2", "input": {"prompt": "x", "image_input": ["https://far.test/a.png"]}}
        with open_door("direct", service) as door:
            door.create({**far, "callBackUrl": "https://far.test/hook"})
            clock.seconds += 10
            service.run_due()
        assert sent.outgoing == []
        told = [entry.situation for entry in service.state.journal if entry.kind == "delivery"]
        assert told == ["callback_blocked"]


def test_a_profile_of_ones_own_is_served(make: Make, tmp_path: Path) -> None:
    """It extends another, by a row, a fact and a habit; everything else stays."""
    own = {
        "format_version": 1,
        "name": "mine",
        "extends": "observed",
        "answers": [
            {
                "situation": "maintenance",
                "status": 503,
                "code": 503,
                "msg": "later",
                "data": "absent",
                "mark": "inv",
            }
        ],
        "facts": {"credits": {"value": 3, "mark": "inv"}},
        "habits": {"courses": [{"model": "z-image", "states": ["queuing", "success"], "mark": "inv"}]},
    }
    (tmp_path / "mine.json").write_text(json.dumps(own), encoding="utf-8")
    with open_door("direct", make(profile="mine.json")) as door:
        assert door.get(CREDIT).data == 3
        assert door.record(door.create(IMAGE).data["taskId"])["state"] == "queuing"
        answer = door.create(IMAGE, {**KEY, **JSON, "Prefer": "situation=maintenance"})
        assert (answer.status, answer.json) == (503, {"code": 503, "msg": "later"})
        assert door.create({"model": "z-image", "input": {}}).msg == "This field is required"


@pytest.mark.parametrize(
    ("situation", "model", "code", "msg"),
    [
        ("sub_key_limit", "z-image", 433, "Sub-key Usage Exceeds Limit"),
        ("feature_disabled", "z-image", 505, "This interface is temporarily paused."),
        ("maintenance", "z-image", 455, "The server is currently being maintained, please try again later~"),
        ("server_error", "z-image", 500, "Internal Error, Please try again later."),
        ("media_unreachable", "elevenlabs/audio-isolation", 500, "Server exception, please try again later"),
        ("media_unreachable", "bytedance/seedance-2-5", 422, "first_frame_url: unreachable"),
        ("rate_limited", "z-image", 429, "Your call frequency is too high. Please try again later."),
    ],
)
def test_what_is_ordered_is_worded_as_the_wire_does(
    make: Make, situation: str, model: str, code: int, msg: str
) -> None:
    """Also what no request meets by itself, by model where the words differ."""
    with open_door("direct", make(profile="observed")) as door:
        answer = door.create({"model": model, "input": {}}, {**KEY, "Prefer": f"situation={situation}"})
    assert (answer.status, answer.code, answer.msg, answer.data) == (200, code, msg, None)


def test_an_ordered_unreachable_medium_is_one_of_the_request(make: Make) -> None:
    """The field whose URL the request has, and not where it wants to be called back."""
    body = {"model": "bytedance/seedance-2-5", "callBackUrl": HOOK, "input": {"last_frame_url": "https://x.test/a.png"}}
    with open_door("direct", make(profile="observed")) as door:
        answer = door.create(body, {**KEY, "Prefer": "situation=media_unreachable"})
    assert answer.msg == "last_frame_url: unreachable"
