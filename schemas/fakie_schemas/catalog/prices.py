"""The price table: what a model's requests cost at most, by a dated list of prices."""

from collections.abc import Mapping
from decimal import ROUND_UP, Context, Decimal, localcontext
from pathlib import Path
from typing import Any

from msgspec import Struct

import fakie_schemas
from fakie_schemas import disk
from fakie_schemas.catalog.price_amounts import DIMENSIONS
from fakie_schemas.catalog.price_reading import BodyReading
from fakie_schemas.catalog.price_rows import ModelPrice, PriceRow
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.validator import contract_validator

MEDIA_SECONDS = Decimal(60)
_PLACES = Decimal("0.0001")
_LONGEST = 200


class Cost(Struct, frozen=True):
    """The highest cost of a request: the credits (None: unknown), why in one line, and by which row of which list."""

    credits: Decimal | None
    why: str
    source: str


class _Entry(Struct, frozen=True):
    source: str
    priced: ModelPrice | None
    unknown: str = ""


class Prices:
    """Prices of models and of families' endpoints, and which are unknown; `usd_per_credit` is what one costs."""

    def __init__(
        self, entries: Mapping[str, _Entry], usd_per_credit: Decimal, of_endpoints: Mapping[str, _Entry] | None = None
    ) -> None:
        self._models = entries
        self._entries = {**(of_endpoints or {}), **entries}
        self.usd_per_credit = usd_per_credit

    @classmethod
    def load(cls, file: Path | None = None) -> "Prices":
        """Read the newest shipped list, and over it, model by model, a file of the same form.

        Raises ConfigurationError when that file cannot be used.
        """
        shipped = fakie_schemas.read_json(disk.files_in(fakie_schemas.data_folder("prices"), ".json")[-1])
        own = shipped if file is None else _read(file)
        models = {**_entries(shipped), **_entries(own)}
        of_endpoints = {**_entries(shipped, "endpoints"), **_entries(own, "endpoints")}
        return cls(models, Decimal(own["usd_per_credit"]), of_endpoints)

    def models(self) -> tuple[str, ...]:
        """Return every model with a price, in the order of their names."""
        return tuple(sorted(model for model, entry in self._models.items() if entry.priced))

    def unknown(self) -> Mapping[str, str]:
        """Return every model of the list whose price is not known for certain, with the reason."""
        return {model: entry.unknown for model, entry in sorted(self._models.items()) if not entry.priced}

    def rows(self, model: str) -> tuple[PriceRow, ...]:
        """Return a model's rows; none when its price is unknown."""
        entry = self._entries.get(model)
        return entry.priced.rows if entry and entry.priced else ()

    def source(self, model: str) -> str:
        """Name the list, with its date, that speaks of a model; empty when none does."""
        entry = self._entries.get(model)
        return entry.source if entry else ""

    def worst(
        self, model: str, body: Any, revision: Revision | None, *, media_seconds: Decimal = MEDIA_SECONDS
    ) -> Cost:
        """Return the most that a request for a model, or to an endpoint of a family, may cost, whatever its body is.

        Whatever the body leaves open, or says in a way that no page has, counts as the dearest that it can mean.
        `media_seconds` is how long media behind URLs are taken to be.
        """
        entry = self._entries.get(model)
        if entry is None or entry.priced is None:
            why = entry.unknown if entry else "no price list names the model"
            return Cost(None, why, self.source(model))
        reading = BodyReading.of(body, revision.request_schema if revision else {}, media_seconds)
        if lacking := entry.priced.without_row(reading):
            return Cost(None, f"the list has no row for {lacking}, which its page has", entry.source)
        with localcontext(Context(prec=60)):
            most, row, why = max(entry.priced.charges(reading), key=lambda charge: charge[0])
            assumed = f"; assumed: {row.assumed}" if row.assumed else ""
            why = " ".join(f"{row} {why}{assumed}".split())
            return Cost(most.quantize(_PLACES, ROUND_UP), why, f"{entry.source}: {row.name}")

    def usual(
        self, model: str, body: Mapping[str, Any], revision: Revision, *, media_seconds: Decimal = MEDIA_SECONDS
    ) -> Cost:
        """Return what a valid request costs when the fields that it leaves out have their documented defaults."""
        given = body.get("input")
        if "input" not in revision.request_schema.get("properties", {}):
            body = {**revision.defaults, **body}
        elif isinstance(given, Mapping):
            body = {**body, "input": {**_defaults(revision), **given}}
        return self.worst(model, body, revision, media_seconds=media_seconds)


def _defaults(revision: Revision) -> dict[str, Any]:
    fields = revision.request_schema["properties"].get("input", {}).get("properties", {})
    return {name: rule["default"] for name, rule in fields.items() if "default" in rule}


def _entries(data: Mapping[str, Any], kind: str = "models") -> dict[str, _Entry]:
    source = f"{data['title']}, {data['date']}"
    return {name: _entry(source, entry) for name, entry in data.get(kind, {}).items()}


def _entry(source: str, data: Mapping[str, Any]) -> _Entry:
    if "unknown" in data:
        return _Entry(source, None, data["unknown"])
    rows = tuple(PriceRow.of(row) for row in data["rows"])
    return _Entry(source, ModelPrice(rows, data.get("amount", {}), data.get("unlisted", {})))


def _read(file: Path) -> dict[str, Any]:
    works = "expected a price table as formats/prices.schema.json of fakie_schemas describes it"
    try:
        data = fakie_schemas.read_json(file)
    except OSError as error:
        raise ConfigurationError(f"{works}; {file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ConfigurationError(f"{works}; {error}") from None
    wrong = next(iter(contract_validator(fakie_schemas.format_schema("prices")).iter_errors(data)), None)
    if wrong is not None:
        message = " ".join(wrong.message.split())[:_LONGEST]
        raise ConfigurationError(f"{works}; {file}: at {wrong.json_path}: {message}")
    for model, entry in (*data["models"].items(), *data.get("endpoints", {}).items()):
        for row in entry.get("rows", ()):
            missing = [name for name in DIMENSIONS[row["unit"]][:1] if name not in entry.get("amount", {})]
            if missing:
                raise ConfigurationError(f"{works}; {file}: {model} has a row by the {missing[0]} and no amount of it")
    return data
