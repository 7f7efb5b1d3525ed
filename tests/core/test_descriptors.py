"""The descriptors of a process, shared between clients and callbacks."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from support.servers.program import Program
from support.waiting import wait_until
from support.wire import credit

_FEW = 256
_RECEIVERS = 100


@contextmanager
def few_descriptors() -> Iterator[None]:
    """Give what begins in a `with` block few of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FEW, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_silent_receivers_and_idle_clients_leave_room_for_others() -> None:
    """Neither takes the other's descriptors, however many there are: who asks is answered, and no callback fails."""
    with ExitStack() as opened:
        with few_descriptors():
            fake = opened.enter_context(Program("--limits", "off", "--speed", "100"))
        for _ in range(_RECEIVERS):
            receiver = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
            fake.create(callBackUrl=f"http://127.0.0.1:{receiver.getsockname()[1]}/hook")
        wait_until(lambda: _delivering(fake) == _RECEIVERS)
        host, port = fake.url.removeprefix("http://").split(":")
        for _ in range(_FEW):
            opened.enter_context(socket.create_connection((host, int(port)), 10))
        assert credit(fake.url) == 200
        assert not fake.ask("GET", "/_fakie/journal?situation=callback_failed")["data"]


def _delivering(fake: Program) -> int:
    return sum(row.get("delivering", 0) for row in fake.ask("GET", "/_fakie/clock")["data"].values())
