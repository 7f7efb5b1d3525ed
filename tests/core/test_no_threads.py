"""A system without a thread to give, as a container at its limit: what needs one is refused, and nothing is lost."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fakie.adapters.callback_sender import CallbackSender
from fakie.core.ports import Delivered, Outgoing
from support.servers.dribblers import OK
from support.servers.stand_in import Speech, speaking
from support.wire import Serve, ask, credit

# More than any process has room for.
_TOO_LARGE = 1 << 47
_LEVER = b"GET /_fakie/tasks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@contextmanager
def no_thread_left() -> Iterator[None]:
    """Let no thread begin for a `with` block."""
    usual = threading.stack_size(_TOO_LARGE)
    try:
        yield
    finally:
        threading.stack_size(usual)


def test_what_needs_a_thread_is_refused_while_there_is_none(serve: Serve) -> None:
    """It says so, others are answered, and all goes on once there are threads again, as does the end."""
    url = serve(threads=1)
    with no_thread_left():
        status, msg, _ = ask(url, _LEVER)
        assert (status, msg[:11]) == (503, "Server busy")
        assert "no thread" in msg
        assert credit(url) == 200
    assert ask(url, _LEVER)[:2] == (200, "success")


def test_a_callback_that_no_thread_can_send_has_failed() -> None:
    """So it is tried again like others that failed; the next one goes out once there are threads again."""
    sender, told = CallbackSender(), queue.SimpleQueue[Delivered]()
    try:
        with speaking(Speech(OK + b"Content-Length: 0\r\n\r\n")) as receiver:
            outgoing = Outgoing(receiver.url + "/hook", (), b"{}", 5.0)
            with no_thread_left():
                sender.send(outgoing, told.put)
                first = told.get(timeout=0.1)
            sender.send(outgoing, told.put)
            assert told.get(timeout=10).ok
    finally:
        sender.close()
    assert not first.ok
    assert "no thread" in str(first.error)
