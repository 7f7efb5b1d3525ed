"""Data of fakie: the revisions, answer schemas and profiles, and the compiler that derives revisions from pages."""

from pathlib import Path
from typing import Any, cast

from fakie_schemas import disk
from fakie_schemas.strict_json import parse_strict

__all__ = [
    "answer_schema",
    "callback_shapes",
    "data_folder",
    "elsewhere",
    "format_schema",
    "listed",
    "profile",
    "read_json",
    "record_shapes",
    "results",
    "vendor_hosts",
]

_ROOT = Path(__file__).parent


def data_folder(name: str) -> Path:
    """Return one of the data folders: `revisions`, `answers`, `profiles`, `prices` or `formats`."""
    return _ROOT / name


def read_json(path: Path) -> dict[str, Any]:
    """Read one data file, a JSON object in UTF-8, with a byte order mark or none.

    Raises OSError or ValueError, with the file named.
    """
    try:
        value = parse_strict(disk.read_text(path))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if not isinstance(value, dict):
        raise ValueError(f"{path}: expected a JSON object; got another value")
    return cast(dict[str, Any], value)


def answer_schema(name: str) -> dict[str, Any]:
    """Return a shared answer schema by the name that revisions refer to, such as `task-created`."""
    return read_json(data_folder("answers") / f"{name}.schema.json")


def format_schema(name: str) -> dict[str, Any]:
    """Return the published schema of one of our own JSON formats, such as `revision`."""
    return read_json(data_folder("formats") / f"{name}.schema.json")


def profile(name: str) -> dict[str, Any]:
    """Return a profile's data by name, such as `documented`."""
    return read_json(data_folder("profiles") / f"{name}.json")


def callback_shapes() -> dict[str, Any]:
    """Return the shapes that callbacks have had, by the date of the page, and which one is served."""
    return read_json(_ROOT / "callback_shapes.json")


def record_shapes() -> dict[str, Any]:
    """Return the shapes that recordInfo has had on the wire, by date."""
    return read_json(_ROOT / "record_shapes.json")


def listed() -> dict[str, Any]:
    """Read the names that the vendor's live catalogue lists, with its day."""
    return read_json(_ROOT / "listed.json")


def results() -> dict[str, Any]:
    """Return the rules which model's tasks result in what."""
    return read_json(_ROOT / "results.json")


def elsewhere() -> dict[str, Any]:
    """Return what the fake says of paths that it does not have: `families`, `guesses`, and the `words` for both."""
    return read_json(_ROOT / "elsewhere.json")


def vendor_hosts() -> list[dict[str, str]]:
    """Return the vendor's hosts: `host` is a name, or `*.` and a domain; `answered_below`, if it is faked, a path."""
    return cast(list[dict[str, str]], read_json(_ROOT / "hosts.json")["hosts"])
