"""The catalog: every model with its revisions, the pinned one being the default."""

import sys
from collections.abc import Iterator
from pathlib import Path

import fakie_schemas
from fakie_schemas import disk
from fakie_schemas.catalog.docs import Docs, check_docs, is_date, newest_at
from fakie_schemas.catalog.listed import ListedModels
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.revision_folder import ENDPOINTS, Broken, RevisionFolder
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.families.family import endpoints_like

_FAMILIES = "families"
_COMPARED = 200
_MOST_NEAR = 3
_NO_FAMILY = (
    "families are read from the package alone: expected revisions, of models or below endpoints/; a family's file"
    " stands below schemas/fakie_schemas/families of a checkout, as CONTRIBUTING.md says"
)


def no_revisions(folder: Path) -> ConfigurationError:
    """Return what to raise for a folder that was given for its revisions and has none."""
    return ConfigurationError(f"no revisions are in {folder}; expected such as vendor/model/2025-12.revision.json")


class Catalog:
    """The revisions of a folder, and before them those of `own`, which add models or replace them whole.

    Revisions are found by file name, and read only when asked for. `docs` says which one of a model is served:
    `pinned`, `latest`, or a date, which means the newest not after that day. `listed` are the names of the vendor's
    own catalogue: a model in it of which no page is known is served too, its input unchecked.
    """

    def __init__(
        self, folder: Path, own: Path | None = None, docs: Docs = "pinned", listed: ListedModels | None = None
    ) -> None:
        if own is not None and not own.is_dir():
            raise ConfigurationError(f"{own} is not a folder of revisions; `fakie derive PAGE --out {own}` makes one")
        self._folder = folder
        self._own = own
        self.listed = listed
        self.docs = check_docs(docs)
        # How often its folders were read: whoever keeps what was found in it looks whether that was the last time.
        self.readings = 0
        self.reload()
        if own is not None and not self._finds_own(own):
            raise no_revisions(own)

    @classmethod
    def shipped(cls, own: Path | None = None, docs: Docs = "pinned") -> "Catalog":
        """Return the catalog that comes with fakie, with a folder of one's own before it."""
        return cls(fakie_schemas.data_folder("revisions"), own, docs, ListedModels())

    def reload(self) -> None:
        """Look again which revisions there are, and forget what was read of them."""
        shelves = [RevisionFolder(self._folder)]
        if self._own is not None:
            shelves.insert(0, RevisionFolder(self._own, checked=True))
        self._shelves = tuple(shelves)
        pages = [RevisionFolder(self._folder / ENDPOINTS, of_models=False)]
        if self._own is not None:
            pages.insert(0, RevisionFolder(self._own / ENDPOINTS, checked=True, of_models=False))
        self._pages = tuple(pages)
        self._endpoints: dict[str, Revision] = {}
        self._codes: tuple[int, ...] | None = None
        # After the shelves: whoever looks up a model meanwhile remembers it in the dictionary of the shelves it saw.
        self._served: dict[str, Revision] = {}
        self._latest: dict[str, Revision] = {}
        self._changed: dict[Revision, Revision | None] = {}
        self.readings += 1
        if is_date(self.docs) and not self.models:
            models = [(shelf, model) for shelf in self._shelves for model in shelf.models_at(None)]
            oldest = min((shelf.revisions(model)[0].date for shelf, model in models), default="")
            hint = f"; the oldest is of {oldest}" if oldest else ""
            raise ConfigurationError(f"docs: no model has a page of {self.docs} or before{hint}")

    def _finds_own(self, own: Path) -> bool:
        """Tell whether there is anything in a folder of one's own, be it broken: that is told of by its name."""
        shelves = (self._shelves[0], self._pages[0])
        return any(shelf.has_files for shelf in shelves) or any(disk.files_in(own / _FAMILIES, ".json"))

    @property
    def models(self) -> tuple[str, ...]:
        """Every model, sorted; one with nothing but a broken revision among them, as long as nobody looked at it.

        Where `docs` is a date, models whose first page is newer are left out.
        """
        day = self.docs if is_date(self.docs) else None
        return tuple(sorted({model for shelf in self._shelves for model in shelf.models_at(day)}))

    @property
    def first(self) -> str:
        """A model to name where one is needed: the first that has a pin, else the first; there must be one."""
        pinned = (model for shelf in self._shelves for model in shelf.pins if self.served(model))
        return next(pinned, None) or self.models[0]

    @property
    def broken(self) -> tuple[Broken, ...]:
        """Every file of one's own folder that cannot be used; reads them all when first asked."""
        families = disk.files_in(self._own / _FAMILIES, ".json") if self._own else []
        of_shelves = tuple(broken for shelf in (*self._shelves, *self._pages) for broken in shelf.broken)
        return (*of_shelves, *(Broken(file, _NO_FAMILY) for file in families))

    def served(self, model: str) -> Revision | None:
        """Return the revision that requests are judged by, as `docs` says; None for a model not known, or not then."""
        kept = self._served
        return kept.get(model) or _kept(kept, model, self._known(model) or self._listed(model))

    def _listed(self, model: str) -> Revision | None:
        if self.listed is None or any(self._with(model)):
            return None
        early = is_date(self.docs) and self.docs < self.listed.date[: len(self.docs)]
        return None if early else self.listed.revision(model)

    def _known(self, model: str) -> Revision | None:
        if is_date(self.docs):
            return newest_at(self.revisions(model), self.docs)
        return self.pinned(model) if self.docs == "pinned" else self.latest(model)

    def pinned(self, model: str) -> Revision | None:
        """Return the revision that counts by default: the pinned one, else the latest; None for an unknown model."""
        return next((shelf.pinned(model) for shelf in self._with(model)), None)

    def latest(self, model: str) -> Revision | None:
        """Return the newest revision by its page's date; None for an unknown model."""
        kept = self._latest
        return kept.get(model) or _kept(kept, model, self._newest(model))

    def newest_of(self, served: Revision, page: str) -> Revision | None:
        """Return the newest revision of what a served one is about: its model, or the endpoint of this page."""
        return self.latest(served.model) if served.model else self.latest_endpoint(page)

    def changed(self, served: Revision, page: str) -> Revision | None:
        """Return the newest revision as `newest_of`, or None where it demands what the served one does."""
        kept = self._changed
        if served not in kept:
            newest = self.newest_of(served, page)
            kept[served] = None if newest is None or newest.demands_the_same(served) else newest
        return kept[served]

    def _newest(self, model: str) -> Revision | None:
        return next((shelf.revisions(model)[-1] for shelf in self._with(model)), None)

    def revisions(self, model: str) -> tuple[Revision, ...]:
        """Return every revision of a model, oldest first; none for an unknown model."""
        return next((shelf.revisions(model) for shelf in self._with(model)), ())

    def endpoint(self, page: str) -> Revision | None:
        """Return the revision that requests to an endpoint are judged by, as `docs` says; None where there is no page.

        Where all of its pages are newer, it is the oldest.
        """
        kept = self._endpoints
        return kept.get(page) or _kept(kept, page, self._endpoint(page, self.docs))

    def models_at(self, page: str) -> tuple[str, ...]:
        """Return the models that requests to an endpoint may name; none where its page lists none."""
        revision = self.endpoint(page)
        field = revision.request_schema.get("properties", {}).get("model") if revision else None
        return tuple(field.get("enum", ())) if field else ()

    def latest_endpoint(self, page: str) -> Revision | None:
        """Return the newest revision of an endpoint, or None."""
        found = self.endpoint_revisions(page)
        return found[-1] if found else None

    def endpoint_revisions(self, page: str) -> tuple[Revision, ...]:
        """Return every revision of an endpoint, oldest first; none for an unknown one."""
        return next((found for shelf in self._pages if (found := shelf.revisions(page))), ())

    def pinned_endpoint(self, page: str) -> Revision | None:
        """Return the revision of an endpoint that counts by default; None for an unknown one."""
        return self._endpoint(page, "pinned")

    def _endpoint(self, page: str, docs: Docs) -> Revision | None:
        for pages, models in zip(self._pages, self._shelves, strict=True):
            found = pages.revisions(page)
            if found:
                day = docs if is_date(docs) else models.until if docs == "pinned" else None
                return (newest_at(found, day) or found[0]) if day else found[-1]
        return None

    def near(self, model: str) -> tuple[str, ...]:
        """Return the models whose names come closest, at least one: by words, spelling, or vendor."""
        from difflib import get_close_matches

        words = model[:_COMPARED].strip("*/ ").casefold()
        within = [known for known in self.models if len(words) > 1 and words in known.casefold()]
        vendors = get_close_matches(words.partition("/")[0], {known.partition("/")[0] for known in self.models}, n=1)
        of_vendor = [known for known in self.models if known.startswith(tuple(f"{vendor}/" for vendor in vendors))]
        found = within or get_close_matches(words, self.models, n=_MOST_NEAR) or of_vendor or [self.first]
        return tuple(found[:_MOST_NEAR])

    def names_near(self, name: str) -> tuple[str, ...]:
        """Return what a misspelt name of a model or an endpoint may have meant: endpoints like it, or else models."""
        return endpoints_like(name) or self.near(name)

    @property
    def codes(self) -> tuple[int, ...]:
        """Every code that a served revision documents, ascending; reads them all when first asked."""
        if self._codes is None:
            served = (self.served(model) for model in self.models)
            self._codes = tuple(sorted({code for revision in served if revision for code in revision.codes}))
        return self._codes

    def codes_of(self, model: str | None) -> tuple[int, ...]:
        """Return the codes that a model's served revision documents; those of all for none or an unknown one."""
        revision = self.served(model) if model else None
        return self.codes if revision is None else revision.codes

    def _with(self, model: str) -> Iterator[RevisionFolder]:
        return (shelf for shelf in self._shelves if shelf.revisions(model))


def _kept(kept: dict[str, Revision], model: str, found: Revision | None) -> Revision | None:
    """Remember what was found for a model; names that mean nothing are not kept, since clients make them up."""
    if found is not None:
        kept[sys.intern(model)] = found
    return found
