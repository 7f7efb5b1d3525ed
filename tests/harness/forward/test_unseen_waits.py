"""Waits that nothing stands in for, and that end by what happens at a later moment: time comes to it all the same."""

import asyncio
import ctypes
import functools
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from fakie.harness.fake import Fake
from fakie.harness.fast_forward import fast_forward
from support.clients.client import create
from support.clients.receiver import receiver

JOB = 300
_SERVE = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); print(flush=True); time.sleep(120)"

pytestmark = [
    pytest.mark.usefixtures("semaphores_freed"),
    pytest.mark.skipif(sys.platform != "linux", reason="whether a process listens is known on Linux only"),
]


@contextmanager
def serving() -> Iterator[None]:
    """Have a process that listens, as a receiver of its own does."""
    with subprocess.Popen([sys.executable, "-c", _SERVE], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        try:
            yield
        finally:
            child.kill()


def comes_to_the_callback(fake: Fake, take: Callable[[], object], wait: Callable[[], object]) -> bool:
    """Tell whether a wait ends by the callback of a job, and at its moment."""
    fake.deliver_to(receiver(take))
    fake.plan_next(seconds=JOB)
    before = time.time()
    create()
    return bool(wait()) and JOB <= time.time() - before < JOB + 20


def waits_for_what_a_process_tells(fake: Fake, how: str) -> bool:
    """Wait as for another process, by an event, a queue or a pipe."""
    event, (here, there) = multiprocessing.Event(), multiprocessing.Pipe()
    with closing(here), closing(there), multiprocessing_queue() as queue:
        take, wait = {
            "event": (event.set, lambda: event.wait(60)),
            "queue": (lambda: queue.put("done"), lambda: queue.get(timeout=60)),
            "queue without an end": (lambda: queue.put("done"), queue.get),
            "connection": (lambda: there.send("done"), here.recv),
            "pipe": (lambda: os.write(there.fileno(), b"done"), lambda: os.read(here.fileno(), 4)),
        }[how]
        assert callable(take)
        assert callable(wait)
        return comes_to_the_callback(fake, take, wait)


@contextmanager
def multiprocessing_queue() -> Iterator[Any]:
    """Have a queue, and nothing left of it."""
    queue: Any = multiprocessing.Queue()
    yield queue
    queue.close()
    queue.join_thread()


_HOW = ("event", "queue", "queue without an end", "connection", "pipe")


@pytest.mark.parametrize("how", _HOW)
def test_time_moves_for_who_waits_for_a_receiver_in_another_process(fast: Fake, how: str) -> None:
    """No thread but the one that waits is there to move it."""
    with serving():
        assert waits_for_what_a_process_tells(fast, how)


def test_a_receiver_from_before_is_one_too(fake: Fake) -> None:
    """A fixture of the session has started it."""
    with serving(), fast_forward(fake):
        assert waits_for_what_a_process_tells(fake, "event")


def works(queue: Any) -> None:
    os.system("sleep 1")
    queue.put("done")


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_worker_is_at_work_beside_a_listener_of_the_test(fast: Fake) -> None:
    """It has that listener too, and who waits for what it says is not outrun."""
    with socket.create_server(("127.0.0.1", 0)), multiprocessing_queue() as queue:
        process = multiprocessing.get_context("fork").Process(target=works, args=(queue,), daemon=True)
        process.start()
        fast.plan_next(seconds=JOB)
        before = time.time()
        create()
        assert queue.get(timeout=60) == "done"
        assert time.time() - before < JOB
        process.join()
        process.close()


@pytest.mark.parametrize("job", ["reads", "reads in a context", "reads by a partial", "receives", "waits for a lock"])
def test_a_job_that_only_watches_is_not_at_work(fast: Fake, job: str) -> None:
    """It is a function in C, of which nothing is seen but its name."""
    lock, (here, there), (out, into) = threading.Lock(), socket.socketpair(), os.pipe()
    with lock, closing(here), closing(there), os.fdopen(out, "rb") as file, os.fdopen(into, "wb", 0) as other_end:
        take: Callable[[], object] = {
            "receives": lambda: there.send(b"done\n"),
            "waits for a lock": lock.release,
        }.get(job, lambda: other_end.write(b"done\n"))

        async def wait() -> object:
            loop = asyncio.get_running_loop()
            begin: dict[str, Callable[[], Any]] = {
                "reads": lambda: loop.run_in_executor(None, file.readline),
                "reads in a context": lambda: asyncio.to_thread(file.readline),
                "reads by a partial": lambda: loop.run_in_executor(None, functools.partial(file.readline, 5)),
                "receives": lambda: loop.run_in_executor(None, here.recv, 5),
                "waits for a lock": lambda: loop.run_in_executor(None, lock.acquire),
            }
            return await asyncio.wait_for(begin[job](), 2 * JOB)

        assert comes_to_the_callback(fast, take, lambda: asyncio.run(wait()))


def asks() -> bytes:
    """Ask a process for an answer by pipes, which takes it a while."""
    with subprocess.Popen([sys.executable, "-c", _SLOWLY], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.close()
        return child.stdout.readline()


def sleeps_in_c() -> object:
    return ctypes.CDLL(None).usleep(300_000)


_SLOWLY = "import sys, time; sys.stdin.read(); time.sleep(0.3); print('done')"


@pytest.mark.parametrize(("does", "patience"), [(sleeps_in_c, 0.05), (asks, 20.0)])
def test_a_process_beside_the_test_lets_no_time_past_what_it_does(
    fake: Fake, does: Callable[[], object], patience: float
) -> None:
    """Where it alone is there, a call of another language is at work, and a pipe may be about to be answered."""
    with serving(), fast_forward(fake, patience):
        fake.plan_next(seconds=JOB)
        before = time.time()
        create()
        does()
        assert time.time() - before < JOB


def test_a_wait_within_an_assertion_is_known_for_one(fast: Fake) -> None:
    """Pytest takes assertions apart, so that the name of what is called stands in no call."""
    out, into = os.pipe()
    with os.fdopen(out, "rb", 0) as file, os.fdopen(into, "wb", 0) as other_end, serving():
        fast.deliver_to(receiver(lambda: other_end.write(b"done")))
        fast.plan_next(seconds=JOB)
        create()
        assert file.read(4) == b"done"
