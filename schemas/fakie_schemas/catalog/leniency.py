"""A request schema without the rules that its own page contradicts."""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from fakie_schemas.schema.pointers import below, steps_of

Schema = Mapping[str, Any]


def without_rules(schema: Schema, pointers: Iterable[str]) -> Schema:
    """Copy a schema without the rules at these JSON pointers, from `/request` on; one not there is passed over."""
    paths = [steps_of(pointer)[1:] for pointer in pointers]
    if not paths:
        return schema
    made = copy.deepcopy(dict(schema))
    # From the end of a list, so that an index stays what it was.
    for path in sorted(paths, key=lambda steps: [(len(step), step) for step in steps], reverse=True):
        _drop(made, path)
    return made


def _drop(schema: Any, path: list[str]) -> None:
    place = schema
    for step in path[:-1]:
        place = below(place, step)
    if isinstance(place, dict):
        place.pop(path[-1], None)
    elif isinstance(place, list) and path[-1].isdecimal() and int(path[-1]) < len(place):
        del place[int(path[-1])]
