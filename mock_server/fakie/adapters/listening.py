"""A listening socket, and the URL at which this machine reaches it."""

import errno
import os
import socket
from contextlib import suppress
from weakref import WeakSet

from fakie.adapters.descriptors import check_descriptors
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.hosts import is_address

# Connections that the system may keep for us to accept; with too few, the next ones wait a second and more.
BACKLOG = 512
_LISTENERS: WeakSet[socket.socket] = WeakSet()


def listen(host: str, port: int, *, together: bool = False) -> socket.socket:
    """Bind and listen; raises ConfigurationError where that cannot be done. Port 0: any free one.

    Where processes serve a port `together` the system gives each its part of the connections.
    """
    check_descriptors()
    listener = reserve(host, port, together=together)
    listener.listen(BACKLOG)
    _LISTENERS.add(listener)
    return listener


def own_ports() -> set[int]:
    """Return the ports that fakie itself listens on in this process."""
    found: set[int] = set()
    for listener in list(_LISTENERS):
        with suppress(OSError):  # closed by now
            found.add(listener.getsockname()[1])
    return found


def reserve(host: str, port: int, *, together: bool = False) -> socket.socket:
    """Bind without listening, as `listen` does; raises ConfigurationError where that cannot be done."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(_given(host), port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, proto)
        try:
            return _bound(listener, address, together)
        except BaseException:
            listener.close()
            raise
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"cannot listen on {host or repr(host)}:{port}: {_reason(error)}") from None


def _given(host: str) -> str | bytes:
    if not host:
        raise ValueError("the host is empty; expected for example 127.0.0.1")
    # A text is taken for a name in any script, whose tables are loaded first; bytes are not.
    return host.encode() if is_address(host) else host


def url_of(listener: socket.socket, scheme: str = "http") -> str:
    """Return the base URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _bound(listener: socket.socket, address: tuple[object, ...], together: bool) -> socket.socket:
    if os.name == "posix":
        # On Windows the same option would let two programs share the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if together:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(address)
    return listener


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"{error.strerror}; another --port may be free, and --port 0 takes any that is"
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
