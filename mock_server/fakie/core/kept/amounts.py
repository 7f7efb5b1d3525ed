"""Amounts of credits as data: text, which keeps every digit."""

from decimal import Decimal


def amount_data(amount: Decimal | None) -> str | None:
    """Return an amount as JSON data."""
    return None if amount is None else f"{amount:f}"


def read_amount(text: str | None) -> Decimal | None:
    """Return the amount of such data."""
    return None if text is None else Decimal(text)
