"""Texts that tell how often they are compared: what is looked for among all others takes the square of their number."""

from typing import Any


class Comparisons:
    """Makes texts, and counts how often one of them is compared."""

    def __init__(self) -> None:
        self.count = 0
        counted = self

        class Counted(str):
            __slots__ = ()
            __hash__ = str.__hash__

            def __eq__(self, other: object) -> bool:
                counted.count += 1
                return str.__eq__(self, other)

            def __ne__(self, other: object) -> bool:
                return not self == other

        self._make = Counted

    def text(self, value: str) -> Any:
        """Make a text; its comparisons are counted."""
        return self._make(value)
