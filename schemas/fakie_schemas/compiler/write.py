"""Revisions as files: deterministic bytes, both files or none, never outside of the folder."""

import json
import re
from pathlib import Path
from typing import Any

from fakie_schemas.compiler.revision import DerivedRevision
from fakie_schemas.files import write_all

_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_STEM = re.compile(r"undated|\d{4}-\d{2}(-\d{2})?")
MAX_NAME = 200


def is_safe_name(name: str) -> bool:
    """Tell whether a model's name can be a path below a folder: plain segments, none that climbs or hides.

    Files of the folder's own, such as pins.json, end with .json.
    """
    first, *_ = parts = name.split("/")
    return len(name) <= MAX_NAME and all(map(_SEGMENT.fullmatch, parts)) and not first.lower().endswith(".json")


def to_text(value: Any) -> str:
    """Return the one form in which revisions are written."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def write(revision: DerivedRevision, out: Path) -> list[Path]:
    """Write `<out>/<model>/<date>.request.schema.json` and `….revision.json`; returns the paths.

    Raises `ValueError` when the name or the date cannot be a path, `OSError` when a file cannot be written.
    """
    if not is_safe_name(revision.name) or not _STEM.fullmatch(revision.stem):
        raise ValueError(f"not usable as a path: {revision.name!r}, {revision.stem!r}")
    folder = out.joinpath(*revision.name.split("/"))
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        folder / f"{revision.stem}.request.schema.json": to_text(revision.request),
        folder / f"{revision.stem}.revision.json": to_text(revision.facts),
    }
    write_all(texts)
    return list(texts)
