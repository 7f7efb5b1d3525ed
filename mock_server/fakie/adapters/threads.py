"""Threads as far as the system has any to give: a container, or a limit of memory, may have none left."""

import threading
from collections.abc import Callable


def begin_thread(threads: list[threading.Thread], work: Callable[[], None], name: str) -> bool:
    """Begin one thread more, a daemon, and remember it; tells whether there was one to be had."""
    thread = threading.Thread(target=work, name=f"{name}-{len(threads)}", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return False
    threads.append(thread)
    return True
