"""Sealing: what a store keeps for a while, and who has the store alone must not read."""

from typing import Protocol


class Seals(Protocol):
    """Seals texts, and opens them again."""

    def seal(self, text: str) -> str | None:
        """Return a text that only these seals open, or None where nothing can be sealed."""

    def opened(self, sealed: str) -> str | None:
        """Return what was sealed, or None for what these seals do not open."""


class NoSeals:
    """Seals for a store that has no secret: nothing is sealed, and nothing opened."""

    def seal(self, text: str) -> str | None:  # noqa: ARG002
        """Return None."""
        return None

    def opened(self, sealed: str) -> str | None:  # noqa: ARG002
        """Return None."""
        return None


NO_SEALS: Seals = NoSeals()
