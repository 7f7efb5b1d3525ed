"""Other mocks in the same test: each passes claimed hosts on, by its own public way of doing so.

Claimed hosts are the door's, whatever else is mocked, and whichever was there first.
"""

from collections.abc import Iterator
from contextvars import ContextVar
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from fakie.adapters.reach.reach import Reach
from fakie.adapters.reach.replacing import Substitute

_UNMATCHED = "passthrough_unmatched"


def pass_responses(responses: ModuleType, reach: Reach) -> Iterator[Substitute]:
    """Let every RequestsMock pass claimed hosts on, unless the fake is mounted in it."""
    from responses import registries

    from fakie.adapters.reach.responses_mount import MountedAnswer

    for kind in _finding(registries.FirstMatchRegistry):
        yield Substitute(kind, "find", _find(reach, vars(kind)["find"], responses, MountedAnswer))


def _finding(registry: type[Any]) -> Iterator[type[Any]]:
    """Yield a registry and those that are made of it, also by a user, where they have a `find` of their own."""
    if "find" in vars(registry):
        yield registry
    for kind in registry.__subclasses__():
        yield from _finding(kind)


def _find(reach: Reach, real: Any, responses: ModuleType, mounted: type[Any]) -> Any:
    def find(self: Any, request: Any) -> Any:
        if not _answers_url(reach, request.url):
            return real(self, request)
        fits = (entry for entry in self.registered if isinstance(entry, mounted) and entry.matches(request)[0])
        return next(fits, None) or responses.PassthroughResponse(request.method, request.url), []

    return find


def pass_requests_mock(requests_mock: ModuleType, reach: Reach) -> Iterator[Substitute]:
    """Let every Mocker send claimed hosts as it sends what is registered with `real_http=True`.

    An adapter that is mounted by hand has no Mocker that could: there the session's own takes its place.
    """
    from requests import Session
    from requests.adapters import HTTPAdapter

    real, real_adapter, plain = requests_mock.Adapter.send, Session.get_adapter, HTTPAdapter()

    def send(self: Any, request: Any, **how: Any) -> Any:
        return real(_passing_adapter(requests_mock) if _answers_url(reach, request.url) else self, request, **how)

    def get_adapter(self: Any, url: str) -> Any:
        found = real_adapter(self, url)
        return plain if isinstance(found, requests_mock.Adapter) and _answers_url(reach, url) else found

    yield Substitute(requests_mock.Adapter, "send", send)
    yield Substitute(Session, "get_adapter", get_adapter)


@cache
def _passing_adapter(requests_mock: ModuleType) -> Any:
    adapter, anything = requests_mock.Adapter(), requests_mock.ANY
    adapter.add_matcher(requests_mock.Mocker().register_uri(anything, anything, real_http=True))
    return adapter


def pass_respx(respx: ModuleType, reach: Reach) -> Iterator[Substitute]:
    """Let every router pass claimed hosts through, as a route with `pass_through()` does."""
    handler, async_handler = respx.Router.handler, respx.Router.async_handler

    def handle(self: Any, request: Any) -> Any:
        return handler(_passing_router(respx) if _answers_url(reach, str(request.url)) else self, request)

    async def handle_async(self: Any, request: Any) -> Any:
        return await async_handler(_passing_router(respx) if _answers_url(reach, str(request.url)) else self, request)

    yield Substitute(respx.Router, "handler", handle)
    yield Substitute(respx.Router, "async_handler", handle_async)


@cache
def _passing_router(respx: ModuleType) -> Any:
    router = respx.Router()
    router.route().pass_through()
    return router


def pass_pook(pook: ModuleType, reach: Reach) -> Iterator[Substitute]:
    """Let pook's engine match no request to claimed hosts, and send it."""
    real = pook.Engine.match

    def match(self: Any, request: Any) -> Any:
        return None if _answers_url(reach, request.rawurl) else real(self, request)

    yield Substitute(pook.Engine, "match", match)


def pass_vcr(vcr: ModuleType, reach: Reach) -> Iterator[Substitute]:
    """Let every cassette neither play nor record claimed hosts, as with `ignore_hosts`."""
    cassette = vcr.cassette.Cassette

    def ignoring(name: str, instead: Any) -> Substitute:
        real = vars(cassette)[name]

        def method(self: Any, request: Any, *rest: Any) -> Any:
            return instead if _answers_url(reach, request.uri) else real(self, request, *rest)

        return Substitute(cassette, name, method)

    yield ignoring("can_play_response_for", False)
    yield ignoring("filter_request", None)
    yield ignoring("append", None)


def pass_aioresponses(aioresponses: ModuleType, reach: Reach) -> Iterator[Substitute]:
    """Let every mock send claimed hosts as with `passthrough_unmatched=True`, and count none of them.

    A mock looks whether it is to send what it has not matched right after it has, in the same task.
    """
    mock = aioresponses.aioresponses
    real, passes = mock.match, ContextVar("passes", default=False)

    async def match(self: Any, method: str, url: Any, *rest: Any, **named: Any) -> Any:
        passes.set(_answers_url(reach, str(url)))
        if not passes.get():
            return await real(self, method, url, *rest, **named)
        self.requests.pop((method, url), None)
        return None

    def unmatched(self: Any) -> bool:
        return passes.get() or bool(vars(self).get(_UNMATCHED))

    def say(self: Any, whether: bool) -> None:
        vars(self)[_UNMATCHED] = whether

    yield Substitute(mock, "match", match)
    yield Substitute(mock, _UNMATCHED, property(unmatched, say))


def _answers_url(reach: Reach, url: str | None) -> bool:
    parts = urlsplit(url or "")
    return bool(parts.hostname) and reach.answers(str(parts.hostname), parts.port)
