"""The quick ways through the core come to the same as the slow ones."""

import json
from concurrent.futures import ThreadPoolExecutor
from inspect import signature
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fakie_schemas
from fakie.adapters.ids import RandomIds
from fakie.core.accounts import handle_of
from fakie.core.http.body import parse_object
from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request
from fakie.core.settings import Settings
from fakie.core.situations import Refused
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.strict_json import unique_keys
from fakie_schemas.validator import is_absolute_http_url
from support.clients.doors import CREATE, CREDIT, JSON, KEY
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


def test_a_copy_with_other_headers_has_every_other_part() -> None:
    """Each part that a request can have, as from the copy that takes any part."""
    parts = {name: name for name in signature(Request).parameters}
    request, other = Request(**cast(Any, parts)), Headers({"accept": "*/*"})
    assert vars(request.with_headers(other)) == vars(request.replaced(headers=other)) == {**parts, "headers": other}


@settings(derandomize=True, database=None, deadline=None, max_examples=500)
@given(st.from_regex(r"https?://[A-Za-z0-9.\[\]:@-]{0,9}[/?#\\ é]?[ -~é]{0,9}", fullmatch=True))
def test_a_plain_url_is_one_by_the_long_rules_too(text: str) -> None:
    """What is taken at first sight is what the rules of all URLs take."""
    by_rules = bool(text.isprintable() and not {" ", "\\"} & set(text))
    try:
        parts = urlsplit(text)
        by_rules = by_rules and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        by_rules = False
    assert is_absolute_http_url(text) == by_rules


@pytest.mark.parametrize(
    "text", ['{"a": 1}', ' {"a": 1}', '{"a": 1}\n', '{"a": 1} x', '{"a": 1}{', '{"a": 1, "a": 2}', "{", "{}"]
)
def test_a_body_is_read_alike_with_blanks_around_it_and_without(text: str) -> None:
    """And what follows it is refused in the words of the standard library."""
    assert _read(text) == _read_slowly(text)


def _read(text: str) -> str:
    try:
        return repr(parse_object(text.encode(), 5))
    except Refused as refused:
        return str(refused.facts["reason"]).partition("; ")[0].removeprefix("the body is not JSON: ")


def _read_slowly(text: str) -> str:
    try:
        return repr(json.loads(text, object_pairs_hook=unique_keys))
    except ValueError as error:
        return str(error)


def test_keys_that_are_known_are_told_apart_and_those_that_are_none_stay_refused() -> None:
    """Thousands of keys, each asked twice, have each their own account; a bad one is refused again and again."""
    service = new_service(Settings(), Collector(), HandClock())

    def handle(key: str) -> str | None:
        service.handle(Request.of("GET", CREDIT, headers={"authorization": f"Bearer {key}"}))
        return list(service.state.journal)[-1].account

    found = {key: {handle(key), handle(key)} for key in (f"key-{number}" for number in range(1500))}
    assert all(handles == {handle_of(key)} for key, handles in found.items())
    assert {handle("two words"), handle("two words")} == {None}


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
