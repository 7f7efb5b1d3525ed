"""An answer that was asked for right after another came is waited for, whoever sent the request.

The kernel's clock of connections ticks too slowly to tell that something was asked for after that.
"""

import asyncio
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import trio
import trustme
import uvloop

from fakie.harness.fake import Fake

ANSWERING = """
import socket, ssl, sys, time
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
if sys.argv[1:]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
    server = context.wrap_socket(server, server_side=True)
while True:
    connection, _ = server.accept()
    while asked := connection.recv(1):
        time.sleep(0.8 if asked == b"s" else 0)
        connection.sendall(asked)
"""

# The first exchange is slower, and more likely to span a tick.
TIMES = 4

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system does not tell of connections")


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def port(request: pytest.FixtureRequest, authority: trustme.CA, tmp_path: Path) -> Iterator[int]:
    """A server in another process, which takes its time to answer an `s`, with TLS if that is asked for."""
    certificate = tmp_path / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    more = [str(certificate)] if getattr(request, "param", "") == "tls" else []
    with subprocess.Popen([sys.executable, "-c", ANSWERING, *more], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        yield int(child.stdout.readline())
        child.kill()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("quick", [5])
def test_a_loop_waits_for_a_slow_answer_after_quick_ones(
    fast: Fake, run: Callable[..., bytes], quick: int, port: int
) -> None:
    """No time-out comes before it."""

    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(quick):
            writer.write(b"q")
            await reader.readexactly(1)
        writer.writelines([b"s"])
        answer = await asyncio.wait_for(reader.readexactly(1), 60)
        writer.close()
        return answer

    assert [run(ask()) for _ in range(TIMES)] == [b"s"] * TIMES


@pytest.mark.parametrize("quick", [5])
def test_trio_waits_for_a_slow_answer_after_quick_ones(fast: Fake, quick: int, port: int) -> None:
    """The same."""

    async def ask() -> bytes:
        async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
            for _ in range(quick):
                await stream.send_all(b"q")
                await stream.receive_some(1)
            await stream.send_all(b"s")
            with trio.fail_after(60):
                return bytes(await stream.receive_some(1))

    assert [trio.run(ask) for _ in range(TIMES)] == [b"s"] * TIMES


@pytest.mark.parametrize("port", ["tls"], indirect=True)
def test_a_thread_waits_for_a_slow_answer_over_tls(fast: Fake, authority: trustme.CA, port: int) -> None:
    """Another thread's minutes begin once it has come."""
    context, came, asked = ssl.create_default_context(), [], threading.Event()
    authority.configure_trust(context)

    def ask() -> None:
        with closing(
            context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="127.0.0.1")
        ) as sock:
            for _ in range(5):
                sock.sendall(b"q")
                sock.recv(1)
            sock.sendall(b"s")
            asked.set()
            came.append((sock.recv(1), time.monotonic()))

    for _ in range(TIMES):
        thread = threading.Thread(target=ask)
        asked.clear()
        thread.start()
        asked.wait()
        before = time.monotonic()
        time.sleep(600)
        thread.join()
        answer, at = came.pop()
        assert answer == b"s"
        assert at - before < 300


def test_an_answer_that_has_come_is_not_waited_for_again(fast: Fake, port: int) -> None:
    """Each poll over a port would cost the patience for what may be at work, fifty real milliseconds."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as connection:
        for _ in range(20):
            connection.sendall(b"f")
            assert connection.recv(1) == b"f"
            time.sleep(5)
    assert fast.timekeeper is not None
    assert [remark for remark in fast.timekeeper.remarks if "an answer" in remark] == []
