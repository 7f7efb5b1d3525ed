"""A request's headers, with what is found out of them once, however often they come."""

from collections.abc import Mapping
from functools import cached_property

from fakie_schemas.recordings.secrets import header_mark


class Headers(dict[str, str]):
    """Headers by their names in lower case; nobody changes them, so that many requests of a client can share them."""

    @cached_property
    def longest(self) -> int:
        """How many characters the longest value has."""
        return max(map(len, self.values()), default=0)

    @cached_property
    def shown(self) -> "Headers":
        """The headers as they may be written down: a mark in the place of each secret."""
        return Headers((name, header_mark(name, value) or value) for name, value in self.items())

    @cached_property
    def key(self) -> str:
        """What stands behind the scheme of the Authorization header; empty where there is none."""
        return self.get("authorization", "").partition(" ")[2].strip()


def headers_of(found: Mapping[str, str]) -> Headers:
    """Return headers as such; those that are, themselves."""
    return found if isinstance(found, Headers) else Headers(found)
