"""The type of a model's tasks, as the vendor's catalogue words it: inferred from its name, its input and its result."""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import fakie_schemas

_NAMED = r"(text|image|video|audio|speech)-to-(text|image|video|audio|speech|dialogue)"
_MEDIA = ("image", "video", "audio")


def task_types(model: str, request: Mapping[str, Any]) -> list[str]:
    """Return the kinds of task of a model, such as `Text to Video`, in the order of its input."""
    if named := re.search(_NAMED, model):
        return [f"{named[1].capitalize()} to {named[2].capitalize()}"]
    given = request.get("properties", {}).get("input", {})
    needed = given.get("required", ())
    # What must be given decides; what may be given besides does not.
    sources = [kind for kind in _MEDIA if any(kind in name and "url" in name for name in needed)] or ["text"]
    return [f"{source.capitalize()} to {_made(model)}" for source in sources]


def _made(model: str) -> str:
    """Return what kind of result a model's tasks have, by the rules of `results.json`."""
    rules = fakie_schemas.results()["rules"]
    kind: str = next(rule["result"] for rule in rules if fnmatchcase(model, rule["model"]) and not rule.get("input"))
    return kind.partition(" ")[0].capitalize()
