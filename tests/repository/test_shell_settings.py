"""What the shell of a run has set reaches no test."""

import os
import resource
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from support.servers.redis_server import socket_folder
from support.shell_settings import free_of_the_shell

_SOCKET_PATH = 104 - len(b"\0")


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "NO_PROXY"])
def test_a_proxy_is_forgotten(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or all that tests ask on this machine would go to it."""
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    free_of_the_shell()
    assert name not in os.environ


def test_a_client_reads_one_authority_that_has_signed_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that a machine trusts take 50 ms for each client of a test, and no test asks anybody out there."""
    monkeypatch.delenv("SSL_CERT_FILE")
    free_of_the_shell()
    [only] = ssl.create_default_context().get_ca_certs()
    assert "nobody" in str(only["subject"])


def test_what_tests_start_prints_no_colours() -> None:
    """Whatever is asked of this run: output is compared as plain text."""
    assert "FORCE_COLOR" not in os.environ


def test_what_tests_start_keeps_what_it_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a shell asks for no such files, each program of the tests would compile all of fakie again."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    free_of_the_shell()
    asked = [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "False\n"
    assert not sys.dont_write_bytecode


def test_a_low_limit_of_open_files_is_raised() -> None:
    """As far as the hard limit lets; a higher one stays."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = min(before[1], 4096) if before[1] != resource.RLIM_INFINITY else 4096
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, most), before[1]))
        free_of_the_shell()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    free_of_the_shell()
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before


def test_a_long_folder_for_temporary_files_leaves_room_for_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their paths are bounded, and a short folder is taken instead."""
    long = tmp_path / ("a" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with socket_folder() as folder:
        assert len(os.fsencode(folder / "redis.sock")) <= _SOCKET_PATH
    assert not folder.exists()
