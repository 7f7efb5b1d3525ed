"""One model's OpenAPI document, as a catalogue has it."""

import json
from typing import Any

from msgspec import Struct


class CatalogueDocument(Struct, frozen=True):
    """One model's OpenAPI document; `model` is its name by the catalogue, where that says one."""

    model: str | None
    openapi: dict[str, Any]

    @property
    def page(self) -> bytes:
        """The document as a page: the same text for the same document, however it was sent."""
        data = {"model": self.model, "openapi": self.openapi} if self.model else self.openapi
        whole = {"data": data} if self.model else data
        return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8", "replace")

    @property
    def names_page(self) -> bool:
        """Whether it says which page it was made of."""
        info = self.openapi.get("info")
        return isinstance(info, dict) and bool(info.get("x-page"))
