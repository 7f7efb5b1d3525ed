"""Amounts of credits: how they are stored, and the most that is believed."""

from decimal import ROUND_CEILING, Decimal

from msgspec import Struct

from fakie_schemas.account_words import MOST_CREDITS

UNITS = 10_000


class Balance(Struct, frozen=True):
    """Credits of a run: its cap, what it can have cost by the price table, and the balance before and at its lowest."""

    cap: Decimal
    estimate: Decimal
    before: Decimal | None
    lowest: Decimal | None

    @property
    def fall(self) -> Decimal:
        """By how much the balance has fallen, as far as it was seen."""
        return Decimal(0) if self.before is None or self.lowest is None else self.before - self.lowest

    @property
    def spent(self) -> Decimal:
        """The most that the run can have spent."""
        return max(self.estimate, self.fall)


def units(credits: Decimal) -> int:
    """Return credits as the whole number that is stored, rounded up."""
    return int((credits * UNITS).to_integral_value(ROUND_CEILING))


def balance_units(balance: Decimal) -> int:
    """Return a balance as the nearest number that can be stored: the last digits of a float are no charge."""
    return int((balance * UNITS).to_integral_value())


def credits_of(stored: int) -> Decimal:
    """Return the credits of a stored number."""
    return Decimal(stored) / UNITS


def plain(credits: Decimal) -> str:
    """Write an amount without needless zeros."""
    return f"{credits.normalize():f}"


def is_amount(credits: Decimal) -> bool:
    """Tell whether a number can be an amount of credits, for a cap or a price.

    No account has more, and none needs more: what lies beyond is an error, or an attempt to make one.
    """
    return credits.is_finite() and 0 <= credits <= MOST_CREDITS
