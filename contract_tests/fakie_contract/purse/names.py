"""Names that a tolerant target may take for a model's: only what resembles no model at all can surely not cost."""

import unicodedata
from collections.abc import Iterable
from functools import cache

from fakie_schemas.catalog.catalog import Catalog

# The last part of a shorter name stands in too many other words.
_SHORTEST = 4


class Names:
    """The names of all models, to compare others with."""

    def __init__(self, models: Iterable[str]) -> None:
        # Each whole, and its last part, as they are compared: a name is compared with all.
        self._known = {model: (_plain(model), _plain(model.rpartition("/")[2])) for model in models}

    def resembled(self, name: object) -> tuple[str, ...]:
        """Return the models that a name may be taken for: the one of that name, else those that it is nearly like.

        Case, spaces and separators do not count, nor what stands before or after a model's name, nor a left-out vendor.
        """
        if not isinstance(name, str):
            return ()
        if name in self._known:
            return (name,)
        plain = _plain(name)
        same = tuple(model for model, (known, _) in self._known.items() if known == plain)
        return same or tuple(model for model, (known, last) in self._known.items() if _is_like(plain, known, last))

    def is_no_model(self, name: object) -> bool:
        """Tell whether a name is one, and of no model for certain."""
        return isinstance(name, str) and bool(_plain(name)) and not self.resembled(name)


@cache
def shipped_names() -> Names:
    """Return the names of the models that come with fakie."""
    return Names(Catalog.shipped().models)


def _is_like(plain: str, known: str, last: str) -> bool:
    is_within = len(plain) >= _SHORTEST and plain in known
    return is_within or known in plain or (len(last) >= _SHORTEST and last in plain)


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
