"""Models that the vendor's catalogue lists and of which no page is known: answered, and nothing of them checked."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

import fakie_schemas
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.validation import Violation
from fakie_schemas.families.family import endpoints

_CODES = {200: "Success", 401: "Unauthorized", 402: "Insufficient Credits", 404: "Not Found", 422: "Validation Error",
          429: "Rate Limited", 455: "Service Unavailable", 500: "Server Error", 501: "Generation Failed",
          505: "Feature Disabled"}  # fmt: skip


class ListedModels:
    """The names of the vendor's catalogue of one day, read when first asked for."""

    @cached_property
    def _data(self) -> Mapping[str, Any]:
        return fakie_schemas.listed()

    @property
    def date(self) -> str:
        """The day of the catalogue."""
        day: str = self._data["date"]
        return day

    @cached_property
    def models(self) -> frozenset[str]:
        """Every name in it; some are chat models, which other paths serve."""
        return frozenset(self._data["models"])

    def is_chat(self, model: str) -> bool:
        """Tell whether a listed name seems to be that of a chat model: other paths serve it, and none is faked."""
        return any(fnmatchcase(model, pattern) for pattern in self._data["chat"]["models"])

    def revision(self, model: str) -> "ListedRevision | None":
        """Make the revision of a model by its name alone; None when the name is not listed."""
        return ListedRevision(model, self.date) if model in self.models else None


class ListedRevision(Revision):
    """The revision of a model whose page is not known: the rules that hold for every model; it stands in no file."""

    doubts = "unchecked"

    def __init__(self, model: str, date: str) -> None:
        super().__init__(Path(model) / f"{date}.revision.json")
        self._model = model

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """The facts that all models share, marked as inherited."""
        create = endpoints()["createTask"]
        return {
            "format_version": 1,
            "model": self._model,
            "endpoint": {"method": create.method, "path": create.path},
            "codes": [{"code": code, "label": label, "inherited": True} for code, label in _CODES.items()],
            "answers": {"success": "task-created-with-record-id", "error": "error"},
            "examples": {},
            "provenance": {"title": None, "url": None, "date": self.date, "sha256": "", "format": "listed"},
        }

    @cached_property
    def stated_schema(self) -> Mapping[str, Any]:
        """A body with a model and an input, and nothing else that is known of it."""
        url = {"type": "string", "format": "uri"}
        fields = {"model": {"type": "string", "enum": [self._model]}, "callBackUrl": url, "input": {"type": "object"}}
        return {"type": "object", "required": ["model", "input"], "properties": fields}

    @property
    def is_certain(self) -> bool:
        """Not of any input."""
        return False

    def contradicted(self, body: Any) -> Violation | None:  # noqa: ARG002 - whatever the input holds
        """Say that the input is not checked, since no page of the model is known."""
        return Violation("accepted", "input", "not checked, since no page of this model is known", "", "")
