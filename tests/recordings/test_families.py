"""Recordings of the families: written without secrets, judged right, and replayed state by state."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from fakie.core.replay.replay import Replay
from fakie.core.service import Service
from fakie_schemas.families.family import endpoints
from fakie_schemas.families.shown import show_record
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.reading import read_recordings
from fakie_schemas.recordings.store import RecordingFolder
from support.clients.doors import KEY, open_door
from support.families import HOOK, MAKING
from support.family_deviations import callbacks
from support.family_traffic import life, recorded_client
from support.recordings import Exchange, report
from support.some import some

SECRET = "https://me.test/hook?token=hush-hush-hush"
NAMES = pytest.mark.parametrize("name", [one.name for one in some(MAKING)])


def recorded(name: str, hook: str = HOOK) -> list[Exchange]:
    """Return the exchanges of a task, but for its callbacks, with another address to call back."""
    with recorded_client() as client:
        life(client, name)
        text = json.dumps([one for one in client.exchanges if one not in callbacks(client.exchanges)])
    exchanges: list[Exchange] = json.loads(text.replace(HOOK, hook))
    return exchanges


def written(exchanges: Sequence[Exchange], folder: Path) -> Path:
    """Write exchanges as the recorder does."""
    store = RecordingFolder(folder)
    for one in exchanges:
        asked, came = one["request"], one["response"]
        body = None if asked["body"] is None else json.dumps(asked["body"]).encode()
        answer = json.dumps(came["body"]).encode()
        store.add(
            RecordedExchange(
                asked["method"], asked["url"], KEY, body, came["status"], came["headers"], answer, at=one["recorded"]
            )
        )
    return folder


@NAMES
def test_what_is_recorded_has_no_secret_and_is_right(name: str, tmp_path: Path) -> None:
    """Neither the key nor what opens its receiver, in request, record or the request that the record gives back."""
    folder = written(recorded(name, SECRET), tmp_path / "tape")
    text = "".join(file.read_text() for file in folder.rglob("*.json"))
    assert "hush" not in text
    assert "test-key" not in text
    assert report(folder)["findings"] == []


@NAMES
def test_a_task_is_replayed_state_by_state(name: str, tmp_path: Path, service: Service) -> None:
    """Each poll as it was recorded, whatever the address to call back; created again it begins anew."""
    exchanges = recorded(name)
    tape = read_recordings(written(exchanges, tmp_path / "tape")).exchanges
    replay = Replay(service, tape, service.contracts.profile, service.state, refuse_others=True)
    with open_door("direct", replay) as door:  # type: ignore[arg-type]
        for hook in (HOOK, "https://other.test/hook"):
            for one in exchanges:
                asked, came = one["request"], one["response"]["body"]
                body = json.dumps(asked["body"]).replace(HOOK, hook).encode() if asked["body"] else b""
                answer = door.ask(asked["method"], asked["url"].removeprefix("https://api.kie.ai"), body)
                assert answer.code == came["code"], answer.json
                assert state(asked["url"], answer.data) == state(asked["url"], came["data"])


def state(url: str, data: Any) -> tuple[str, str]:
    """Return the task that an answer tells of, and its state where it is a record's."""
    path = urlsplit(url).path
    about = next(one for one in endpoints().values() if one.path == path)
    return data["taskId"], show_record(about, data).state if about.kind == "record" else ""
