"""A fake that runs somewhere, asked and moved over its levers."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from fakie_schemas.errors import ConfigurationError
from fakie_schemas.http.client import HttpClient, NoAnswer

_SECONDS = 30.0
_MOST_BYTES = 256 * 1024 * 1024
_ROOT = "/_fakie"
_API = "/api/v1"
_NOT_READY = 503
_NOT_THERE = 404
_Shown = TypeVar("_Shown")
_REFUSED = {403: "it was refused", 404: "there is no such thing", 422: "it cannot be done"}


class NotAFakeError(ConfigurationError):
    """The server at the URL has no levers; `answers` is False where nothing does, or where it is not ready yet."""

    def __init__(self, text: str, *, answers: bool = True) -> None:
        super().__init__(text)
        self.answers = answers


class NothingThereError(ConfigurationError):
    """A lever was asked about something that the fake has not."""


class RemoteFake:
    """A fake at a URL, for a `with` block; `token` is its admin token, if it has one."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = HttpClient(_SECONDS, _MOST_BYTES)

    def __enter__(self) -> "RemoteFake":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, kind: type[_Shown], **query: object) -> _Shown:
        """Return what a lever below `/_fakie` shows, as an object of a kind; a query's None is left out.

        Raises ConfigurationError, also where a server that is no fake shows something else.
        """
        given = urlencode({name: value for name, value in query.items() if value is not None})
        return self._read(self._ask("GET", f"{path}?{given}" if given else path, None), kind)

    def post(self, path: str, body: Mapping[str, Any], kind: type[_Shown]) -> _Shown:
        """Pull a lever, and return what it answers as `get` does; an argument that is None is left out."""
        said = {name: value for name, value in body.items() if value is not None}
        return self._read(self._ask("POST", path, said), kind)

    def _read(self, data: Any, kind: type[_Shown]) -> _Shown:
        try:
            return msgspec.convert(data, kind)
        except msgspec.ValidationError as error:
            raise NotAFakeError(f"{self.url} answered what no fake does ({error}); expected a fake") from None

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        headers, content = self._headers, None
        if body is not None:
            headers, content = {**headers, "Content-Type": "application/json"}, json.dumps(body).encode()
        try:
            answer = self._client.exchange(method, f"{self.url}{_ROOT}{path}", headers, content)
        except NoAnswer as error:
            raise NotAFakeError(
                f"{self.url}: {error}; expected a fake, such as `fakie serve` starts, or --url with another",
                answers=False,
            ) from None
        return self._data(answer.status, answer.body)

    def _data(self, status: int, body: bytes) -> Any:
        try:
            read = json.loads(body)
            code, msg, data = read["code"], read["msg"], read.get("data")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise NotAFakeError(f"{self.url} answered HTTP {status} and no lever's JSON; expected a fake") from None
        if code == _NOT_READY:
            raise NotAFakeError(f"{self.url}: {msg}", answers=False)
        if code == _NOT_THERE and _API in self.url:
            meant = self.url.partition(_API)[0]
            raise NotAFakeError(f"{self.url} has no levers; expected a fake's address alone: {meant}")
        if code in _REFUSED:
            kind = NothingThereError if code == _NOT_THERE else ConfigurationError
            raise kind(f"{self.url}: {_REFUSED[code]}: {msg}")
        if code != 200:
            raise NotAFakeError(f"{self.url} has no levers ({code}: {msg}); expected a fake")
        return data
