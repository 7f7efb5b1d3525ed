"""The one message of a call that is not let out."""

import errno
import socket
from collections.abc import Collection
from traceback import walk_stack

from fakie_schemas.errors import FakieError

# The first that is found on the stack is named: those that stand on others come first.
_CLIENTS = ("niquests", "requests", "httpx2", "httpx", "aiohttp", "websockets", "websocket", "httplib2", "tornado")
_BELOW = ("botocore", "grpc", "curl_cffi", "pycurl", "httpcore2", "httpcore", "urllib3_future", "urllib3", "anyio")
_LIBRARIES = (*_CLIENTS, *_BELOW, "twisted", "trio", "uvloop", "urllib", "http", "subprocess", "asyncio")
_NAMES = {"urllib": "urllib.request", "http": "http.client"}
_IN_PROCESS = "requests, httpx, aiohttp, urllib3, urllib.request and http.client"


class CallRefusedError(ConnectionRefusedError, socket.gaierror, FakieError):
    """A call that a test must not make: the OSError that libraries expect of a connection or a look-up that fails.

    Twisted, for one, waits for ever on a look-up that fails in another way.
    """

    def __init__(self, text: str) -> None:
        super().__init__(errno.ECONNREFUSED, text)

    def __reduce__(self) -> tuple[type["CallRefusedError"], tuple[str]]:
        # A pool of processes hands errors on by pickling, and waits for ever for one that cannot be read again.
        return type(self), (str(self.strerror),)


def refused_library(host: str) -> CallRefusedError:
    """Make the error of a call to a host that is answered, by a library that is not."""
    return CallRefusedError(
        f"fakie let no call to {host!r}{_by()} leave this machine: {_IN_PROCESS} are answered in process; point"
        " others at fakie_server's url, by fakie_env or by the client's own setting for its base URL"
    )


def refused_host(host: str, answered: Collection[str]) -> CallRefusedError:
    """Make the error of a call to one of the vendor's hosts of which the fake has nothing, whatever the library is."""
    return CallRefusedError(
        f"fakie let no call to {host!r}{_by()} leave this machine: of the vendor's hosts {', '.join(answered)} are"
        " answered; correct the URL, or replace what calls this one"
    )


def refused_other(host: str) -> CallRefusedError:
    """Make the error of a call to a host that is not the vendor's, where those are refused."""
    return CallRefusedError(
        f"fakie refuses calls to other hosts: {host!r}{_by()}; mock it, or set fakie_other_hosts=pass to let it through"
    )


def refused_behind(host: str, thread: str, test: str) -> CallRefusedError:
    """Make the error of a call to one of the vendor's hosts by a thread whose test has ended."""
    return CallRefusedError(
        f"fakie let no call to {host!r}{_by()} leave this machine: thread {thread!r} was begun in {test}, which has"
        " ended; let it end with its test, or begin it outside of tests with fakie"
    )


def refused_around(host: str, test: str) -> CallRefusedError:
    """Make the error of a call to one of the vendor's hosts in a test whose fake is not there yet, or has ended."""
    return CallRefusedError(
        f"fakie let no call to {host!r}{_by()} leave this machine: in {test} it comes before its fake is set up, or"
        " after its end; let the fixture that calls ask for fakie, which is then there from its setup to its end"
    )


def refused_path(host: str, target: str, answered: str) -> CallRefusedError:
    """Make the error of a path that the fake does not have on a host that it answers."""
    return CallRefusedError(
        f"fakie let no call to {host!r}{_by()} leave this machine: {target.partition('?')[0]!r} is not faked"
        f"; paths below {answered!r} are answered, and what calls this one can be replaced"
    )


def refused_process(host: str) -> CallRefusedError:
    """Make the error of a process that would call the vendor."""
    return CallRefusedError(
        f"fakie did not start a process that names {host!r} in its arguments or environment: calls of other processes"
        " are not answered in process; point it at fakie_server's url, or set the environment by fakie_env"
    )


def refused_copy(host: str) -> CallRefusedError:
    """Make the error of a call in a process that was forked since: it has a copy of the fake, which nobody looks at."""
    return CallRefusedError(
        f"fakie let no call to {host!r}{_by()} leave this machine: it comes from a process that was forked in the test,"
        " and other processes are not answered in process; point it at fakie_server's url, or let threads do this work"
    )


def _by() -> str:
    seen = {str(frame.f_globals.get("__name__", "")).partition(".")[0] for frame, _ in walk_stack(None)}
    name = next((name for name in _LIBRARIES if name in seen), None)
    return f" by {_NAMES.get(name, name)}" if name else ""
