"""Bytes kept aside from memory: in a temporary file once they are many, where the disk has room for one."""

from contextlib import suppress
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
            reason = f"the folder for temporary files takes no more of this body: {error.strerror}"
            raise Refused("server_busy", reason=f"{reason}; make room there, or name another by TMPDIR") from error
        return written
