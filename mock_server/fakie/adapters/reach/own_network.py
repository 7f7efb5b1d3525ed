"""Libraries with network code of their own in C: refused at their Python entrance."""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from fakie.adapters.reach.floor import guard_look_up
from fakie.adapters.reach.reach import Reach
from fakie.adapters.reach.replacing import StandIn


def guard_curl_cffi(curl_cffi: ModuleType, reach: Reach) -> Iterator[StandIn]:
    """Refuse URLs given to curl_cffi, sync and async: both set them on a `Curl`."""
    real = curl_cffi.Curl.setopt

    def setopt(self: Any, option: Any, value: Any) -> Any:
        if option == curl_cffi.CurlOpt.URL:
            _guard_url(reach, value)
        return real(self, option, value)

    yield StandIn(curl_cffi.Curl, "setopt", setopt)


def guard_pycurl(pycurl: ModuleType, reach: Reach) -> Iterator[StandIn]:
    """Refuse URLs given to pycurl: a class in C, so its name is what is replaced."""

    class Curl(pycurl.Curl):  # type: ignore[misc, name-defined]
        def setopt(self, option: int, value: Any) -> Any:
            if option == pycurl.URL:
                _guard_url(reach, value)
            return super().setopt(option, value)

    yield StandIn(pycurl, "Curl", Curl)


def guard_uvloop(uvloop: ModuleType, reach: Reach) -> Iterator[StandIn]:
    """Refuse hosts given to uvloop, which looks them up by itself."""
    for name in ("getaddrinfo", "create_connection"):
        yield StandIn(uvloop.Loop, name, _guarded(reach, getattr(uvloop.Loop, name), name))


def _guarded(reach: Reach, real: Callable[..., Any], name: str) -> Callable[..., Any]:
    at = 1 if name == "create_connection" else 0

    async def guarded(self: Any, *args: Any, **named: Any) -> Any:
        host, port = (*args[at : at + 2], None, None)[:2]
        guard_look_up(reach, named.get("host", host), named.get("port", port))
        return await real(self, *args, **named)

    return guarded


def _guard_url(reach: Reach, value: Any) -> None:
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    parts = urlsplit(text if "://" in text else f"//{text}")
    if parts.hostname:
        reach.guard(parts.hostname, parts.port)
