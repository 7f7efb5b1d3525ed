"""`fakie record` as a program whose output nobody reads, or that is sent what is odd: each client gets its answer."""

import fcntl
import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakie.commands.record_gate import Commenter
from fakie.core.service import Service
from fakie_schemas.recordings.exchange import RecordedExchange
from support.clients.doors import CREATE, MODEL, running

_TOLD_OF = {"model": MODEL, "input": {}, "unknown": 1}
_PAGE, _MANY = 4096, 120


@contextmanager
def _recorder(upstream: str, out: Path) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    command = [sys.executable, "-m", "fakie", "record", "--port", "0", "--upstream", upstream, "--out", str(out)]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert program.stdout
    found = re.search(r"recording (\S+)", program.stdout.readline().decode())
    assert found
    try:
        yield program, found[1]
    finally:
        program.kill()
        program.wait()
        for pipe in (program.stdout, program.stderr):
            if pipe and not pipe.closed:
                pipe.close()


def _create(url: str, body: str) -> int:
    request = urllib.request.Request(f"{url}{CREATE}", body.encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        code: int = json.load(answer)["code"]
    return code


@pytest.mark.parametrize("name", ["stdout", "stderr"])
@pytest.mark.parametrize("way", ["closed", "full"])
def test_what_nobody_reads_holds_up_neither_answers_nor_the_end(
    service: Service, tmp_path: Path, name: str, way: str
) -> None:
    """A pipe that was closed, or has room no more: what is told of an exchange waits aside."""
    with running(service) as fake, _recorder(fake, tmp_path) as (program, url):
        pipe = getattr(program, name)
        if way == "closed":
            pipe.close()
        else:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PAGE)
        for _ in range(_MANY):
            assert _create(url, json.dumps(_TOLD_OF)) == 401
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=60) == 0
    assert len(list(tmp_path.iterdir())) == _MANY


def test_half_a_character_keeps_no_answer_from_its_client(service: Service, tmp_path: Path) -> None:
    """It is told of as it was escaped; no output can write it."""
    with running(service) as fake, _recorder(fake, tmp_path) as (program, url):
        assert _create(url, json.dumps({"model": MODEL, "input": {}, "x\ud800": 1})) == 401
        assert program.stdout
        assert b"x\\ud800" in program.stdout.readline()


def test_of_one_exchange_few_lines_are_told() -> None:
    """However many findings it has, and none of what it would take minutes to judge."""
    many = Commenter()(_exchange({f"k{number}": 1 for number in range(1000)}))
    assert len(many) == 21
    assert re.fullmatch(r"and \d+ more of this exchange", many[-1])
    [large] = Commenter()(_exchange({f"k{number}": 1 for number in range(100_000)}))
    assert "not judged" in large


def test_a_comment_tells_a_text_from_a_number() -> None:
    """What came where the schema wants another type is told as JSON."""
    answer = b'{"success": true, "code": "200", "msg": 5}'
    told = Commenter()(_exchange({"base64Data": "SUQz", "uploadPath": "a"}, answer))
    assert [line for line in told if "/body/code" in line and line.endswith('got "200"')], told


def _exchange(body: object, answer: bytes = b"{}") -> RecordedExchange:
    headers = {"content-type": "application/json"}
    url = "http://127.0.0.1:1/api/file-base64-upload"
    return RecordedExchange("POST", url, headers, json.dumps(body).encode(), 200, headers, answer, "")
