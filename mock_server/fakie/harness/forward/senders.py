"""Senders beside Python's plain sockets: TLS of blocking sockets, trio, and uvloop. Each is told of before it sends."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType
from typing import Any
from unittest.mock import patch

from fakie.harness.forward.in_place import SwappedMethod, is_possible

# Given the number of a descriptor.
Note = Callable[[int], None]
Patches = Iterator[AbstractContextManager[object]]


def of_ssl(ssl: ModuleType, note: Note) -> Patches:
    """Return what replaces the methods of blocking sockets with TLS."""
    yield patch.object(ssl.SSLSocket, "send", _noting(ssl.SSLSocket.send, note, lambda sock: sock.fileno()))


def of_trio(trio: ModuleType, note: Note) -> Patches:
    """Return what replaces the methods of trio's sockets."""
    for kind in trio.socket.SocketType.__subclasses__():
        for name in ("send", "sendmsg"):
            if name in vars(kind):
                yield patch.object(kind, name, _noting(getattr(kind, name), note, lambda sock: sock.fileno()))


def of_uvloop(uvloop: ModuleType, note: Note) -> Patches:
    """Return what replaces the methods of uvloop's connections."""
    if is_possible():
        for name in ("write", "writelines"):
            real_write = getattr(uvloop.loop.UVStream, name)
            yield _swapped(SwappedMethod(uvloop.loop.UVStream, name, _noting(real_write, note, _number_of)))


def _noting(real_send: Callable[..., Any], note: Note, number_of: Callable[[Any], int]) -> Callable[..., Any]:
    def send(sender: Any, *arguments: Any, **named: Any) -> Any:
        note(number_of(sender))
        return real_send(sender, *arguments, **named)

    return send


def _number_of(transport: Any) -> int:
    sock = transport.get_extra_info("socket")
    return -1 if sock is None else int(sock.fileno())


@contextmanager
def _swapped(method: SwappedMethod) -> Iterator[None]:
    method.put_in()
    try:
        yield
    finally:
        method.put_back()
