"""Writing files whole: a crash leaves the file that was there before, or none."""

import os
from pathlib import Path

from fakie.errors import ConfigurationError


def write_whole(file: Path, text: str) -> None:
    """Write a text to a file, its folder made if need be; raises ConfigurationError when that cannot be done."""
    beside = file.with_name(f".{file.name[:40]}.{os.getpid()}.part")
    content = text.encode("utf-8", "replace")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and not file.is_file():
            # A pipe or a terminal has no beside.
            file.write_bytes(content)
            return
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error}") from error
    finally:
        beside.unlink(missing_ok=True)
