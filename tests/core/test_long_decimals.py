"""Decimals of more digits than a double holds for certain: as texts in the callbacks of MIDI, as its page has them."""

import json

import pytest

from fakie.core.service import Service
from fakie_contract.checks.told import FamilyTask
from fakie_contract.checks.told_twice import callback_agrees
from fakie_schemas.families.family import endpoints
from fakie_schemas.families.long_decimals import as_numbers, as_texts
from fakie_schemas.families.telling import Telling
from support.clients.doors import open_door
from support.families import FamilyClient
from support.servers.fakes import Collector, HandClock

MIDI = endpoints()["suno/midi"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.036458333333333336, "0.036458333333333336"),
        (7.911458333333333, "7.911458333333333"),
        (-0.4895833333333333, "-0.4895833333333333"),
        (0.046875, 0.046875),
        (7.6875, 7.6875),
        (1e300, 1e300),
        (1e-300, 1e-300),
        (12345678901234567890, 12345678901234567890),
        (True, True),
        (None, None),
    ],
)
def test_only_long_decimals_are_texts(number: object, text: object) -> None:
    """Back and forth, within objects and lists; whole numbers and powers of ten stay."""
    data = {"a": [{"b": number}], "id": "1760335255000"}
    assert as_texts(data) == {"a": [{"b": text}], "id": "1760335255000"}
    assert as_numbers(as_texts(data)) == data


@pytest.mark.parametrize(
    "text", ["0.25", "1.2.3456789012345678", "0x0.036458333333333336", "", "0.0364583333333333360000000001"]
)
def test_other_texts_stay(text: str) -> None:
    """A short decimal as a text, and what is no number."""
    assert as_numbers([text]) == [text]


def test_the_callback_of_midi_has_texts_and_its_record_numbers(
    service: Service, clock: HandClock, sent: Collector
) -> None:
    """The two agree for whoever judges, as text and as number; another value, or a short one as a text, does not."""
    with open_door("direct", service) as door:
        client = FamilyClient(door, clock)
        task_id = client.done_task("suno/midi")
        record = client.record("suno/midi", task_id)
    body = json.loads(sent.outgoing[-1].body)
    notes, numbers = (at["instruments"][0]["notes"] for at in (body["data"], record["midiData"]))
    assert notes[1] == {"pitch": 61, "start": 0.046875, "end": "0.19270833333333334", "velocity": 1}
    assert numbers == as_numbers(notes) != notes
    telling = Telling.of(MIDI.makes, (), {})
    task = FamilyTask(task_id, MIDI, {}, telling)
    for end, rules in (
        ("0.19270833333333334", []),
        (0.19270833333333334, []),
        ("0.19270833333333999", ["callback.agrees"]),
        ("0.2", ["shape.type", "callback.agrees"]),
    ):
        notes[1]["end"] = end
        told = [*task.judge_callback("success", body)]
        told += callback_agrees(telling.record("success", record), telling.callback("success", body))
        assert [one.rule for one in told] == rules, end
