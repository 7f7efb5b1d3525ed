"""The files beside the pages: style, script, picture; each under a name that changes with its content."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from fakie.core.levers.ui_paths import UI

_TYPES = {"ui.css": "text/css; charset=utf-8", "ui.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml"}


@cache
def _contents() -> Mapping[str, bytes]:
    folder = files("fakie.adapters.ui") / "static"
    return {name: (folder / name).read_bytes() for name in _TYPES}


def static_file(name: str) -> tuple[bytes, str] | None:
    """Return the content and the type of a file, by the name it is served under; None for no such file."""
    plain = name.partition(".")[2]
    if plain not in _TYPES or _served_as(plain) != name:
        return None
    return _contents()[plain], _TYPES[plain]


def static_path(name: str) -> str:
    """Return the path that a file is served under."""
    return f"{UI}/static/{_served_as(name)}"


def _served_as(name: str) -> str:
    return f"{hashlib.sha256(_contents()[name]).hexdigest()[:10]}.{name}"
