"""Large bodies: taken on the paths of uploads alone, aside from memory, and refused as early as on any other path."""

import errno
import json
import os
import tempfile
import time
from pathlib import Path

import pytest
import requests

from fakie.adapters.wire.aside import Aside
from fakie.adapters.wire.inbox import Inbox
from fakie.adapters.wire.limits import Limits
from fakie.adapters.wire.stage import Stage
from fakie.core.service import Service
from fakie.core.situations import Refused
from fakie.harness.start import running as running_fake
from support.clients.doors import CREATE, DOORS, KEY, open_door
from support.forms import BASE64, STREAM, form, stream
from support.wire import Wire, check_next

MEGABYTE = 1024 * 1024
LIMITS = Limits(large_bodies={STREAM: 100 * MEGABYTE})


def head(path: str, length: int | None) -> bytes:
    framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    kind = "application/json" if path != STREAM else "multipart/form-data; boundary=zz"
    lines = (f"POST {path} HTTP/1.1", "Host: h", "Authorization: Bearer k", f"Content-Type: {kind}", framing)
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


@pytest.mark.parametrize("path", [STREAM, BASE64])
def test_200_mb_are_refused_by_their_length_alone(url: str, service: Service, path: str) -> None:
    """The answer comes before any of the body is sent."""
    wire = Wire(url)
    status, body = wire.send(head(path, 200 * MEGABYTE)).answer()
    wire.close()
    assert (status, body["success"], body["code"]) == (200, False, 400)
    assert "at most" in body["msg"]
    assert next(iter(service.state.journal)).situation == "body_too_large"
    check_next(url)


@pytest.mark.parametrize("path", [STREAM, BASE64])
def test_a_chunk_of_200_mb_is_refused_by_its_size_alone(url: str, service: Service, path: str) -> None:
    """So that nobody waits for it."""
    wire = Wire(url)
    status, body = wire.send(head(path, None) + b"c800000\r\n" + b"x" * 1000).answer()
    wire.close()
    assert (status, body["code"]) == (200, 400)
    assert next(iter(service.state.journal)).situation == "body_too_large"
    check_next(url)


@pytest.mark.parametrize("path", [CREATE, f"{STREAM}/", "/api/file-url-upload"])
def test_other_paths_take_no_more_than_before(url: str, path: str) -> None:
    """5 MB are refused unread, whatever the path looks like."""
    wire = Wire(url)
    _, body = wire.send(head(path, 5 * MEGABYTE)).answer()
    wire.close()
    assert body["code"] in (400, 404, 422)
    check_next(url)


def test_a_file_in_chunks_is_taken_in(url: str) -> None:
    """6 MB in chunks, more than other paths take."""
    content, headers = form([("uploadPath", "x"), ("file", ("a.bin", b"x" * 6 * MEGABYTE))])
    kind = headers["Content-Type"].encode()
    wire = Wire(url)
    wire.send(head(STREAM, None).replace(b"multipart/form-data; boundary=zz", kind))
    for start in range(0, len(content), MEGABYTE):
        piece = content[start : start + MEGABYTE]
        wire.send(b"%x\r\n%s\r\n" % (len(piece), piece))
    _, body = wire.send(b"0\r\n\r\n").answer()
    wire.close()
    assert body["data"]["fileSize"] == 6 * MEGABYTE


def feed(inbox: Inbox, data: bytes) -> None:
    for start in range(0, len(data), 64 * 1024):
        inbox.feed(data[start : start + 64 * 1024])
        while inbox.waiting and not inbox.ready:
            inbox.advance()


def test_a_body_kept_aside_counts_while_it_is_small() -> None:
    """Until it goes to a file it is in memory as well."""
    inbox = Inbox(LIMITS, "127.0.0.1")
    feed(inbox, head(STREAM, 50 * MEGABYTE) + b"x" * 200_000)
    assert inbox.held == 200_000
    inbox.let_go()


@pytest.mark.parametrize("length", [50 * MEGABYTE, None])
def test_a_large_body_lies_aside_from_memory(length: int | None) -> None:
    """Nothing of it counts as held, and the request reads it whole."""
    inbox = Inbox(LIMITS, "127.0.0.1")
    feed(inbox, head(STREAM, length))
    piece = b"x" * MEGABYTE
    for _ in range(50):
        feed(inbox, piece if length else b"100000\r\n" + piece + b"\r\n")
        assert inbox.held == 0
    feed(inbox, b"" if length else b"0\r\n\r\n")
    body = inbox.ready.popleft().request.body
    assert sum(len(part) for part in iter(lambda: body.read(MEGABYTE), b"")) == 50 * MEGABYTE
    body.close()


