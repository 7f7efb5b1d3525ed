"""Levers on the journal."""

from typing import Any

from fakie.core.levers.lever import Call, Lever, account_handle
from fakie.core.parts import Parts
from fakie.core.situations import Refused


class JournalLevers:
    """Read and empty the journal."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def table(self) -> tuple[Lever, ...]:
        """Give the levers."""
        query = "?account=&situation=&limit="
        return (
            Lever("GET", "/journal", f"requests and callback deliveries, oldest first; {query}", self._read),
            Lever("DELETE", "/journal", "empties the journal", self._empty),
        )

    def _read(self, call: Call) -> Any:
        account = account_handle(self._parts, call.request.argument("account"))
        situation = call.request.argument("situation")
        limit = call.request.argument("limit")
        if limit is not None and not limit.isdecimal():
            raise Refused("lever_misused", reason=f"limit: a whole number; got {limit[:20]!r}; for example 10")
        entries = [
            entry.as_dict()
            for entry in self._parts.journal
            if account in (None, entry.account) and situation in (None, entry.situation)
        ]
        return entries if limit is None else entries[max(0, len(entries) - int(limit)) :]

    def _empty(self, _: Call) -> Any:
        self._parts.journal.forget()
