"""A body that is wrong costs no more than its length: the square of any of these lengths would take minutes."""

import json
import tracemalloc

import pytest

from fakie.core.http.body import parse_object
from fakie.core.situations import Refused
from fakie_schemas.strict_json import StrictJson, TooManyValuesError
from fakie_schemas.validator import holds
from support.clients.doors import CREATE, JSON, KEY, MODEL, Door

MANY = 300_000


@pytest.mark.parametrize("nested", [False, True])
def test_a_key_twice_among_very_many_is_found_at_once(door: Door, nested: bool) -> None:
    """The second of two equal keys is named, wherever it stands."""
    keys = ", ".join(f'"k{number}": 0' for number in range(MANY // 2))
    inner = f'{{{keys}, "last": 1, "last": 2}}'
    body = f'{{"model": "{MODEL}", "input": {inner}}}' if nested else inner
    answer = door.ask("POST", CREATE, body.encode(), {**KEY, **JSON})
    assert answer.situation == "body_malformed"
    assert "the key 'last' occurs twice" in answer.msg


@pytest.mark.parametrize(
    "value",
    [
        {"model": "m" * 1_000_000, "input": {}},
        {"model": MODEL, "input": {f"k{number}": number for number in range(100_000)}, "callBackUrl": 1},
        {"model": MODEL, "input": {}, "callBackUrl": list(range(300_000))},
        {"model": MODEL, "input": {}, "callBackUrl": "http://" * 300_000},
        {"model": MODEL, "input": {}, "callBackUrl": "http://" + "@" * 1_000_000},
    ],
    ids=["model", "keys", "items", "schemes", "ats"],
)
def test_a_large_wrong_value_is_refused_at_its_length(door: Door, value: object) -> None:
    """Long names, many keys and many items are refused with a short message."""
    answer = door.ask("POST", CREATE, json.dumps(value).encode(), {**KEY, **JSON})
    assert answer.code == 422
    assert len(answer.msg) < 1000


@pytest.mark.parametrize("piece", ["{},", "[],", "1,", '"a",', '{"a":0},', '"\\\\",'])
def test_a_bomb_of_values_is_refused_before_one_is_made(piece: str) -> None:
    """A few bytes become an object of a hundred, and the thirty megabytes of an upload a gigabyte."""
    many = ('{"a": [' + piece * 25_000 + "0]}").encode()
    tracemalloc.start()
    try:
        with pytest.raises(TooManyValuesError, match="more than 20000 values"):
            StrictJson(most_values=20_000).read(many)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * len(many) + 100_000


@pytest.mark.parametrize("text", ["{,", "[", ",", '\\"{,', "\\u007b"])
def test_a_long_text_is_one_value_whatever_stands_in_it(text: str) -> None:
    """Only what would become a value counts: a prompt may be a page of code."""
    body = f'{{"prompt": "{text * 600_000}"}}'
    assert parse_object(body.encode(), depth=64) == json.loads(body)


def test_a_text_that_never_ends_is_looked_at_once() -> None:
    """Every one of its quotes could begin a text of its own."""
    with pytest.raises(Refused, match="body_malformed"):
        parse_object(b'{"a": "' + b'\\",{' * 2_000_000, depth=64)


def test_a_number_too_large_to_divide_in_few_digits_is_judged() -> None:
    """Multiples are judged exactly, whatever the size of the number, and without an error."""
    for number in (1e308, 10**99, -1e308):
        assert holds({"multipleOf": 0.01}, number)
    assert not holds({"multipleOf": 0.01}, 1e-300)
