"""What the summary says of sockets for whose sake time stood still, or did not."""

import socket
import time
from contextlib import ExitStack

import pytest

from fakie.harness.fake import Fake
from fakie.harness.forward.callers import Callers
from fakie.harness.forward.sockets import Sockets
from support.waiting import wait_until

HOSTS = pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])


def listener(host: str) -> socket.socket:
    return socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=0)


@HOSTS
def test_whoever_was_not_waited_for_is_told_with_its_address(fast: Fake, host: str, shown: str) -> None:
    """A listener that accepts nobody by its own, an answer by that of its sender."""
    assert fast.timekeeper is not None
    with listener(host) as server, socket.create_connection(server.getsockname()[:2]) as asking:
        asking.sendall(b"?")
        time.sleep(60)
        told = {remark.partition(": not waited for")[0] for remark in fast.timekeeper.remarks}
        at = f"{shown}:{server.getsockname()[1]}"
        assert {f"a connection not accepted at {at}", f"an answer of {at}"} <= told


@HOSTS
def test_a_connect_under_way_is_told_with_where_it_goes(host: str, shown: str) -> None:
    """The socket itself does not know it yet."""
    with listener(host) as server, ExitStack() as stack:
        # More than its backlog takes.
        for _ in range(3):
            sock = stack.enter_context(socket.socket(server.family))
            sock.setblocking(False)
            sock.connect_ex(server.getsockname()[:2])
        told = {worker.words for worker in Sockets(Callers()).at_work(set())}
        assert f"connecting to {shown}:{server.getsockname()[1]}" in told


@HOSTS
def test_an_answer_is_unread_though_whoever_sent_it_has_closed(host: str, shown: str) -> None:
    """Its reader is at work; a connection that is kept, of which the end alone is unread, holds nobody up for long."""
    with listener(host) as server, socket.create_connection(server.getsockname()[:2]) as asking:
        taken, _ = server.accept()
        taken.sendall(b"!")
        taken.close()
        sockets = Sockets(Callers())

        def certain() -> set[str]:
            return {worker.words for worker in sockets.at_work(set()) if worker.certain}

        rest = f"what is left of {shown}:{server.getsockname()[1]}"
        assert rest in certain()
        assert asking.recv(9) == b"!"
        assert rest in certain()
        wait_until(lambda: rest not in certain())
