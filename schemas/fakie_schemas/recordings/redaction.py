"""Takes out of an exchange what must not be written down: keys, cookies, signed URLs, uploaded files."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from fakie_schemas.recordings.bodies import compact, searched_value
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.fields import body_without_secrets
from fakie_schemas.recordings.multipart import without_files
from fakie_schemas.recordings.secrets import (
    MARK,
    SHORTEST,
    forms_of,
    header_mark,
    is_marked,
    is_secret_field,
    is_secret_header,
    mark_for,
)
from fakie_schemas.recordings.urls import bare, secret_parts, without_secret_arguments, without_signatures

_BEARER = re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]{12,}")
_BASE64_FIELD = re.compile(r"(\"base64Data\"\s*:\s*\")([^\"]*)")
_CRUMB = re.compile(r"(?<![^=;,\s])([^=;,\s]+)=([^;,\s]+)")
# What a cookie says of itself: its domain is not a secret.
_COOKIE_RULE = re.compile(r"domain|expires|max-age|path|priority|samesite", re.IGNORECASE)
_DEEPEST = 60


def redacted(exchange: RecordedExchange) -> RecordedExchange:
    """Return the same exchange without what must not be written down, ready to be stored, shown and judged."""
    redactor = Redactor.of(exchange)
    asked, answered = exchange.request_headers, exchange.response_headers
    return replace(
        exchange,
        url=redactor.own_url(exchange.url),
        request_headers=redactor.headers(asked),
        request_body=redactor.body(exchange.request_body, asked),
        response_headers=redactor.headers(answered),
        response_body=redactor.body(exchange.response_body, answered),
    )


class Redactor:
    """Replaces secrets, wherever they stand, and whatever looks like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # What has been redacted before holds marks, which are to stay.
        unmarked = {secret for secret in secrets if "REDACTED" not in secret}
        known = {form for secret in unmarked for form in forms_of(secret)}
        # The longest first: one may be part of another.
        self._secrets = sorted((secret for secret in known if len(secret) >= SHORTEST), key=len, reverse=True)

    @classmethod
    def of(cls, exchange: RecordedExchange) -> "Redactor":
        """Make the redactor of an exchange: its secrets are what its headers and its callBackUrl hold."""
        secrets = [*_header_secrets(exchange.request_headers), *_header_secrets(exchange.response_headers)]
        body = searched_value(exchange.request_body)
        hooks = [value for name, value in body.items() if _is_hook(name)] if isinstance(body, dict) else []
        secrets += [part for hook in hooks if isinstance(hook, str) for part in secret_parts(hook)]
        return cls(secrets)

    def own_url(self, url: str) -> str:
        """Redact the URL that was asked: its harmless arguments stay, they tell what was meant."""
        return self._known(without_secret_arguments(url))

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Redact header values."""
        return {name: header_mark(name, value) or self.text(value) for name, value in headers.items()}

    def body(self, body: bytes | None, headers: Mapping[str, str]) -> bytes | None:
        """Redact a body; a JSON body stays one."""
        if not body or is_marked(body):
            return body or None
        packed = headers.get("content-encoding", "identity").strip().lower()
        if packed != "identity":
            # Keys could hide in it.
            return mark_for(f"{len(body)} bytes, {packed[:20]}").encode()
        value = searched_value(body)
        if value is not None:
            safe = self.value(value)
            return body if safe == value else compact(safe)
        plain = without_files(body, headers.get("content-type", ""))
        try:
            return self._unread(plain.decode()).encode()
        except UnicodeDecodeError:
            return self._unread(plain.decode("latin-1")).encode("latin-1", "replace")

    def value(self, value: Any, name: str = "", depth: int = 0) -> Any:
        """Redact JSON data; `name` is the key under which it stands."""
        if depth > _DEEPEST:
            return MARK
        if isinstance(value, dict):
            return {self.text(key): self.value(inner, key, depth + 1) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner, name, depth + 1) for inner in value]
        return self._string(value, name, depth) if isinstance(value, str) else value

    def text(self, text: str, depth: int = 0) -> str:
        """Redact a text, also one that holds JSON, as `param` and `resultJson` do."""
        if depth < _DEEPEST and text.lstrip()[:1] in {"{", "["}:
            value = searched_value(text.encode("utf-8", "surrogatepass"))
            if value is None:
                return self._unread(text)
            safe = self.value(value, depth=depth + 1)
            text = text if safe == value else compact(safe).decode()
        return self._without_known(text)

    def _unread(self, text: str) -> str:
        """Redact what is no JSON, or none that anybody reads, such as a form or what was cut."""
        return self._without_known(body_without_secrets(text))

    def _without_known(self, text: str) -> str:
        text = _BASE64_FIELD.sub(lambda found: found[1] + _length(found[2]), text)
        return without_signatures(_BEARER.sub(rf"\1{MARK}", self._known(text)))

    def _string(self, text: str, name: str, depth: int) -> str:
        plain = re.sub(r"[^a-z0-9]", "", name.lower())
        if plain == "base64data":
            return _length(text)
        if text and is_secret_field(name):
            return MARK
        return self._known(bare(text)) if _is_hook(name) else self.text(text, depth)

    def _known(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MARK)
        return text


def _header_secrets(headers: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    for name, value in headers.items():
        if not is_secret_header(name):
            continue
        found += [value, value.partition(" ")[2].strip()]
        if "cookie" in name:
            found += [crumb[2] for crumb in _CRUMB.finditer(value) if not _COOKIE_RULE.fullmatch(crumb[1])]
    return found


def _is_hook(name: str) -> bool:
    return re.sub(r"[^a-z]", "", name.lower()) == "callbackurl"


def _length(text: str) -> str:
    return text if is_marked(text) else mark_for(f"{len(text)} characters")
