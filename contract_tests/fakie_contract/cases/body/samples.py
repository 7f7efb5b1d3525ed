"""Request bodies that a schema accepts, and such with one field changed."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from fakie_schemas.schema.fields import Path, fields
from fakie_schemas.schema.values import sample

# The discard port: nothing listens there, and nothing leaves this machine.
NOWHERE = "http://127.0.0.1:9/callback"


def body(schema: Mapping[str, Any], *, full: bool) -> Any:
    """Make a request body; a callBackUrl in it leads nowhere."""
    made = sample(schema, full=full)
    if "callBackUrl" in made:
        made["callBackUrl"] = NOWHERE
    return made


def with_value(schema: Mapping[str, Any], path: Path, value: Any) -> Any:
    """Make a minimal body that has `value` at `path`; parents that are missing come whole."""
    return placed(schema, body(schema, full=False), path, value)


def placed(schema: Mapping[str, Any], whole: Any, path: Path, value: Any) -> Any:
    """Copy a body and put `value` at `path`; parents that are missing come whole."""
    made = copy.deepcopy(whole)
    place, inner = made, schema
    for step in path[:-1]:
        inner = below(inner, step)
        if isinstance(step, int):
            if not place:
                place.append(sample(inner, full=True))
        elif step not in place:
            place[step] = sample(inner, full=True)
        place = place[step]
    _put(place, path[-1], value)
    return made


def below(schema: Mapping[str, Any], step: str | int) -> Mapping[str, Any]:
    """Find the schema of a step of a path: of an item, a field, or a map's key."""
    if isinstance(step, int):
        inner: Mapping[str, Any] = schema["items"]
    else:
        inner = schema.get("properties", {}).get(step) or schema["additionalProperties"]
    return inner


def without(schema: Mapping[str, Any], path: Path) -> Any:
    """Make a minimal body, its parents of `path` whole, from which the field at `path` is taken away."""
    return taken(schema, body(schema, full=False), path)


def taken(schema: Mapping[str, Any], whole: Any, path: Path) -> Any:
    """Copy a body, its parents of `path` whole, and take the field at `path` away."""
    return _without(placed(schema, whole, path, None), path)


def optional_sets(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Return bodies with unions of the optional fields: none, all, and all but one each."""
    yield "none", body(schema, full=False)
    whole = body(schema, full=True)
    yield "all", whole
    optional = [field for field in fields(schema) if not field.required and 0 not in field.path]
    for field in optional if len(optional) > 1 else ():
        yield f"all-but-{field.name}", _without(copy.deepcopy(whole), field.path)


def _without(made: Any, path: Path) -> Any:
    place = made
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return made


def _put(place: Any, step: str | int, value: Any) -> None:
    if isinstance(step, int) and not place:
        place.append(value)
    else:
        place[step] = value
