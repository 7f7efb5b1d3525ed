"""The kind of media that a model makes, by the rules of its results."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import fakie_schemas

KINDS = ("audio", "image", "video")


def as_kind(result: str) -> str:
    """Return the kind of media that a result of this name is."""
    return "audio" if result == "speech" else result


def kind_made(model: str) -> tuple[str, str]:
    """Return the kind of media that a model makes, and the mark of that; empty where it is none, several or a guess."""
    data = fakie_schemas.results()
    rule: Mapping[str, Any] = next(
        one for one in data["rules"] if fnmatchcase(model, one["model"]) and not one.get("input")
    )
    made = as_kind(rule["result"])
    several = any("input" in one for one in data["rules"] if fnmatchcase(model, one["model"]))
    return (made, rule["mark"]) if made in KINDS and rule["mark"] != "inv" and not several else ("", "")
