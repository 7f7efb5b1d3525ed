"""The result of a family's task, of which record and callback both tell: files, how many, and what is beside each."""

import re
from collections.abc import Iterable, Iterator

from fakie_contract.checks.shape import pointer
from fakie_contract.checks.told import CALLBACK
from fakie_schemas.families.reading import MISSING, UNKNOWN, Told
from fakie_schemas.nearest import plain
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

# The fact of an item of a result's list, and its number.
_ITEM = re.compile(r"(result\.[^0-9]+?)\.([0-9]+)(?:\.|$)")
# What stands beside the files of an item has no fact, or one of the request.
_BESIDE, _GIVEN = ".beside.", ("", "sent")


def callback_agrees(record: tuple[Told, ...], callback: tuple[Told, ...]) -> Iterator[Difference]:
    """Judge what a callback tells of a result by the record of the same task."""
    known = {one.fact: one.value for one in of_result(record)}
    for one in of_result(callback):
        if one.fact in known and one.value != known[one.fact]:
            # What one of the two leaves open contradicts nothing.
            if _BESIDE in one.fact and None in (one.value, known[one.fact]):
                continue
            place = CALLBACK + pointer(one.steps)
            yield breach("callback.agrees", one.value, place, other=repr(known[one.fact]), why="as its record says")


def of_result(told: Iterable[Told]) -> tuple[Told, ...]:
    """Return what is told of a result: its files and parts, how many there are, and what stands beside each."""
    every = tuple(told)
    return tuple(one for one in (*with_counts(every), *_beside(every)) if _is_of_result(one))


def _beside(told: tuple[Told, ...]) -> Iterator[Told]:
    """Name what stands beside the files of an item of a result, such as its title, as no spelling of it matters."""
    items = {one.steps[:-1]: found[0].rstrip(".") for one in told if (found := _ITEM.match(one.fact))}
    for one in told:
        if one.steps[:-1] in items and one.template is not UNKNOWN and one.fact.partition(".")[0] in _GIVEN:
            yield Told(
                one.steps, one.value, f"{items[one.steps[:-1]]}{_BESIDE}{plain(str(one.steps[-1]))}", one.template
            )


def with_counts(told: Iterable[Told]) -> tuple[Told, ...]:
    """Return what is told, and how much each list of a result holds: the fact `count` at the list's place."""
    every = tuple(told)
    counts: dict[str, Told] = {}
    for one in every:
        item = _ITEM.match(one.fact)
        at = next((place for place, step in enumerate(one.steps) if isinstance(step, int)), None)
        if item and at is not None:
            name = f"{item[1]}.count"
            most = max(int(item[2]) + 1, counts[name].value if name in counts else 0)
            counts[name] = Told(one.steps[:at], most, name)
    return (*every, *counts.values())


def _is_of_result(told: Told) -> bool:
    is_of = told.fact.startswith("result.") or told.fact.startswith("part.")
    return is_of and told.value is not MISSING and not isinstance(told.template, list)
