"""Skipped time beside debuggers: it stands while they ask somebody, and they themselves are not at work."""

import io
import os
import pdb
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO, Any

import pytest

from fakie.harness.fake import Fake
from fakie.harness.fast_forward import fast_forward
from fakie.harness.start import new_fake

# One that takes a connection and says nothing.
SILENT = """
import socket
with socket.create_server(("127.0.0.1", 0)) as listening:
    print(listening.getsockname()[1], flush=True)
    with listening.accept()[0] as taken:
        while taken.recv(100):
            pass
"""


def of_module(name: str, **known: Any) -> Callable[..., Any]:
    """Return a function that calls another one, as code of a module of that name."""
    names: dict[str, Any] = {"__name__": name, **known}
    exec("def call(function, *arguments):\n    return function(*arguments)\n", names)
    found: Callable[..., Any] = names["call"]
    return found


@pytest.fixture
def typed() -> Iterator[tuple[IO[str], IO[str]]]:
    """A pipe: what a debugger reads, and where somebody types."""
    reads, writes = os.pipe()
    with os.fdopen(reads) as reading, os.fdopen(writes, "w") as writing:
        yield reading, writing


def test_time_stands_while_a_debugger_asks_somebody(fast: Fake, typed: tuple[IO[str], IO[str]]) -> None:
    """A thread that others wait beside does not lose its deadline while a person thinks."""
    reading, writing = typed
    stopped, shown = threading.Event(), io.StringIO()

    def debugged() -> None:
        stopped.set()
        pdb.Pdb(stdin=reading, stdout=shown).set_trace()

    thread = threading.Thread(target=debugged)
    thread.start()
    stopped.wait()
    # It is real now, and short.
    began, real = time.monotonic(), os.times().elapsed
    time.sleep(0.5)
    assert os.times().elapsed - real > 0.4
    assert time.monotonic() - began < 5
    writing.write("continue\n")
    writing.flush()
    thread.join()
    real = os.times().elapsed
    time.sleep(1000)
    assert os.times().elapsed - real < 60


def test_a_thread_that_a_debugger_has_begun_skips(fast: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is code under test, though the debugger's own code is at the bottom of it."""
    call = of_module("_pydev_bundle.pydev_monkey")
    starts = next(name for name in ("_start_joinable_thread", "_start_new_thread") if hasattr(threading, name))
    own = getattr(threading, starts)

    def begin(function: Any, *given: Any, **named: Any) -> Any:
        return own(lambda *arguments: call(function, *arguments), *given, **named)

    monkeypatch.setattr(threading, starts, begin)
    thread = threading.Thread(target=time.sleep, args=(1000,))
    began, real = time.monotonic(), os.times().elapsed
    thread.start()
    thread.join(3000)
    assert 1000 <= time.monotonic() - began < 1100
    assert os.times().elapsed - real < 60


class Talker:
    """A debugger's thread, which tells its editor something that needs no answer."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.thread = threading.Thread(target=of_module("pydevd"), args=(self._talk,), daemon=True)

    def _talk(self) -> None:
        self.sock.sendall(b"thread started")
        self.sock.recv(1)


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells nothing of connections")
def test_what_a_debugger_says_to_its_editor_is_no_request() -> None:
    """Nothing is waited for that comes on its connection."""
    with subprocess.Popen([sys.executable, "-c", SILENT], stdout=subprocess.PIPE, text=True) as editor:
        assert editor.stdout is not None
        with socket.create_connection(("127.0.0.1", int(editor.stdout.readline()))) as sock:
            talker = Talker(sock)
            talker.thread.start()
            try:
                with fast_forward(new_fake()):
                    real = os.times().elapsed
                    time.sleep(60)
                    assert os.times().elapsed - real < 50
            finally:
                sock.shutdown(socket.SHUT_RDWR)
                talker.thread.join()
