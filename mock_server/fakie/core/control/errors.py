"""The error of a call that the control refuses."""

from collections.abc import Iterable
from difflib import get_close_matches

from fakie_schemas.errors import FakieError

_SHOWN = 80


class WrongOrderError(FakieError):
    """A call that cannot be meant: one line with what was expected, what came, and what works. Nothing has changed."""


class NotThereError(WrongOrderError):
    """A call about something that the fake does not have (any more)."""


def shown(value: object) -> str:
    """Write a value for a message, cut."""
    try:
        text = repr(value)
    except ValueError:
        # Python does not write integers of thousands of digits.
        text = "a number of thousands of digits"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def shown_when(value: object) -> str:
    """Write what an order's requests are chosen by: a function by its name."""
    return getattr(value, "__name__", "a function") if callable(value) else shown(value)


def hinted(name: str, got: object, known: Iterable[str]) -> str:
    """Say that a name is not one of the known ones, which it may have meant, and which there are."""
    choices = list(known)
    return f"{name}: {shown(got)} is not known{hint(got, choices)} (known: {', '.join(choices)})"


def hint(got: object, choices: Iterable[str]) -> str:
    """Return the choice that a misspelt name may have meant, as the end of a message, or nothing."""
    near = get_close_matches(got[:_SHOWN], list(choices), 1) if isinstance(got, str) else []
    return f"; did you mean {near[0]!r}?" if near else ""
