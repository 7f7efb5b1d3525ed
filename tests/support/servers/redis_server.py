"""A real Redis or Valkey for tests; where none is installed they are skipped, or fail where REDIS_IS_NEEDED says so."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis_process import PROGRAMS, RedisServer, program


def need_redis() -> None:
    """Skip a test where there is no server program, or fail it where there must be one."""
    if program() is None:
        missing = f"needs one of {', '.join(PROGRAMS)}"
        if os.environ.get("REDIS_IS_NEEDED"):
            pytest.fail(f"{missing}, and REDIS_IS_NEEDED is set")
        pytest.skip(missing)


@contextmanager
def redis_server(folder: Path, **options: str) -> Iterator[RedisServer]:
    """Run a server for a `with` block."""
    need_redis()
    server = RedisServer(folder, **options)
    try:
        yield server
    finally:
        server.kill()
