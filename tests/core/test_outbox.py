"""Answers that wait for the end of a turn of the loop: none is lost, none comes out of order."""

import asyncio
from typing import cast

from fakie.adapters.server.connection import Connection
from fakie.adapters.server.crowd import Crowd
from fakie.adapters.server.outbox import Outbox
from fakie.adapters.server.rounds import Rounds
from fakie.adapters.server.serving import Serving
from fakie.adapters.server.workers import Workers
from fakie.adapters.wire.heads import Heads
from fakie.adapters.wire.limits import Limits
from fakie.core.http.messages import Request, Response


class LoggedTransport:
    """A transport that keeps what is written to it."""

    def __init__(self, log: list[tuple[str, bytes]], name: str) -> None:
        self.log = log
        self.name = name
        self.closing = False

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.log.append((self.name, data))

    def is_closing(self) -> bool:
        """Tell whether it was closed."""
        return self.closing

    def abort(self) -> None:
        """Note it."""
        self.log.append((self.name, b"aborted"))

    def get_extra_info(self, _: str) -> None:
        """Know nothing of the client."""

    def set_write_buffer_limits(self, _: int) -> None:
        """Have no buffer."""

    def get_write_buffer_size(self) -> int:
        """Have nothing in it."""
        return 0


class Answers:
    """A door that answers everything."""

    def handle(self, _: Request) -> Response:
        """Answer."""
        return Response(200, (), b"{}")


def test_small_answers_are_written_together_in_their_order() -> None:
    """Not before the turn of the loop has ended, and then all at once; the next turn's are not forgotten."""
    log: list[tuple[str, bytes]] = []

    async def turns() -> None:
        outbox = Outbox(asyncio.get_running_loop())
        first, second = (cast(asyncio.Transport, LoggedTransport(log, name)) for name in "ab")
        for transport, data in ((first, b"1"), (second, b"2"), (first, b"3")):
            outbox.put(transport, data)
        assert log == []
        await asyncio.sleep(0)
        assert log == [("a", b"1"), ("b", b"2"), ("a", b"3")]
        outbox.put(second, b"4")
        await asyncio.sleep(0)
        assert log[3:] == [("b", b"4")]

    asyncio.run(turns())


def test_a_large_answer_is_written_at_once_after_what_waits() -> None:
    """So that memory holds it once only, and none overtakes another."""
    log: list[tuple[str, bytes]] = []

    async def turn() -> None:
        outbox = Outbox(asyncio.get_running_loop())
        transport = cast(asyncio.Transport, LoggedTransport(log, "a"))
        outbox.put(transport, b"small")
        outbox.put(transport, b"x" * 100_000)
        assert [len(data) for _, data in log] == [5, 100_000]

    asyncio.run(turn())


def test_nothing_is_written_to_who_has_gone() -> None:
    """A client that was cut off meanwhile is passed over, and the others get theirs."""
    log: list[tuple[str, bytes]] = []

    async def turn() -> None:
        outbox = Outbox(asyncio.get_running_loop())
        gone, there = LoggedTransport(log, "gone"), LoggedTransport(log, "there")
        outbox.put(cast(asyncio.Transport, gone), b"1")
        outbox.put(cast(asyncio.Transport, there), b"2")
        gone.closing = True
        outbox.flush()

    asyncio.run(turn())
    assert log == [("there", b"2")]


def test_one_that_cannot_be_written_to_keeps_no_other_from_its_answer() -> None:
    """As where there is no memory for what one leaves unread: it is closed, and the loop hears why."""
    log: list[tuple[str, bytes]] = []

    class Failing(LoggedTransport):
        def write(self, _: bytes) -> None:
            raise MemoryError

    async def turn() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, said: log.append((type(said["exception"]).__name__, b"")))
        outbox = Outbox(loop)
        for transport in (Failing(log, "failed"), LoggedTransport(log, "there")):
            outbox.put(cast(asyncio.Transport, transport), b"1")
        outbox.flush()

    asyncio.run(turn())
    assert log == [("failed", b"aborted"), ("MemoryError", b""), ("there", b"1")]


def test_who_was_answered_has_it_though_cut_off_at_once() -> None:
    """As when a newcomer takes the place of a client whose answer waits for the end of the turn."""
    log: list[tuple[str, bytes]] = []

    async def turn() -> None:
        loop, limits = asyncio.get_running_loop(), Limits()
        workers = Workers(1)
        shared = (Crowd(limits), workers, loop, Outbox(loop), Rounds(loop), Heads(limits))
        connection = Connection(Serving(Answers(), lambda _: True, limits, *shared))
        connection.connection_made(cast(asyncio.Transport, LoggedTransport(log, "a")))
        connection.data_received(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        connection.drop()
        workers.stop()

    asyncio.run(turn())
    assert [data[:12] for _, data in log] == [b"HTTP/1.1 200", b"aborted"]
