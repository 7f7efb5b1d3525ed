"""The lever on the catalog: reading changed revisions again."""

from typing import Any

from fakie.core.levers.lever import Call, Lever
from fakie.core.parts import Parts
from fakie_schemas.catalog.catalog import Catalog


class CatalogLevers:
    """Take up what has changed in the folders of revisions."""

    def __init__(self, parts: Parts) -> None:
        self._catalog = parts.catalog

    def table(self) -> tuple[Lever, ...]:
        """Give the levers."""
        return (Lever("POST", "/reload", "reads the revisions again, and tells which files are broken", self._reload),)

    def _reload(self, _: Call) -> Any:
        self._catalog.reload()
        broken = broken_files(self._catalog)
        return {"models": len(self._catalog.models), "broken": broken}


def broken_files(catalog: Catalog) -> list[dict[str, str]]:
    """List the files that cannot be used, as JSON data."""
    return [{"file": str(broken.file), "reason": broken.reason} for broken in catalog.broken]
