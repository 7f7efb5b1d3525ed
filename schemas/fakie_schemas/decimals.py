"""Whole numbers as others write them: a length in a header, an id in a path, a number in a query."""

# No length or id here has more, and many more would be costly to read.
_MOST_DIGITS = 18


def whole_number(text: str) -> int | None:
    """Return the number that a text of plain digits tells; None for any other text, and for too many digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None
