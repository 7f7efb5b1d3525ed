"""Reading a price's conditions and amounts from a request's body: as the dearest that it can mean."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import Struct, field

# Beyond this a number is no wish but a mistake, and nobody makes a video of thirty years.
_ABSURD = 10**9


class BodyReading(Struct, frozen=True):
    """A body's `input`, None where it cannot be read; how long media are; the schema of the fields of `input`."""

    given: Mapping[Any, Any] | None
    media_seconds: Decimal
    fields: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, body: Any, schema: Mapping[str, Any], media_seconds: Decimal) -> "BodyReading":
        """Read a body of any kind; `schema` is that of whole bodies, or empty. One without `input` is read whole."""
        whole = schema.get("properties", {})
        if whole and "input" not in whole:
            return cls(body if isinstance(body, Mapping) else None, media_seconds, whole)
        given = body.get("input") if isinstance(body, Mapping) else None
        fields = whole.get("input", {}).get("properties", {})
        return cls(given if isinstance(given, Mapping) else None, media_seconds, fields)

    def values(self, path: str) -> list[Any] | None:
        """Return what stands at a path such as `dialogue.*.text`: nothing for an absent field, None for one unread."""
        found: list[Any] = [self.given]
        for name in path.split("."):
            steps = [_step(value, name) for value in found]
            if None in steps:
                return None
            found = [value for step in steps if step is not None for value in step]
        return found

    def limits(self, name: str) -> tuple[Decimal, Decimal]:
        """Return the least and the most that the schema allows a number; 0 where it does not say."""
        rule = self.fields.get(name)
        if not isinstance(rule, Mapping):
            return Decimal(0), Decimal(0)
        allowed = [found for found in map(number, rule.get("enum", ())) if found is not None]
        least, most = number(rule.get("minimum")), number(rule.get("maximum"))
        return least or min(allowed, default=Decimal(0)), most or max(allowed, default=Decimal(0))


def _step(value: Any, name: str) -> list[Any] | None:
    if name == "*":
        return list(value) if isinstance(value, list | tuple) else None
    if not isinstance(value, Mapping):
        return None
    # The pages themselves write some names with a space behind.
    return [child for key, child in value.items() if isinstance(key, str) and key.strip() == name]


def number(value: Any) -> Decimal | None:
    """Return the number above zero that a value is, or says as text; None for any other value and an absurd one."""
    # True is an int, and as text no number.
    if not isinstance(value, int | float | str):
        return None
    if isinstance(value, int) and abs(value) > _ABSURD:
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 < found <= _ABSURD else None
