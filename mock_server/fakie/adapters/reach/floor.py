"""The floor under every library: look-ups, connections, TLS and processes that would reach a refused host.

Look-ups are met twice: by name, before any other guard of a test sees them, and by an audit hook, which also sees what
was imported from `socket` earlier. A hook cannot be taken away, so there is one for a process, put in by the first
block; outside of blocks it returns at once.
"""

import asyncio
import os
import re
import socket
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import Struct, field

from fakie.adapters.reach.http_client import LineSocket
from fakie.adapters.reach.left_behind import CallGuard, LeftBehind
from fakie.adapters.reach.reach import Reach
from fakie.adapters.reach.replacing import Substitute
from fakie_schemas.hosts import is_address, is_loopback

_NAMED = re.compile(rb"\A(?:CONNECT +|[A-Z]+ +https?://)([^\s:/]+)|^host:[ \t]*([^\s:]+)", re.IGNORECASE | re.MULTILINE)
_HEAD_BYTES = 16 * 1024
# What a process is given is searched so far (characters of each argument and variable).
_SEARCHED = 64 * 1024


def floor(reach: Reach) -> Iterator[Substitute]:
    """Yield what refuses calls that nobody answers and that would leave; the audit hook sees to the rest."""
    reaches = watched().reaches
    reaches.append(reach)
    reach.at_end(lambda: reaches.remove(reach))
    for name in ("connect", "connect_ex", "sendto"):
        yield Substitute(socket.socket, name, _reach_out(reach, getattr(socket.socket, name)))
    for name in ("wrap_socket", "wrap_bio"):
        yield Substitute(ssl.SSLContext, name, _tls(reach, getattr(ssl.SSLContext, name)))
    loop = asyncio.BaseEventLoop
    yield Substitute(loop, "getaddrinfo", _loop_look_up(reach, loop.getaddrinfo))


def look_ups(reach: Reach) -> Iterator[Substitute]:
    """Yield what refuses look-ups by name."""
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
        yield Substitute(socket, name, _look_up(reach, getattr(socket, name)))


def leave_behind(left: LeftBehind) -> None:
    """Refuse the calls of threads that a test leaves behind, until they end."""
    kept = watched().left
    kept[:] = [each for each in (*kept, left) if not each.is_over]


def guard_look_up(reach: CallGuard, host: Any, port: Any = None) -> None:
    """Raise CallRefusedError if the address of a host must not be looked up; an address is no look-up."""
    name = host.decode("latin-1") if isinstance(host, bytes | bytearray) else host
    if isinstance(name, str) and name and not is_address(name) and name != socket.gethostname():
        reach.guard(name, port if isinstance(port, int) else None)


def _look_up(reach: Reach, real: Callable[..., Any]) -> Callable[..., Any]:
    def look_up(host: Any, *rest: Any, **named: Any) -> Any:
        guard_look_up(reach, host, rest[0] if rest else named.get("port"))
        return real(host, *rest, **named)

    return look_up


def _reach_out(reach: Reach, real: Callable[..., Any]) -> Callable[..., Any]:
    def reach_out(self: Any, *args: Any) -> Any:
        # A name is looked up before the audit hook hears of it.
        address = args[-1] if args else None
        if isinstance(address, tuple) and address:
            guard_look_up(reach, *address[:2])
        return real(self, *args)

    return reach_out


def _loop_look_up(reach: Reach, real: Callable[..., Any]) -> Callable[..., Any]:
    async def getaddrinfo(self: Any, host: Any, port: Any, **named: Any) -> Any:
        guard_look_up(reach, host, port)
        return await real(self, host, port, **named)

    return getaddrinfo


def _tls(reach: Reach, real: Callable[..., Any]) -> Callable[..., Any]:
    def wrap(self: ssl.SSLContext, *sockets: Any, **named: Any) -> Any:
        if sockets and isinstance(sockets[0], LineSocket):
            return sockets[0]
        # However its address was found, by a proxy or a cache, this is the host that is meant.
        for host in (named.get("server_hostname"), *sockets):
            if isinstance(host, str | bytes):
                reach.guard_name(host.decode("latin-1") if isinstance(host, bytes) else host)
        return real(self, *sockets, **named)

    return wrap


class Watched(Struct, frozen=True):
    """The blocks that the audit hook serves, the threads of those that have ended, and the fixtures around them."""

    reaches: list[Reach] = field(default_factory=list)
    left: list[LeftBehind] = field(default_factory=list)
    around: list[CallGuard] = field(default_factory=list)


@cache
def watched() -> Watched:
    """Put the one audit hook in, and return what it serves."""
    found = Watched()
    reaches, left, around, is_ending = found.reaches, found.left, found.around, sys.is_finalizing
    # An interpreter that ends has taken the names of this module away.
    events, thread_events = _EVENTS, _THREAD_EVENTS

    def hook(event: str, args: tuple[Any, ...]) -> None:
        # Each reading of a clock has an event, too, that is none of these.
        if event in events and not is_ending():
            for guard in (*reaches, *left, *around):
                events[event](guard, *args)
        elif left and event in thread_events and not is_ending():
            for one in tuple(left):
                one.begins(getattr(args[0], "__self__", None))

    sys.addaudithook(hook)
    return found


def _connects(reach: CallGuard, _: Any, address: Any) -> None:
    if isinstance(address, tuple) and address and isinstance(address[0], str) and address[0]:
        reach.guard(address[0], address[1])


def _speaks(reach: CallGuard, connection: Any, data: Any) -> None:
    """See whom a request over http.client is for when it goes to a proxy or to an address."""
    if isinstance(connection.sock, LineSocket) or not isinstance(data, bytes):
        return
    for beyond, header in _NAMED.findall(data[:_HEAD_BYTES].partition(b"\r\n\r\n")[0]):
        if beyond or not is_loopback(connection.host):
            reach.guard_name((beyond or header).decode("latin-1"))


def guard_process(reach: CallGuard, program: Any, args: Any, _: Any = None, env: Any = None) -> None:
    """Raise CallRefusedError if what a process is given names a host that must not be called."""
    for text in _texts(args if args is not None else program):
        reach.guard_text(text[:_SEARCHED])
    variables: Mapping[Any, Any] = os.environ if env is None else dict(env)
    for name, value in variables.items():
        # pytest's own say which test runs.
        if not _text(name).startswith("PYTEST_"):
            reach.guard_text(_text(value)[:_SEARCHED])


def _texts(args: Any) -> list[str]:
    return [_text(args)] if isinstance(args, str | bytes | os.PathLike) else [_text(part) for part in args]


def _text(value: Any) -> str:
    return os.fsdecode(value) if isinstance(value, str | bytes | os.PathLike) else str(value)


# Python 3.11 has none.
_THREAD_EVENTS = ("_thread.start_new_thread", "_thread.start_joinable_thread")
_EVENTS: dict[str, Callable[..., None]] = {
    "socket.getaddrinfo": lambda reach, host, port, *_: guard_look_up(reach, host, port),
    "socket.gethostbyname": guard_look_up,
    "socket.gethostbyaddr": guard_look_up,
    "socket.getnameinfo": lambda reach, address: guard_look_up(reach, *address[:2]),
    "socket.connect": _connects,
    "socket.sendto": _connects,
    "socket.sendmsg": _connects,
    "http.client.send": _speaks,
    "subprocess.Popen": guard_process,
    "os.system": lambda reach, command: guard_process(reach, None, command),
    "os.exec": lambda reach, path, args, env: guard_process(reach, path, args, None, env),
    "os.posix_spawn": lambda reach, path, args, env: guard_process(reach, path, args, None, env),
}
