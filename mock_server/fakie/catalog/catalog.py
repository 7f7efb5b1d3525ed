"""The catalog: every model with its revisions, the pinned one being the default."""

from collections.abc import Mapping
from pathlib import Path

import fakie_schemas
from fakie.catalog.revision import Revision

_SUFFIX = ".revision.json"


class Catalog:
    """All revisions of a folder, found by file name and read only when asked for."""

    def __init__(self, folder: Path) -> None:
        self._revisions: Mapping[str, Mapping[str, Revision]] = _find(folder)
        pins = folder / "pins.json"
        self._pins: Mapping[str, str] = fakie_schemas.read_json(pins)["pins"] if pins.exists() else {}

    @classmethod
    def shipped(cls) -> "Catalog":
        """Give the catalog that comes with fakie."""
        return cls(fakie_schemas.data_folder("revisions"))

    @property
    def models(self) -> tuple[str, ...]:
        """Every model, sorted."""
        return tuple(sorted(self._revisions))

    def pinned(self, model: str) -> Revision | None:
        """Give the revision that counts by default: the pinned one, else the latest; None for an unknown model."""
        revisions = self._revisions.get(model)
        if revisions is None:
            return None
        return revisions[self._pins.get(model, max(revisions))]

    def latest(self, model: str) -> Revision | None:
        """Give the newest revision by its page's date; None for an unknown model."""
        revisions = self._revisions.get(model)
        return None if revisions is None else revisions[max(revisions)]

    @property
    def codes(self) -> tuple[int, ...]:
        """Every code that a pinned revision documents, ascending."""
        pinned = (self.pinned(model) for model in self.models)
        return tuple(sorted({code for revision in pinned if revision for code in revision.codes}))


def _find(folder: Path) -> dict[str, dict[str, Revision]]:
    found: dict[str, dict[str, Revision]] = {}
    for file in sorted(folder.rglob(f"*{_SUFFIX}")):
        model = file.parent.relative_to(folder).as_posix()
        found.setdefault(model, {})[file.name.removesuffix(_SUFFIX)] = Revision(file)
    return found
