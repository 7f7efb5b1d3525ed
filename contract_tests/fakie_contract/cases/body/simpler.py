"""Shrinking: of a body that fails, the simplest part that still does, searched by hypothesis."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from fakie_schemas.schema.values import working_value
from fakie_schemas.validator import holds

# Decides whether to keep a part of the body or to take the simplest value. Hypothesis draws nothing but such booleans:
# for numbers and texts it also uses constants of the modules around it, which differ from machine to machine.
Yes = Callable[[], bool]


def simplest(schema: Mapping[str, Any], body: Any, fails: Callable[[Any], bool], tries: int) -> Any:
    """Return the simplest body made of `body`'s parts for which `fails` says so, within about `tries` attempts."""
    quiet = settings(
        max_examples=tries,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        return find(_parts(schema, body), fails, settings=quiet, random=Random(0))  # noqa: S311 - no secret
    except NoSuchExample:
        return body


@st.composite
def _parts(draw: st.DrawFn, schema: Mapping[str, Any], body: Any) -> Any:
    return _part(schema, body, lambda: draw(st.booleans()))


def _part(schema: Mapping[str, Any], value: Any, yes: Yes) -> Any:
    if isinstance(value, dict):
        fields, needed = schema.get("properties", {}), schema.get("required", ())
        kept = [name for name in value if name in needed or yes()]
        return {name: _part(fields.get(name, {}), value[name], yes) for name in kept}
    if isinstance(value, list):
        return [_part(schema.get("items", {}), item, yes) for item in _cut(value, schema.get("minItems", 0), yes)]
    # What breaks a rule has to stay as it is.
    return _plainer(schema, value, yes) if holds(schema, value) else value


def _plainer(schema: Mapping[str, Any], value: Any, yes: Yes) -> Any:
    if "enum" in schema:
        choices: list[Any] = schema["enum"]
        return choices[_number(choices.index(value), yes)]
    if isinstance(value, str) and not {"format", "pattern", "const"} & set(schema):
        least = schema.get("minLength", 0)
        return _cut(value, least, yes) if yes() else "t" * max(least, 1)
    return value if yes() else working_value(schema)


def _cut(whole: Any, least: int, yes: Yes) -> Any:
    # The end is found first, then the start: each is a number of its own, and of as many answers whatever it is.
    least = min(least, len(whole))
    end, kept = (least + _number(len(whole) - least, yes) for _ in range(2))
    return whole[max(0, end - kept) : end]


def _number(most: int, yes: Yes) -> int:
    """Draw a number bit by bit, the highest first, so that fewer answers of yes are a smaller one."""
    number = 0
    for _ in range(most.bit_length()):
        number = 2 * number + yes()
    return min(number, most)
