"""A request's headers, with what is found out of them once, however often they come."""

from collections.abc import Mapping
from typing import Any

from fakie_schemas.recordings.secrets import MARK, SHORTEST_MADE_UP, forms_of, header_mark
from fakie_schemas.recordings.urls import authority_without_user, without_openings


class Headers(dict[str, str]):
    """Headers by their names in lower case; nobody changes them, so that many requests of a client can share them."""

    __slots__ = ("_common", "_forms", "_hostless", "_key", "_longest", "_media_type", "_shown", "_told")
    _common: "Headers | None"
    _forms: tuple[tuple[str, bytes], ...] | None
    _hostless: "Headers | None"
    _key: str | None
    _longest: int | None
    _media_type: str | None
    _shown: Mapping[str, str] | None
    _told: str | None

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._common = self._forms = self._hostless = self._key = self._longest = self._media_type = None
        self._shown = self._told = None

    def __repr__(self) -> str:
        """Return them as they may be shown: a traceback may show a request."""
        return repr(dict(self.shown))

    def with_key(self, key: str) -> "Headers":
        """Return these headers with this key in their Authorization; what does not hang on it is found out once."""
        other = Headers(self)
        value = other["authorization"] = f"Bearer {key}".rstrip(" ")
        other._common = self
        other._media_type = self.media_type
        other._longest = max(self.longest, len(value))
        return other

    @property
    def longest(self) -> int:
        """How many characters the longest value has."""
        if self._longest is None:
            self._longest = max(map(len, self.values()), default=0)
        return self._longest

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, in lower case; empty where there is none."""
        if self._media_type is None:
            self._media_type = self.get("content-type", "").partition(";")[0].strip().lower()
        return self._media_type

    @property
    def shown(self) -> Mapping[str, str]:
        """The headers as they may be written down: a mark in the place of each secret."""
        if self._shown is None:
            common = self._common
            if common is not None and self.hide(common.told) is common.told:
                self._shown = common.shown
            else:
                self._shown = {name: header_mark(name, text) or self._open(name, text) for name, text in self.items()}
        return self._shown

    @property
    def told(self) -> str:
        """All that is shown of their values, in one text."""
        if self._told is None:
            self._told = "\n".join(self.shown.values())
        return self._told

    def _open(self, name: str, value: str) -> str:
        # A Referer may hold a secret of its URL, and any header the key once more.
        value = authority_without_user(value) if name == "host" else without_openings(value)
        return self.hide(value)

    def hide(self, text: str) -> str:
        """Return a text without the key, in whatever form; itself where there is nothing to hide."""
        for form, _ in self.forms:
            if form in text:
                text = text.replace(form, MARK)
        return text

    def hide_in_bytes(self, data: bytes) -> bytes:
        """Return a body without the key, as `hide` does."""
        for _, form in self.forms:
            if form in data:
                data = data.replace(form, MARK.encode())
        return data

    def hidden_in(self, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a message tells without the key, which may stand in a wrong place: others read clients' logs."""
        return {name: self.hide(value) if isinstance(value, str) else value for name, value in facts.items()}

    @property
    def forms(self) -> tuple[tuple[str, bytes], ...]:
        """The key in each form that it may have, as text and as bytes; none of a short one, which may be a word."""
        if self._forms is None:
            forms = forms_of(self.key) if len(self.key) >= SHORTEST_MADE_UP else ()
            self._forms = tuple((form, form.encode()) for form in forms)
        return self._forms

    @property
    def hostless(self) -> "Headers":
        """The same without the Host."""
        if self._hostless is None:
            self._hostless = Headers((name, value) for name, value in self.items() if name != "host")
        return self._hostless

    @property
    def key(self) -> str:
        """The credentials behind the scheme of the Authorization header; empty where there are none."""
        if self._key is None:
            self._key = self.get("authorization", "").partition(" ")[2].strip()
        return self._key


def headers_of(found: Mapping[str, str]) -> Headers:
    """Return headers as such; those that are, themselves."""
    return found if isinstance(found, Headers) else Headers(found)
