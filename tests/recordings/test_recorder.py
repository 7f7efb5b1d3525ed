"""The recorder: what passes, what does not, what is written down; over real sockets."""

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from fakie.core.service import Service
from fakie.recorder.gate import Gate, NoPaidCreates
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.reading import read_recordings
from support.clients.doors import CREATE, CREDIT, MODEL, RECORD, running
from support.servers.upstreams import Permits, http_answer, raw_upstream, recording

KEY = "Bearer k3y-of-the-client"
BODY = {"model": MODEL, "input": {}}
NOTHING: Gate = NoPaidCreates("FAKIE_ALLOW_PAID=1")
CREATED = {"code": 200, "msg": "success", "data": {"taskId": "t-1"}}


@pytest.fixture
def fake_url(service: Service) -> Iterator[str]:
    with running(service) as url:
        yield url


def test_a_fake_is_recorded_as_it_answers(fake_url: str, service: Service, tmp_path: Path) -> None:
    """Creates, polls and refusals pass to a fake on loopback, and stand in the folder in their order."""
    with recording(fake_url, tmp_path / "out", NOTHING) as recorder:
        task = recorder.ask("POST", CREATE, BODY, Authorization=KEY).json["data"]["taskId"]
        record = recorder.ask("GET", f"{RECORD}?taskId={task}", Authorization=KEY)
        assert recorder.ask("GET", "/api/v1/no/such%2Fthing").status == 404
    assert record.json["data"]["state"] == "waiting"
    read = read_recordings(tmp_path / "out").exchanges
    assert [one.origin for one in read] == [
        "000001-post-createTask.json",
        "000002-get-recordInfo.json",
        "000003-get-such-2Fthing.json",
    ]
    assert read[0].url == fake_url + CREATE
    assert read[1].response_body == record.body
    assert "k3y" not in "".join(file.read_text() for file in (tmp_path / "out").iterdir())
    assert [entry.query for entry in service.state.journal][1] == f"taskId={task}"


def test_the_upstream_gets_what_the_client_sent(tmp_path: Path) -> None:
    """Path, query, key and body arrive as they are; what speaks of the connection does not; the Host is its own."""
    with raw_upstream(http_answer({"code": 200})) as (url, raw), recording(url, tmp_path, NOTHING) as recorder:
        headers = {"Authorization": KEY, "Connection": "x-mine", "X-Mine": "1", "Proxy_Authorization": "no", "Te": "x"}
        recorder.ask("POST", "/a%2Fb/%C3%A9?x=%20&y", b"\x00body", **headers)
    probe, asked = raw.asked
    assert probe.startswith(b"GET /_fakie/ ")
    assert b"k3y" not in probe
    head, _, body = asked.partition(b"\r\n\r\n")
    line, *headers_sent = head.decode().split("\r\n")
    sent = {name.lower(): value for name, _, value in (header.partition(": ") for header in headers_sent)}
    assert line == "POST /a%2Fb/%C3%A9?x=%20&y HTTP/1.1"
    assert {"x-mine", "proxy-authorization", "te"} & sent.keys() == set()
    assert sent["authorization"] == KEY
    assert sent["host"] == urlsplit(url).netloc
    assert body == b"\x00body"


@pytest.mark.parametrize(
    "path",
    [
        CREATE,
        "/api/v1/jobs/createTask/",
        "//api//v1/jobs//createTask",
        "/API/V1/Jobs/CREATETASK",
        "/api/v1/jobs/create%54ask",
        "/api/v1/jobs%2FcreateTask",
        "/api/v1/jobs%252FcreateTask",
        "/api/v1/jobs/x/../createTask",
        "/api/v1/jobs/./createTask?__code=200",
        "/api/v1/jobs/createTask;v=1",
        "/api/v1/veo/generate",
        "/api/file-url-upload/../v1/jobs/createTask",
        "/api/file-url-upload/",
        "/api/v1/common/download-url%2f..%2f..%2fjobs%2fcreateTask",
    ],
)
def test_nothing_that_may_cost_reaches_a_live_upstream(tmp_path: Path, path: str) -> None:
    """However it is spelled, it is answered by the recorder with the reason, and not one byte is sent."""
    with raw_upstream(http_answer(CREATED)) as (url, raw), recording(url, tmp_path, NOTHING, live=True) as recorder:
        answer = recorder.ask("POST", path, BODY, Authorization=KEY)
        assert (answer.status, answer.json["code"], answer.json["data"]) == (403, 403, None)
        assert "may cost" in answer.json["msg"]
        assert "FAKIE_ALLOW_PAID=1" in answer.json["msg"]
        assert "x-fakie-refused" in answer.headers
        assert recorder.ask("PUT", path, BODY).status == 403
        assert recorder.proxy.counts.refused == 2
    assert raw.asked == []
    assert recorder.files == []


