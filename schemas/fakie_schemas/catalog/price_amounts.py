"""How many units a request may be charged: the terms of a model's amount, each read as the most that it can mean."""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any

from msgspec import Struct

from fakie_schemas.catalog.price_reading import BodyReading, number

_ONE = Decimal(1)
_SIZES: Mapping[str, Decimal] = {"characters_1000": Decimal(1000)}
_WORDS: Mapping[str, str] = {"characters_1000": "characters"}
# The amounts that multiply a row's price, by its unit; the first must be told.
DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "request": (),
    "second": ("second",),
    "image": ("image",),
    "characters_1000": ("characters_1000",),
    "megapixel": ("megapixel", "image"),
}


class Amount(Struct, frozen=True):
    """A number of seconds, images, characters or megapixels, and where it comes from."""

    value: Decimal
    why: str


def units(unit: str, terms: Mapping[str, Sequence[Mapping[str, Any]]], reading: BodyReading) -> tuple[Decimal, str]:
    """Return how often a row's price is charged, in whole units: a unit that has begun counts."""
    total, notes = _ONE, []
    for dimension in DIMENSIONS[unit]:
        if dimension in terms:
            found = amount(terms[dimension], reading)
            total *= max(_ONE, whole(found.value / _SIZES.get(dimension, _ONE)))
            notes.append(f"{found.value:f} {_WORDS.get(dimension, dimension + 's')} ({found.why})")
    return total, ", ".join(notes)


def amount(terms: Sequence[Mapping[str, Any]], reading: BodyReading) -> Amount:
    """Return the sum of an amount's terms."""
    found = [_TERMS[next(kind for kind in _TERMS if kind in term)](term, reading) for term in terms]
    notes = [one.why for one in found if one.why]
    # An assumption about what counts nothing here would only be noise in a bill.
    counted = zip(terms, found, strict=True)
    notes += [f"assumed: {term['assumed']}" for term, one in counted if one.value and "assumed" in term]
    return Amount(sum((one.value for one in found), Decimal(0)), "; ".join(dict.fromkeys(notes)))


def whole(value: Decimal) -> Decimal:
    """Round up to a whole number."""
    return value.to_integral_value(ROUND_CEILING)


def _field(term: Mapping[str, Any], reading: BodyReading) -> Amount:
    name = term["field"]
    least, most = reading.limits(name)
    least, most = max(least, Decimal(term.get("least", 0))), max(most, Decimal(term["most"]))
    said = [number(value) for value in reading.values(name) or ()]
    parts = _sum(reading.values(term["or"]), most) if "or" in term else Decimal(0)
    if said and None not in said:
        found = max(least, parts, *(value for value in said if value is not None))
        return Amount(found, f"{name} as sent" if found in said else f"{name}, counted as {found:f}")
    return Amount(max(most, parts), f"{name} not sent as a number, counted as the most")


def _sum(values: list[Any] | None, most: Decimal) -> Decimal:
    return most if values is None else sum((number(value) or most for value in values), Decimal(0))


def _text(term: Mapping[str, Any], reading: BodyReading) -> Amount:
    name, most = term["text"], Decimal(term["most"])
    values = reading.values(name)
    if values is None or not (values or term.get("optional")):
        return Amount(most, f"{name} not sent as text, counted as the most")
    sizes = [_length(value) if isinstance(value, str) else most for value in values]
    return Amount(sum(sizes, Decimal(0)), name if values else "")


def _length(text: str) -> Decimal:
    # In UTF-16, as Java counts: never fewer than the characters.
    return Decimal(len(text.encode("utf-16-le", "surrogatepass")) // 2)


def _media(term: Mapping[str, Any], reading: BodyReading) -> Amount:
    name, count = term["media"], Decimal(term.get("count", 1))
    values = reading.values(name)
    if values == [] and term.get("optional"):
        return Amount(Decimal(0), "")
    files = count if values is None else sum((_files(value, count) for value in values), Decimal(0)) or _ONE
    seconds = files * reading.media_seconds
    if "most" in term and Decimal(term["most"]) <= seconds:
        return Amount(Decimal(term["most"]), f"{name}, {term['most']} s at most")
    return Amount(seconds, f"{name}, taken as {reading.media_seconds:f} s long")


def _files(value: Any, count: Decimal) -> Decimal:
    if isinstance(value, list):
        return Decimal(len(value))
    return _ONE if isinstance(value, str) else count


def _fixed(term: Mapping[str, Any], _: BodyReading) -> Amount:
    return Amount(Decimal(term["fixed"]), "")


_TERMS: Mapping[str, Callable[[Mapping[str, Any], BodyReading], Amount]] = {
    "field": _field,
    "text": _text,
    "media": _media,
    "fixed": _fixed,
}
