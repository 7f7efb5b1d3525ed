"""Which revision of a model counts: the pinned one, the latest, or the newest of a day."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

from fakie_schemas.errors import ConfigurationError

# `pinned`, `latest`, or a date: the newest revision not after that day or month.
Docs = str
_NAMED = ("pinned", "latest")


class Dated(Protocol):
    """Anything with a date, `YYYY-MM` or `YYYY-MM-DD`."""

    date: str


_One = TypeVar("_One", bound=Dated)


def check_docs(text: str) -> Docs:
    """Return the choice as it is given; raises ConfigurationError unless it is `pinned`, `latest` or a date."""
    if text in _NAMED or names_date(text):
        return text
    raise ConfigurationError(f"docs: expected pinned, latest, or a date such as 2026-04 or 2026-08-19; got {text!r}")


def names_date(text: str) -> bool:
    """Tell whether a text is a month or a day that there is, `YYYY-MM` or `YYYY-MM-DD`."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", text):
        return False
    try:
        return bool(date.fromisoformat(text if len(text) > len("YYYY-MM") else f"{text}-01"))
    except ValueError:
        return False


def is_date(docs: Docs) -> bool:
    """Tell whether a choice is a date."""
    return docs not in _NAMED


def newest_at(revisions: Sequence[_One], day: str) -> _One | None:
    """Choose of revisions, oldest first, the newest that is not after a day or a month; None when all are."""
    # A month holds all its days; of a month alone it is not known on which of them the page was read.
    return next((one for one in reversed(revisions) if one.date[: len(day)] <= day), None)
