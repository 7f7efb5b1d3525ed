"""Other mocks in the same test: each passes claimed hosts on, by its own public way of doing so.

Claimed hosts are the door's, whatever else is mocked, and whichever was there first.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from fakie.adapters.reach.reach import Reach


@contextmanager
def pass_responses(responses: ModuleType, reach: Reach) -> Iterator[None]:
    """Let every RequestsMock pass claimed hosts on, unless the fake is mounted in it."""
    from responses import registries

    from fakie.adapters.responses_mount import MountedAnswer

    passing = responses.PassthroughResponse("GET", "https://fakie.invalid/")
    with ExitStack() as stack:
        for kind in (registries.FirstMatchRegistry, registries.OrderedRegistry):
            stack.enter_context(patch.object(kind, "find", _find(reach, vars(kind)["find"], passing, MountedAnswer)))
        yield


def _find(reach: Reach, real: Any, passing: Any, mounted: type[Any]) -> Any:
    def find(self: Any, request: Any) -> Any:
        if not _answers_url(reach, request.url):
            return real(self, request)
        fits = (entry for entry in self.registered if isinstance(entry, mounted) and entry.matches(request)[0])
        return next(fits, passing), []

    return find


@contextmanager
def pass_requests_mock(requests_mock: ModuleType, reach: Reach) -> Iterator[None]:
    """Let every Mocker send claimed hosts as it sends what is registered with `real_http=True`."""
    real = requests_mock.Adapter.send
    passing = requests_mock.Adapter()
    passing.add_matcher(requests_mock.Mocker().register_uri(requests_mock.ANY, requests_mock.ANY, real_http=True))

    def send(self: Any, request: Any, **how: Any) -> Any:
        return real(passing if _answers_url(reach, request.url) else self, request, **how)

    with patch.object(requests_mock.Adapter, "send", send):
        yield


@contextmanager
def pass_respx(respx: ModuleType, reach: Reach) -> Iterator[None]:
    """Let every router pass claimed hosts through, as a route with `pass_through()` does."""
    handler, async_handler = respx.Router.handler, respx.Router.async_handler
    passing = respx.Router()
    passing.route().pass_through()

    def handle(self: Any, request: Any) -> Any:
        return handler(passing if _answers_url(reach, str(request.url)) else self, request)

    async def handle_async(self: Any, request: Any) -> Any:
        return await async_handler(passing if _answers_url(reach, str(request.url)) else self, request)

    with (
        patch.object(respx.Router, "handler", handle),
        patch.object(respx.Router, "async_handler", handle_async),
    ):
        yield


@contextmanager
def pass_pook(pook: ModuleType, reach: Reach) -> Iterator[None]:
    """Let pook's engine match no request to claimed hosts, and send it."""
    real = pook.Engine.match

    def match(self: Any, request: Any) -> Any:
        return None if _answers_url(reach, request.rawurl) else real(self, request)

    with patch.object(pook.Engine, "match", match):
        yield


@contextmanager
def pass_vcr(vcr: ModuleType, reach: Reach) -> Iterator[None]:
    """Let every cassette neither play nor record claimed hosts, as with `ignore_hosts`."""
    cassette = vcr.cassette.Cassette

    def ignoring(name: str, instead: Any) -> Any:
        real = vars(cassette)[name]

        def method(self: Any, request: Any, *rest: Any) -> Any:
            return instead if _answers_url(reach, request.uri) else real(self, request, *rest)

        return patch.object(cassette, name, method)

    with (
        ignoring("can_play_response_for", False),
        ignoring("filter_request", None),
        ignoring("append", None),
    ):
        yield


def _answers_url(reach: Reach, url: str | None) -> bool:
    parts = urlsplit(url or "")
    return bool(parts.hostname) and reach.answers(str(parts.hostname), parts.port)
