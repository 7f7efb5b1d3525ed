"""Entries of the journal as lines of curl: a shell that runs one sends the same request, and comes to the same."""

import http.client
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from fakie.core.journal import Entry
from fakie.core.service import Service
from support.clients.doors import CREATE, KEY, RECORD, running
from support.ui import copied

Make = Callable[..., Service]
JSON = {"Content-Type": "application/json"}
GOOD = {"model": "z-image", "input": {"prompt": 'it\'s a "lake" $HOME `id` 你', "aspect_ratio": "1:1"}}
BODY = json.dumps(GOOD, ensure_ascii=False).encode()
FORM = (
    b'--b\r\nContent-Disposition: form-data; name="uploadPath"\r\n\r\na;b"c\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="@x;y.png"\r\n'
    b"Content-Type: image/png\r\n\r\n\x89PNG\x00\r\n--b--\r\n"
)
OF_FORM = {"Content-Type": "multipart/form-data; boundary=b"}
REQUESTS: Mapping[str, tuple[str, str, bytes, Mapping[str, str]]] = {
    "quotes": ("POST", CREATE, BODY, JSON),
    "lines": ("POST", CREATE, BODY.replace(b"{", b"{\n\t") + b"\n\n", JSON),
    "carriage returns": ("POST", CREATE, BODY + b"\r\n", JSON),
    "a file of the shell's machine": ("POST", CREATE, b"@/etc/hostname", JSON),
    "no type": ("POST", CREATE, BODY, {}),
    "an empty type": ("POST", CREATE, BODY, {"Content-Type": ""}),
    "no UTF-8": ("POST", CREATE, b'{"model": "\xff\xfe%s\\n"', JSON),
    "a zero byte": ("POST", CREATE, b'{"model": "a\x00b"}', JSON),
    "text that turns round": ("POST", CREATE, BODY.replace("你".encode(), "\u202eevil %d".encode()), JSON),
    "no body": ("POST", CREATE, b"", JSON),
    "a wish": ("POST", CREATE, BODY, {**JSON, "Prefer": "code=455"}),
    "braces in the query": ("GET", f"{RECORD}?taskId={{a,b}}[1-9]", b"", {}),
    "dots in the path": ("GET", RECORD.replace("/jobs/", "/jobs/../jobs/"), b"", {}),
    "HEAD": ("HEAD", CREATE, b"", {}),
    "another method": ("PATCH", CREATE, BODY, JSON),
    "a form": ("POST", "/api/file-stream-upload", FORM, OF_FORM),
    "no form": ("POST", "/api/file-stream-upload", b"--b junk", OF_FORM),
    "a family": ("POST", "/api/v1/veo/generate", '{"prompt": "日\'本"}'.encode(), JSON),
}


def send(url: str, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Send a request byte by byte, as no client would change it."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in {**KEY, **headers, "Content-Length": str(len(body))}.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    connection.getresponse().read()
    connection.close()


def run(command: str) -> bytes:
    """Run a command in the plainest shell; return what it printed."""
    env = {"PATH": os.environ["PATH"], "KIE_API_KEY": "test-key"}
    return subprocess.run(["sh", "-c", command], env=env, capture_output=True, timeout=30, check=True).stdout


def told(entry: Entry) -> dict[str, Any]:
    """Return what has to be alike of a request and of the one that was copied."""
    names = ("method", "path", "query", "sent", "situation", "status", "code", "model")
    return {name: getattr(entry, name) for name in names}


def again(service: Service) -> tuple[Entry, Entry]:
    """Copy the only entry as curl, run it; return the entry and the one that came of it."""
    (first,) = service.control.journal()
    command = copied(service, first.number, "curl")
    assert "test-key" not in command
    assert all(sign.isprintable() or sign in "\n\t" for sign in command)
    run(command)
    _, second = service.control.journal()
    return first, second


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("name", REQUESTS)
def test_the_line_of_curl_sends_the_request_again(make: Make, name: str) -> None:
    """One request of the same bytes, with nothing in it that a reader would not see, comes to the same situation."""
    service = make(limits="off")
    with running(service) as url:
        service.move_to(url)
        send(url, *REQUESTS[name])
        first, second = again(service)
    assert told(second) == told(first)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("situation", ["rate_limited", "credits_insufficient", "unauthorized"])
def test_what_was_ordered_is_wished_for_by_the_line_of_curl(make: Make, situation: str) -> None:
    """An order of a lever is spent, and a wrong key is not kept: the line asks for what they led to."""
    service = make(limits="off")
    with running(service) as url:
        service.move_to(url)
        if situation != "unauthorized":
            service.control.orders.add_fault(situation=situation)
        wrong = {"Authorization": "Basic abc"} if situation == "unauthorized" else {}
        send(url, "POST", CREATE, BODY, {**JSON, **wrong})
        first, second = again(service)
    assert first.situation == second.situation == situation
    assert first.code == second.code
