"""Questions to the journal of one test."""

from collections.abc import Iterator, Sequence
from typing import Any, overload

from fakie.core.handling.routes import endpoint_of
from fakie.core.http.body import parse_object
from fakie.core.journal import Entry, Journal
from fakie.core.situations import Refused
from fakie.harness.arguments import check_question
from fakie_schemas.families.family import is_kind


class JournalView(Sequence[Entry]):
    """The requests that the fake was sent, oldest first; `deliveries` are its callbacks."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def requests(
        self, endpoint: str | None = None, *, situation: str | None = None, task: str | None = None
    ) -> list[Entry]:
        """Return the requests of an endpoint (`createTask`, `veo/generate`, …), with a situation, about a task.

        Raises WrongOrderError for an endpoint or a situation that there is not.
        """
        check_question(endpoint=endpoint, situation=situation, task=task)
        return [
            entry
            for entry in self._journal
            if entry.kind == "request"
            and endpoint in (None, endpoint_of(entry.method, entry.path))
            and situation in (None, entry.situation)
            and task in (None, entry.task_id)
        ]

    def count(self, endpoint: str | None = None, *, situation: str | None = None, task: str | None = None) -> int:
        """Count such requests."""
        return len(self.requests(endpoint, situation=situation, task=task))

    @property
    def situations(self) -> list[str]:
        """Every request's situation, in order."""
        return [entry.situation for entry in self]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """Every body that was JSON of a request for a task, by createTask or at a family's own path, in order."""
        asked = (entry for entry in self if is_kind(endpoint_of(entry.method, entry.path), "create"))
        return [body for entry in asked if (body := _object(entry.body)) is not None]

    @property
    def deliveries(self) -> list[Entry]:
        """Every attempt to send a callback, in order."""
        return [entry for entry in self._journal if entry.kind == "delivery"]

    def clear(self) -> None:
        """Forget every entry."""
        self._journal.forget()

    def __len__(self) -> int:
        return len(self.requests())

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.requests())

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        return self.requests()[index]

    def __repr__(self) -> str:
        lines = [f"{entry.method} {entry.path} -> {entry.situation}: {entry.reason}" for entry in self]
        return "<journal: " + ("\n  ".join(["", *lines]) if lines else "no requests") + ">"


def _object(text: str) -> dict[str, Any] | None:
    try:
        return parse_object(text.encode(), depth=1000)
    except Refused:
        return None
