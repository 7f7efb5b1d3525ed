"""A real Redis or Valkey for tests; where none is installed they are skipped, or fail where REDIS_IS_NEEDED says so."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis_process import PROGRAMS, RedisServer, program

# Bytes: the path of a socket has 104 at most, and 25 are for the folder's name and the socket's.
_SHORT = 70


def need_redis() -> None:
    """Skip a test where there is no server program, or fail it where there must be one."""
    if program() is None:
        missing = f"needs one of {', '.join(PROGRAMS)}"
        if os.environ.get("REDIS_IS_NEEDED"):
            pytest.fail(f"{missing}, and REDIS_IS_NEEDED is set")
        pytest.skip(missing)


@contextmanager
def socket_folder() -> Iterator[Path]:
    """Make a folder for a `with` block whose path is short enough for a socket, also where TMPDIR is a long one."""
    usual = tempfile.gettempdir()
    short = usual if len(os.fsencode(usual)) <= _SHORT else "/tmp"
    with tempfile.TemporaryDirectory(prefix="fakie-", dir=short) as folder:
        yield Path(folder)


@contextmanager
def redis_server(folder: Path, **options: str) -> Iterator[RedisServer]:
    """Run a server for a `with` block."""
    need_redis()
    server = RedisServer(folder, **options)
    try:
        yield server
    finally:
        server.kill()
