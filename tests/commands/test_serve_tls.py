"""`fakie serve --tls`: https by a certificate that clients trust by one file."""

import http.client
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import requests
import trustme
from click.testing import CliRunner

from fakie.cli import program
from fakie_contract.http.fake_process import CannotRun
from fakie_contract.http.target import Target
from fakie_contract.trial.reachable import check_reachable
from support.clients.doors import CREATE, CREDIT, MODEL
from support.servers.program import Program

Start = Callable[..., str]
KEY = {"Authorization": "Bearer key-1"}


@pytest.fixture
def start() -> Iterator[Start]:
    """Start `fakie serve` with these options; gives its URL. It ends with the test, with exit code 0."""
    with ExitStack() as running:

        def begin(*options: str) -> str:
            program = running.enter_context(Program(*options))
            running.callback(lambda: check_end(program))
            return program.url

        yield begin


def check_end(program: Program) -> None:
    code, log = program.stop()
    assert code == 0, log


def test_clients_that_trust_the_authority_are_answered(start: Start, tmp_path: Path) -> None:
    """By this machine's address, with result URLs of https, on kept connections, and over a second start."""
    first = start("--tls", str(tmp_path / "tls"), "--speed", "1000")
    authority = tmp_path / "tls" / "ca.pem"
    known = authority.read_bytes()
    with requests.Session() as session:
        session.verify, session.trust_env = str(authority), False
        session.headers.update(KEY)
        made = session.post(
            first + CREATE, json={"model": MODEL, "input": {"audio_url": "https://a.test/a.mp3"}}
        ).json()
        assert made["code"] == 200
        assert session.get(first + CREDIT).json()["code"] == 200
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(first + CREDIT, headers=KEY)
    second = start("--tls", str(tmp_path / "tls"))
    assert authority.read_bytes() == known
    assert requests.get(second + CREDIT, headers=KEY, verify=str(authority)).json()["code"] == 200


@pytest.mark.parametrize(
    "name", ["api.kie.ai", "kieai.redpandaai.co", "tempfile.aiquickdraw.com", "own.test", "localhost"]
)
def test_it_is_known_by_the_names_that_it_stands_in_for(start: Start, tmp_path: Path, name: str) -> None:
    """The vendor's hosts, and each that was allowed; a client that dials this machine by them finds no fault."""
    url = start("--tls", str(tmp_path), "--allow-host", "own.test")
    host, _, port = url.removeprefix("https://").rpartition(":")
    context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    with (
        socket.create_connection((host, int(port)), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=name) as secured,
    ):
        connection = http.client.HTTPConnection(name)
        connection.sock = secured
        connection.request("GET", CREDIT, headers=KEY)
        assert b'"code":200' in connection.getresponse().read()


def test_an_authority_that_is_not_trusted_is_told_with_what_makes_it_so(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable that the line names does it, for each command that asks a fake."""
    url = start("--tls", str(tmp_path))
    untrusted = CliRunner().invoke(program, ["tasks", "--url", url])
    assert "SSL_CERT_FILE=FILE names an authority to trust" in str(untrusted.exception)
    with pytest.raises(CannotRun, match=r"names an authority to trust, such as ca\.pem of `fakie serve --tls`"):
        check_reachable(Target(url, "key-1"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    assert CliRunner().invoke(program, ["tasks", "--url", url]).output == "0 tasks\n"


def test_what_is_no_https_gets_no_answer_and_harms_nobody(start: Start, tmp_path: Path) -> None:
    """A plain request, bytes that are no handshake, and a client that says nothing; others are answered beside them."""
    url = start("--tls", str(tmp_path))
    host, _, port = url.removeprefix("https://").rpartition(":")
    silent = socket.create_connection((host, int(port)), timeout=10)
    for sent in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"x" * 300):
        with socket.create_connection((host, int(port)), timeout=10) as client:
            client.sendall(sent)
            with suppress(ConnectionResetError):
                assert b"HTTP/1.1 200" not in client.recv(1000)
    assert requests.get(url + CREDIT, headers=KEY, verify=str(tmp_path / "ca.pem")).json()["code"] == 200
    silent.close()


def test_large_and_malformed_requests_are_refused_as_on_a_plain_port(start: Start, tmp_path: Path) -> None:
    """The answer arrives, though the client has not sent all, and the connection ends."""
    url = start("--tls", str(tmp_path))
    answer = requests.post(url + CREATE, data=b"x" * 5_000_000, headers=KEY, verify=str(tmp_path / "ca.pem"))
    assert answer.json()["code"] != 200
    assert answer.headers["Connection"] == "close"


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_the_authoritys_key_is_its_owners_alone(start: Start, tmp_path: Path) -> None:
    """And the server's own certificate lies nowhere."""
    start("--tls", str(tmp_path / "new" / "tls"))
    files = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "new" / "tls").iterdir()}
    assert (sorted(files), files["ca-key.pem"]) == (["ca-key.pem", "ca.pem"], 0o600)


def _half(folder: Path) -> None:
    (folder / "ca.pem").write_bytes(trustme.CA().cert_pem.bytes())


def _nonsense(folder: Path) -> None:
    (folder / "ca.pem").write_text("nothing")
    (folder / "ca-key.pem").write_text("nothing")


def _file(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("no folder")


@pytest.mark.parametrize("spoil", [_half, _nonsense, _file], ids=["half", "nonsense", "a file"])
def test_a_folder_that_cannot_be_used_is_one_line(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    """Exit code 2, and what was there is as it was."""
    folder = tmp_path / "tls"
    folder.mkdir()
    spoil(folder)
    before = sorted(folder.iterdir()) if folder.is_dir() else [folder]
    command = [sys.executable, "-m", "fakie", "serve", "--port", "0", "--tls", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "ca.pem" in ended.stderr
    assert (sorted(folder.iterdir()) if folder.is_dir() else [folder]) == before


def test_the_flask_server_says_where_tls_is(tmp_path: Path) -> None:
    """It refuses the option in one line and makes nothing."""
    command = [sys.executable, "-m", "fakie", "serve", "--port", "0", "--server", "flask", "--tls", str(tmp_path / "t")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert not (tmp_path / "t").exists()
