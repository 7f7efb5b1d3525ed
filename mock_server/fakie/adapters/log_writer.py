"""The log: written by a thread of its own, so that a terminal that stands still holds up nothing but its lines."""

import json
import logging
import os
import threading
import time
from pathlib import Path

from fakie.adapters.log_lines import LineOf, LogForm, line_maker
from fakie.core.journal import Entry

_MOST_WAITING = 2 * 1024 * 1024
# A thread that wants to go on beside a busy loop is woken at each of the loop's calls of the system, mostly in vain, so
# that it had better not want to often.
_GATHER_SECONDS = 0.2
_CLOSE_SECONDS = 0.3
_UNREAD = "nobody read them"
_NO_READER = (BlockingIOError, BrokenPipeError)
_FORMAT = logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S")


class LogWriter(logging.Handler):
    """Writes lines to a descriptor; `dropped` counts those that it could not take, or could not be rid of.

    So many bytes may wait, at `most`. In the form `quiet` requests are left out, and of the rest what is no warning.
    """

    def __init__(
        self, descriptor: int = 2, most: int = _MOST_WAITING, *, form: LogForm = "text", colored: bool = False
    ) -> None:
        super().__init__(logging.WARNING if form == "quiet" else logging.INFO)
        self.setFormatter(_AsJson() if form == "json" else _FORMAT)
        # What nobody can read need not be made.
        self._line_of: LineOf | None = None if _is_null(descriptor) else line_maker(form, colored=colored)
        self.dropped = 0
        self._told = 0
        self._why = _UNREAD
        self._amid_a_line = False
        self._most = most
        self._descriptor = descriptor
        # What is to be written. To add to its end, and to cut off its beginning, is one step each, which needs no lock.
        self._waiting = bytearray()
        self._asleep = False
        self._wake, self._closing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="fakie-log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record of the standard library's logging."""
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 - whatever its arguments raise; the standard library's way to tell of it
            self.handleError(record)
        else:
            self.tell(line)

    def tell(self, line: str) -> None:
        """Take a line, to be written later; never waits."""
        if len(self._waiting) >= self._most:
            self.dropped += 1
            return
        self._waiting.extend(_as_bytes(line))
        if self._asleep:
            self._wake.set()

    def request(self, entry: Entry) -> None:
        """Take an entry of the journal, which becomes one line without keys, queries or bodies."""
        if self._line_of is not None:
            # At once, while all that it tells is at hand: a thread that made thousands of lines later kept the
            # interpreter from the loop for as long, and took three times as long for each.
            self.tell(self._line_of(time.time(), entry))

    def close(self) -> None:
        """Write what waits, within a moment."""
        self._closing.set()
        self._wake.set()
        self._thread.join(_CLOSE_SECONDS)
        super().close()

    def _run(self) -> None:
        while self._waiting or not self._closing.is_set():
            if not self._waiting:
                self._sleep()
            while self._waiting:
                data = bytes(self._waiting)
                del self._waiting[: len(data)]
                self._write(data)
            # The next ones come in bursts, and one write serves many.
            self._closing.wait(_GATHER_SECONDS)
        # The last that were dropped are told, too.
        self._write(b"")

    def _sleep(self) -> None:
        self._asleep = True
        # Whoever adds a line from now on wakes it; one that was added before is there.
        if not self._waiting and not self._closing.is_set():
            self._wake.wait()
        self._asleep = False
        self._wake.clear()

    def _write(self, data: bytes) -> None:
        missing = self.dropped - self._told
        told = _as_bytes(self._dropped(missing)) if missing else b""
        # Half a line, as a disk takes that is full then, is one that is missing, and no other may be lost in it.
        text, written = b"\n" * self._amid_a_line + told + data, 0
        try:
            while written < len(text):
                written += os.write(self._descriptor, memoryview(text)[written:])
        except OSError as error:
            # The line about those that are missing is none of them. Counted before it is added: threads add, too.
            lost = text.count(b"\n", max(written, len(text) - len(data)))
            self.dropped += lost
            self._why = _UNREAD if isinstance(error, _NO_READER) else f"they could not be written: {error.strerror}"
        if written:
            self._amid_a_line = not text.endswith(b"\n", 0, written)
        if len(text) - written <= len(data):
            self._told += missing

    def _dropped(self, lines: int) -> str:
        said = {"levelname": "WARNING", "msg": f"{lines} lines of the log were dropped: {self._why}"}
        return self.format(logging.makeLogRecord(said))


def _is_null(descriptor: int) -> bool:
    """Return whether what is written to a descriptor goes nowhere, as with `2>/dev/null`."""
    try:
        return os.path.samestat(os.fstat(descriptor), Path(os.devnull).stat())
    except OSError:
        return False


def _as_bytes(line: str) -> bytes:
    return line.encode("utf-8", "backslashreplace") + b"\n"


class _AsJson(logging.Formatter):
    """A line of the log that is about no request, as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one JSON object."""
        text = super().format(record)
        return json.dumps({"at": record.created, "kind": "log", "level": record.levelname.lower(), "text": text})
