"""Takes out of an exchange what must not be written down: keys, cookies, signed URLs, uploaded files."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from fakie_schemas.recordings.bodies import compact, searched_value
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.fields import body_without_secrets, fields_in, with_fields, without_secret_fields
from fakie_schemas.recordings.header_secrets import header_secrets
from fakie_schemas.recordings.hidden import HiddenSecrets
from fakie_schemas.recordings.multipart import form_fields, without_files
from fakie_schemas.recordings.secrets import (
    MARK,
    SHORTEST_MADE_UP,
    TEXTS_WITH_SECRETS,
    header_mark,
    is_marked,
    is_secret_field,
    mark_for,
)
from fakie_schemas.recordings.urls import (
    bare_hook,
    query_without_secret_arguments,
    secret_arguments,
    secret_parts,
    without_secret_arguments,
    without_signatures,
)

_BASE64_FIELD = re.compile(r"(\"base64Data\"\s*:\s*\")([^\"]*)")
# However it is written, and as one page misspells it.
_HOOK = re.compile(r".*(?:call?back|webhook|notify)(?:ur[il]|endpoint)?s?")
_FORM = "application/x-www-form-urlencoded"
_UTF_16 = frozenset({b"\xff\xfe", b"\xfe\xff"})
_DEEPEST = 60


def redacted(exchange: RecordedExchange) -> RecordedExchange:
    """Return the same exchange without what must not be written down, ready to be stored, shown and judged."""
    redactor = Redactor.of(exchange)
    asked, answered = exchange.request_headers, exchange.response_headers
    response_body = redactor.body(exchange.response_body, answered)
    return replace(
        exchange,
        method=redactor.text(exchange.method),
        url=redactor.own_url(exchange.url),
        request_headers=redactor.headers(asked),
        request_body=redactor.body(exchange.request_body, asked),
        response_headers=redactor.headers(answered),
        response_body=response_body,
        # A mark alone is no answer to anything.
        cut=exchange.cut or (response_body is not None and is_marked(response_body)),
    )


class Redactor:
    """Replaces secrets, wherever they stand, and whatever looks like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = HiddenSecrets(secrets)

    @classmethod
    def of(cls, exchange: RecordedExchange) -> "Redactor":
        """Make the redactor of an exchange: its secrets stand in headers, in the query and in fields."""
        secrets = header_secrets(exchange.request_headers) | header_secrets(exchange.response_headers)
        fields = [*field_secrets(_sent(exchange)), *field_secrets(_data(exchange.response_body))]
        return cls([*secrets, *secret_arguments(exchange.url), *fields])

    def own_url(self, url: str) -> str:
        """Redact the URL that was asked: its harmless arguments stay, they tell what was meant."""
        return self._secrets.without(without_secret_arguments(url, self._named))

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Redact header values."""
        shown = {name: header_mark(name, value) or self.text(value) for name, value in headers.items()}
        return {self._secrets.without(name): value for name, value in shown.items()}

    def body(self, body: bytes | None, headers: Mapping[str, str]) -> bytes | None:
        """Redact a body; a JSON body stays one."""
        if not body or is_marked(body):
            return body or None
        value = searched_value(body)
        packed = headers.get("content-encoding", "identity").strip().lower()
        if value is None and packed != "identity":
            # Keys could hide in it.
            return mark_for(f"{len(body)} bytes, {re.sub('[^a-z0-9-]+', ' ', packed)[:20]}").encode()
        if value is not None:
            safe = self.value(value)
            return body if safe == value else compact(safe)
        kind = headers.get("content-type", "")
        text, codec = _decoded(without_files(body, kind, self._named))
        is_form = kind.lower().startswith(_FORM)
        safe_text = self._form(text) if is_form else self._unread(text) if codec != "utf-16" else self.text(text)
        return safe_text.encode(codec, "replace")

    def _form(self, text: str) -> str:
        return self._secrets.without(query_without_secret_arguments(text, self._named))

    def _named(self, name: str, value: str) -> str:
        return self._string(value, name, 0)

    def value(self, value: Any, name: str = "", depth: int = 0) -> Any:
        """Redact JSON data; `name` is the key under which it stands."""
        if depth > _DEEPEST:
            return MARK
        if isinstance(value, dict):
            # What stands below a secret name is as secret as what stands under it.
            above = name if _goes_down(name) else ""
            return {self.text(key): self.value(inner, above or key, depth + 1) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner, name, depth + 1) for inner in value]
        return self._string(value, name, depth) if isinstance(value, str) else value

    def text(self, text: str, depth: int = 0) -> str:
        """Redact a text, also one that holds JSON, as `param` and `resultJson` do."""
        if text.lstrip()[:1] in {"{", "["}:
            value = searched_value(text.encode("utf-8", "surrogatepass")) if depth < _DEEPEST else None
            if value is None:
                return self._unread(text)
            safe = self.value(value, depth=depth + 1)
            text = text if safe == value else compact(safe).decode()
        elif '"' in text:
            # Such as a request that an error repeats.
            text = with_fields(without_secret_fields(text), _is_hook, bare_hook)
        return self._without_known(text)

    def _unread(self, text: str) -> str:
        """Redact what is no JSON, or none that anybody reads, such as a form or what was cut."""
        return self._without_known(with_fields(body_without_secrets(text), _is_hook, bare_hook))

    def _without_known(self, text: str) -> str:
        text = self._secrets.without(_BASE64_FIELD.sub(lambda found: found[1] + _length(found[2]), text))
        for pattern, shown in TEXTS_WITH_SECRETS:
            text = pattern.sub(shown, text)
        return without_signatures(text)

    def _string(self, text: str, name: str, depth: int) -> str:
        plain = re.sub(r"[^a-z0-9]", "", name.lower())
        if plain == "base64data":
            return _length(text)
        if text and is_secret_field(name):
            return MARK
        return self._secrets.without(bare_hook(text)) if _is_hook(name) else self.text(text, depth)


def field_secrets(value: Any, name: str = "", depth: int = 0) -> Iterator[str]:
    """Yield what secret fields hold, and what opens a callback's URL, to look for it elsewhere."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from field_secrets(inner, name if _goes_down(name) else key, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from field_secrets(inner, name, depth + 1)
    elif isinstance(value, str):
        yield from _text_secrets(value, name)


