"""How data is written down: JSON as compact bytes, amounts of credits as text, which keeps every digit."""

import json
from decimal import Decimal
from typing import Any

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def written(data: Any) -> bytes:
    """Return data as compact JSON; half a character, which UTF-8 does not have, becomes a question mark."""
    return _ENCODE(data).encode("utf-8", "replace")


def amount_data(amount: Decimal | None) -> str | None:
    """Return an amount as JSON data."""
    return None if amount is None else f"{amount:f}"


def read_amount(text: str | None) -> Decimal | None:
    """Return the amount of such data."""
    return None if text is None else Decimal(text)
