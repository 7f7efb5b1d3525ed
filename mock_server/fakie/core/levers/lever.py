"""One lever, and what a call of it brings along."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from fakie.core.control.arguments import NOTHING, Schema
from fakie.core.control.errors import WrongOrderError
from fakie.core.http.messages import Request
from fakie_schemas.decimals import whole_number

PREFIX = "/_fakie"
ACCOUNT_QUERY: Mapping[str, Schema] = {"account": {"type": "string", "minLength": 1}}


class Call(Struct, frozen=True):
    """One call: the request, the variable parts of its path, and its body."""

    request: Request
    names: tuple[str, ...]
    body: Mapping[str, Any]

    def number(self, name: str) -> int | None:
        """Return a whole number of the query, or None without it; raises WrongOrderError."""
        given = self.request.argument(name)
        number = None if given is None else whole_number(given)
        if given is not None and number is None:
            raise WrongOrderError(f"{name}: a whole number; got {given[:20]!r}; for example 10")
        return number


class Lever(Struct, frozen=True):
    """One thing that can be asked or moved; `path` stands below `/_fakie`, `body` is the schema of its arguments.

    `name` is what clients call it, `query` has the schemas of what may stand in its query, by name, and `done` is what
    a page says once it has been moved. `media` is the type of an answer that comes without the API's envelope.
    """

    name: str
    method: str
    path: str
    what: str
    act: Callable[[Call], Any]
    body: Schema = field(default_factory=lambda: NOTHING)
    query: Mapping[str, Schema] = field(default_factory=dict)
    done: str = "Done."
    media: str = ""

    def match(self, method: str, path: str) -> tuple[str, ...] | None:
        """Return the path's variable parts when this lever answers the request."""
        pattern = PREFIX + re.sub(r"\{\w+\}", "([^/]+)", self.path)
        found = re.fullmatch(pattern, path) if method == self.method else None
        return found.groups() if found else None

    def described(self) -> Mapping[str, Any]:
        """Describe the lever as `GET /_fakie/` lists it."""
        return {"method": self.method, "path": PREFIX + self.path, "what": self.what, "body": self.body}
