"""Writing files whole: a crash, a full disk or a missing right leaves what was there before, and nothing half done."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from fakie_schemas.errors import ConfigurationError

# No other file can be put in a file's place: its folder is read-only or somebody else's, or it is mounted by itself.
_NO_OTHER_FILE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY})


def files_below(folder: Path) -> list[Path]:
    """Return every file below a folder, sorted; raises ConfigurationError where one in it cannot be looked into."""

    def fail(error: OSError) -> None:
        raise ConfigurationError(f"{error.filename}: cannot be read: {error.strerror}") from error

    return sorted(Path(place, name) for place, _, names in os.walk(folder, onerror=fail) for name in names)


def check_writable(file: Path) -> None:
    """Raise ConfigurationError when a file could not be written, before a run costs anything; makes nothing."""
    try:
        real = Path(os.path.realpath(file))
        standing = next(path for path in (real, *real.parents) if path.exists() or path.is_symlink())
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error}") from error
    if standing != real and not standing.is_dir():
        raise ConfigurationError(f"{file} cannot be written: {standing} is not a folder")
    if real.is_dir() or not os.access(standing, os.W_OK):
        raise ConfigurationError(f"{file} cannot be written: it is a folder, or lies in one that is read-only")


def write_whole(file: Path, text: str) -> None:
    """Write a text to a file, its folder made if need be; raises ConfigurationError when that cannot be done.

    A link stays, and leads to the text. Where no other file can take its place, one that is there is written itself.
    """
    try:
        if file.exists() and not file.is_file():
            # A pipe or a terminal has no beside.
            file.write_bytes(_encoded(text))
        else:
            real = Path(os.path.realpath(file))
            real.parent.mkdir(parents=True, exist_ok=True)
            _replace_or_write(real, text)
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error}") from error


def _replace_or_write(file: Path, text: str) -> None:
    try:
        write_all({file: text})
    except OSError as error:
        if error.errno not in _NO_OTHER_FILE or not file.exists():
            raise
        file.write_bytes(_encoded(text))


def write_all(texts: Mapping[Path, str]) -> None:
    """Write every text beside its file, then put all in place; raises OSError, and has written none then.

    A file that is there keeps its permissions, a new one gets those that the process gives new files.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        for target, text in texts.items():
            mode = _mode(target)
            # Never more than the file's own, not even while it is written: it may hold a private key.
            beside = _beside(target, 0o666 if mode is None else mode | 0o600)
            ready.append((beside, target))
            beside.write_bytes(_encoded(text))
            if mode is not None:
                beside.chmod(mode)
        for beside, target in ready:
            beside.replace(target)
    finally:
        for beside, _ in ready:
            with suppress(OSError):
                beside.unlink()


def _encoded(text: str) -> bytes:
    """Return a text as UTF-8; what that cannot carry, such as half of a surrogate pair, becomes a question mark."""
    return text.encode("utf-8", "replace")


@contextmanager
def made_once(target: Path) -> Iterator[Path]:
    """Make a file for its owner alone: gives a path beside it to write to, which becomes the file at the block's end.

    Unlike a rename this never takes the place of a file that another process has made meanwhile. Raises OSError.
    """
    beside = _beside(target, 0o600)
    try:
        yield beside
        with suppress(FileExistsError):
            put_new(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def put_new(made: Path, target: Path) -> None:
    """Put a finished file at a name that no file has, near the one it had, which may stay.

    Raises FileExistsError where there is one, which stays as it is, or another OSError.
    """
    try:
        os.link(made, target)
    except FileExistsError:
        raise
    except OSError:
        # FAT, a share of Windows or of a virtual machine, and Android know no second name, each by a number of its own.
        _take_name(made, target)


def _take_name(made: Path, target: Path) -> None:
    """Put a file at a free name, which is taken first, so that the rename is in nobody's way."""
    target.open("xb").close()
    try:
        made.replace(target)
    except OSError:
        target.unlink()
        raise


def _beside(target: Path, mode: int) -> Path:
    """Make an empty file beside another one, with these permissions at most."""
    path = target.with_name(f".{target.name[:40]}.{os.urandom(6).hex()}.part")
    path.touch(mode, exist_ok=False)
    return path


def _mode(target: Path) -> int | None:
    """Return the permissions of a file that is there."""
    try:
        return target.stat().st_mode & 0o777
    except OSError:
        return None