def test_a_request_that_nobody_answers_is_closed() -> None:
    """When its client has gone before its turn came."""
    inbox = Inbox(LIMITS, "127.0.0.1")
    feed(inbox, head(STREAM, 5 * MEGABYTE) + b"x" * 5 * MEGABYTE)
    body = inbox.ready[0].request.body
    inbox.let_go()
    assert body.closed


def test_a_large_body_on_another_path_counts_as_held() -> None:
    """As it did before."""
    inbox = Inbox(LIMITS, "127.0.0.1")
    feed(inbox, head(CREATE, 3 * MEGABYTE) + b"x" * MEGABYTE)
    assert (inbox.stage, inbox.held) == (Stage.BODY, MEGABYTE)


def test_what_lies_aside_is_let_go_with_its_client(url: str, service: Service) -> None:
    """Clients that hang up amid large bodies leave no file open, once the fake has met them all."""
    before = _open_files()
    for _ in range(5):
        wire = Wire(url)
        wire.send(head(STREAM, 90 * MEGABYTE) + b"x" * MEGABYTE)
        wire.close()
    until = time.monotonic() + 20
    while (len(list(service.state.journal)) < 5 or _open_files() > before) and time.monotonic() < until:
        time.sleep(0.02)
    assert len(list(service.state.journal)) == 5
    assert _open_files() <= before
    check_next(url)


def test_an_upload_that_breaks_off_is_told_so(url: str) -> None:
    """By a client that promises more than it sends, and then closes its side."""
    content, headers = form([("uploadPath", "x"), ("file", ("a.bin", b"x" * MEGABYTE))])
    kind = headers["Content-Type"].encode()
    wire = Wire(url)
    wire.send(head(STREAM, 90 * MEGABYTE).replace(b"multipart/form-data; boundary=zz", kind) + content[:-500])
    wire.socket.shutdown(1)
    _, body = wire.answer()
    wire.close()
    assert (body["success"], body["code"], "broke off" in body["msg"]) == (False, 400, True)


def _open_files() -> int:
    """Count this process's temporary files that are open."""
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        pytest.skip("this system does not list open files")
    names = []
    for link in folder.iterdir():
        try:
            names.append(str(link.readlink()))
        except OSError:
            continue
    return sum("(deleted)" in name for name in names)


def test_the_shared_server_of_tests_takes_large_files_too() -> None:
    """As `fakie serve` does."""
    with running_fake() as fake:
        files = {"file": ("a.bin", b"x" * 6 * MEGABYTE)}
        answer = requests.post(fake.url + STREAM, data={"uploadPath": "x"}, files=files, headers=KEY, timeout=30)
        assert json.loads(answer.text)["data"]["fileSize"] == 6 * MEGABYTE
        assert fake.uploads[0].size == 6 * MEGABYTE


@pytest.mark.parametrize("name", [*DOORS, "plain"])
def test_a_large_file_for_which_there_is_no_room_aside_is_told_so(
    name: str, service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As where the folder for temporary files is gone or full: it is no fault of the request, and small ones go on."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with open_door(name, service) as door:
        large = stream(door, ("uploadPath", "x"), ("file", ("a.bin", b"x" * MEGABYTE)))
        assert (large.situation, large.status) == ("server_busy", 503)
        assert "No such file or directory; make room there, or name another by TMPDIR" in large.msg
        assert stream(door, ("uploadPath", "x"), ("file", ("a.bin", b"x"))).situation == "file_uploaded"


@pytest.mark.parametrize("known", [False, True], ids=["folder-unknown", "folder-known"])
@pytest.mark.parametrize(("code", "helps"), [(errno.EMFILE, "a higher `ulimit -n`"), (errno.ENFILE, "all programs")])
def test_a_large_file_for_which_no_file_can_be_opened_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int, helps: str, *, known: bool
) -> None:
    """Too many open files are no matter of a folder, which nobody is sent to, also where one is still looked for."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, "Too many open files")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path) if known else None)
    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refuse)
        with pytest.raises(Refused) as refused:
            Aside().write(b"x" * MEGABYTE)
    assert f"Too many open files; {helps}" in refused.value.facts["reason"]
    assert "TMPDIR" not in refused.value.facts["reason"]
