"""Libraries with network code of their own in C: refused at their Python entrance."""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from fakie.adapters.reach.floor import guard_look_up, guard_process
from fakie.adapters.reach.reach import Reach
from fakie.adapters.reach.replacing import Substitute

# What a transfer of curl can be sent to, besides its URL: each is a host, or a list of texts with one in each.
_CURL_PLACES = ("URL", "PROXY", "PRE_PROXY", "CONNECT_TO")


def guard_curl_cffi(curl_cffi: ModuleType, reach: Reach) -> Iterator[Substitute]:
    """Refuse places given to curl_cffi, sync and async: both set them on a `Curl`."""
    real, guard = curl_cffi.Curl.setopt, _curl_guard(reach, curl_cffi.CurlOpt)

    def setopt(self: Any, option: Any, value: Any) -> Any:
        guard(option, value)
        return real(self, option, value)

    yield Substitute(curl_cffi.Curl, "setopt", setopt)


def guard_pycurl(pycurl: ModuleType, reach: Reach) -> Iterator[Substitute]:
    """Refuse places given to pycurl: a class in C, so its name is what is replaced."""
    guard = _curl_guard(reach, pycurl)
    if not issubclass(type(pycurl), ModuleType):
        # pytest-recording has an object in the module's place, which calls itself a module: its class is one of Python.
        yield Substitute(pycurl.Curl, "__getattribute__", _wrapped_curl(guard, pycurl.Curl.__getattribute__))
        return

    class Curl(pycurl.Curl):  # type: ignore[misc, name-defined]
        def setopt(self, option: int, value: Any) -> Any:
            guard(option, value)
            return super().setopt(option, value)

        def setopt_string(self, option: int, value: Any) -> Any:
            guard(option, value)
            return super().setopt_string(option, value)

    yield Substitute(pycurl, "Curl", Curl)


def _wrapped_curl(guard: Callable[[Any, Any], None], real: Callable[..., Any]) -> Callable[[Any, str], Any]:
    def look(self: Any, name: str) -> Any:
        found = real(self, name)

        def setopt(option: Any, value: Any) -> Any:
            guard(option, value)
            return found(option, value)

        if name == "duphandle":
            return lambda: type(self)(found())
        return setopt if name in ("setopt", "setopt_string") else found

    return look


def guard_pycares(pycares: ModuleType, reach: Reach) -> Iterator[Substitute]:
    """Refuse names given to pycares, and with it to aiodns, which look them up by themselves."""
    for name in ("query", "search", "getaddrinfo", "gethostbyname"):
        # The last was in older versions alone.
        if hasattr(pycares.Channel, name):
            yield Substitute(pycares.Channel, name, _resolver(reach, getattr(pycares.Channel, name)))


def _resolver(reach: Reach, real: Callable[..., Any]) -> Callable[..., Any]:
    def look_up(self: Any, host: Any, *rest: Any, **named: Any) -> Any:
        guard_look_up(reach, host)
        return real(self, host, *rest, **named)

    return look_up


def _curl_guard(reach: Reach, names: Any) -> Callable[[Any, Any], None]:
    """Make what refuses a place that an option leads to; `names` has the options by name."""
    places = {getattr(names, name) for name in _CURL_PLACES if hasattr(names, name)}

    def guard(option: Any, value: Any) -> None:
        texts = [_text(each) for each in (value if isinstance(value, list | tuple) else [value])]
        if option in places:
            for text in texts:
                _guard_place(reach, text)
        elif option == getattr(names, "CURLU", None):
            _guard_place(reach, str(getattr(value, "url", "")))
        elif option == names.HTTPHEADER:
            # Whatever address the transfer goes to, this is the host that is meant.
            for name, _, host in (text.partition(":") for text in texts):
                if name.strip().lower() == "host":
                    reach.guard_name(host.strip().partition(":")[0])

    return guard


# What the methods of uvloop's loop are given by place, as the reference of event loops names it.
_GIVEN = {
    "getaddrinfo": ("host", "port"),
    "create_connection": ("protocol_factory", "host", "port"),
    "create_datagram_endpoint": ("protocol_factory", "local_addr", "remote_addr"),
}


def guard_uvloop(uvloop: ModuleType, reach: Reach) -> Iterator[Substitute]:
    """Refuse hosts given to uvloop, which looks them up by itself, and processes, which it starts by itself."""
    for name, names in _GIVEN.items():
        yield Substitute(uvloop.Loop, name, _guarded(reach, getattr(uvloop.Loop, name), names))
    for name in ("subprocess_exec", "subprocess_shell"):
        yield Substitute(uvloop.Loop, name, _starter(reach, getattr(uvloop.Loop, name)))


def _guarded(reach: Reach, real: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    async def guarded(self: Any, *args: Any, **named: Any) -> Any:
        given = {**dict(zip(names, args, strict=False)), **named}
        host, port = (given.get("remote_addr") or (given.get("host"), given.get("port")))[:2]
        guard_look_up(reach, host, port)
        return await real(self, *args, **named)

    return guarded


def _starter(reach: Reach, real: Callable[..., Any]) -> Callable[..., Any]:
    async def start(self: Any, *args: Any, **named: Any) -> Any:
        by_name = [named[name] for name in ("cmd", "program") if name in named]
        guard_process(reach, None, [*args[1:], *by_name], env=named.get("env"))
        return await real(self, *args, **named)

    return start


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _guard_place(reach: Reach, text: str) -> None:
    """Look at a URL, a host with or without a port, or HOST:PORT:OTHER:PORT, which leads to the other."""
    if text.count(":") >= 3 and "://" not in text:
        text = text.split(":", 2)[2]
    parts = urlsplit(text if "://" in text else f"//{text}")
    if parts.hostname:
        reach.guard(parts.hostname, parts.port)
