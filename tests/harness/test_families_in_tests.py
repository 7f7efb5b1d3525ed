"""What a test has of a fake, with the families: its report when it is red, its waits, its journal, its handles."""

import pytest

from fakie.core.control.errors import WrongOrderError
from fakie.harness.fake import Fake
from fakie.harness.red_report import section
from fakie.harness.start import new_fake
from fakie_schemas.families.family import endpoints
from support.clients.doors import Door, open_door
from support.families import MAKING, FamilyClient
from support.servers.fakes import HandClock
from support.some import some

CREATES = pytest.mark.parametrize("name", [one.name for one in some(MAKING)])
SONG = {"prompt": "a", "customMode": False, "instrumental": True, "model": "V4", "callBackUrl": "http://me.test/hook"}


class SkippingClient(FamilyClient):
    """Lets the fake's own time pass."""

    def __init__(self, door: Door, fake: Fake) -> None:
        super().__init__(door, HandClock())
        self._fake = fake

    def pass_time(self, seconds: float = 20.0) -> None:
        self._fake.advance(seconds)


@pytest.fixture
def fake() -> Fake:
    fake = new_fake()
    fake.freeze()
    return fake


@CREATES
def test_a_red_test_is_told_what_the_client_asked_and_saw(name: str, fake: Fake) -> None:
    """Endpoint, state and failure by the family's own paths; polls that showed the same are one line."""
    with open_door("direct", fake.service) as door:
        client = SkippingClient(door, fake)
        body = client.body(name)
        fake.plan_next("fail", code="413", msg="too long for us", endpoint=name)
        task_id = client.ask(name, body).data["taskId"]
        for _ in range(3):
            client.record(name, task_id)
        client.pass_time()
        client.record(name, task_id)
    told = section(fake)
    assert f"{name} number" in told
    assert f"{endpoints()[name].makes.records[0]} number" in told
    assert "(3 times)" in told
    assert "fail, 413 too long for us" in told


@CREATES
def test_a_callback_is_waited_for_and_known_by_its_task(name: str, fake: Fake) -> None:
    """Held, finished by hand, taken: wherever the family has the task's id in its callback."""
    with open_door("direct", fake.service) as door:
        client = SkippingClient(door, fake)
        body = client.body(name)
        fake.plan_next(by="hold", endpoint=name)
        task = fake.task(client.ask(name, body).data["taskId"])
        assert task.body == fake.journal.bodies[-1] == body
        client.record(name, task.id)
        assert task.polls == 1
        task.finish()
    callback = fake.wait_callback(task)
    assert callback.task_id == task.id
    assert callback.json["code"] == 200
    assert task.state == "success"


def test_the_callback_of_a_stage_is_waited_for_by_its_name(fake: Fake) -> None:
    """Without a name the wait is for the end; a stage that there is not is refused with those that there are."""
    with open_door("direct", fake.service) as door:
        task_id = door.post("/api/v1/generate", SONG).data["taskId"]
        lyrics = door.post("/api/v1/lyrics", {"prompt": "a", "callBackUrl": "http://me.test/hook"}).data["taskId"]
    fake.advance(2.5)
    assert fake.wait_callback(task_id, stage="text").json["data"]["callbackType"] == "text"
    with pytest.raises(TimeoutError, match="no callback of"):
        fake.wait_callback(task_id, timeout=0)
    fake.advance(20)
    assert fake.wait_callback(task_id).json["data"]["callbackType"] == "complete"
    assert fake.wait_callback(task_id, stage="first").json["data"]["callbackType"] == "first"
    with pytest.raises(WrongOrderError, match="one of text, first"):
        fake.wait_callback(task_id, stage="last")
    with pytest.raises(WrongOrderError, match="calls back at its end alone"):
        fake.wait_callback(lyrics, stage="text")


def test_the_journal_is_asked_by_the_names_of_endpoints(fake: Fake) -> None:
    """And the client is blamed for nothing once it has read the end."""
    with open_door("direct", fake.service) as door:
        task_id = door.post("/api/v1/veo/generate", {"prompt": "a"}).data["taskId"]
        door.get(f"/api/v1/veo/record-info?taskId={task_id}")
        assert fake.journal.count("veo/generate") == fake.journal.count("veo/record-info", task=task_id) == 1
        fake.advance(1)
        fake.task(task_id).finish()
        fake.wait_until(lambda: fake.task(task_id).state == "success")
        assert [finding.rule for finding in fake.conduct] == ["gave_up_on_running"]
        door.get(f"/api/v1/veo/record-info?taskId={task_id}")
        assert [finding.rule for finding in fake.conduct] == ["result_never_fetched"]