def _text_secrets(text: str, name: str) -> Iterator[str]:
    if _is_hook(name):
        yield from secret_parts(text)
    elif is_secret_field(name):
        yield from (text,) if len(text) >= SHORTEST_MADE_UP else ()
    elif '"' in text:
        # JSON within JSON, or such as nobody reads.
        for inner, begin, end in fields_in(text, _goes_down):
            yield from _text_secrets(text[begin:end], inner)


def _sent(exchange: RecordedExchange) -> Any:
    fields = form_fields(exchange.request_body, exchange.request_headers.get("content-type", ""))
    return _data(exchange.request_body) if fields is None else fields


def _data(body: bytes | None) -> Any:
    """Return a body as JSON data; one that is none as its text."""
    value = searched_value(body)
    return _decoded(body)[0] if body and value is None else value


def _decoded(body: bytes) -> tuple[str, str]:
    """Return a body as text, and the codec that makes it bytes again."""
    codecs = ("utf-16", "utf-8") if body[:2] in _UTF_16 else ("utf-8",)
    for codec in codecs:
        try:
            return body.decode(codec), codec
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1"), "latin-1"


def _goes_down(name: str) -> bool:
    return is_secret_field(name) or _is_hook(name)


@lru_cache(maxsize=1024)
def _is_hook(name: str) -> bool:
    return _HOOK.fullmatch(re.sub(r"[^a-z]", "", name.lower())) is not None


def _length(text: str) -> str:
    return text if is_marked(text) else mark_for(f"{len(text)} characters")
