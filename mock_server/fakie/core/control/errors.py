"""The error of a call that the control refuses."""

from collections.abc import Iterable

from fakie_schemas.errors import FakieError
from fakie_schemas.nearest import did_you_mean
from fakie_schemas.shortening import short

_SHOWN = 80
_QUOTES = "'\""


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
    except RecursionError:
        text = "data that is nested too deep"
    return short(text, _SHOWN)


def nothing_waits(order_id: object) -> NotThereError:
    """Return the error for an id that no order has."""
    return NotThereError(f"nothing waits under the id {shown(order_id).strip(_QUOTES)}")


def shown_when(value: object) -> str:
    """Write what an order's requests are chosen by: a function by its name."""
    return getattr(value, "__name__", "a function") if callable(value) else shown(value)


def hinted(name: str, got: object, known: Iterable[str]) -> str:
    """Say that a name is not one of the known ones, which it may have meant, and which there are."""
    choices = list(known)
    return f"{name}: {shown(got)} is not known{did_you_mean(got, choices)} (known: {', '.join(choices) or 'none'})"
