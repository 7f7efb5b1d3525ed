"""Prices in words, as a catalogue describes them: read where they are plain, and unknown where they are not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from fakie_schemas.catalog.price_reading import BodyReading

_AMOUNT = r"(?P<amount>\d{1,6}(?:\.\d{1,9})?)"
_PER = r"\s*(?:per|a|an|each|every|/)\s*"
_UNIT = r"(?P<unit>(?:1[ ,]?000|1k) (?:characters|chars)|[a-z]+)"
_WHEN = r"(?:\s*\((?P<when>[^()]*)\))?"
_CREDITS = re.compile(rf"(?:credits:\s*)?{_AMOUNT}(?:\s*credits?)?{_PER}{_UNIT}{_WHEN}", re.IGNORECASE)
_DOLLARS = re.compile(rf"\$?\s*{_AMOUNT}(?:\s*USD)?{_PER}{_UNIT}{_WHEN}", re.IGNORECASE)
# What one pays for as a whole, whatever it is called.
_WHOLE = ("request", "task", "job", "generation", "run", "video", "song", "call", "upscale")
_UNITS: Mapping[str, str] = {
    **dict.fromkeys(_WHOLE, "request"),
    **dict.fromkeys(("image", "picture"), "image"),
    **dict.fromkeys(("second", "sec", "s"), "second"),
    "megapixel": "megapixel",
}
# The fields that say how many of a unit are asked for.
_COUNTED: Mapping[str, tuple[str, ...]] = {
    "image": ("num_images", "n", "image_count"),
    "second": ("duration", "duration_seconds", "seconds"),
}
_PLACES = 4


class NotPlain(Exception):
    """A price in words that could mean several things; the text says which part."""


def read_words(text: str, schema: Mapping[str, Any], usd_per_credit: Decimal) -> dict[str, Any]:
    """Return a model's entry of a price table, as `formats/prices.schema.json` has it; raises NotPlain.

    `schema` is that of the model's whole bodies. One price stands alone, several stand with semicolons between and
    each with the values of fields that it is for; anything beside that is not plain.
    """
    parts = [part.strip().rstrip(".") for part in text.strip().split(";")]
    fields = schema.get("properties", {}).get("input", {}).get("properties", {})
    dollars, credits_ = ("$" in text or "usd" in text.lower()), "credit" in text.lower()
    if dollars == credits_:
        raise NotPlain("it does not say for certain whether it is in credits or in dollars")
    rows = [_row(part, fields, usd_per_credit if dollars else None) for part in parts]
    units, conditions = {row["unit"] for row in rows}, [str(row["when"]) for row in rows]
    if len(units) > 1 or len(set(conditions)) < len(rows):
        raise NotPlain("it has several prices, and does not say for certain which is for what")
    terms = _terms(units.pop(), BodyReading.of({}, schema, Decimal(0)), fields)
    unlisted = dict(_unlisted(rows, fields))
    return {"rows": rows, **({"amount": terms} if terms else {}), **({"unlisted": unlisted} if unlisted else {})}


def _unlisted(rows: Sequence[Mapping[str, Any]], fields: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Return the values that a field may have and no row is for, by the fields that every row names."""
    for name in rows[0]["when"]:
        named = [row["when"].get(name) for row in rows]
        lacking = [one for one in _allowed(fields[name]) if one not in named]
        if lacking and not any(one is None or isinstance(one, dict) for one in named):
            yield name, lacking


def _allowed(rule: Mapping[str, Any]) -> list[Any]:
    return list(rule.get("enum", [True, False] if rule.get("type") == "boolean" else []))


def _row(part: str, fields: Mapping[str, Any], usd_per_credit: Decimal | None) -> dict[str, Any]:
    found = (_CREDITS if usd_per_credit is None else _DOLLARS).fullmatch(part)
    if found is None:
        raise NotPlain("it is not one amount for one unit")
    amount = Decimal(found["amount"])
    credits_ = amount if usd_per_credit is None else amount / usd_per_credit
    if round(credits_, _PLACES) != credits_:
        raise NotPlain("it is not a whole number of ten-thousandths of a credit")
    unit = found["unit"].lower()
    named = "characters_1000" if unit[0] == "1" else _UNITS.get(unit, _UNITS.get(unit.removesuffix("s")))
    if named is None:
        raise NotPlain(f"its unit {unit[:20]!r} is not one that is known")
    credits_text = f"{credits_.normalize():f}"
    return {"row": part[:200], "credits": credits_text, "unit": named, "when": _when(found["when"], fields)}


def _when(text: str | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Read conditions such as `resolution 720p, generate_audio true`: each a value that the field may have."""
    when: dict[str, Any] = {}
    for part in text.split(",") if text and text.strip() else ():
        name, _, said = part.strip().partition(" ")
        rule = fields.get(name)
        if not isinstance(rule, Mapping):
            raise NotPlain(f"it speaks of {name[:30]!r}, which is not a field of the input")
        if name in when:
            raise NotPlain(f"it has two values of {name[:30]!r} for one price")
        if said in ("given", "not given"):
            when[name] = {"given": said == "given"}
            continue
        same = [one for one in _allowed(rule) if _written(one) == said]
        if len(same) != 1:
            raise NotPlain(f"it speaks of a value of {name[:30]!r} that the field cannot have")
        when[name] = same[0]
    return when


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _terms(unit: str, reading: BodyReading, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what bounds the number of units; raises NotPlain where nothing does."""
    if unit == "request":
        return {}
    if unit == "characters_1000":
        rule = fields.get("text")
        if not isinstance(rule, Mapping) or not rule.get("maxLength"):
            raise NotPlain("it counts characters, and no field `text` bounds them")
        return {unit: [{"text": "text", "most": str(rule["maxLength"]), "mark": "doc"}]}
    for name in _COUNTED.get(unit, ()):
        least, most = reading.limits(name)
        if name in fields and most > 0:
            return {unit: [{"field": name, "least": f"{least:f}", "most": f"{most:f}", "mark": "doc"}]}
        if name in fields:
            raise NotPlain(f"it counts what {name} says, which has no bound")
    if unit != "image":
        raise NotPlain(f"no field of the input bounds its {unit}s")
    return {unit: [{"fixed": "1", "mark": "inv", "assumed": "one image, as no field asks for more"}]}
