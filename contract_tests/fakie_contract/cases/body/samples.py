"""Bodies that a schema accepts, and walking its fields."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fakie_schemas.catalog.examples import working_value

Path = tuple[str | int, ...]
# The discard port: nothing listens there, and nothing leaves this machine.
NOWHERE = "http://127.0.0.1:9/callback"


@dataclass(frozen=True)
class Field:
    """One place in a body: its path, what the schema says of it, and whether its parent requires it."""

    path: Path
    schema: Mapping[str, Any]
    required: bool

    @property
    def name(self) -> str:
        """The path as clients write it: `input.image_urls[0]`."""
        name = ""
        for step in self.path:
            name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else step
        return name


def fields(schema: Mapping[str, Any], path: Path = ()) -> Iterator[Field]:
    """Give every field below a schema, parents first; of an array the first item stands for all."""
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        field = Field((*path, name), inner, name in required)
        yield field
        yield from fields(inner, field.path)
    items = schema.get("items")
    if isinstance(items, Mapping):
        item = Field((*path, 0), items, required=True)
        yield item
        yield from fields(items, item.path)


def sample(schema: Mapping[str, Any], *, full: bool) -> Any:
    """Make a value that the schema accepts: with every field, or with the required ones alone."""
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and schema.get("type", "object") == "object":
        required = schema.get("required", ())
        names = [name for name in properties if full or name in required]
        return {name: sample(properties[name], full=full) for name in names}
    if schema.get("type") == "array" and isinstance(schema.get("items"), Mapping):
        # Each item its own: a case changes the first one alone.
        return [sample(schema["items"], full=full) for _ in range(max(int(full), schema.get("minItems", 0)))]
    return copy.deepcopy(working_value(schema))


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
        inner = inner["items"] if isinstance(step, int) else inner["properties"][step]
        if isinstance(step, int):
            if not place:
                place.append(sample(inner, full=True))
        elif step not in place:
            place[step] = sample(inner, full=True)
        place = place[step]
    _put(place, path[-1], value)
    return made


def without(schema: Mapping[str, Any], path: Path) -> Any:
    """Make a minimal body, its parents of `path` whole, from which the field at `path` is taken away."""
    made = with_value(schema, path, None)
    place = made
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return made


def optional_sets(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give bodies with unions of the optional fields: none, all, and all but one each."""
    yield "none", body(schema, full=False)
    whole = body(schema, full=True)
    yield "all", whole
    optional = [field for field in fields(schema) if not field.required and 0 not in field.path]
    for field in optional if len(optional) > 1 else ():
        yield f"all-but-{field.name}", _taken_from(whole, field.path)


def _taken_from(whole: Any, path: Sequence[str | int]) -> Any:
    made = copy.deepcopy(whole)
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
