"""JSON pointers (RFC 6901): written, read, and what a reference within a document leads to."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

_INDEX = re.compile("[0-9]{1,9}")


def escaped(name: str) -> str:
    """Return a name as it stands in a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def written(steps: Iterable[object]) -> str:
    """Return the pointer that leads over these names and indices."""
    return "".join(f"/{escaped(str(step))}" for step in steps)


def of_field(path: Iterable[str | int]) -> str:
    """Return where a schema speaks of what a body has at a path, whose numbers stand for any item."""
    return "".join("/items" if isinstance(step, int) else f"/properties/{escaped(step)}" for step in path)


def steps_of(pointer: str) -> list[str]:
    """Return the names and indices of a pointer, each as text; none of the empty one, which is the whole."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def steps_of_reference(reference: str) -> list[str] | None:
    """Return the steps of a `$ref` within its own document, percent-encoded or not; None of any other."""
    within = reference == "#" or reference.startswith("#/")
    return steps_of(unquote(reference[1:])) if within else None


def below(place: Any, step: str) -> Any:
    """Return what one step leads to, in an object or a list; None where that is nothing."""
    if isinstance(place, Mapping):
        return place.get(step)
    is_item = isinstance(place, list) and _INDEX.fullmatch(step) and int(step) < len(place)
    return place[int(step)] if is_item else None


def led_to(root: Any, reference: str) -> Any:
    """Return what a `$ref` leads to within a document; None where that is nothing."""
    steps = steps_of_reference(reference)
    found = None if steps is None else root
    for step in steps or ():
        found = below(found, step)
    return found
