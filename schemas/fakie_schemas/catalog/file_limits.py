"""The limits that a page sets to the files which a request names by their URLs."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

_BYTES, _TYPES = "x-max-bytes", "x-media-types"
_EACH = "*"
# How the fields end that are URLs by their names, such as `first_frame_url` and `imageUrls`.
_NAMED = ("_url", "_urls", "Url", "Urls")


class FileLimits(Struct, frozen=True):
    """The places of files' URLs in a body (`*`: in each item of an array), and what those files may be.

    A field that is a URL and has no limits is such a place too, whether its page says so by format or by name alone.
    """

    path: tuple[str, ...]
    most_bytes: int | None
    media_types: tuple[str, ...]

    def urls(self, body: Any) -> Iterator[tuple[str, str]]:
        """Return each place of a body that the limits speak of, as messages name it, and the text that stands there."""
        return _texts("", body, self.path)


def file_limits(schema: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[FileLimits]:
    """Return all places of files in a request, or in its part at `path`, with the limits that the schema states."""
    if _BYTES in schema or _TYPES in schema or _is_url(schema, path):
        yield FileLimits(path, schema.get(_BYTES), tuple(schema.get(_TYPES, ())))
    for name, inner in schema.get("properties", {}).items():
        if isinstance(inner, dict):
            yield from file_limits(inner, (*path, name))
    if isinstance(schema.get("items"), dict):
        yield from file_limits(schema["items"], (*path, _EACH))
    for keyword in ("oneOf", "anyOf", "allOf"):
        for branch in schema.get(keyword, ()):
            yield from file_limits(branch, path)


def _is_url(schema: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    name = next((part for part in reversed(path) if part != _EACH), "")
    return schema.get("format") == "uri" or (schema.get("type") == "string" and name.endswith(_NAMED))


def _texts(place: str, value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        # A limit may stand at an array or at its items.
        rest = path[1:] if path[:1] == (_EACH,) else path
        for number, item in enumerate(value):
            yield from _texts(f"{place}[{number}]", item, rest)
    elif not path:
        if isinstance(value, str):
            yield place, value
    elif isinstance(value, dict) and path[0] in value:
        yield from _texts(f"{place}.{path[0]}".lstrip("."), value[path[0]], path[1:])
