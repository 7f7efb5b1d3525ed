"""One lever, and what a call of it brings along."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fakie.core.control.arguments import NOTHING, Schema
from fakie.core.http.messages import Request

PREFIX = "/_fakie"


@dataclass(frozen=True)
class Call:
    """One call: the request, the variable parts of its path, and its body."""

    request: Request
    names: tuple[str, ...]
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Lever:
    """One thing that can be asked or moved; `path` stands below `/_fakie`, `body` is the schema of its arguments.

    `query` has the names of what may stand in its query.
    """

    method: str
    path: str
    what: str
    act: Callable[[Call], Any] = field(repr=False)
    body: Schema = field(default_factory=lambda: NOTHING)
    query: tuple[str, ...] = ()

    def match(self, method: str, path: str) -> tuple[str, ...] | None:
        """Return the path's variable parts when this lever answers the request."""
        pattern = PREFIX + re.sub(r"\{\w+\}", "([^/]+)", self.path)
        found = re.fullmatch(pattern, path) if method == self.method else None
        return found.groups() if found else None

    def described(self) -> Mapping[str, Any]:
        """Describe the lever as `GET /_fakie/` lists it."""
        return {"method": self.method, "path": PREFIX + self.path, "what": self.what, "body": self.body}
