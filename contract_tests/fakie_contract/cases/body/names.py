"""Required fields under names, and in places, that are not theirs."""

import copy
import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from fakie_contract.cases.body.rules import RuleSide
from fakie_contract.cases.body.variant import Variant
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.schema.values import sample

# What other APIs call the object that holds a model's own fields.
_OTHER_NAME = "params"


def named_otherwise(sides: Iterable[RuleSide], revision: Revision) -> Iterator[RuleSide]:
    """Return bodies with a required field under another name: of the model, and of the first other field that has one.

    That is one in another case or style; of an object another word, and its fields beside it. They are made of `sides`,
    those of all of the schema's rules.
    """
    seen: set[tuple[bool, str]] = set()
    for one in sides:
        for face, body in _otherwise(one) if one.variant.rule == "missing" else ():
            of_field = one.field.path == ("model",), face
            if of_field not in seen and not revision.holds(body):
                seen.add(of_field)
                variant = Variant(face, "required", None, one.situation, face=face)
                yield replace(one, variant=variant, body=body)


def _otherwise(one: RuleSide) -> Iterator[tuple[str, Any]]:
    name, is_object = one.field.path[-1], one.field.schema.get("type") == "object"
    if not isinstance(name, str):
        return
    value = sample(one.field.schema, full=not is_object)
    if is_object:
        if value and len(one.field.path) == 1:
            yield "under-another-name", {**one.body, _OTHER_NAME: value}
            yield "its-fields-beside-it", {**one.body, **value}
        return
    for face, other in _spellings(name):
        if other != name:
            yield face, _with(one, other, value)


def _spellings(name: str) -> Iterator[tuple[str, str]]:
    yield "in-other-case", name[:1].swapcase() + name[1:]
    yield "in-camel-case", re.sub("_([a-z])", lambda found: found[1].upper(), name)
    yield "in-snake-case", re.sub("(?<=[a-z0-9])[A-Z]", lambda found: f"_{found[0].lower()}", name)


def _with(one: RuleSide, name: str, value: Any) -> Any:
    changed = copy.deepcopy(one.body)
    place = changed
    for step in one.field.path[:-1]:
        place = place[step]
    place[name] = value
    return changed
