"""Bytes kept aside from memory: in a temporary file once they are many, where the disk has room for one."""

import os
from contextlib import suppress
from errno import EMFILE, ENFILE
from tempfile import SpooledTemporaryFile
from typing import Any

from fakie.adapters.wire.coming import KEPT_IN_MEMORY
from fakie.core.situations import Refused

_TOO_MANY = {
    EMFILE: "a higher `ulimit -n` makes room",
    ENFILE: "all programs of this machine together have as many open as it allows",
}


class Aside(SpooledTemporaryFile[bytes]):
    """A file of bytes for one owner, who closes it; writing raises Refused where the system takes no more."""

    def __init__(self) -> None:
        super().__init__(KEPT_IN_MEMORY)

    def write(self, data: Any) -> int:
        """Keep bytes, whole or not at all; return how many."""
        try:
            written = super().write(data)
            # Or it would be found out later, by whoever reads it.
            self.flush()
        except OSError as error:
            with suppress(OSError):
                self.close()
            raise Refused("server_busy", reason=_reason(error)) from error
        return written


def _reason(error: OSError) -> str:
    """Return why a body is not kept, and what would help."""
    lacking = _refused_opening() or error
    if lacking.errno in _TOO_MANY:
        return f"no file can be opened for this body: {lacking.strerror}; {_TOO_MANY[lacking.errno]}"
    reason = f"the folder for temporary files takes no more of this body: {error.strerror}"
    return f"{reason}; make room there, or name another by TMPDIR"


def _refused_opening() -> OSError | None:
    """Return why no file at all can be opened: who looks for a folder that takes one says only that there is none."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error
    return None
