"""Pools, queues and pipes of `multiprocessing` that sit idle while a job is polled, and those that are at work."""

import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.pool import Pool
from typing import Any

import pytest

from fakie.harness.fake import Fake
from support.clients.client import run

pytestmark = pytest.mark.usefixtures("semaphores_freed")
_SPAWN = multiprocessing.get_context("spawn")


@contextmanager
def _reader_of_a_pipe() -> Iterator[None]:
    here, there = multiprocessing.Pipe()
    reader = threading.Thread(target=there.recv)
    reader.start()
    yield
    here.send("the end")
    reader.join()
    here.close()
    there.close()


@contextmanager
def _reader_of_a_queue() -> Iterator[None]:
    queue: Any = multiprocessing.Queue()
    reader = threading.Thread(target=queue.get)
    reader.start()
    yield
    queue.put("the end")
    reader.join()
    _close(queue)


@contextmanager
def _used_queue() -> Iterator[None]:
    queue: Any = multiprocessing.Queue()
    queue.put(1)
    queue.get()
    yield
    _close(queue)


@contextmanager
def _pool() -> Iterator[None]:
    with _ended(_SPAWN.Pool(1)) as pool:
        pool.apply(abs, (-1,))
        yield


@contextmanager
def _executor() -> Iterator[None]:
    with ProcessPoolExecutor(1, mp_context=_SPAWN) as executor:
        executor.submit(abs, -1).result()
        yield


@contextmanager
def _ended(pool: Pool) -> Iterator[Pool]:
    try:
        yield pool
    finally:
        pool.close()
        pool.join()


def _close(queue: Any) -> None:
    queue.close()
    queue.join_thread()


@pytest.mark.parametrize("idle", [_reader_of_a_pipe, _reader_of_a_queue, _used_queue, _pool, _executor])
def test_what_sits_idle_is_not_waited_for(fast: Fake, idle: Any) -> None:
    """A job of ten minutes takes no time beside it."""
    fast.plan_next(seconds=590)
    with idle():
        began = os.times().elapsed
        assert 110 <= run()[1] <= 119
        assert os.times().elapsed - began < 100


def test_a_job_of_a_pool_is_waited_for(fast: Fake) -> None:
    """Its second is a real one: whoever looks every 10 s does so once or twice."""
    with _ended(_SPAWN.Pool(1)) as pool:
        pool.apply(abs, (-1,))
        assert _looks(pool.apply_async(time.sleep, (1,)).ready) <= 2


def test_a_job_of_an_executor_of_processes_is_waited_for(fast: Fake) -> None:
    """The same for what is submitted."""
    executor: Executor
    with ProcessPoolExecutor(1, mp_context=_SPAWN) as executor:
        executor.submit(abs, -1).result()
        assert _looks(executor.submit(time.sleep, 1).done) <= 2


def _looks(ready: Any) -> int:
    count = 0
    while not ready():
        time.sleep(10)
        count += 1
    return count
