"""Callbacks in stages, as Suno has them: text, first, complete, or error; lost ones, and ones out of order."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from fakie.core.service import Service
from support.clients.doors import Answer
from support.families import FamilyClient
from support.servers.fakes import Collector

MUSIC = "suno/generate"


def told(sent: Collector) -> list[str]:
    return [json.loads(one.body)["data"]["callbackType"] for one in sent.outgoing]


def plan(client: FamilyClient, **given: Any) -> None:
    client.door.service.control.orders.add_plan(endpoint=MUSIC, **given)


def test_each_stage_is_called_back_when_the_task_comes_to_it(client: FamilyClient, sent: Collector) -> None:
    """The record goes on alike; the first callback has no track, the second one, the last both."""
    task_id = client.new_task(MUSIC)
    seen = []
    for _ in range(6):
        record = client.record(MUSIC, task_id)
        seen.append((record["status"], len((record["response"] or {"sunoData": []})["sunoData"]), told(sent)[-1:]))
        client.pass_time(1)
    client.pass_time()
    assert seen[0] == ("PENDING", 0, [])
    assert seen[2] == ("TEXT_SUCCESS", 0, ["text"])
    assert seen[4] == ("FIRST_SUCCESS", 1, ["first"])
    assert seen[5] == ("SUCCESS", 2, ["complete"])
    assert [len(json.loads(one.body)["data"]["data"]) for one in sent.outgoing] == [0, 1, 2]


def test_the_tracks_of_record_and_callback_are_the_same(client: FamilyClient, sent: Collector) -> None:
    """In camel case there and in snake case here; each with an id of its own."""
    tracks = client.record(MUSIC, client.done_task(MUSIC))["response"]["sunoData"]
    called = json.loads(sent.outgoing[-1].body)["data"]["data"]
    assert [track["id"] for track in tracks] == [track["id"] for track in called]
    assert [track["audioUrl"] for track in tracks] == [track["audio_url"] for track in called]
    assert len({track["id"] for track in tracks}) == 2


def test_a_first_track_can_be_heard_before_the_second(client: FamilyClient) -> None:
    """Its file is there from its stage on, and was not before."""
    task_id = client.new_task(MUSIC)
    path = f"/results/{task_id}.mp3"
    assert client.door.get(path, {}).situation == "result_gone"
    client.pass_time(4)
    assert client.record(MUSIC, task_id)["response"]["sunoData"][0]["audioUrl"].endswith(path)
    assert client.door.get(path, {}).situation == "result_shown"


@pytest.mark.parametrize("code", ["501", "400", "408", "413", "451", "500", "531"])
def test_a_failure_is_one_callback_of_the_type_error(client: FamilyClient, sent: Collector, code: str) -> None:
    """With its own code, and no track."""
    plan(client, outcome="fail", code=code)
    task_id = client.done_task(MUSIC)
    last = json.loads(sent.outgoing[-1].body)
    assert told(sent)[-1] == "error"
    assert (last["code"], last["data"]["task_id"], last["data"]["data"]) == (int(code), task_id, None)


def test_a_task_that_is_failed_by_hand_passes_no_further_stage(client: FamilyClient, sent: Collector) -> None:
    """What has been told stays told."""
    task_id = client.new_task(MUSIC)
    client.pass_time(2)
    client.door.service.control.tasks.fail(task_id)
    client.pass_time()
    assert told(sent) == ["text", "error"]


def test_a_task_that_is_finished_by_hand_passes_every_stage(client: FamilyClient, sent: Collector) -> None:
    """In order, at once."""
    plan(client, by="hold")
    client.door.service.control.tasks.finish(client.new_task(MUSIC))
    client.pass_time()
    assert told(sent) == ["text", "first", "complete"]


def test_polls_bring_a_task_to_its_stages_too(client: FamilyClient, sent: Collector) -> None:
    """Each poll shows the next state, and its callback follows."""
    plan(client, by="polls")
    task_id = client.new_task(MUSIC)
    for _ in range(4):
        client.record(MUSIC, task_id)
        client.pass_time(0.01)
    assert told(sent) == ["text", "first", "complete"]


@pytest.mark.parametrize(
    ("quirk", "types"),
    [
        ("", ["text", "first", "complete"]),
        ("lost", []),
        ("stage_lost", ["text", "complete"]),
        ("stages_out_of_order", ["complete", "first", "text"]),
        ("duplicate", ["text", "text", "first", "first", "complete", "complete"]),
        ("before_answer", ["text", "first", "complete"]),
        ("late", ["text", "first", "complete"]),
    ],
)
def test_each_quirk_of_a_callback_is_one_of_its_stages(
    client: FamilyClient, sent: Collector, quirk: str, types: list[str]
) -> None:
    """A stage lost, stages out of order, and those that every callback can have."""
    plan(client, quirk=quirk)
    client.done_task(MUSIC)
    client.pass_time(100)
    assert told(sent) == types


def test_a_stage_that_was_not_taken_comes_again(client: FamilyClient, sent: Collector) -> None:
    """With its own body, as the callback of the end would."""
    sent.statuses = [500, 200, 200, 200]
    client.done_task(MUSIC)
    client.pass_time(1000)
    assert sorted(told(sent)) == ["complete", "first", "text", "text"]


def test_a_wav_is_made_once_for_a_track(client: FamilyClient) -> None:
    """Asked for again it is a conflict, by nature; of the other track it is made."""
    body = client.body("suno/wav")
    assert client.ask("suno/wav", body).code == 200
    again = client.ask("suno/wav", body)
    assert (again.code, again.situation) == (409, "task_conflict")


def test_a_separated_song_has_the_stems_of_its_type(client: FamilyClient, sent: Collector) -> None:
    """Two by default, twelve where it is split; the callback names the same files in snake case."""
    both = client.record("suno/vocal-removal", client.done_task("suno/vocal-removal", type="separate_vocal"))
    assert both["response"]["instrumentalUrl"]
    assert both["response"]["drumsUrl"] is None
    split = client.record("suno/vocal-removal", client.done_task("suno/vocal-removal", type="split_stem"))
    assert split["response"]["instrumentalUrl"] is None
    called = json.loads(sent.outgoing[-1].body)["data"]["vocal_separation_info"]
    assert called["drums_url"] == split["response"]["drumsUrl"] != None  # noqa: E711 - both are there


def style(client: FamilyClient) -> Answer:
    return client.ask("suno/style", {"content": "Pop"})


def test_what_is_made_at_once_answers_at_once(client: FamilyClient, make: Callable[..., Service]) -> None:
    """A style is paid and has its text in the answer; persona and aligned lyrics go on from a song, and are free."""
    made = style(client)
    assert (made.code, made.data["creditsConsumed"], made.data["creditsRemaining"]) == (200, 1, 999)
    account = client.door.service.control.accounts.get("test-key")
    for name, key in (("suno/generate-persona", "personaId"), ("suno/get-timestamped-lyrics", "alignedWords")):
        body = client.body(name)
        before = account.credits
        assert key in client.ask(name, body).data
        assert account.credits == before
    account.credits = Decimal(0)
    assert style(client).situation == "credits_insufficient"


def test_a_replaced_section_is_called_back_at_its_end_alone(client: FamilyClient, sent: Collector) -> None:
    """Its page knows no other stage, and gives a receiver 10 s; its record tells of the first track before the end."""
    task_id = client.new_task("suno/replace-section")
    sent.outgoing.clear()
    tracks, heard = {}, {}
    for _ in range(7):
        record = client.record("suno/replace-section", task_id)
        tracks[record["status"]] = len((record["response"] or {"sunoData": []})["sunoData"])
        heard[record["status"]] = client.door.get(f"/results/{task_id}.mp3", {}).status
        client.pass_time(1)
    assert heard["FIRST_SUCCESS"] == 200
    assert tracks == {"PENDING": 0, "TEXT_SUCCESS": 0, "FIRST_SUCCESS": 1, "SUCCESS": 2}
    assert (told(sent), [one.timeout for one in sent.outgoing]) == (["complete"], [10])
