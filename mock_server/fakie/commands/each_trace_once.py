"""Traces that code of the user's writes to stderr while it is tried again and again: each is shown once."""

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any, TextIO, cast

_HEADER = "Traceback (most recent call last):"
# What the interpreter writes in front of a trace.
_BEFORE = ("Exception in thread ", "\nThe above exception was ", "\nDuring handling of ")
# Where it went, and the type of what was raised: a message may hold a task's id.
_CAUSE = re.compile(r"^(?: +File .*|[\w.]+(?=:|$))", re.MULTILINE)


@contextmanager
def each_trace_once() -> Iterator[None]:
    """Let stderr show each trace once in a block, and say at its end how many were left out."""
    stream = _EachTraceOnce(sys.stderr)
    with redirect_stderr(cast("TextIO", stream)):
        try:
            yield
        finally:
            stream.end()


class _EachTraceOnce:
    """A text stream that passes on all but traces which it has passed on before, with what their record says."""

    def __init__(self, shown: TextIO) -> None:
        self._shown = shown
        self._seen: set[tuple[str, ...]] = set()
        self._left_out = 0
        # Two callbacks at once fail in two threads, whose pieces mingle.
        self._begun: dict[int, str] = {}
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shown, name)

    def write(self, text: str) -> int:
        """Take a text: a log writes a record in one piece, the interpreter a trace in many."""
        with self._lock:
            whole = self._begun.pop(threading.get_ident(), "") + text
            if _goes_on(whole):
                self._begun[threading.get_ident()] = whole
            else:
                self._pass_on(whole)
        return len(text)

    def end(self) -> None:
        """Pass on what has no end, and say what was left out."""
        with self._lock:
            begun, self._begun = self._begun, {}
        self._shown.write("".join(begun.values()))
        if self._left_out:
            self._shown.write(f"fakie: {self._left_out} more of these traces left out\n")

    def _pass_on(self, text: str) -> None:
        if _HEADER in text:
            cause = tuple(_CAUSE.findall(text[text.index(_HEADER) :]))
            if cause in self._seen:
                self._left_out += 1
                return
            self._seen.add(cause)
        self._shown.write(text)


def _goes_on(text: str) -> bool:
    """Tell whether a text is a trace that has not come to the line of its error."""
    if not text.startswith((_HEADER, *_BEFORE)):
        return False
    last = text.removesuffix("\n").rpartition("\n")[2]
    return _HEADER not in text or not text.endswith("\n") or last.startswith((" ", _HEADER))
