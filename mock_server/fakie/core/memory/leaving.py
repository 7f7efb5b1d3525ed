"""Accounts on their way out of memory: nobody works on one any more, and then it is forgotten."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol, TypeVar

from fakie.core.ports import AccountGoneError


class Leaving(Protocol):
    """Work on an account, that raises AccountGoneError once it is `gone`."""

    gone: bool

    def __enter__(self) -> object:
        """Begin; raises AccountGoneError."""

    def __exit__(self, *_: object) -> None:
        """End."""


W = TypeVar("W", bound=Leaving)


def left(works: Iterable[W]) -> list[W]:
    """Let nobody work on these any more, once whoever does has ended; return those that somebody could work on."""
    found = []
    for work in works:
        with suppress(AccountGoneError), work:
            work.gone = True
            found.append(work)
    return found
