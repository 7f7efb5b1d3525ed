"""Writing files whole: a crash, a full disk or a missing right leaves what was there before, and nothing half done."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from fakie_schemas.errors import ConfigurationError


def check_writable(file: Path) -> None:
    """Raise ConfigurationError when a file could not be written, before a run costs anything; makes nothing."""
    try:
        standing = next(path for path in (file, *file.parents) if path.exists() or path.is_symlink())
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error}") from error
    if standing != file and not standing.is_dir():
        raise ConfigurationError(f"{file} cannot be written: {standing} is not a folder")
    if file.is_dir() or not os.access(standing, os.W_OK):
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
            handle, beside = _beside(target)
            ready.append((beside, target))
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8", "replace"))
            beside.chmod(_mode(target))
        for beside, target in ready:
            beside.replace(target)
    finally:
        for beside, _ in ready:
            with suppress(OSError):
                beside.unlink()


@contextmanager
def made_once(target: Path) -> Iterator[Path]:
    """Make a file for its owner alone: gives a path beside it to write to, which becomes the file at the block's end.

    Unlike a rename this never takes the place of a file that another process has made meanwhile. Raises OSError.
    """
    handle, beside = _beside(target)
    os.close(handle)
    try:
        yield beside
        with suppress(FileExistsError):
            os.link(beside, target)
    finally:
        beside.unlink()


def _beside(target: Path) -> tuple[int, Path]:
    import tempfile

    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".part")
    return handle, Path(name)


def _mode(target: Path) -> int:
    """Return the permissions of a file that is there, else those that a new one gets."""
    try:
        return target.stat().st_mode & 0o777
    except OSError:
        return 0o644
