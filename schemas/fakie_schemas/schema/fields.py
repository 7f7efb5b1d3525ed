"""The fields of a schema, one by one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

Path = tuple[str | int, ...]
# The key that stands for all of a map whose keys are the client's.
KEY = "any_key"


class BodyField(Struct, frozen=True):
    """One place in a body: its path (0 stands for every item), its own schema, whether its parent requires it."""

    path: Path
    schema: Mapping[str, Any]
    required: bool

    @property
    def name(self) -> str:
        """The path as clients write it: `input.image_urls[0]`."""
        return dotted(self.path)

    @property
    def place(self) -> str:
        """The path with every item as `[]`, every value of a map as `{}`: `input.image_urls[]`."""
        return self.name.replace("[0]", "[]").replace(f".{KEY}", "{}")

    @property
    def pointer(self) -> str:
        """The path as a JSON pointer with every item as `*`: `/input/image_urls/*`."""
        return "".join("/*" if isinstance(step, int) else f"/{step}" for step in self.path)

    @property
    def is_item(self) -> bool:
        """Whether it stands for the items of an array, which nothing can require."""
        return self.path[-1:] == (0,)


def fields(schema: Mapping[str, Any], path: Path = ()) -> Iterator[BodyField]:
    """Return every field below a schema, in its order, each followed by those below it."""
    required = frozenset(schema.get("required", ()))
    for name, inner in schema.get("properties", {}).items():
        yield BodyField((*path, name), inner, name in required)
        yield from fields(inner, (*path, name))
    items, values = schema.get("items"), schema.get("additionalProperties")
    if isinstance(values, Mapping):
        yield BodyField((*path, KEY), values, required=False)
        yield from fields(values, (*path, KEY))
    if isinstance(items, Mapping):
        yield BodyField((*path, 0), items, required=False)
        yield from fields(items, (*path, 0))


def stated_types(schema: Mapping[str, Any]) -> list[str]:
    """Return the types that a schema states, of which there may be one, several or none."""
    stated = schema.get("type", [])
    return [stated] if isinstance(stated, str) else list(stated)


def dotted(path: Sequence[str | int]) -> str:
    """Write a path as clients write it: `input.image_urls[0]`; empty for the body itself."""
    name = ""
    for step in path:
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else step
    return name
