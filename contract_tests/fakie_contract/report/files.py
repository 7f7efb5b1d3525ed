"""Writing files whole: a crash leaves the file that was there before, or none."""

import os
from contextlib import suppress
from pathlib import Path

from fakie_schemas.errors import ConfigurationError


def check_writable(file: Path) -> None:
    """Raise ConfigurationError when a file could not be written, before a run costs anything; makes its folder."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error}") from error
    if file.is_dir() or not os.access(file if file.exists() else file.parent, os.W_OK):
        raise ConfigurationError(f"{file} cannot be written: it is a folder, or lies in one that is read-only")


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
        with suppress(OSError):
            beside.unlink()
