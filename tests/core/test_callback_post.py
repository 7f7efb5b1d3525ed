"""One callback on its way: it ends in its time whatever the receiver does, and reaches any address of a host."""

import errno
import queue
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

from fakie.adapters.callback_post import CallbackPost
from fakie.adapters.callback_sender import CallbackSender
from fakie.core.ports import Delivered, Outgoing
from support.servers.dribblers import ENDLESS, OK, WHOLE
from support.servers.stand_in import Speech, StandIn, speaking, standing_in


def _post(url: str, seconds: float = 5.0) -> tuple[int | None, str | None]:
    post = CallbackPost(())
    delivered = post.post(Outgoing(url, (), b"{}", seconds))
    post.close()
    return delivered.status, delivered.error


@pytest.mark.parametrize("place", sorted(ENDLESS))
def test_no_delivery_outlives_its_time_limit(place: str) -> None:
    """However slowly a receiver dribbles, and wherever, a thread that sends callbacks is free again."""
    with speaking(ENDLESS[place]) as receiver:
        ended = receiver.ended
        assert _post(receiver.url + "/hook", 0.3) == (None, "NoAnswer: no whole answer within 0.3 s")
        assert receiver.ended == ended


def test_a_receivers_endless_body_is_not_read() -> None:
    """The status counts once it has come with more of a body than anybody reads."""
    large = Speech(OK + b"Content-Length: 100000000000\r\n\r\n" + b" " * 100_000, b" ")
    with speaking(large) as receiver:
        assert _post(receiver.url + "/hook") == (200, None)
        assert receiver.ended == 0


def _point_localhost_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *more: Any, **named: Any) -> list[Any]:
        if host != "localhost":
            return real(host, port, *more, **named)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr("fakie_schemas.http.resolving.socket.getaddrinfo", look_up)


def test_a_receiver_is_reached_at_any_address_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A localhost whose first address nobody listens at, as ::1 often is, leads to the receiver at its second."""
    _point_localhost_to(monkeypatch, "127.0.0.2", "127.0.0.1")
    with speaking(Speech(WHOLE)) as receiver:
        assert _post(receiver.url.replace("127.0.0.1", "localhost") + "/hook") == (200, None)
        assert len(receiver.heard) == 1


@contextmanager
def _without_descriptors() -> Iterator[None]:
    """A process that can open nothing more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_callback_without_a_descriptor_says_so() -> None:
    """Its receiver may listen: it is this process that cannot connect."""
    _post("http://127.0.0.1:9/hook")
    with _without_descriptors():
        posted = _post("http://127.0.0.1:9/hook")
    assert posted == (
        None,
        "NoAnswer: this process has no descriptor left to connect with: more may be had by ulimit -n"
        " (OSError: [Errno 24] Too many open files)",
    )


def test_a_name_that_cannot_be_looked_up_without_a_descriptor_is_not_called_unknown() -> None:
    """The receiver's name is right: it is this process that cannot ask for its address."""
    _post("http://localhost:9/hook")
    with _without_descriptors():
        posted = _post("http://localhost:9/hook")
    assert posted == (
        None,
        "OSError: the host 'localhost' cannot be looked up: this process has no descriptor left to ask with: more may"
        " be had by ulimit -n ([Errno 24] Too many open files)",
    )


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENFILE, "this system has no descriptor left"),
        (errno.ENOBUFS, "this system has no memory left"),
        (errno.EADDRNOTAVAIL, "this system has no port left, or no address"),
        (errno.ECONNREFUSED, "nothing listens there"),
        (errno.EHOSTUNREACH, "nothing listens there"),
    ],
)
def test_a_system_without_room_is_told_from_a_receiver_that_is_away(
    monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    """By what connecting fails with."""

    class Failing(socket.socket):
        def connect(self, _: object, /) -> None:
            raise OSError(number, "as it is")

    monkeypatch.setattr("socket.socket", Failing)
    status, why = _post("http://127.0.0.1:9/hook")
    assert status is None
    assert str(why).startswith(f"NoAnswer: {said}")


def test_what_one_address_may_have_heard_is_sent_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where nothing listens the next address is tried: one attempt is never two callbacks."""
    _point_localhost_to(monkeypatch, "127.0.0.1", "127.0.0.2")
    with speaking(Speech()) as silent, socket.create_server(("127.0.0.2", int(silent.url.rpartition(":")[2]))) as other:
        other.setblocking(False)
        status, error = _post(silent.url.replace("127.0.0.1", "localhost") + "/hook")
        assert status is None
        assert "no HTTP answer" in (error or "")
        with pytest.raises(BlockingIOError):
            other.accept()


def test_a_receiver_that_never_answers_takes_no_others_place() -> None:
    """However many callbacks wait for it, another receiver's go out beside them, and its own follow in the end."""
    slow: queue.SimpleQueue[Delivered] = queue.SimpleQueue()
    quick: queue.SimpleQueue[Delivered] = queue.SimpleQueue()
    sender = CallbackSender(threads=2)
    with standing_in(StandIn()) as good, socket.create_server(("127.0.0.1", 0)) as bad:
        for number in range(5):
            url = f"http://127.0.0.1:{bad.getsockname()[1]}/hook?{number}"
            sender.send(Outgoing(url, (), b"{}", 60.0), slow.put)
        for _ in range(3):
            sender.send(Outgoing(good.url + "/hook", (), b"{}", 60.0), quick.put)
        assert [quick.get(timeout=30).status for _ in range(3)] == [200] * 3
        assert slow.empty()
    assert [slow.get(timeout=30).status for _ in range(5)] == [None] * 5
    sender.close()


def test_a_thread_that_sends_outlives_whatever_is_raised_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be sent has failed, what cannot be noted is logged, and the same thread sends the next callback."""
    sender, told = CallbackSender(threads=1), queue.SimpleQueue[Delivered]()

    def cannot(*_: Any) -> NoReturn:
        raise MemoryError

    try:
        with speaking(Speech(WHOLE)) as receiver:
            outgoing = Outgoing(receiver.url + "/hook", (), b"{}", 5.0)
            with monkeypatch.context() as meanwhile:
                meanwhile.setattr(CallbackPost, "post", cannot)
                sender.send(outgoing, told.put)
                first = told.get(timeout=5)
            sender.send(outgoing, cannot)
            sender.send(outgoing, told.put)
            assert told.get(timeout=5).ok
    finally:
        sender.close()
    assert (first.ok, first.error) == (False, "not sent: MemoryError: ")
