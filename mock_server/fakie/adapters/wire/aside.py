"""Bytes kept aside from memory: in a temporary file once they are many, where the disk has room for one."""

from contextlib import suppress
from errno import EMFILE, ENFILE
from tempfile import SpooledTemporaryFile
from typing import Any

from fakie.adapters.wire.coming import KEPT_IN_MEMORY
from fakie.core.situations import Refused


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
    if error.errno in {EMFILE, ENFILE}:
        return f"no file can be opened for this body: {error.strerror}; a higher `ulimit -n` makes room"
    reason = f"the folder for temporary files takes no more of this body: {error.strerror}"
    return f"{reason}; make room there, or name another by TMPDIR"
