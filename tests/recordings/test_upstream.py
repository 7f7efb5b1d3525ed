"""The recorder's way to its upstream: the same client as the suite's."""

from pathlib import Path

import pytest

from fakie.adapters.upstream import HttpUpstream
from fakie.recorder.gate import NoPaidCreates
from fakie_schemas.http.client import NoAnswer
from fakie_schemas.recordings.reading import read_recordings
from support.clients.doors import CREATE, MODEL
from support.servers.dribblers import ENDLESS, OK, WHOLE
from support.servers.stand_in import Speech, speaking
from support.servers.upstreams import Permits, forgetting, raw_upstream, recording


@pytest.mark.parametrize("place", ENDLESS)
def test_no_exchange_outlives_its_limit(place: str) -> None:
    """An upstream that dribbles anywhere in its answer gave none, and may have done what it was asked."""
    speech = ENDLESS[place]
    with speaking(speech):
        upstream = HttpUpstream(speech.url, 0.3)
        with pytest.raises(NoAnswer, match=r"no whole answer within 0\.3 s") as failed:
            upstream.send("POST", "/x", {}, b"{}")
        upstream.close()
    assert failed.value.sent
    assert speech.ended == 0


def test_a_kept_connection_that_was_closed_meanwhile_loses_no_create() -> None:
    """What only reads is sent once more over a new one; what may cost goes over a new one at once, and never twice."""
    with forgetting() as (url, heard):
        upstream = HttpUpstream(url, 5)
        asked = ("GET", "GET", "POST", "POST")
        assert [upstream.send(method, CREATE, {}, b"").status for method in asked] == [200] * 4
        upstream.close()
    assert heard == [b"GET"] * 3 + [b"POST"] * 2


def test_an_answer_that_breaks_off_is_none() -> None:
    """Half a body is never handed on as a whole one."""
    with speaking(Speech(OK + b"Content-Length: 20\r\n\r\n{}")) as speech:
        upstream = HttpUpstream(speech.url, 5)
        with pytest.raises(NoAnswer, match="18 more expected"):
            upstream.send("GET", "/x", {}, b"")
        upstream.close()


def test_an_answer_beyond_the_size_limit_is_none() -> None:
    """What is too long to be recorded is not handed on either."""
    with speaking(Speech(WHOLE)) as speech:
        upstream = HttpUpstream(speech.url, 5, most_bytes=1)
        with pytest.raises(NoAnswer, match="longer than 1 bytes"):
            upstream.send("GET", "/x", {}, b"")
        upstream.close()


@pytest.mark.parametrize(
    ("told", "passed"),
    [
        ("Content-Length: 1234", {"content-length": "1234"}),
        ("Content-Length: 70\r\nContent-Encoding: gzip", {"content-length": "70", "content-encoding": "gzip"}),
        ("Transfer-Encoding: chunked", {"transfer-encoding": "chunked"}),
        ("Content-Type: image/png", {"transfer-encoding": "chunked"}),
    ],
)
def test_an_answer_to_head_tells_the_length_of_what_it_speaks_of(
    told: str, passed: dict[str, str], tmp_path: Path
) -> None:
    """The client and the recording get the length that the upstream told, and none where it told none."""
    answer = f"HTTP/1.1 200 OK\r\n{told}\r\nConnection: close\r\n\r\n".encode()
    with raw_upstream(answer) as (url, _), recording(url, tmp_path, NoPaidCreates("")) as recorder:
        heard = recorder.ask("HEAD", "/a.png")
    assert passed.items() <= heard.headers.items()
    assert ("content-length" in heard.headers) == ("content-length" in passed)
    [read] = read_recordings(tmp_path).exchanges
    assert read.response_headers.get("content-length") == passed.get("content-length")


@pytest.mark.parametrize(
    "answer", [b"%s\r\n\r\n", b"HTTP/1.1 200%s\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n%s"]
)
@pytest.mark.parametrize("before", [0, 120, 990])
def test_why_there_was_no_answer_tells_no_key(
    before: int, answer: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What stands in the place of one may repeat the key, wherever it is cut: not to the log, ledger or client."""
    key, permits = "k3y-of-the-client", Permits()
    with (
        raw_upstream(answer % (b"a" * before + key.encode())) as (url, _),
        recording(url, tmp_path, permits, live=True) as recorder,
    ):
        heard = recorder.ask("POST", CREATE, {"model": MODEL}, Authorization=f"Bearer {key}")
    told = f"{heard.body!r} {caplog.text} {permits.told}"
    assert heard.status == 502
    assert "k3y-of" not in told


@pytest.mark.parametrize("before", range(65, 100, 7))
def test_a_refusal_tells_no_part_of_a_key_in_the_path(before: int, tmp_path: Path) -> None:
    """It is looked for in the whole path, not in what fits into a line."""
    with raw_upstream(b"") as (url, _), recording(url, tmp_path, NoPaidCreates("x=1"), live=True) as recorder:
        path = f"/{'a' * before}/k3y-of-the-client"
        heard = recorder.ask("POST", path, {}, Authorization="Bearer k3y-of-the-client")
    assert heard.status == 403
    assert b"k3y-of" not in heard.body
    assert b"to allow it: x=1" in heard.body
