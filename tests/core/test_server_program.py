"""`fakie serve` as a program: its log, its descriptors, and an end within a second."""

import http.client
import json
import os
import resource
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fakie.adapters.live_server import LiveServer
from support.clients.doors import CREATE
from support.servers.listening import free_port
from support.servers.program import Program
from support.wire import GET, GOOD, HEAD, Wire, credit, with_body


def program(*arguments: str, **options: object) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "fakie", "serve", "--port", "0", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


def url_of(process: "subprocess.Popen[bytes]") -> str:
    assert process.stdout
    return "http://" + process.stdout.readline().split(b"http://")[1].split()[0].decode()


def ended(process: "subprocess.Popen[bytes]") -> tuple[int, float]:
    """Stop it; gives exit code and seconds."""
    started = time.monotonic()
    process.terminate()
    code = process.wait(60)
    assert process.stdout
    process.stdout.close()
    return code, time.monotonic() - started


@pytest.mark.parametrize("closed", ["2>&-", "<&-", "<&- 2>&-"])
def test_closed_streams_lead_into_nothing(closed: str, tmp_path: Path) -> None:
    """It serves as ever, and none of its own files, such as its state, has the number that a complaint goes to."""
    arguments = [sys.executable, "-m", "fakie", "serve", "--port", "0", "--state", str(tmp_path / "a.state")]
    command = ["bash", "-c", f'exec "$@" {closed}', "bash", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        wire = Wire(url_of(process))
        assert wire.send(GET + b"\r\n").answer()[0] == 200
        wire.close()
        assert all(os.path.exists(f"/proc/{process.pid}/fd/{n}") for n in range(3))  # noqa: PTH110
        assert str(tmp_path) not in "".join(os.readlink(f"/proc/{process.pid}/fd/{n}") for n in range(3))  # noqa: PTH115
        assert ended(process)[0] == 0
    finally:
        process.kill()


@pytest.mark.parametrize("reader", ["nobody", "gone"])
def test_a_log_that_nobody_reads_holds_up_neither_answers_nor_the_end(reader: str) -> None:
    """A full pipe or a closed one: a thousand requests are answered and the program ends."""
    read, write = os.pipe()
    process = program("--key", "k", stderr=write)
    os.close(write)
    if reader == "gone":
        os.close(read)
    try:
        url = url_of(process)
        wire = Wire(url)
        for _ in range(1500):
            assert wire.send(GET + b"\r\n").answer()[0] == 200
        code, seconds = ended(process)
        wire.close()
    finally:
        process.kill()
    assert code == 0
    assert seconds < 20
    if reader == "nobody":
        os.close(read)


def test_it_serves_more_silent_clients_than_it_has_descriptors() -> None:
    """With 128 descriptors and 300 connections, the old ones go; the log stays short; the end is quick."""
    limit = (128, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    process = program(stderr=subprocess.PIPE, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limit))
    try:
        url = url_of(process)
        silent = [Wire(url) for _ in range(300)]
        assert credit(url) == 200
        code, seconds = ended(process)
        assert process.stderr
        log = process.stderr.read()
        process.stderr.close()
    finally:
        process.kill()
    for wire in silent:
        wire.close()
    assert (code, seconds < 20) == (0, True)
    assert 1 <= log.count(b"closed to make room") <= 2
    assert len(log) < 2000


@pytest.mark.parametrize("kind", ["fast", "flask"])
def test_with_too_few_descriptors_to_serve_it_says_so(kind: str) -> None:
    """One that said it was ready with 14 let nobody in, and one with fewer ended with a trace."""
    limit = (14, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    starting = {"stderr": subprocess.PIPE, "preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limit)}
    process = program("--server", kind, **starting)
    told, said = process.communicate(timeout=60)
    assert (process.returncode, told, said.count(b"\n")) == (2, b"", 1)
    assert b"may have 14 files and connections open" in said


def test_a_program_that_still_starts_ends_at_once() -> None:
    """SIGTERM before it serves, as while it reads recordings, is exit code 0 too."""
    starts = (
        "import time; from fakie.commands.stop_signals import StopSignals; "
        "StopSignals(); print('starting', flush=True); [time.sleep(0.05) for _ in range(1000)]"
    )
    process = subprocess.Popen([sys.executable, "-c", starts], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    code, seconds = ended(process)
    assert (code, seconds < 20) == (0, True)


def test_one_that_cannot_serve_ends_with_its_reason_alone(tmp_path: Path) -> None:
    """All that it has opened is closed, also by the word of a Python that makes errors of warnings."""
    (tmp_path / "a.state").write_bytes(b"no state" * 1_000)
    process = program(
        "--state", str(tmp_path / "a.state"), stderr=subprocess.PIPE, env={**os.environ, "PYTHONWARNINGS": "error"}
    )
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"is not a state file of fakie" in said
    assert said.count(b"\n") == 1


def test_a_signal_just_before_the_wait_for_one_is_heard() -> None:
    """Between the look whether it is to stop and the wait for that, threads that are at work leave it much time."""
    script = (
        "import os, signal, socket; from fakie.commands.stop_signals import StopSignals\n"
        "receive = socket.socket.recv\n"
        "def late(*how):\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    return receive(*how)\n"
        "socket.socket.recv = late\n"
        "StopSignals().wait()\n"
        "print('heard')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=20, check=True)
    assert done.stdout == b"heard\n"


def test_one_press_that_comes_twice_is_one() -> None:
    """A terminal and npm both send a Ctrl-C; SIGTERM is none; the one that a person presses later ends the end."""
    script = (
        "import os, signal, socket, time; from fakie.commands.stop_signals import StopSignals\n"
        "now, signals = [0.0], StopSignals()\n"
        "time.monotonic = lambda: now[0]\n"
        "receive = socket.socket.recv\n"
        "socket.socket.recv = lambda *how: (os.kill(os.getpid(), signal.SIGTERM), receive(*how))[1]\n"
        "signals.wait()\n"
        "for now[0], number in (8, signal.SIGTERM), (9, signal.SIGINT), (9.2, signal.SIGINT), (10, signal.SIGTERM):\n"
        "    os.kill(os.getpid(), number)\n"
        "    print(now[0], flush=True)\n"
        "now[0] = 11\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "print('not ended')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=20, check=False)
    assert (done.stdout, done.stderr, done.returncode) == (b"8\n9\n9.2\n10\n", b"", 130)


def test_it_serves_where_nobody_can_read_the_ready_line() -> None:
    """A full disk takes no line; the port does, and the end is a good one."""
    port = free_port()
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        command = [sys.executable, "-m", "fakie", "serve", "--port", str(port)]
        process = subprocess.Popen(command, stdout=full, stderr=subprocess.PIPE)
    assert process.stderr is not None
    # It says so once it serves.
    assert b"ready line could not be written" in process.stderr.readline()
    assert credit(f"http://127.0.0.1:{port}") == 200
    process.terminate()
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"Traceback" not in log


# What Python's client makes of each.
SPOILT = {
    "reset": ConnectionResetError,
    "empty": http.client.RemoteDisconnected,
    "truncated": http.client.IncompleteRead,
    "malformed": http.client.BadStatusLine,
}


@pytest.mark.parametrize("kind", ["fast", "flask"])
def test_either_server_answers_spoils_and_ends(kind: str) -> None:
    """`--server flask` runs without the fast path: answers, transport faults, and an end with exit code 0."""
    process = program("--server", kind, stderr=subprocess.DEVNULL)
    try:
        url = url_of(process)
        wire = Wire(url)
        assert wire.send(with_body(GOOD)).answer()[1]["code"] == 200
        wire.close()
        for spoil, met in SPOILT.items():
            order = json.dumps({"kind": spoil}).encode()
            head = HEAD.replace(CREATE.encode(), b"/_fakie/spoils")
            wire = Wire(url)
            assert wire.send(head + b"Content-Length: %d\r\n\r\n" % len(order) + order).answer()[0] == 200
            wire.close()
            with pytest.raises(met) as caught:
                _json_of(url)
            # An end without a word counts as a reset, too.
            assert caught.type is met
        code, seconds = ended(process)
    finally:
        process.kill()
    assert (code, seconds < 20) == (0, True)


NO_HOSTS = ("http://[", "http://[x]", "http://[::1", "http://a:b", "http://a:99999999")


@pytest.mark.parametrize("kind", ["fast", "flask"])
def test_a_host_in_a_target_that_is_none_makes_no_difference(kind: str) -> None:
    """The request is answered like any other, and has one line in the log."""
    with Program("--server", kind) as running:
        for host in NO_HOSTS:
            with closing(Wire(running.url)) as wire:
                wire.send(GET.replace(b"/api", host.encode() + b"/api") + b"\r\n")
                assert wire.answer()[1]["code"] == 200, host
        code, log = running.stop()
    assert (code, len(log.splitlines())) == (0, len(NO_HOSTS))


def _json_of(url: str) -> object:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    try:
        connection.request("POST", CREATE, GOOD, {"Authorization": "Bearer k", "Content-Type": "application/json"})
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def test_a_server_that_never_started_gives_its_port_back() -> None:
    """Stopping closes what making has opened."""
    server = LiveServer("127.0.0.1", 0)
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
