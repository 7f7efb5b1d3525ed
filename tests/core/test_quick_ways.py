"""The quick ways through the core come to the same as the slow ones."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fakie_schemas
from fakie.adapters.ids import RandomIds
from fakie.core.http.messages import Request
from fakie.core.settings import Settings
from fakie_schemas.catalog.profile import Profile
from support.clients.doors import CREATE, JSON, KEY
from support.servers.fakes import Collector, HandClock, new_service

BODY = b'{"model": "elevenlabs/audio-isolation", "input": {}}'


@settings(derandomize=True, database=None, deadline=None, max_examples=500)
@given(st.text(alphabet="taskId=&%+5F_;1 é", max_size=30))
def test_arguments_are_read_as_the_standard_library_reads_them(query: str) -> None:
    """Blank ones, repeated ones, quoted names: the first value counts."""
    for name in ("taskId", "__code", ""):
        pairs = parse_qsl(query, keep_blank_values=True)
        expected = next((value for key, value in pairs if key == name), None)
        assert Request("GET", "/", query).argument(name) == expected


def test_ids_are_32_digits_and_none_comes_twice() -> None:
    """Also where many threads ask for them."""
    ids = RandomIds()
    with ThreadPoolExecutor(8) as pool:
        made = [one for some in pool.map(lambda _: [ids.task_id() for _ in range(300)], range(16)) for one in some]
    assert len(set(made)) == len(made) == 4800
    assert all(len(one) == 32 and set(one) <= set("0123456789abcdef") for one in made)


def test_a_task_that_ends_later_than_another_wakes_nobody() -> None:
    """The alarm rings for the first event; the others have no need of it."""
    service = new_service(Settings(), Collector(), HandClock())
    rung = []
    for _ in range(3):
        service.state.alarm.clear()
        service.handle(Request.of("POST", CREATE, BODY, {**KEY, **JSON}))
        rung.append(service.state.alarm.is_set())
    assert rung == [True, False, False]


def test_a_row_is_found_for_each_model_and_names_made_up_are_not_remembered() -> None:
    """A thousand unknown models find the row of all, one that a row speaks of finds its own, whoever asks first."""
    data = fakie_schemas.profile("documented")
    usual = next(row for row in data["answers"] if row["situation"] == "accepted")
    profile = Profile({**data, "answers": [*data["answers"], {**usual, "model": "m", "msg": "its own"}]})
    assert [profile.row("accepted", None, model).msg for model in ("m", "n", "m", None)][::2] == ["its own", "its own"]
    assert profile.row("accepted", None, "n").msg == usual["msg"]
    rows = {id(profile.row("accepted", "createTask", f"model-{number}")) for number in range(1000)}
    assert rows == {id(profile.row("accepted", "createTask"))}
    with pytest.raises(KeyError):
        profile.row("no such situation")
