"""Writing files whole: a crash, a full disk or a missing right leaves what was there before, and nothing half done."""

import os
import tempfile
from collections.abc import Mapping
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
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and not file.is_file():
            # A pipe or a terminal has no beside.
            file.write_bytes(text.encode("utf-8", "replace"))
        else:
            write_all({file: text})
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error}") from error


def write_all(texts: Mapping[Path, str]) -> None:
    """Write every text beside its file, then put all in place; raises OSError, and has written none then.

    What UTF-8 cannot carry, such as half of a surrogate pair, becomes a question mark.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        for target, text in texts.items():
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".part")
            ready.append((Path(name), target))
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8", "replace"))
            Path(name).chmod(_mode(target))
        for beside, target in ready:
            beside.replace(target)
    finally:
        for beside, _ in ready:
            with suppress(OSError):
                beside.unlink()


def _mode(target: Path) -> int:
    """Return the permissions of a file that is there, else those that a new one gets."""
    try:
        return target.stat().st_mode & 0o777
    except OSError:
        return 0o644
