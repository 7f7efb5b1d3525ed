"""Ids: random ones, or the same ones every time for a seed."""

import random
import threading

# Taken now: a test may put a mock in place of the functions of `os` and `secrets`.
from os import urandom

_ID_BYTES, _IDS_AT_ONCE = 16, 256


class RandomIds:
    """Ids that nobody can guess, of random bytes that are fetched for many at once."""

    def __init__(self) -> None:
        self._ready: list[str] = []

    def task_id(self) -> str:
        """Return a new task id: 32 lowercase hex digits."""
        try:
            # Taking one off a list is one step, also among threads.
            return self._ready.pop()
        except IndexError:
            digits = urandom(_ID_BYTES * _IDS_AT_ONCE).hex()
            width = 2 * _ID_BYTES
            made = [digits[at : at + width] for at in range(0, len(digits), width)]
            self._ready += made[1:]
            return made[0]

    def error_id(self) -> str:
        """Return a new id under which an error is logged."""
        return urandom(4).hex()

    def file_name(self) -> str:
        """Return a new name for a file: 16 lowercase hex digits."""
        return urandom(8).hex()


class SeededIds:
    """The same ids in the same order for the same seed."""

    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._tasks = random.Random(f"tasks {seed}")  # noqa: S311 - repeatable on purpose
        self._errors = random.Random(f"errors {seed}")  # noqa: S311
        self._files = random.Random(f"files {seed}")  # noqa: S311

    def task_id(self) -> str:
        """Return the next task id: 32 lowercase hex digits."""
        with self._lock:
            return f"{self._tasks.getrandbits(128):032x}"

    def error_id(self) -> str:
        """Return the next error id."""
        with self._lock:
            return f"{self._errors.getrandbits(32):08x}"

    def file_name(self) -> str:
        """Return the next name for a file: 16 lowercase hex digits."""
        with self._lock:
            return f"{self._files.getrandbits(64):016x}"
