"""Requests that bring a target to where something was found, as curl lines to be repeated."""

from collections.abc import Mapping
from itertools import groupby

from fakie_contract.http.exchange import LiveExchange, SentRequest, curl_line

# The first open an account and make a task; the last lead to what was found.
_FIRST, _LAST = 5, 5


class RequestsToRepeat:
    """Changes of a target by one case, in their order; `secrets` are the names under which keys are shown."""

    def __init__(self, base: str, secrets: Mapping[str, str]) -> None:
        self._base = base
        self._secrets = secrets
        self._requests: list[SentRequest] = []

    def add(self, request: SentRequest) -> None:
        """Keep one that changed something."""
        self._requests.append(request)

    def lines(self, shown_by: LiveExchange | str) -> list[str]:
        """Return the first and the last of them, and what showed a finding: an exchange, or its curl line.

        What came several times in a row is one line. What is among them stays where it was: what followed it counts.
        """
        groups = [(line, list(same)) for line, same in groupby(self._requests, self._line)]
        between = max(0, len(groups) - _FIRST - _LAST)
        ends = groups[:_FIRST] + groups[_FIRST + between :]
        lines = [line if len(same) == 1 else f"{line}  # {len(same)} times" for line, same in ends]
        if between:
            lines.insert(_FIRST, f"# and {between} more")
        if isinstance(shown_by, str):
            return [*lines, shown_by] if shown_by else lines
        is_among_them = any(one is shown_by.request for _, same in ends for one in same)
        return lines if is_among_them else [*lines, shown_by.curl()]

    def _line(self, request: SentRequest) -> str:
        return curl_line(self._base, request, self._secrets)
