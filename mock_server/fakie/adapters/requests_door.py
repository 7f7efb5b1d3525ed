"""Ends requests and responses: calls of this process to some hosts are answered by a door."""

import errno
import http.client
import io
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import requests
import responses
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import ProtocolError
from urllib3.util import parse_url

from fakie.core.http.messages import Request
from fakie.core.http.transport_faults import TransportFault
from fakie.core.ports import Door
from fakie_schemas.hosts import is_loopback


class _Intercepted(HTTPAdapter):
    """The adapter of claimed hosts: its own `send` is what `responses` replaces, so a user's own mocks stay theirs."""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        return super().send(request, **kwargs)


_LOST_SECONDS = 60.0
_SEND = f"{_Intercepted.__module__}.{_Intercepted.__qualname__}.send"


@contextmanager
def answer_requests(door: Door, bases: Collection[str], *, refuse_others: bool = False) -> Iterator[None]:
    """Answer `requests` calls to URLs below `bases` by a door, for the length of a `with` block.

    With `refuse_others`, calls to anything else but loopback raise requests.ConnectionError.
    """
    real = requests.Session.get_adapter

    def get_adapter(session: requests.Session, url: str) -> BaseAdapter:
        adapter: BaseAdapter = real(session, url)
        if is_below(url, bases):
            return _Intercepted(max_retries=getattr(adapter, "max_retries", 0))
        if refuse_others and not is_loopback((parse_url(url).host or "").strip("[]")):
            raise requests.ConnectionError(refusal(url, bases))
        return adapter

    with responses.RequestsMock(assert_all_requests_are_fired=False, target=_SEND) as mock:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
            mock.add(_Answer(method, door))
        with patch.object(requests.Session, "get_adapter", get_adapter):
            yield


def is_below(url: str, bases: Collection[str]) -> bool:
    """Tell whether a URL is one of the bases or below one, whatever the case of its host."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    return any(f"{origin}{parts.path}/".startswith(base.rstrip("/").lower() + "/") for base in bases)


def refusal(url: str, bases: Collection[str]) -> str:
    """Say why a call to another host was not let through."""
    return f"fakie refuses calls to other hosts: {urlsplit(url).netloc!r} is none of {', '.join(sorted(bases))}"


class _Answer(responses.BaseResponse):
    """Whatever URL it is asked, a door answers it."""

    def __init__(self, method: str, door: Door) -> None:
        super().__init__(method, "https://fakie.invalid/")
        self._door = door

    def matches(self, request: requests.PreparedRequest) -> tuple[bool, str]:
        return request.method == self.method, "the method differs"

    def get_response(self, request: requests.PreparedRequest) -> Any:
        parts = urlsplit(str(request.url))
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else body
        headers = {name: _text(value) for name, value in request.headers.items()}
        answer = self._door.handle(Request.of(str(request.method), _target(parts.path, parts.query), content, headers))
        if answer.transport_fault:
            timeout = getattr(request, "req_kwargs", {}).get("timeout")
            _spoil(answer.transport_fault, timeout[-1] if isinstance(timeout, tuple) else timeout)
        sent = b"" if request.method == "HEAD" else answer.body
        sizes = {"Content-Length": str(len(sent))}
        if answer.transport_fault and answer.transport_fault.kind == "truncated":
            sent = sent[: len(sent) // 2]
        return HTTPResponse(
            body=io.BytesIO(sent),
            status=answer.status,
            headers={**dict(answer.headers), **sizes},
            preload_content=False,
            enforce_content_length=True,
        )


def _spoil(spoil: TransportFault, timeout: float | None) -> None:
    """Raise what requests raises when this happens to a real connection."""
    if spoil.kind in {"latency", "lost"}:
        late = spoil.kind == "lost" or (timeout is not None and spoil.seconds > timeout)
        # Skipped when the test is fast-forwarded.
        time.sleep(_LOST_SECONDS if late and timeout is None else timeout if late and timeout else spoil.seconds)
        if late:
            raise requests.ReadTimeout(f"read timed out (read timeout={timeout})")
    causes = {
        "reset": ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
        "empty": http.client.RemoteDisconnected("Remote end closed connection without response"),
        "malformed": http.client.BadStatusLine("HTTP/1.1 2OO"),
    }
    if spoil.kind in causes:
        raise requests.ConnectionError(ProtocolError("Connection aborted.", causes[spoil.kind]))


def _target(path: str, query: str) -> str:
    return f"{path or '/'}?{query}" if query else path or "/"


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
