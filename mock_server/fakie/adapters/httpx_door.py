"""Ends httpx: calls of this process to some hosts, sync and async, are answered by a door."""

import asyncio
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import httpx

from fakie.adapters.requests_door import is_below, refusal
from fakie.core.http.messages import Request, Response
from fakie.core.http.transport_faults import TransportFault
from fakie.core.ports import Door
from fakie_schemas.hosts import is_loopback

_LOST_SECONDS = 60.0


@contextmanager
def answer_httpx(door: Door, bases: Collection[str], *, refuse_others: bool = False) -> Iterator[None]:
    """Answer httpx calls to URLs below `bases` by a door, for the length of a `with` block.

    With `refuse_others`, calls to anything else but loopback raise httpx.ConnectError.
    """
    real, real_async = httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request

    def claimed(request: httpx.Request) -> bool:
        if is_below(str(request.url), bases):
            return True
        if refuse_others and not is_loopback(request.url.host):
            raise httpx.ConnectError(refusal(str(request.url), bases), request=request)
        return False

    def handle(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        if not claimed(request):
            return real(transport, request)
        answer = door.handle(_message(request, request.read()))
        time.sleep(_delay(answer, request))
        return _shown(answer, request)

    async def handle_async(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        if claimed(request):
            answer = door.handle(_message(request, await request.aread()))
            await asyncio.sleep(_delay(answer, request))
            return _shown(answer, request)
        return await real_async(transport, request)

    with (
        patch.object(httpx.HTTPTransport, "handle_request", handle),
        patch.object(httpx.AsyncHTTPTransport, "handle_async_request", handle_async),
    ):
        yield


def _message(request: httpx.Request, content: bytes) -> Request:
    # As with requests, no Host: what comes from this process may use the levers, by whatever host's name.
    headers = {name: value for name, value in request.headers.items() if name != "host"}
    return Request.of(request.method, request.url.raw_path.decode("ascii"), content, headers)


def _delay(answer: Response, request: httpx.Request) -> float:
    """Give the seconds until the answer, or until the client gives up; skipped when the test is fast-forwarded."""
    if answer.transport_fault is None:
        return 0.0
    patience = _patience(request)
    return patience if answer.transport_fault.kind == "lost" else min(answer.transport_fault.seconds, patience)


def _patience(request: httpx.Request) -> float:
    timeout = request.extensions.get("timeout", {}).get("read")
    return _LOST_SECONDS if timeout is None else float(timeout)


def _shown(answer: Response, request: httpx.Request) -> httpx.Response:
    if answer.transport_fault:
        _spoil(answer.transport_fault, request)
    body = b"" if request.method == "HEAD" else answer.body
    return httpx.Response(answer.status, headers=list(answer.headers), content=body)


def _spoil(spoil: TransportFault, request: httpx.Request) -> None:
    """Raise what httpx raises when this happens to a real connection."""
    if spoil.kind == "lost" or spoil.seconds > _patience(request):
        raise httpx.ReadTimeout("The read operation timed out", request=request)
    if spoil.kind == "reset":
        raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
    broken = {
        "empty": "Server disconnected without sending a response.",
        "truncated": "peer closed connection without sending complete message body",
        "malformed": "illegal status line: bytearray(b'HTTP/1.1 2OO')",
    }
    if spoil.kind in broken:
        raise httpx.RemoteProtocolError(broken[spoil.kind], request=request)
