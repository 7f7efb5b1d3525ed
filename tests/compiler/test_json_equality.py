"""Values are the same as JSON has them, wherever pages and revisions are compared."""

from typing import Any

import pytest

from fakie_schemas.schema.equality import distinct, json_key, same_json


@pytest.mark.parametrize("value", [1, 1.0, "1", True, None, [1], {"a": [1]}, [], {}])
def test_a_value_is_the_same_as_itself_and_as_its_copy(value: Any) -> None:
    """Whole numbers are, too, however they are written."""
    assert same_json(value, value)
    assert same_json([1, {"a": 1.0}], [1.0, {"a": 1}])
    assert json_key([1, {"a": value}]) == json_key([1.0, {"a": value}])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        ([1], [True]),
        ({"a": [0]}, {"a": [False]}),
        (1, "1"),
        (None, False),
        ([1], [1, 1]),
        ({"a": 1}, {}),
    ],
)
def test_what_python_alone_takes_for_the_same_is_not(one: Any, other: Any) -> None:
    """True is not 1, at any depth."""
    assert not same_json(one, other)
    assert not same_json(other, one)
    assert json_key(one) != json_key(other)


def test_of_values_that_are_the_same_the_first_is_kept() -> None:
    """As it is written, in the order of all."""
    assert repr(distinct([1, True, 1.0, "1", [0], [0.0], 1])) == repr([1, True, "1", [0]])
