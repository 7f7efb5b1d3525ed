"""Keeping secrets of a recording out of reports: keys, cookies, signed URLs, and what they open."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from fakie_contract.http.exchange import shown
from fakie_schemas.recordings.header_secrets import header_secrets
from fakie_schemas.recordings.hidden import HiddenSecrets
from fakie_schemas.recordings.redaction import Redactor, field_secrets
from fakie_schemas.recordings.secrets import (
    MARK,
    NAMES_IN_TEXT,
    SHORTEST,
    TEXTS_WITH_SECRETS,
    is_opening,
    is_secret_field,
    is_secret_header,
)
from fakie_schemas.recordings.urls import is_plain, secret_parts, without_signatures
from fakie_schemas.shortening import cut

_MOST_KEPT = 100_000
_LONGEST_TEXT = 8_000
_IN_TEXT = (
    # Where a callback goes to is known to two alone, path and all.
    (re.compile(r"(callBackUrl\\{0,15}\"\s*:\s*\\{0,15}\"https?://)[^\s\"\\]*", re.IGNORECASE), r"\1…"),
    # The query of a URL signs it.
    (re.compile(r"(https?://[^\s\"'\\?#<>]*)\?[^\s\"'\\<>]*", re.IGNORECASE), r"\1?…"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{4,}", re.IGNORECASE), rf"\1 {MARK}"),
    *TEXTS_WITH_SECRETS,
    # The fields that redaction knows, in JSON that has been cut and can be read no more.
    (re.compile(rf"(\"{NAMES_IN_TEXT}\\{{0,15}}\"\s*:\s*(?:\[\s*)?\\{{0,15}}\")[^\"\\]+", re.IGNORECASE), rf"\1{MARK}"),
)


class Secrets:
    """The secrets that a recording has shown where they belong, to be taken out of everything that is written."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        # Of these the spellings are made when a text is shown: mostly none is.
        self._fresh: set[str] = set()
        self._hidden = HiddenSecrets(())
        self._redactor = Redactor()

    def learn(self, *headers: Mapping[str, str]) -> None:
        """Remember what stands in headers that carry secrets: the value of each part, for an echo need not be whole."""
        for side in headers:
            self._keep(*header_secrets(side))

    def learn_query(self, query: Mapping[str, str]) -> None:
        """Remember the values of secret arguments."""
        self._keep(*(value for name, value in query.items() if is_opening(name)))

    def learn_fields(self, sent: Any) -> None:
        """Remember what the secret fields of a request's body hold."""
        self._keep(*field_secrets(sent))

    def learn_path(self, path: str) -> None:
        """Remember the segments of a judged request's path that are not words: a gateway's key can be one."""
        self._keep(*(one for one in path.split("/") if not is_plain(one)))

    def learn_hook(self, url: str) -> None:
        """Remember what only two know of a callback's URL: user, query, and segments of its path that are not words."""
        path = _path(url)
        self._keep(*secret_parts(url), *([] if all(map(is_plain, path.split("/"))) else [path]))

    def text(self, value: Any, limit: int, *, as_json: bool = False) -> str:
        """Write a value as text of bounded length, without what the recorder would not write down either."""
        if isinstance(value, str) and not as_json:
            return cut(self._redactor.text(value), limit)
        return shown(self._redactor.value(value), limit)

    def clean(self, text: str) -> str:
        """Take the secrets out of a text."""
        text = without_signatures(cut(text, _LONGEST_TEXT))
        for pattern, replacement in _IN_TEXT:
            text = pattern.sub(replacement, text)
        self._hidden.add(self._fresh)
        self._fresh.clear()
        return self._hidden.without(text)

    def _keep(self, *words: str) -> None:
        if len(self._known) < _MOST_KEPT:
            fresh = {word for word in words if len(word) >= SHORTEST} - self._known
            self._known |= fresh
            self._fresh |= fresh


def without_paths(text: str) -> str:
    """Cut every URL in a text after its scheme: who is called back, and where, is nobody's business."""
    return re.sub(r"(https?://)[^\s\"'\\]*", r"\1…", text)


def hides(place: str) -> bool:
    """Tell whether what stands at a place is a secret by its name, or by that of something around it."""
    # More than what recordings leave out: nobody needs the value to understand the finding.
    return any(is_secret_field(name) or is_secret_header(name) for name in place.split("/"))


def plain_path(path: str) -> str:
    """Write a path with `*` for each segment that is not a plain word: ids, and what opens something."""
    return "/".join(segment if is_plain(segment) else "*" for segment in path.split("/"))


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
