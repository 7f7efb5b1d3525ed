"""Threads that a test has begun and left at work: their calls to the vendor's hosts stay refused once it has ended."""

import threading
from collections.abc import Iterable
from typing import Protocol
from weakref import WeakSet

from fakie.adapters.reach.claims import Claims
from fakie.adapters.reach.refusals import refused_behind


class CallGuard(Protocol):
    """Refuses calls that must not leave this machine; each method raises CallRefusedError for one."""

    def guard(self, host: str, port: int | None = None) -> None:
        """See a connection to a host."""

    def guard_name(self, host: str) -> None:
        """See a host that is meant, however it is reached."""

    def guard_text(self, text: str) -> None:
        """See what a process is given."""


class LeftBehind:
    """The threads of one test that has ended, and those that they begin."""

    def __init__(self, claims: Claims, threads: Iterable[threading.Thread], test: str) -> None:
        self._claims = claims
        self._threads = WeakSet(threads)
        self._test = test

    @property
    def is_over(self) -> bool:
        """Whether none of them runs any more."""
        return not any(thread.is_alive() for thread in list(self._threads))

    def guard(self, host: str, port: int | None = None) -> None:  # noqa: ARG002 - any port is meant
        """See a connection to a host."""
        self.guard_name(host)

    def guard_name(self, host: str) -> None:
        """See a host that is meant, however it is reached."""
        caller = self._caller()
        if caller is not None and self._claims.is_vendor(host):
            raise refused_behind(host, caller.name, self._test)

    def guard_text(self, text: str) -> None:
        """See what a process is given."""
        host = self._claims.named_in(text) if self._caller() else None
        if host:
            self.guard_name(host)

    def begins(self, thread: object) -> None:
        """Hear that the calling thread begins another."""
        if isinstance(thread, threading.Thread) and self._caller():
            self._threads.add(thread)

    def _caller(self) -> threading.Thread | None:
        # Numbers are given anew, and whoever asks by `current_thread` may be taken for one of Python's.
        here = threading.get_ident()
        return next((each for each in list(self._threads) if each.ident == here and each.is_alive()), None)
