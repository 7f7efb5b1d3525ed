"""The families by their newest pages: request schemas alone, with the codes and answers of the pages before."""

from collections.abc import Iterator

import pytest

import fakie_schemas
from fakie.core.settings import Settings
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.families.family import endpoints
from support.clients.doors import open_door
from support.families import FAMILIES, MAKING, FamilyClient
from support.servers.fakes import Collector, HandClock, new_service
from support.some import some

NEWEST = "2026-08-19"
# A family of which no page of 2026-04 is known.
NEW = "suno-voice"
LATEST = Catalog.shipped(docs="latest")


@pytest.fixture
def latest(clock: HandClock) -> Iterator[FamilyClient]:
    """A client of a fake that judges requests by the newest pages."""
    with open_door("direct", new_service(Settings(), Collector(), clock, docs="latest")) as door:
        yield FamilyClient(door, clock)


@pytest.mark.parametrize("name", [one.name for one in some(MAKING)])
def test_a_task_is_made_and_shown_by_the_newest_page(name: str, latest: FamilyClient) -> None:
    """From the page's own example, and from that of the page before where it still holds."""
    page = latest.door.service.contracts.catalog.endpoint(name)
    assert page is not None
    assert page.date == NEWEST
    assert latest.record(name, latest.done_task(name))["taskId"]


@pytest.mark.parametrize("name", [one.name for one in some(FAMILIES) if one.family != NEW])
def test_what_the_newest_page_lacks_is_that_of_the_page_before(name: str) -> None:
    """Codes, the answer with its example, and the key; each is marked with the date that it was taken from."""
    page, before = LATEST.latest_endpoint(name), Catalog.shipped().endpoint(name)
    assert page is not None
    assert before is not None
    assert page.facts["inherited"] == {"codes": "2026-04", "answers": "2026-04", "auth": "2026-04"}
    assert page.codes == before.codes
    for part in ("answers", "auth"):
        assert page.facts[part] == before.facts[part]
    assert page.facts["examples"]["answer"] == before.facts["examples"]["answer"]


def test_pinned_pages_stay_those_of_2026_04() -> None:
    """Whoever asks for no newer pages is judged as before; what had no page then is judged by its first one."""
    served = [(one, Catalog.shipped().endpoint(one.page)) for one in FAMILIES]
    assert {page.date for one, page in served if page and one.family != NEW} == {"2026-04"}
    assert {page.date for one, page in served if page and one.family == NEW} == {NEWEST}


@pytest.mark.parametrize("name", [one.name for one in FAMILIES if one.family == NEW])
def test_what_no_page_says_is_marked_as_common(name: str) -> None:
    """An answer has an envelope, and one that makes a task its id; its shapes are marked as inferred in their file."""
    page = LATEST.endpoint(name)
    assert page is not None
    assert page.facts["inherited"] == {"codes": "common", "answers": "common", "auth": "common"}
    answer = page.facts["answers"]["success"]
    assert ("data" in answer["required"]) == (endpoints()[name].kind == "create")
    assert fakie_schemas.read_json(fakie_schemas.data_folder("families") / f"{NEW}.json")["mark"] == "inf"


def test_a_voice_is_made_from_a_phrase_and_checked(latest: FamilyClient) -> None:
    """A phrase, another one, the voice, its check: each goes on from what came before, and from nothing else."""
    phrase = latest.done_task("suno-voice/validate")
    shown = latest.record("suno-voice/validate", phrase)
    assert (shown["status"], bool(shown["validateInfo"])) == ("wait_validating", True)
    again = latest.done_task("suno-voice/regenerate", taskId=phrase)
    voice = latest.done_task("suno-voice/generate", taskId=again)
    shown = latest.record("suno-voice/generate", voice)
    assert (shown["status"], bool(shown["voiceId"])) == ("success", True)
    assert latest.ask("suno-voice/check-voice", {"task_id": voice}).data == {"isAvailable": True}
    assert latest.ask("suno-voice/check-voice", {"task_id": phrase}).situation == "parent_unknown"
    assert latest.shown("suno-voice/record-info", phrase).situation == "task_unknown"
    assert latest.shown("suno/generate/record-info", voice).situation == "task_unknown"


@pytest.mark.parametrize(("name", "file"), [("suno/vocal-removal", "audioUrl"), ("suno/replace-section", "uploadUrl")])
def test_a_file_of_ones_own_stands_for_a_song(name: str, file: str, latest: FamilyClient) -> None:
    """Then no task is gone on from; a song that is named must still be there, and one of the two must be named."""
    song = endpoints()[name].parent
    assert song is not None
    body = {key: value for key, value in latest.body(name).items() if key not in song.fields}
    latest.clock.seconds += 100
    assert latest.ask(name, body).code == 422
    own = {**body, file: "https://files.example/song.mp3", "model": "V5"}
    assert latest.ask(name, own).situation == "accepted"
    assert latest.ask(name, {**body, "taskId": "no-task", "audioId": "no-song"}).situation == "parent_unknown"


def test_a_field_that_is_required_against_the_pages_own_example_is_advice(latest: FamilyClient) -> None:
    """The example of a separation has no stem, though the list of required names has."""
    body = latest.body("suno/vocal-removal")
    latest.clock.seconds += 100
    answer = latest.ask("suno/vocal-removal", body)
    assert "stemName" not in body
    assert answer.situation == "accepted"
    assert answer.headers["x-fakie-advice"].startswith(f"stemName: required; the page of {NEWEST} says so")
