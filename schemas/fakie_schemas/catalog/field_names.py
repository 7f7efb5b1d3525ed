"""Names of fields that a page does not have, and the fields that may have been meant by them."""

from collections.abc import Iterator, Mapping, Set
from itertools import islice
from typing import Any

from fakie_schemas.nearest import nearest
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
        fields = _fields(schema)
        self._top = frozenset(fields)
        inner = ((name, frozenset(_fields(field))) for name, field in fields.items() if isinstance(field, Mapping))
        # An object of which nothing is said may have any fields.
        self._inner = tuple((name, names) for name, names in inner if names)
        self._newer = frozenset(path for one in newer for path in FieldNames(one).paths)

    def misspelt(self, body: Mapping[str, Any]) -> tuple[str, str] | None:
        """Return a field of the body that is none of these, and the one that may be meant and is absent, or None.

        Both are paths, such as `input.aspect_ratio`. It may be spelt otherwise, or stand at another place.
        """
        if not self._has_others(body):
            return None
        known, present = self.paths, dict.fromkeys(_paths(body))
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
        return self._top | {f"{outer}.{name}" for outer, names in self._inner for name in names}

    def _has_others(self, body: Mapping[str, Any]) -> bool:
        if not self._top.issuperset(body):
            return True
        for name, names in self._inner:
            inner = body.get(name)
            if isinstance(inner, dict) and not names.issuperset(inner):
                return True
        return False


def _fields(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    branches = (branch for group in GROUPS for branch in schema.get(group, ()))
    return {**dict(pair for branch in branches for pair in _fields(branch).items()), **schema.get("properties", {})}


def _paths(body: Mapping[str, Any]) -> Iterator[str]:
    for name, value in body.items():
        yield name
        if isinstance(value, dict):
            yield from (f"{name}.{inner}" for inner in value)


def _plain(path: str) -> str:
    """Return a field's own name without what differs between ways to write it."""
    return path.rpartition(".")[2].lower().replace("_", "").replace("-", "")