def test_what_is_free_passes_to_a_live_upstream(tmp_path: Path) -> None:
    """Reading, uploading and asking for a download URL cost nothing."""
    paths = [
        "/api/file-base64-upload",
        "/api/file-stream-upload",
        "/api/file-url-upload",
        "/api/v1/common/download-url",
    ]
    with (
        raw_upstream(http_answer({"code": 200})) as (url, raw),
        recording(url, tmp_path, NOTHING, live=True) as recorder,
    ):
        assert [recorder.ask("POST", path, {}).status for path in paths] == [200] * 4
        assert recorder.ask("GET", f"{RECORD}?taskId=1").status == 200
    assert len(raw.asked) == 5


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (http_answer(CREATED), ("accepted", "t-1")),
        (http_answer({"code": 422, "msg": "no", "data": None}), ("refused",)),
        (http_answer({"code": 200, "msg": "success", "data": None}), ("accepted", "")),
        (http_answer(b"<html>", "502 Bad Gateway"), ("unknown", "HTTP 502 without a task id")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", ("unknown",)),
        (b"", ("unknown",)),
    ],
)
def test_a_pass_is_settled_once_by_what_came(tmp_path: Path, answer: bytes, told: tuple[str, ...]) -> None:
    """The gate knows the model and learns the task id, a refusal, or that nobody can tell; the create is sent once."""
    gate = Permits()
    with raw_upstream(answer) as (url, raw), recording(url, tmp_path, gate, live=True) as recorder:
        recorder.ask("POST", CREATE, BODY)
    [entered] = gate.entered
    assert (entered.model, entered.creates, entered.body) == (MODEL, True, BODY)
    assert [one[: len(told)] for one in gate.told] == [told]
    assert len(raw.asked) == 1


@pytest.mark.parametrize("encoding", ["zstandard", "compress", "aes128gcm"])
def test_a_body_whose_encoding_nobody_undoes_is_handed_on_as_it_came(tmp_path: Path, encoding: str) -> None:
    """With the header that says so; of the recording, which could hide a key, its length is kept."""
    content = b"\x28\xb5\x2f\xfd" + KEY.encode()
    with (
        raw_upstream(http_answer(content, content_encoding=encoding)) as (url, _),
        recording(url, tmp_path, NOTHING) as recorder,
    ):
        answer = recorder.ask("GET", CREDIT, Authorization=KEY)
    assert (answer.body, answer.headers["content-encoding"]) == (content, encoding)
    [read] = read_recordings(tmp_path).exchanges
    assert read.response_body == f"[REDACTED: {len(content)} bytes, {encoding}]".encode()
    assert read.cut


def test_json_under_a_wrong_encoding_is_recorded(tmp_path: Path) -> None:
    """What can be read was not encoded, whatever a header says."""
    with (
        raw_upstream(http_answer(CREATED, content_encoding="utf-8")) as (url, _),
        recording(url, tmp_path, NOTHING) as recorder,
    ):
        assert recorder.ask("GET", CREDIT).json == CREATED
    [read] = read_recordings(tmp_path).exchanges
    assert json.loads(read.response_body or b"") == CREATED


def test_what_never_left_costs_nothing(tmp_path: Path) -> None:
    """When nothing listens there, the pass is given back."""
    gate = Permits()
    with recording("http://127.0.0.1:1", tmp_path, gate, live=True) as recorder:
        answer = recorder.ask("POST", CREATE, BODY)
    assert answer.status == answer.json["code"] == 502
    assert gate.told == [("refused",)]


def test_a_recorder_before_a_live_one_is_live_itself(tmp_path: Path) -> None:
    """The second recorder in a row knows what the first stands before, and says so."""
    with (
        raw_upstream(http_answer(CREATED)) as (url, raw),
        recording(url, tmp_path / "1", Permits(), live=True) as first,
    ):
        assert first.ask("GET", "/_fakie/").json["data"] == {
            "format_version": 1,
            "levers": [],
            "recorder": {"upstream": url, "live": True},
        }
        with recording(first.url, tmp_path / "2", NOTHING) as second:
            assert second.ask("GET", "/_fakie").json["data"]["recorder"] == {"upstream": first.url, "live": True}
            assert second.ask("POST", CREATE, BODY).status == 403
    assert raw.asked == []


