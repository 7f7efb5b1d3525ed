"""The selection of a run: the models and cases that were chosen, and those that were left out, by what."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from fakie_contract.cases.case import Case


class Selection(Struct, frozen=True):
    """The choice of a run.

    `cases` is `all`, `cheapest` or `replay`, `words` what narrowed them down (`-k`). `by_cheapest` are the ids of the
    cases that the cheapest set does without, `by_words` how many of the others did not fit the words.
    """

    models: tuple[str, ...] = ()
    cases: str = "all"
    words: str = ""
    by_words: int = 0
    by_cheapest: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return asdict(self)


def without_result(cases: Iterable[Case], selected: Sequence[str], ended: Iterable[str]) -> list[Case]:
    """Return the cases that were selected and came to no result, in their order."""
    missing = set(selected) - set(ended)
    return [case for case in cases if case.id in missing]
