"""The three ways to upload a file: as Base64, as a form, by its URL."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from json import dumps
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from fakie.core.accounts import Account
from fakie.core.exchange import Exchange
from fakie.core.file_ports import FilePart, Form
from fakie.core.files.fetching import Fetching
from fakie.core.files.forms import read_form, the_file
from fakie.core.files.kinds import kind_of, same_kind, seen_kind
from fakie.core.files.naming import folder_of, made_name, name_of
from fakie.core.files.shelf import FileShelf
from fakie.core.held_files import UploadedFile, require_room
from fakie.core.ports import AccountGoneError, Store
from fakie.core.runtime import Outside
from fakie.core.settings import Settings
from fakie.core.situations import Outcome, Refused
from fakie.core.tasks import wire
from fakie_schemas.catalog.profile_facts import Facts
from fakie_schemas.schema.values import as_json

BASE64, STREAM, URL = "file-base64-upload", "file-stream-upload", "file-url-upload"
PATHS: Mapping[str, str] = {f"/api/{name}": name for name in (BASE64, STREAM, URL)}
# What a form has beside its file: names, boundaries, other fields.
_FORM_BYTES = 64 * 1024
_SHOWN = 20_000


def body_limits(facts: Facts) -> Mapping[str, int]:
    """Return how large the body of a request to each way may be, in bytes."""
    return {BASE64: facts.upload_body_bytes, STREAM: facts.upload_bytes + _FORM_BYTES, URL: facts.body_bytes}


def large_bodies(facts: Facts) -> Mapping[str, int]:
    """Return the paths that take larger bodies than others do, and how many bytes each."""
    limits = body_limits(facts)
    return {path: limits[name] for path, name in PATHS.items()}


class _Sent(Struct, frozen=True):
    """A content that a client sent, and all that it says of it."""

    content: bytes
    declared: str
    original: str
    folder: str
    name: str | None


class Uploads:
    """Takes files in; what cannot be taken raises Refused."""

    def __init__(self, settings: Settings, facts: Facts, store: Store, outside: Outside, shelf: FileShelf) -> None:
        self._facts = facts
        self._store = store
        self._ids = outside.ids
        self._forms = outside.forms
        self._shelf = shelf
        self._fetching = Fetching(
            outside.fetcher, shelf.published, settings.callback_allow, facts.fetch_seconds, facts.upload_bytes
        )

    def base64(self, exchange: Exchange, account: Account) -> Outcome:
        """Take a file in that is written as Base64, plain or as a data URL, in a JSON body."""
        body = exchange.payload()
        exchange.raw = _shortened(exchange.raw, body, "base64Data")
        data = _text(body, "base64Data")
        if not data:
            raise Refused("upload_field_missing", field="base64Data", hint=" (the file as Base64)")
        folder, name = self._named(body.get("uploadPath"), body.get("fileName"))
        declared, content = _decoded(data)
        return self._take(account, _Sent(content, declared or _text(body, "mimeType"), "", folder, name))

    def stream(self, exchange: Exchange, account: Account) -> Outcome:
        """Take a file in that is a part of a form."""
        form = read_form(self._forms, exchange.request, exchange.body_limit)
        try:
            exchange.raw = _listed(form)
            file = the_file(form)
            folder, name = self._named(form.field("uploadPath"), form.field("fileName"))
            return self._take(account, _Sent(self._content(file), file.media_type, file.name, folder, name))
        except AccountGoneError:
            # A body that has been read is not there a second time.
            raise Refused("server_busy", reason="its account was forgotten while the form was read") from None
        finally:
            form.close()

    def by_url(self, exchange: Exchange, account: Account) -> Outcome:
        """Take a file in that lies elsewhere."""
        body = exchange.payload()
        url = _text(body, "fileUrl")
        if not url:
            raise Refused("file_url_missing")
        folder, name = self._named(body.get("uploadPath"), body.get("fileName"))
        content, declared = self._fetched(url)
        original = unquote(urlsplit(url).path).rpartition("/")[2]
        return self._take(account, _Sent(content, declared, original, folder, name))

    def _fetched(self, url: str) -> tuple[bytes, str]:
        try:
            own = self._shelf.content_of(url)
        except Refused as gone:
            raise Refused("fetch_failed", reason=gone.facts["reason"]) from None
        if own:
            return own.content, own.content_type
        answer = self._fetching.fetch(url)
        return answer.content, answer.media_type

    def _content(self, file: FilePart) -> bytes:
        most = self._facts.upload_bytes
        content = file.content.read(most + 1)
        if len(content) > most:
            raise Refused("upload_too_large", got=f"more than {most} bytes", rule=f"{most} bytes")
        return content

    def _named(self, path: object, name: object) -> tuple[str, str | None]:
        """Check the names that were asked for before anything large is looked at."""
        if path is None or path == "":
            raise Refused("upload_field_missing", field="uploadPath", hint="")
        for field, value in (("uploadPath", path), ("fileName", name)):
            if value is not None and not isinstance(value, str):
                raise _not_text(field, value)
        longest = self._facts.upload_name_bytes
        return folder_of(str(path), longest), name_of(str(name), longest) if name else None

    def _take(self, account: Account, sent: _Sent) -> Outcome:
        if not sent.content:
            raise Refused("upload_invalid", field="file", reason="it is empty; expected at least one byte")
        kind = kind_of(sent.content, sent.declared, sent.name or sent.original)
        name = sent.name or made_name(self._ids.file_name(), sent.original, kind)
        self._make_room(len(sent.content))
        with self._store.work(account.handle) as work:
            file = UploadedFile(f"{sent.folder}/{name}", sent.content, kind, work.account.clock.now())
            work.account.files.put(file, self._facts.uploads_held, self._facts.upload_seconds)
            work.save_files()
        return Outcome("file_uploaded", self._shown(account, file), advice=_odd(sent))

    def _make_room(self, size: int) -> None:
        """Forget what has expired of any account where that is needed; raises Refused when there is no room in all."""
        limit, accounts = self._facts.uploads_held_in_all, list(self._store.accounts())
        files = [one.files for one in accounts]
        try:
            require_room(size, files, limit)
        except Refused:
            for one in accounts:
                with suppress(AccountGoneError), self._store.work(one.handle) as work:
                    work.account.files.drop_expired(work.account.clock.now(), self._facts.upload_seconds)
                    work.save_files()
            require_room(size, files, limit)

    def _shown(self, account: Account, file: UploadedFile) -> dict[str, Any]:
        path = self._shelf.path_of(account, file)
        return {
            "success": True,
            "fileName": file.name,
            "filePath": path.removeprefix("/"),
            "downloadUrl": self._shelf.addresses.url(path),
            "fileSize": len(file.content),
            "mimeType": file.media_type,
            "uploadedAt": wire.iso(file.at),
        }


def _text(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    if value is not None and not isinstance(value, str):
        raise _not_text(field, value)
    return value or ""


def _not_text(field: str, value: object) -> Refused:
    return Refused("upload_invalid", field=field, reason=f"expected a string; got {as_json(value)[:40]}")


def _decoded(data: str) -> tuple[str, bytes]:
    """Return the declared type, if there is one, and the content of Base64 with or without the head of a data URL."""
    declared = ""
    if data[:5].lower() == "data:":
        head, comma, data = data[5:].partition(",")
        if not comma or not head.lower().endswith(";base64"):
            raise _not_base64("expected a data URL such as data:image/png;base64,iVBORw0K…")
        declared = head[:-7]
    try:
        content = b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _not_base64(f"Invalid Base64 format ({error})") from None
    return declared, content


def _not_base64(reason: str) -> Refused:
    return Refused("base64_malformed", reason=reason)


def _odd(sent: _Sent) -> str:
    """Say in what a content is not what its sender says of it."""
    seen, declared = seen_kind(sent.content), sent.declared.partition(";")[0].strip().lower()
    if not seen or not declared or declared == "application/octet-stream" or same_kind(seen, declared):
        return ""
    shown = declared[:60].encode("ascii", "backslashreplace").decode()
    return f"the file was declared as {shown}, and its content is {seen}"


def _listed(form: Form) -> bytes:
    """Return a form as the journal shows it: its fields, and its files by their names."""
    parts = {**dict(form.fields), **{file.field: file.name for file in form.files}}
    return dumps(parts, ensure_ascii=False).encode("utf-8", "replace")[:_SHOWN]


def _shortened(raw: bytes, body: Mapping[str, Any], long: str) -> bytes:
    """Return a body as the journal shows it: as it came, or with the beginning of its long field."""
    if len(raw) <= _SHOWN or not isinstance(body.get(long), str):
        return raw[:_SHOWN]
    text = body[long]
    return dumps({**body, long: f"{text[:80]}… ({len(text)} characters)"}, ensure_ascii=False).encode()
