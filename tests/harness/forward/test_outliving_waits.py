"""What waits without a time-out when its test ends goes on to wait, and ends when what it waits for happens."""

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


@pytest.mark.parametrize("wait", ["it.get(timeout=1)", "it.put(1, timeout=1)"])
def test_a_queue_with_a_time_out_does_not_wait_for_what_was_skipped(calling: pytest.Pytester, wait: str) -> None:
    """A session's worker looks on for its end: a queue counts by the clock, which goes back between its looks."""
    calling.makepyfile(f"""
        import queue, threading, time

        it, stop = queue.Queue(1), threading.Event()

        def work():
            while not stop.is_set():
                try:
                    {wait}
                except (queue.Empty, queue.Full):
                    pass

        worker = threading.Thread(target=work, daemon=True)

        def test_skipping(fakie):
            worker.start()
            time.sleep(500)

        def test_afterwards():
            stop.set()
            worker.join(20)
            assert not worker.is_alive()
    """)
    run(calling).assert_outcomes(passed=2)
