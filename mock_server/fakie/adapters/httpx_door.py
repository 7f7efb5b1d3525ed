"""Ends httpx: calls of this process to some hosts, sync and async, are answered by a door."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import httpx

from fakie.adapters.requests_door import is_below, refusal
from fakie.core.callbacks import is_loopback
from fakie.core.messages import Request
from fakie.core.ports import Door


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
        return _answer(door, request, request.read()) if claimed(request) else real(transport, request)

    async def handle_async(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        if claimed(request):
            return _answer(door, request, await request.aread())
        return await real_async(transport, request)

    with (
        patch.object(httpx.HTTPTransport, "handle_request", handle),
        patch.object(httpx.AsyncHTTPTransport, "handle_async_request", handle_async),
    ):
        yield


def _answer(door: Door, request: httpx.Request, content: bytes) -> httpx.Response:
    target = request.url.raw_path.decode("ascii")
    answer = door.handle(Request.of(request.method, target, content, dict(request.headers)))
    body = b"" if request.method == "HEAD" else answer.body
    return httpx.Response(answer.status, headers=list(answer.headers), content=body)
