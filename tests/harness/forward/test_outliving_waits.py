"""What waits when its test ends: without a time-out until what it waits for happens, with one no longer than that."""

import pytest

from support.clients.plugin_project import run

# What waits, and what ends it; both see `it`.
WAITS = {
    "event": ("threading.Event()", "it.wait()", "it.set()"),
    "condition": ("Guarded()", "it.waited()", "it.told()"),
    "semaphore": ("threading.Semaphore(0)", "it.acquire()", "it.release()"),
    "barrier": ("threading.Barrier(2)", "it.wait() + 1", "it.wait(60)"),
    "queue": ("queue.Queue()", "it.get()", "it.put(1)"),
    "simple queue": ("queue.SimpleQueue()", "it.get()", "it.put(1)"),
    "join": ("Held()", "it.thread.join() or 1", "it.event.set()"),
    "future": ("futures.Future()", "it.result()", "it.set_result(1)"),
    "futures": ("futures.Future()", "len(futures.wait([it]).done)", "it.set_result(1)"),
    "lock": ("taken()", "it.acquire()", "it.release()"),
    "selector": ("Pipe()", "len(it.selector.select())", "it.write()"),
    "select": ("Pipe()", "len(select.select([it.reader], [], [])[0])", "it.write()"),
    "poll": ("Pipe()", "len(it.poller.poll())", "it.write()"),
    "loop": ("Pipe()", "it.looped()", "it.write()"),
}
PROJECT = """
import asyncio, concurrent.futures as futures, os, queue, select, selectors, threading

import pytest

class Guarded(threading.Condition):
    def waited(self):
        with self:
            return self.wait()
    def told(self):
        with self:
            self.notify()

class Held:
    def __init__(self):
        self.event = threading.Event()
        self.thread = threading.Thread(target=self.event.wait, daemon=True)
        self.thread.start()

class Pipe:
    def __init__(self):
        self.reader, self.writer = os.pipe()
        self.selector, self.poller = selectors.DefaultSelector(), select.poll()
        self.selector.register(self.reader, selectors.EVENT_READ)
        self.poller.register(self.reader, select.POLLIN)
    def write(self):
        os.write(self.writer, b"1")
    def looped(self):
        async def read():
            read = asyncio.Event()
            asyncio.get_running_loop().add_reader(self.reader, read.set)
            return await read.wait()
        return asyncio.run(read())

def taken():
    lock = threading.Lock()
    lock.acquire()
    return lock

WAITS = {waits}

def begin(made, wait):
    it, ended = eval(made), []

    def waits():
        try:
            ended.append(eval(wait, globals(), {"it": it}))
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=waits, daemon=True)
    thread.start()
    return it, ended, thread

BEGUN = {}

def test_begins(fakie):
    for name, (made, wait, _) in WAITS.items():
        BEGUN[name] = begin(made, wait)
    threading.Event().wait(5)

@pytest.mark.parametrize("name", WAITS)
def test_goes_on(name):
    it, ended, thread = BEGUN[name]
    thread.join(0.05)
    assert ended == []
    eval(WAITS[name][2], globals(), {"it": it})
    thread.join(60)
    assert len(ended) == 1 and not isinstance(ended[0], BaseException) and ended[0], ended
"""


def test_a_wait_without_a_time_out_outlives_its_test(calling: pytest.Pytester) -> None:
    """Whether it is a thing of Python, of C, or of the system: it is not told that what it waits for has happened."""
    calling.makepyfile(PROJECT.replace("{waits}", repr(WAITS)))
    run(calling).assert_outcomes(passed=1 + len(WAITS))


# What a session's worker does again and again: waits that count by the clock between their looks.
LOOKS = {
    "get": "full_or_empty(queue.Queue().get, timeout=1)",
    "put": "full_or_empty(full.put, 1, timeout=1)",
    "semaphore": "threading.Semaphore(0).acquire(timeout=1)",
    "condition": "waited_for(timeout=1)",
    "barrier": "broken(threading.Barrier(2).wait, timeout=1)",
    "futures": "late(list, futures.as_completed([futures.Future()], timeout=1))",
    "event": "threading.Event().wait(1)",
    "own loop": "looped(time.monotonic)",
    "own loop by the wall clock": "looped(time.time)",
    "sleep": "time.sleep(1)",
    "own loop of a lock": "until_late(lambda left: held.acquire(timeout=left))",
    "own loop of a queue": "until_late(lambda left: full_or_empty(queue.SimpleQueue().get, timeout=left))",
    "own loop of a join": "until_late(threading.main_thread().join)",
}
WORKERS = """
import concurrent.futures as futures, queue, threading, time
from contextlib import suppress

import pytest

full, stop, condition = queue.Queue(1), threading.Event(), threading.Condition()
full.put(1)

def catching(*errors):
    def call(function, *given, **named):
        with suppress(*errors):
            function(*given, **named)
    return call

full_or_empty = catching(queue.Full, queue.Empty)
broken, late = catching(threading.BrokenBarrierError), catching(futures.TimeoutError)

def waited_for(timeout):
    with condition:
        condition.wait_for(lambda: False, timeout)

def looped(clock):
    end = clock() + 1
    with condition:
        while (left := end - clock()) > 0:
            condition.wait(left)

held = threading.Lock()
held.acquire()

def until_late(wait):
    end = time.monotonic() + 1
    while (left := end - time.monotonic()) > 0:
        wait(left)

LOOKS = {looks}
workers = {}

def work(look):
    while not stop.is_set():
        eval(look)

def test_skipping(fakie):
    for name, look in LOOKS.items():
        workers[name] = threading.Thread(target=work, args=(look,), daemon=True)
        workers[name].start()
    time.sleep(100)

@pytest.mark.parametrize("name", LOOKS)
def test_afterwards(name):
    stop.set()
    workers[name].join(20)
    assert not workers[name].is_alive()
"""


def test_a_wait_with_a_time_out_does_not_outlive_its_test_by_what_was_skipped(calling: pytest.Pytester) -> None:
    """A session's worker looks on for its end, though the clock by which its waits count goes back."""
    calling.makepyfile(WORKERS.replace("{looks}", repr(LOOKS)))
    run(calling).assert_outcomes(passed=1 + len(LOOKS))
