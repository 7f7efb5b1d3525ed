"""`fakie serve --store` as a program: alone, twice, and with several workers on one port."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
import redis
from kills import KilledFake
from redis_process import RedisServer

from support.servers.program import Program
from support.waiting import wait_until
from support.wire import GOOD, Wire, with_body

HOOK = "http://127.0.0.1:9/hook"
LIMIT_SECONDS = 30
Start = Callable[..., KilledFake]


@pytest.fixture
def start(server: RedisServer) -> Iterator[Start]:
    """Start fakes on the test's Redis; stopped at the end."""
    started: list[KilledFake] = []

    def start_one(*options: str) -> KilledFake:
        started.append(KilledFake("--store", server.url, *options))
        return started[-1]

    yield start_one
    for fake in started:
        if fake.process.poll() is None:
            fake.end(killed=False)


def children(pid: int) -> list[int]:
    """Return the processes that one has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_gone(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


def test_two_processes_are_one_fake_and_a_third_finds_all_that_they_did(start: Start) -> None:
    """Tasks of both, by their ids, credits of both, and callbacks of a process that is gone."""
    one, other = start(), start()
    tasks = [one.create(HOOK, "key"), other.create(HOOK, "key")]
    one.end(killed=True)
    other.end(killed=False)
    third = start()
    assert [task["task_id"] for task in third.lever("tasks")] == tasks
    assert [account["spent"] for account in third.lever("accounts")] == [2]
    wait_until(
        lambda: {entry["task_id"] for entry in third.lever("journal") if entry["kind"] == "delivery"} == set(tasks)
    )


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see processes")
def test_workers_share_a_port_and_one_that_is_killed_comes_again(start: Start) -> None:
    """Each answers; the port never stops to be served; all end with the program."""
    fake = start("--workers", "3")
    main = fake.process.pid
    wait_until(lambda: len(children(main)) == 3)
    first = children(main)
    os.kill(first[0], signal.SIGKILL)
    wait_until(lambda: len(children(main)) == 3 and first[0] not in children(main))
    for _ in range(10):
        fake.create(HOOK, "key")
    assert len(fake.lever("tasks")) == 10
    workers = children(main)
    fake.end(killed=False)
    assert fake.process.returncode == 0
    assert all(map(is_gone, workers))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see processes")
def test_workers_do_not_outlive_the_program_that_started_them(start: Start) -> None:
    """Also when that is killed and cannot say so."""
    fake = start("--workers", "2")
    wait_until(lambda: len(children(fake.process.pid)) == 2)
    workers = children(fake.process.pid)
    fake.end(killed=True)
    wait_until(lambda: all(map(is_gone, workers)))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see processes")
def test_a_second_ctrl_c_ends_the_workers_too(server: RedisServer) -> None:
    """Requests in work have their grace of a minute, unless whoever waits does not want to."""
    with Program("--store", server.url, "--workers", "2", "--grace", "60") as fake:
        wait_until(lambda: len(children(fake.process.pid)) == 2)
        workers = children(fake.process.pid)
        fake.ask("POST", "/_fakie/spoils", {"kind": "latency", "seconds": 60})
        with closing(Wire(fake.url)) as client:
            client.send(with_body(GOOD))
            wait_until(lambda: fake.ask("GET", "/_fakie/journal")["data"])
            while fake.process.poll() is None:
                fake.process.send_signal(signal.SIGINT)
                time.sleep(0.1)
        assert fake.process.returncode == 130
        wait_until(lambda: all(map(is_gone, workers)))


def test_the_ready_line_says_where_how_many_and_what_survives(server: RedisServer) -> None:
    """Without the password of the URL, which may stand in a file."""
    Path("url").write_text(server.url.replace("unix://", "unix://default:any@"))
    with Program("--store", "@url", "--workers", "2") as fake:
        line, (_, log) = fake.line, fake.stop()
    assert f"store: {server.url}, 0 accounts, 0 tasks; all that was answered survives Redis" in line
    assert line.rstrip().endswith("workers: 2)")
    assert "any@" not in line + log


def refused(*options: str) -> str:
    """Run a fake that cannot start; return the only line that it writes."""
    command = [sys.executable, "-m", "fakie", "serve", "--port", "0", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT_SECONDS)
    assert done.returncode == 2
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    return line


def test_without_the_client_it_says_how_to_get_it() -> None:
    """One line and exit code 2, where the extra is not installed."""
    call = (
        "import sys; sys.modules['redis'] = None; from fakie.cli import main; main(['serve', '--store', 'redis://h'])"
    )
    done = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "fakie: --store needs redis: pip install 'fakie[redis]' brings it\n"


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_store_that_cannot_be_used_is_one_line_and_exit_2(server: RedisServer, workers: str) -> None:
    """Also where several workers would have found it out."""
    server.kill()
    line = refused("--store", server.url, "--workers", workers)
    assert line.startswith(f"fakie: the store {server.url} cannot be used: nothing answers there")


def test_a_user_who_may_not_do_what_is_needed_is_told_in_one_line(server: RedisServer) -> None:
    """Also where that is found out only once the store is used, as with channels."""
    client: redis.Redis = redis.Redis(unix_socket_path=str(server.socket))
    client.acl_setuser("careful", enabled=True, passwords=["+x"], commands=["+@all"], keys=["*"], reset_channels=True)
    client.close()
    line = refused("--store", f"unix://careful:x@{server.socket}")
    assert "its user may not do what a store needs" in line


def test_a_port_that_other_workers_serve_is_in_use(start: Start, server: RedisServer) -> None:
    """Though they would share it."""
    fake = start("--workers", "2")
    assert "Address already in use" in refused(
        "--store", server.url, "--workers", "2", "--port", fake.url.rpartition(":")[2]
    )


def test_what_one_worker_refuses_is_told_once(server: RedisServer) -> None:
    """A model that there is none of, found out when the first worker has started."""
    line = refused("--store", server.url, "--workers", "3", "--disable", "no-such-model")
    assert "no-such-model" in line
