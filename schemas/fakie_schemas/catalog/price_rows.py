"""Which rows of a price list a request may be charged by: all that it does not exclude for certain."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from json import dumps
from typing import Any

from msgspec import Struct, field

from fakie_schemas.catalog.price_amounts import amount, units, whole
from fakie_schemas.catalog.price_reading import BodyReading, number


class PriceRow(Struct, frozen=True, eq=False):
    """One row: the credits for a unit, when the fields of `input` are as `when` says."""

    name: str
    credits: Decimal
    unit: str
    when: Mapping[str, Any] = field(default_factory=dict)
    assumed: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "PriceRow":
        """Make a row of its data."""
        return cls(data["row"], Decimal(data["credits"]), data["unit"], data["when"], data.get("assumed", ""))

    def __str__(self) -> str:
        """Say the price: credits, unit and conditions."""
        unit = "1000 characters" if self.unit == "characters_1000" else self.unit
        conditions = ", ".join(f"{name} {_shown(value)}" for name, value in self.when.items())
        return f"{self.credits:f} per {unit}{f' ({conditions})' if conditions else ''}"


class ModelPrice(Struct, frozen=True):
    """The price of a model: its rows, what bounds the units that they count, and values of fields without a row."""

    rows: tuple[PriceRow, ...]
    amounts: Mapping[str, Sequence[Mapping[str, Any]]]
    unlisted: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def without_row(self, reading: BodyReading) -> str:
        """Name the value of a request that no row is for, though a page has it; empty where there is none."""
        for name, lacking in self.unlisted.items():
            for value in reading.values(name) or ():
                if any(_same(one, value) for one in lacking):
                    return f"{name} {_shown(value)}"
        return ""

    def charges(self, reading: BodyReading) -> Iterator[tuple[Decimal, PriceRow, str]]:
        """Return each charge that a request may meet: the credits, the row, and how often its price counts and why."""
        ladder = self._step_field()
        for group in self._groups(reading, ladder[1] if ladder else None):
            for row, times, why in self._by_step(group, reading, *ladder) if ladder else self._count(group, reading):
                yield row.credits * times, row, f"x {times:f}" + (f": {why}" if why else "")

    def _count(self, rows: Sequence[PriceRow], reading: BodyReading) -> Iterator[tuple[PriceRow, Decimal, str]]:
        for row in rows:
            yield row, *units(row.unit, self.amounts, reading)

    def _by_step(
        self, rows: Sequence[PriceRow], reading: BodyReading, dimension: str, name: str
    ) -> Iterator[tuple[PriceRow, Decimal, str]]:
        """Take the rows of the smallest step that holds the amount, else those of the largest, several times."""
        size = amount(self.amounts[dimension], reading)
        yield from self._count([row for row in rows if name not in row.when], reading)
        steps = {row: number(row.when[name]) or Decimal(1) for row in rows if name in row.when}
        if not steps:
            return
        fitting = min((step for step in steps.values() if step >= size.value), default=max(steps.values()))
        times = max(Decimal(1), whole(size.value / fitting))
        yield from ((row, times, size.why) for row, step in steps.items() if step == fitting)

    def _step_field(self) -> tuple[str, str] | None:
        """Return the amount that rows are listed by steps of, such as 5 and 10 seconds, and its field."""
        for dimension, terms in self.amounts.items():
            name = terms[0].get("field")
            if isinstance(name, str) and any(name in row.when for row in self.rows):
                return dimension, name
        return None

    def _groups(self, reading: BodyReading, tier: str | None) -> list[list[PriceRow]]:
        names = {name for row in self.rows for name in row.when} - {tier}
        meant = {name: self._meant(name, reading) for name in names}
        possible = [row for row in self.rows if not any(_excluded(row, *one) for one in meant.items())]
        groups: dict[str, list[PriceRow]] = {}
        for row in possible or self.rows:
            rest = {name: value for name, value in row.when.items() if name != tier}
            groups.setdefault(dumps(rest, sort_keys=True), []).append(row)
        return list(groups.values())

    def _meant(self, name: str, reading: BodyReading) -> Any:
        """Return the value among the rows' conditions on a field that the request means for certain, or None."""
        values = reading.values(name)
        known = [row.when[name] for row in self.rows if name in row.when]
        if values is not None and any(isinstance(value, dict) for value in known):
            return _presence(values)
        if values is None or len(values) != 1:
            return None
        return next((one for one in known if _same(one, values[0])), None)


def _presence(values: list[Any]) -> dict[str, bool] | None:
    if not values:
        return {"given": False}
    full = len(values) == 1 and isinstance(values[0], list) and bool(values[0])
    return {"given": True} if full and all(isinstance(one, str) and one for one in values[0]) else None


def _excluded(row: PriceRow, name: str, meant: Any) -> bool:
    return meant is not None and name in row.when and not _same(row.when[name], meant)


def _same(one: Any, other: Any) -> bool:
    if type(one) is type(other) and one == other:
        return True
    return number(one) is not None and number(one) == number(other)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "given" if value["given"] else "not given"
    return value if isinstance(value, str) else dumps(value)
