"""Items of a list that differ from each other: it shows when they are mixed up, left out, or one stands for all."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from fakie_schemas.schema.values import fits, plain_number, sample, step_of

# So many differ; of longer lists they come again and again.
_DIFFERENT = 8


def several(schema: Mapping[str, Any], count: int) -> list[Any]:
    """Make so many items that a schema accepts, each unlike those before it where it lets them be."""
    first = sample(schema, full=True)
    made = [first]
    for number in range(2, min(count, _DIFFERENT) + 1):
        others = (one for one in _like(schema, first, number) if one not in made and fits(schema, one))
        made.append(next(others, first))
    return [made[place % len(made)] for place in range(count)]


def _like(schema: Mapping[str, Any], first: Any, number: int) -> Iterator[Any]:
    """Yield other choices of the page, or values that differ from the first one by a number."""
    yield from schema.get("enum", ())
    if isinstance(first, bool):
        yield not first
    elif isinstance(first, str):
        is_url = first.startswith(("http://", "https://"))
        yield f"{first}{'&' if '?' in first else '?'}n={number}" if is_url else f"{first}{number}"
        yield str(number)
    elif isinstance(first, int | float):
        near, far = Decimal(str(first)), step_of(schema) * (number - 1)
        yield from (plain_number(near + far), plain_number(near - far))
    elif isinstance(first, Mapping):
        for name, child in schema.get("properties", {}).items():
            yield from ({**first, name: value} for value in _like(child, first.get(name), number))
    elif isinstance(first, list) and first:
        yield from ([value, *first[1:]] for value in _like(schema.get("items", {}), first[0], number))
