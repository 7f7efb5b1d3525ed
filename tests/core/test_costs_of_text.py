"""Headers and texts cost no more than their length: the square of any of these lengths would take minutes."""

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

import pytest

from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request
from fakie.core.orders import wishes
from fakie.core.service import Service
from fakie_contract.report.baseline import fits
from fakie_schemas.nearest import did_you_mean
from fakie_schemas.recordings.secrets import is_secret_argument
from support.clients.doors import CREATE, KEY, Door, direct

MANY = 300_000


@pytest.mark.parametrize("wish", ["code=" + " " * MANY + "x y", " " * MANY + "code", '"' * MANY, "," * MANY])
def test_a_prefer_header_of_any_length_is_read_once(wish: str) -> None:
    """Blanks, signs and names without end cost their length, and what is not an order orders nothing."""
    assert list(wishes(Request("GET", CREATE, headers=Headers({"prefer": wish})))) == []


@pytest.mark.parametrize(
    "wish", ['code="401"', "code = 401", " CODE=401 ", "respond-async, code=401", "x;code=401", 'code="401']
)
def test_an_order_is_read_however_it_is_written(door: Door, wish: str) -> None:
    """Quotes, blanks, case and other preferences around it change nothing."""
    assert door.create(headers={**KEY, "Prefer": wish}).situation == "unauthorized"


@pytest.mark.parametrize("name", ["Prefer", "Authorization", "X-Anything"])
def test_a_header_without_end_is_refused_with_the_limit(door: Door, name: str) -> None:
    """The API's own kind of refusal names the header, its length and the most there may be; the limit itself passes."""
    answer = door.create(headers={**KEY, name: "a" * 16_385})
    assert (answer.code, answer.situation) == (422, "header_too_long")
    assert f"the header {name.lower()} has 16385 characters; expected at most 16384" in answer.msg
    assert door.create(headers={**KEY, "X-Anything": "a" * 16_384}).code == 200


def test_a_secret_name_is_known_in_any_text() -> None:
    """What opens something is found among repetitions and over line ends; a keyword is none."""
    assert is_secret_argument("key" * MANY + "\n")
    assert is_secret_argument("x-amz-" + "\n" * MANY)
    assert not is_secret_argument("keywords")
    assert not is_secret_argument("k" * MANY)


def test_stars_in_a_baseline_do_not_multiply() -> None:
    """Many stars before a text that nearly fits cost no power of its length; other signs are themselves."""
    assert not fits("a" * 50_000, "*a" * 12 + "*b")
    assert fits("a[0]?b", "a[0]?*")
    assert not fits("a0xb", "a[0]?b")


def test_an_order_that_is_none_is_refused(door: Door) -> None:
    """An empty code is an order that cannot be met."""
    assert door.create(headers={**KEY, "Prefer": "code=" + " " * 10_000}).situation == "body_malformed"


@pytest.mark.parametrize(
    ("got", "hint"),
    [("createTsk", "; did you mean 'createTask'?"), ("veo", "; there are two"), (5, "; there are two")],
)
def test_what_a_misspelt_name_may_have_meant_is_said_in_one_way(got: object, hint: str) -> None:
    """The nearest known name, else what the message says otherwise; of a long text the beginning is compared."""
    assert did_you_mean(got, ["createTask", "recordInfo"], otherwise="; there are two") == hint
    assert did_you_mean("createTask" * MANY, ["createTask" * 8]) != ""


def test_an_unknown_task_is_compared_with_few(make: Callable[..., Service]) -> None:
    """Among thousands of ids of the same letters, what may have been meant costs no seconds."""
    compared = 0

    class Counting(SequenceMatcher[str]):
        def set_seq1(self, a: Sequence[str]) -> None:
            nonlocal compared
            compared += 1
            super().set_seq1(a)

    door = direct(make(limits="off"))
    tasks = [door.new_task() for _ in range(300)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("difflib.SequenceMatcher", Counting)
        answer = door.get(f"/_fakie/tasks/{tasks[-1][:-1]}")
    assert f"did you mean {tasks[-1]!r}" in answer.msg
    assert compared < 150
