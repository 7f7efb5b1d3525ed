"""Decimals of more digits than a double holds for certain: some callbacks have them as texts, beside plain numbers."""

import re
from typing import Any

# Every decimal of so many digits is a double again.
_CERTAIN = 15
_DECIMAL = re.compile(r"-?[0-9]{1,20}\.[0-9]{1,20}")


def as_texts(value: Any) -> Any:
    """Write each long decimal of JSON data as a text."""
    if isinstance(value, dict):
        return {key: as_texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_texts(inner) for inner in value]
    return repr(value) if isinstance(value, float) and _is_long(repr(value)) else value


def as_numbers(value: Any) -> Any:
    """Read each long decimal of JSON data that is a text as a number."""
    if isinstance(value, dict):
        return {key: as_numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_numbers(inner) for inner in value]
    return float(value) if isinstance(value, str) and _is_long(value) else value


def _is_long(text: str) -> bool:
    digits = text.replace("-", "").replace(".", "").lstrip("0")
    return _DECIMAL.fullmatch(text) is not None and len(digits) > _CERTAIN
