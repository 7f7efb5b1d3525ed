"""One lever, and what a pull of it brings along."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fakie.core.accounts import handle_of
from fakie.core.http.messages import Request
from fakie.core.parts import Parts

PREFIX = "/_fakie"
TEXT = {"type": ["string", "null"]}


def takes(required: tuple[str, ...] = (), **properties: Any) -> Mapping[str, Any]:
    """Write the JSON Schema of a lever's body; a key that is not listed is a mistake."""
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


@dataclass(frozen=True)
class Call:
    """One pull: the request, the variable parts of its path, and its body."""

    request: Request
    names: tuple[str, ...]
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Lever:
    """One thing that can be asked or moved; `path` stands below `/_fakie`, `body` is the schema of what it takes."""

    method: str
    path: str
    what: str
    act: Callable[[Call], Any] = field(repr=False)
    body: Mapping[str, Any] = field(default_factory=takes)

    def match(self, method: str, path: str) -> tuple[str, ...] | None:
        """Give the path's variable parts when this lever answers the request."""
        pattern = PREFIX + re.sub(r"\{\w+\}", "([^/]+)", self.path)
        found = re.fullmatch(pattern, path) if method == self.method else None
        return found.groups() if found else None

    def described(self) -> Mapping[str, Any]:
        """Describe the lever as `GET /_fakie/` lists it."""
        return {"method": self.method, "path": PREFIX + self.path, "what": self.what, "body": self.body}


def account_handle(parts: Parts, account: str | None) -> str | None:
    """Accept a key or a handle (None: no account in particular), give the handle."""
    if account is None or parts.store.account(account):
        return account
    return handle_of(account)
