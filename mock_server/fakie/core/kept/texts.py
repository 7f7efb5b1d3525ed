"""How data is written down: JSON as compact bytes, amounts of credits as text, which keeps every digit."""

import json
from decimal import Decimal
from typing import Any

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def written(data: Any) -> bytes:
    """Return data as compact JSON; half a character, which UTF-8 does not have, becomes a question mark."""
    return _ENCODE(data).encode("utf-8", "replace")


def check_finite(amount: Decimal | None) -> None:
    """Raise ValueError for an amount that is none, as NaN is."""
    if amount is not None and not amount.is_finite():
        raise ValueError(f"{amount} is no amount")


def amount_data(amount: Decimal | None) -> str | None:
    """Return an amount as JSON data."""
    return None if amount is None else f"{amount:f}"
