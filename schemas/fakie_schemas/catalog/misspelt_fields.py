"""Names of fields that a page does not have, and the fields that may have been meant by them."""

from collections.abc import Iterator, Mapping, Set
from itertools import islice
from typing import Any

from fakie_schemas.nearest import nearest, plain
from fakie_schemas.schema.alternatives import GROUPS

# So much alike are `image_url` and `image_urls`, and are not `seed` and `speed`.
_ALIKE = 0.9
# Of so many unknown fields, the first ones of a body, each is compared: more are data, or an attack, and take long.
_MOST_COMPARED = 16


class FieldNames:
    """The names that a request's JSON Schema has, at the top and in its objects, one level below.

    What `newer` ones have as well is no mistake.
    """

    def __init__(self, schema: Mapping[str, Any], *newer: Mapping[str, Any]) -> None:
        inner: dict[str, set[str]] = {}
        for name, field in _fields(schema):
            inner.setdefault(name, set()).update(below for below, _ in _fields(field))
        self._top = frozenset(inner)
        # An object of which nothing is said may have any fields.
        self._inner = {name: frozenset(names) for name, names in inner.items() if names}
        self._newer = frozenset(path for one in newer for path in FieldNames(one).paths)

    def misspelt(self, body: Mapping[str, Any]) -> tuple[str, str] | None:
        """Return a field of the body that is none of these, and the one that may be meant and is absent, or None.

        Both are paths, such as `input.aspect_ratio`. It may be spelt otherwise, or stand at another place.
        """
        if not self._has_others(body):
            return None
        known, present = self.paths, dict.fromkeys(self._sent(body))
        absent = {_plain(path): path for path in sorted(known - present.keys())}
        unknown = (path for path in present if path not in known and path not in self._newer)
        for path in islice(unknown, _MOST_COMPARED):
            near = nearest(_plain(path), absent, alike=_ALIKE)
            if near:
                return path, absent[near[0]]
        return None

    @property
    def paths(self) -> Set[str]:
        """The path of each field."""
        return self._top | {f"{outer}.{name}" for outer, names in self._inner.items() for name in names}

    def _sent(self, body: Mapping[str, Any]) -> Iterator[str]:
        """Yield the path of each field of a body, but of none in an object that may have any."""
        for name, value in body.items():
            yield name
            if isinstance(value, dict) and (name in self._inner or name not in self._top):
                yield from (f"{name}.{inner}" for inner in value)

    def _has_others(self, body: Mapping[str, Any]) -> bool:
        if not self._top.issuperset(body):
            return True
        for name, names in self._inner.items():
            inner = body.get(name)
            if isinstance(inner, dict) and not names.issuperset(inner):
                return True
        return False


def _fields(schema: object) -> Iterator[tuple[str, object]]:
    """Yield the fields of a schema, and those of its parts and alternatives, which may say more of the same."""
    if isinstance(schema, Mapping):
        for group in (*GROUPS, "allOf"):
            for branch in schema.get(group, ()):
                yield from _fields(branch)
        yield from schema.get("properties", {}).items()


def _plain(path: str) -> str:
    """Return a field's own name without what differs between ways to write it."""
    return plain(path.rpartition(".")[2])