def test_levers_are_not_passed_on(fake_url: str, service: Service, tmp_path: Path) -> None:
    """The recorder says what it is; every other path below is its own 404, however spelled."""
    with recording(fake_url, tmp_path, NOTHING) as recorder:
        about = recorder.ask("GET", "/_fakie/").json["data"]
        assert about["recorder"] == {"upstream": fake_url, "live": False}
        for path in (
            "/_fakie/journal",
            "//_fakie/journal",
            "/%5ffakie/journal",
            "/x/../_fakie/faults",
            "/_FAKIE/reset",
        ):
            assert recorder.ask("GET", path).json["code"] == 404
        assert recorder.ask("POST", "/_fakie/", {}).status == 404
    assert recorder.files == []
    assert list(service.state.journal) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Host": "evil.test"},
        {"Host": "evil.test:8081"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_a_page_elsewhere_cannot_use_it(tmp_path: Path, headers: dict[str, str]) -> None:
    """Neither another site's page nor a name of it that leads here gets anything through."""
    with raw_upstream(http_answer({})) as (url, raw), recording(url, tmp_path, NOTHING) as recorder:
        assert recorder.ask("GET", CREDIT, **headers).status == 403
        assert recorder.ask("GET", CREDIT, Origin="http://localhost:3000", Host="localhost:8081").status == 200
    assert len(raw.asked) == 1


def test_no_refusal_of_a_page_tells_the_key(tmp_path: Path) -> None:
    """Not even where a client has put it into its Origin."""
    with raw_upstream(http_answer({})) as (url, _), recording(url, tmp_path, NOTHING) as recorder:
        refused = recorder.ask("GET", CREDIT, Origin="http://x.test/k3y-of-the-client", Authorization=KEY)
    assert (refused.status, "http://x.test/[REDACTED]" in refused.json["msg"]) == (403, True)


def test_a_redirect_is_handed_back_unfollowed(tmp_path: Path) -> None:
    """The client sees status and Location; nobody else is asked."""
    to = http_answer(b"", "302 Found", Location="http://127.0.0.1:1/x?token=plain-token-value")
    with raw_upstream(to) as (url, raw), recording(url, tmp_path, NOTHING) as recorder:
        answer = recorder.ask("GET", CREDIT, Authorization=KEY)
    assert answer.status == 302
    assert answer.headers["location"].endswith("plain-token-value")
    assert len(raw.asked) == 1
    [read] = read_recordings(tmp_path).exchanges
    assert read.response_headers["location"] == "http://127.0.0.1:1/x?[REDACTED]"


@pytest.mark.parametrize(
    ("answer", "endless", "word"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 50_000, "longer than"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x", "within 1 s"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9", b"", "upstream"),
        (b"not http at all\r\n\r\n", b"", "upstream"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", b"", "upstream"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"", "upstream"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", b"", "upstream"),
    ],
)
def test_a_hostile_upstream_is_one_answer_and_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, answer: bytes, endless: bytes, word: str
) -> None:
    """Endless, slow, broken-off and garbled answers are a 502 of the recorder's own, logged once, not recorded."""
    with raw_upstream(answer, endless) as (url, _), recording(url, tmp_path, NOTHING, seconds=1.0) as recorder:
        got = recorder.ask("GET", f"{CREDIT}?token=plain-token-value", Authorization=KEY)
    assert (got.status, got.json["code"], got.json["data"]) == (502, 502, None)
    assert word in got.json["msg"]
    assert recorder.files == []
    [line] = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert "\n" not in line
    assert "plain-token-value" not in line


def test_an_answer_that_is_no_json_is_handed_on_and_recorded(tmp_path: Path) -> None:
    """HTML from a gateway, and an answer without a content type, are what the client gets."""
    with (
        raw_upstream(http_answer(b"<html>\xff", "503 Busy")) as (url, _),
        recording(url, tmp_path, NOTHING) as recorder,
    ):
        got = recorder.ask("GET", CREDIT)
    assert (got.status, got.body) == (503, b"<html>\xff")
    assert "content-type" not in got.headers
    assert read_recordings(tmp_path).exchanges[0].response_body == b"<html>\xff"


def test_the_judge_sees_what_was_recorded_and_is_heard(tmp_path: Path) -> None:
    """Its lines are told; the exchange it gets holds no key; when it fails the client still gets its answer."""
    heard: list[str] = []
    seen: list[RecordedExchange] = []

    def judge(exchange: RecordedExchange) -> list[str]:
        seen.append(exchange)
        if len(seen) > 1:
            raise ValueError("k3y-of-the-client")
        return ["data.new: undocumented"]

    with (
        raw_upstream(http_answer({"code": 200, "data": "k3y-of-the-client"})) as (url, _),
        recording(url, tmp_path, NOTHING, judge=judge, tell=heard.append) as recorder,
    ):
        statuses = [recorder.ask("GET", CREDIT, Authorization=KEY).status for _ in range(2)]
    assert statuses == [200, 200]
    assert heard == ["data.new: undocumented", "this exchange could not be judged: ValueError"]
    assert "k3y" not in repr(seen)


def test_closing_waits_for_what_has_been_paid_and_lets_nothing_more_pass(tmp_path: Path) -> None:
    """A create under way is settled before the end; the next one is refused."""
    gate = Permits()
    with raw_upstream(b"", b"") as (url, raw), recording(url, tmp_path, gate, live=True) as recorder:
        raw.answer = b"HTTP/1.1 200 OK\r\n"
        raw.endless = b" "
        asking = threading.Thread(target=recorder.ask, args=("POST", CREATE, BODY))
        asking.start()
        while not gate.entered:
            pass
        threading.Timer(0.3, raw.done.set).start()
        recorder.proxy.close(5)
        assert [one[0] for one in gate.told] == ["unknown"]
        asking.join()
        assert recorder.ask("POST", CREATE, BODY).status == 403


def test_a_full_disk_keeps_no_answer_from_the_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written is counted and logged; nothing half-written stays."""
    with raw_upstream(http_answer({"code": 200})) as (url, _), recording(url, tmp_path, NOTHING) as recorder:

        def full(*_: Any) -> int:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "write_bytes", full)
        assert recorder.ask("GET", CREDIT).status == 200
    assert recorder.files == []
    assert recorder.proxy.counts.unwritten == 1
