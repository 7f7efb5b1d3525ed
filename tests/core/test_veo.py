"""Veo whole: the four flags, moderation, the fallback, what is made of a video, and callbacks."""

import json

import pytest

from support.families import HOOK, FamilyClient
from support.servers.fakes import Collector

HD, UHD = "veo/get-1080p-video", "veo/get-4k-video"


def plan(client: FamilyClient, code: str) -> None:
    client.door.service.control.orders.add_plan(outcome="fail", code=code, endpoint="veo/generate")


@pytest.mark.parametrize(("code", "flag"), [("400", 2), ("422", 2), ("500", 3), ("501", 3)])
def test_a_failure_has_the_flag_of_its_code(client: FamilyClient, code: str, flag: int) -> None:
    """0 while it runs, 2 where it was refused before, 3 where it failed upstream; a failed one has no response."""
    plan(client, code)
    task_id = client.new_task("veo/generate")
    assert client.record("veo/generate", task_id)["successFlag"] == 0
    client.pass_time()
    record = client.record("veo/generate", task_id)
    assert (record["successFlag"], record["errorCode"], record["response"]) == (flag, int(code), None)


def test_moderation_is_told_by_the_record_and_not_by_the_request(client: FamilyClient, sent: Collector) -> None:
    """The request is accepted; what came of it stands in the record, and in the callback."""
    plan(client, "400")
    answer = client.ask("veo/generate", client.body("veo/generate"))
    assert (answer.code, answer.msg) == (200, "success")
    client.pass_time()
    record = client.record("veo/generate", answer.data["taskId"])
    assert "content policies" in record["errorMessage"]
    assert json.loads(sent.outgoing[-1].body)["data"] == {"taskId": record["taskId"], "fallbackFlag": False}


def test_the_fallback_makes_what_the_first_model_refused(client: FamilyClient, sent: Collector) -> None:
    """Where it is wished for and the video is 16:9: in 1080p, of which nothing more is made."""
    plan(client, "400")
    saved = client.done_task("veo/generate", enableFallback=True)
    record = client.record("veo/generate", saved)
    assert (record["successFlag"], record["fallbackFlag"]) == (1, True)
    assert record["response"]["resolution"] == "1080p"
    assert "fallback model" in json.loads(sent.outgoing[-1].body)["msg"]
    for name in (HD, UHD):
        assert client.ask(name, {"taskId": saved}).situation == "transform_refused"
    plan(client, "400")
    upright = client.done_task("veo/generate", enableFallback=True, aspect_ratio="9:16")
    assert client.record("veo/generate", upright)["successFlag"] == 2


@pytest.mark.parametrize("index", ["--1", "1-", "9" * 5000, "1.5"])
def test_an_index_that_is_no_number_is_refused_as_one(client: FamilyClient, index: str) -> None:
    """It is the text that was sent, also where it looks like a number; nothing breaks."""
    video = client.done_task("veo/generate")
    assert client.ask(HD, {"taskId": video, "index": index}).situation == "wrong_type"


def test_1080p_comes_some_time_after_it_was_asked_for(client: FamilyClient) -> None:
    """A code of its own until then, the same file from then on, another for another index; it is free."""
    video = client.done_task("veo/generate")
    account = client.door.service.control.accounts.get("test-key")
    before = account.credits
    assert (client.ask(HD, {"taskId": video}).code, client.ask(HD, {"taskId": video}).code) == (400, 400)
    client.pass_time()
    first, again = (client.ask(HD, {"taskId": video}) for _ in range(2))
    assert first.data == again.data
    assert client.door.get(first.data["resultUrl"].removeprefix("http://fake.test"), {}).status == 200
    assert client.ask(HD, {"taskId": video, "index": 1}).code == 400
    assert client.ask(HD, {"taskId": video, "index": "first"}).situation == "wrong_type"
    assert account.credits == before


def test_4k_is_a_task_of_its_own_made_once_for_a_video(client: FamilyClient, sent: Collector) -> None:
    """Asked again it answers 422, with what there is; it is paid once, called back, and has a record."""
    video = client.done_task("veo/generate")
    account = client.door.service.control.accounts.get("test-key")
    before = account.credits
    made = client.ask(UHD, {"taskId": video, "callBackUrl": HOOK})
    assert (made.code, made.data["resultUrls"]) == (200, None)
    assert client.ask(UHD, {"taskId": video}).situation == "transform_running"
    client.pass_time()
    again = client.ask(UHD, {"taskId": video})
    assert (again.code, again.situation, len(again.data["resultUrls"])) == (422, "transform_repeated", 1)
    assert account.credits == before - 1
    record = client.shown("veo/record-info", made.data["taskId"]).data
    assert (record["successFlag"], "fallbackFlag" in record) == (1, False)
    assert json.loads(sent.outgoing[-1].body)["data"]["info"]["resultUrls"] == again.data["resultUrls"]


def test_an_extended_video_can_be_extended_again(client: FamilyClient) -> None:
    """And the record has the whole of it."""
    first = client.done_task("veo/extend")
    second = client.done_task("veo/extend", taskId=first)
    assert len(client.record("veo/extend", second)["response"]["fullResultUrls"]) == 1


def test_upright_videos_have_an_original(client: FamilyClient) -> None:
    """Only those that are not 16:9."""
    wide, upright = (client.done_task("veo/generate", aspect_ratio=ratio) for ratio in ("16:9", "9:16"))
    assert client.record("veo/generate", wide)["response"]["originUrls"] is None
    assert len(client.record("veo/generate", upright)["response"]["originUrls"]) == 1
