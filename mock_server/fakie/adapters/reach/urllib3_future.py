"""Answers urllib3.future, and with it niquests; where that takes the name of urllib3, also requests.

It is no http.client underneath. The seams are its resolvers' `create_connection`, which its documentation offers for
resolvers of one's own, and the pool manager's `connection_from_host`, which here asks for no TLS. Async is refused.
Refusals are made at that seam as well: below it a failed look-up is told of in words of its own.
"""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from fakie.adapters.reach.http_client import Idle, LineSocket
from fakie.adapters.reach.reach import Reach
from fakie.adapters.reach.replacing import Substitute


def answer_urllib3_future(urllib3: ModuleType, reach: Reach) -> Iterator[Substitute]:
    """Yield what answers calls through urllib3.future; nothing for the other urllib3."""
    if not _has_resolvers(urllib3.__name__):
        return
    resolver = import_module(f"{urllib3.__name__}.contrib.resolver").BaseResolver
    async_resolver = import_module(f"{urllib3.__name__}.contrib.resolver._async").AsyncBaseResolver
    real_connection, real_pool = resolver.create_connection, urllib3.PoolManager.connection_from_host
    real_proxied = urllib3.ProxyManager.connection_from_host
    idle = Idle()
    reach.at_end(idle.close)

    def create_connection(self: Any, address: tuple[str, int], timeout: Any = None, *rest: Any, **named: Any) -> Any:
        if reach.answers(*address):
            return LineSocket(reach, reach.line(*address), idle, timeout)
        reach.guard(*address)
        return real_connection(self, address, timeout, *rest, **named)

    def connection_from_host(self: Any, host: str, port: Any = None, scheme: str = "http", **named: Any) -> Any:
        if reach.answers(host or "", port):
            scheme, port = "http", port or {"https": 443}.get(scheme, 80)
        return real_pool(self, host, port, scheme, **named)

    def past_proxy(self: Any, host: str, port: Any = None, scheme: str = "http", **named: Any) -> Any:
        # Without TLS the whole request, with its key, would be the proxy's.
        to = connection_from_host if reach.answers(host or "", port) else real_proxied
        return to(self, host, port, scheme, **named)

    yield Substitute(resolver, "create_connection", create_connection)
    yield Substitute(async_resolver, "create_connection", _guarded(reach, async_resolver.create_connection))
    yield Substitute(urllib3.PoolManager, "connection_from_host", connection_from_host)
    yield Substitute(urllib3.ProxyManager, "connection_from_host", past_proxy)


def _guarded(reach: Reach, real: Callable[..., Any]) -> Callable[..., Any]:
    async def create_connection(self: Any, address: tuple[str, int], *rest: Any, **named: Any) -> Any:
        reach.guard(*address)
        return await real(self, address, *rest, **named)

    return create_connection


@cache
def _has_resolvers(name: str) -> bool:
    return find_spec(f"{name}.contrib.resolver") is not None
