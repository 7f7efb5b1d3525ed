"""The fast half of the judge: a compiled validator that can say yes. Where it does not, `validator` decides.

jsonschema-rs has wheels for Linux (glibc, musl), macOS and Windows, and judged a valid body 5 to 50 times faster than
jsonschema when both were measured; fastjsonschema knows drafts up to 7 only. The keywords that the two libraries could
read in two ways are judged by our own functions in both.
"""

import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from json import dumps
from typing import Any
from weakref import WeakValueDictionary

from msgspec import Struct

from fakie_schemas.validator import compiled_pattern, is_absolute_http_url, is_multiple

Accepts = Callable[[Any], bool]

# Left to the judge alone: patterns of names, which no function of ours reads, references, which may go in circles, and
# what compares numbers that no machine's integer holds: versions of jsonschema-rs differ there.
_LEFT_ALONE = frozenset({"$dynamicRef", "$ref", "patternProperties", "uniqueItems"})
_LARGEST = 2**63 - 1
# What a schema, and the place of a model's name in it, is called.
_CALLED = frozenset({"$id", "$comment", "title", "description"})
_NAMED = frozenset({"type", "enum", "default", "examples", "title", "description"})


def acceptor(schema: Mapping[str, Any]) -> Accepts:
    """Return a function that tells whether a JSON value surely keeps a schema; False means that the judge must look.

    Where jsonschema-rs is not installed, and for a schema that it cannot compile, it is never sure. Schemas that differ
    in the names of their model alone share what is compiled: a thousand of them fit into no processor's caches.
    """
    if _holds_any(schema, _LEFT_ALONE) or _holds_huge(schema):
        return _never_sure
    names, rest = _names_apart(schema)
    compiled = _compiled(rest)
    return _never_sure if compiled is None else _Acceptor(compiled, names).accepts


def rules_of(schema: Mapping[str, Any]) -> str:
    """Return what a schema demands as one text, without what it is called: alike where two demand the same."""
    return dumps({name: part for name, part in schema.items() if name not in _CALLED}, sort_keys=True)


class _Compiled:
    """A compiled validator."""

    def __init__(self, is_valid: Accepts) -> None:
        self.is_valid = is_valid


class _Acceptor(Struct):
    """A compiled validator and the names that a model may have beside it, as one object: there may be very many."""

    compiled: _Compiled
    names: tuple[str, ...] | None

    def accepts(self, value: Any) -> bool:
        """Tell whether a value surely keeps the schema."""
        try:
            return self.compiled.is_valid(value) and (self.names is None or value["model"] in self.names)
        except (TypeError, ValueError):  # such as half a character, which is no UTF-8
            return False


# By what they demand, for as long as a schema that demands it is there.
_SHARED: WeakValueDictionary[bytes, _Compiled] = WeakValueDictionary()


def _names_apart(schema: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, Mapping[str, Any]]:
    """Return the names that an object's `model` may have, and the schema without them; None where it has no such."""
    properties = schema.get("properties")
    model = properties.get("model") if isinstance(properties, dict) else None
    is_needed = schema.get("type") == "object" and "model" in schema.get("required", ())
    if not (is_needed and isinstance(model, dict) and _NAMED.issuperset(model) and model.get("type") == "string"):
        return None, schema
    names = model.get("enum")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None, schema
    return tuple(map(sys.intern, names)), {**schema, "properties": {**schema["properties"], "model": True}}


def _never_sure(_: Any) -> bool:
    return False


def _compiled(schema: Mapping[str, Any]) -> _Compiled | None:
    try:
        from jsonschema_rs import Draft202012Validator
    except ImportError:
        return None
    key = sha256(rules_of(schema).encode()).digest()
    found = _SHARED.get(key)
    if found is None:
        try:
            validator = Draft202012Validator(dict(schema), offline=True, validate_formats=False, keywords=_OWN)
        except ValueError:
            return None
        found = _SHARED[key] = _Compiled(validator.is_valid)
    return found


def _holds_any(part: Any, keys: frozenset[str]) -> bool:
    if isinstance(part, Mapping):
        return not keys.isdisjoint(part) or any(_holds_any(inner, keys) for inner in part.values())
    return isinstance(part, list) and any(_holds_any(inner, keys) for inner in part)


def _holds_huge(part: Any) -> bool:
    if isinstance(part, Mapping):
        return any(map(_holds_huge, part.values()))
    if isinstance(part, list):
        return any(map(_holds_huge, part))
    return isinstance(part, int | float) and abs(part) > _LARGEST


class _Keyword:
    """One keyword of a schema, as jsonschema-rs makes and asks it."""

    def __init__(self, schema: dict[str, Any], value: Any, path: list[str | int]) -> None:  # noqa: ARG002
        self.value = value

    def validate(self, instance: Any) -> None:
        """Raise ValueError for a value that breaks it."""
        if not self.keeps(instance):
            raise ValueError

    def keeps(self, instance: Any) -> bool:
        """Tell whether a value keeps it."""
        raise NotImplementedError


class _MultipleOf(_Keyword):
    def keeps(self, instance: Any) -> bool:
        return is_multiple(instance, self.value)


class _Pattern(_Keyword):
    def __init__(self, schema: dict[str, Any], value: Any, path: list[str | int]) -> None:
        super().__init__(schema, value, path)
        self._search = compiled_pattern(value).search

    def keeps(self, instance: Any) -> bool:
        return not isinstance(instance, str) or self._search(instance) is not None


class _Format(_Keyword):
    def keeps(self, instance: Any) -> bool:
        return self.value != "uri" or is_absolute_http_url(instance)


_OWN: dict[str, type[Any]] = {"multipleOf": _MultipleOf, "pattern": _Pattern, "format": _Format}
