"""The catalog: every model with its revisions, the pinned one being the default."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import fakie_schemas
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.shelf import Broken, Shelf
from fakie_schemas.errors import ConfigurationError

Docs = Literal["pinned", "latest"]
_COMPARED = 200
_MOST_NEAR = 3


class Catalog:
    """The revisions of a folder, and before them those of `own`, which add models or replace them whole.

    Revisions are found by file name, and read only when asked for. `docs` says which one of a model is served.
    """

    def __init__(self, folder: Path, own: Path | None = None, docs: Docs = "pinned") -> None:
        if own is not None and not own.is_dir():
            raise ConfigurationError(f"{own} is no folder of revisions; `fakie derive PAGE --out {own}` makes one")
        self._folder = folder
        self._own = own
        self.docs = docs
        self.reload()

    @classmethod
    def shipped(cls, own: Path | None = None, docs: Docs = "pinned") -> "Catalog":
        """Give the catalog that comes with fakie, with a folder of one's own before it."""
        return cls(fakie_schemas.data_folder("revisions"), own, docs)

    def reload(self) -> None:
        """Look again which revisions there are, and forget what was read of them."""
        shelves = [Shelf(self._folder)]
        if self._own is not None:
            shelves.insert(0, Shelf(self._own, checked=True))
        self._shelves = tuple(shelves)
        self._codes: tuple[int, ...] | None = None

    @property
    def models(self) -> tuple[str, ...]:
        """Every model, sorted; one with nothing but a broken revision among them, as long as nobody looked at it."""
        return tuple(sorted({model for shelf in self._shelves for model in shelf.models}))

    @property
    def first(self) -> str:
        """A model to name where one is needed: the first that has a pin, else the first; there must be one."""
        return next((model for shelf in self._shelves for model in shelf.pins), None) or self.models[0]

    @property
    def broken(self) -> tuple[Broken, ...]:
        """Every file of one's own folder that cannot be used; reads them all when first asked."""
        return tuple(broken for shelf in self._shelves for broken in shelf.broken)

    def served(self, model: str) -> Revision | None:
        """Give the revision that requests are judged by: the pinned one, or the latest, as `docs` says."""
        return self.pinned(model) if self.docs == "pinned" else self.latest(model)

    def pinned(self, model: str) -> Revision | None:
        """Give the revision that counts by default: the pinned one, else the latest; None for an unknown model."""
        return next((shelf.pinned(model) for shelf in self._with(model)), None)

    def latest(self, model: str) -> Revision | None:
        """Give the newest revision by its page's date; None for an unknown model."""
        return next((shelf.revisions(model)[-1] for shelf in self._with(model)), None)

    def revisions(self, model: str) -> tuple[Revision, ...]:
        """Give every revision of a model, oldest first; none for an unknown model."""
        return next((shelf.revisions(model) for shelf in self._with(model)), ())

    def near(self, model: str) -> tuple[str, ...]:
        """Give the models whose names come closest, at least one: by words, spelling, or vendor."""
        words = model[:_COMPARED].strip("*/ ").casefold()
        within = [known for known in self.models if len(words) > 1 and words in known.casefold()]
        vendors = get_close_matches(words.partition("/")[0], {known.partition("/")[0] for known in self.models}, n=1)
        of_vendor = [known for known in self.models if known.startswith(tuple(f"{vendor}/" for vendor in vendors))]
        found = within or get_close_matches(words, self.models, n=_MOST_NEAR) or of_vendor or [self.first]
        return tuple(found[:_MOST_NEAR])

    @property
    def codes(self) -> tuple[int, ...]:
        """Every code that a served revision documents, ascending; reads them all when first asked."""
        if self._codes is None:
            served = (self.served(model) for model in self.models)
            self._codes = tuple(sorted({code for revision in served if revision for code in revision.codes}))
        return self._codes

    def codes_of(self, model: str | None) -> tuple[int, ...]:
        """Give the codes that a model's served revision documents; for none or an unknown one, those of all models."""
        revision = self.served(model) if model else None
        return self.codes if revision is None else revision.codes

    def _with(self, model: str) -> Iterator[Shelf]:
        return (shelf for shelf in self._shelves if shelf.revisions(model))
