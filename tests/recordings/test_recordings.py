"""Recordings: what is written down, and what is read back."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fakie_contract.traffic.readers import own
from fakie_schemas import format_schema
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.recordings.reading import exchange_of, read_recordings
from fakie_schemas.recordings.store import RecordingFolder
from fakie_schemas.strict_json import parse_strict
from fakie_schemas.validator import contract_validator
from support.exchanges import URL, recorded

WORD = "Zq7Lm2Pv99Kx9Ab"


def test_a_recording_holds_to_its_schema_and_reads_back(tmp_path: Path) -> None:
    """Written and read, an exchange is what it was; an empty body is none."""
    first = recorded(
        {"model": "z-image", "input": {"é": 1.5}}, {"code": 200, "data": None}, authorization="Bearer short"
    )
    file = RecordingFolder(tmp_path).add(first)
    document = json.loads(file.read_text(encoding="utf-8"))
    contract_validator(format_schema("recording")).validate(document)
    [read] = read_recordings(tmp_path).exchanges
    assert (read.method, read.url, read.status, read.origin) == ("POST", URL, 200, "000001-post-createTask.json")
    assert json.loads(read.request_body or b"") == {"model": "z-image", "input": {"é": 1.5}}
    assert read.request_headers == {"authorization": "Bearer [REDACTED]"}
    assert not read.cut
    assert read.at.startswith("20")


@pytest.mark.parametrize("content", [b'{"a": "' + b"x" * 3000 + b'"}', "é".encode() * 2000, b"\xff\x00" * 2000])
def test_a_body_over_the_bound_keeps_its_beginning(tmp_path: Path, content: bytes) -> None:
    """Only the beginning is kept, never half a character, and the recording says so."""
    RecordingFolder(tmp_path, largest_body=1001).add(recorded(content, b"{}"))
    [read] = read_recordings(tmp_path).exchanges
    assert read.cut
    assert read.request_body is not None
    assert 998 <= len(read.request_body) <= 1001
    assert content.startswith(read.request_body)


@pytest.mark.parametrize("content", [b'{"a": 1e999}', b'{"a": NaN}', b'{"a": 1, "a": 2}', b'{"a": [-1e400]}'])
def test_a_body_that_is_no_strict_json_is_kept_as_it_came(tmp_path: Path, content: bytes) -> None:
    """A number that is none would be written as no JSON has it; the file is JSON, and the body comes back."""
    name = RecordingFolder(tmp_path).add(recorded(content, content)).name
    parse_strict((tmp_path / name).read_text("utf-8"))
    [read] = read_recordings(tmp_path).exchanges
    assert read.request_body == content
    assert read.response_body == content


def test_numbers_go_on_in_a_folder_that_has_some(tmp_path: Path) -> None:
    """A second recorder continues; nothing but recordings is left."""
    (tmp_path / "000041-get-credit.json").write_text("{}")
    folder = RecordingFolder(tmp_path)
    assert folder.add(recorded()).name == "000042-post-createTask.json"
    assert RecordingFolder(tmp_path).add(recorded()).name == "000043-post-createTask.json"
    assert [file.name for file in tmp_path.iterdir() if file.suffix != ".json"] == []


def test_two_recorders_overwrite_nothing(tmp_path: Path) -> None:
    """Two processes that write into one folder at once lose no exchange, and share no number."""
    script = (
        "import sys, pathlib\n"
        "from fakie_schemas.recordings.store import RecordingFolder\n"
        "from fakie_schemas.recordings.exchange import RecordedExchange as E\n"
        "folder = RecordingFolder(pathlib.Path(sys.argv[1]))\n"
        "for n in range(60): folder.add(E('GET', f'http://x.test/{sys.argv[2]}{n}', {}, None, 200, {}, None))\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), name]) for name in "ab"]
    assert [process.wait(60) for process in running] == [0, 0]
    names = [file.name for file in tmp_path.iterdir()]
    assert len(names) == 120
    assert len({name[:6] for name in names}) == 120


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"{", "property name"),
        (b"[]", "object"),
        (b"\xff", "utf-8"),
        (b'{"request": {}, "response": {}}', "required"),
        (b'{"format_version": 2, "request": {}, "response": {}}', "format_version"),
        (b'{"request": {"method": "GET", "path": "/x"}, "response": {"status": 200}}', "'url' is a required"),
        (b'{"request": {"method": "GET", "url": "x"}, "response": {"status": 200}}', "request.url"),
        (b'{"request": {"method": "GET", "url": "http://x"}, "response": {"status": "200"}}', "response.status"),
        (b'{"request": {"method": "GET", "url": "http://x"}, "response": {"status": 200, "base64": "?"}}', "base64"),
        (
            b'{"request": {"method": "GET", "url": "http://x", "headers": {"a": "\\n"}}, "response": {"status": 200}}',
            "a",
        ),
        (b"[" * 100_000, "deep"),
    ],
)
def test_a_broken_file_is_named_with_its_reason_and_the_others_are_read(
    tmp_path: Path, content: bytes, word: str
) -> None:
    """The reason is one line about that file; the good one beside it is read."""
    RecordingFolder(tmp_path).add(recorded({}, {}))
    (tmp_path / "000002-broken.json").write_bytes(content)
    found = read_recordings(tmp_path)
    assert len(found.exchanges) == 1
    [broken] = found.broken
    assert broken.file.name == "000002-broken.json"
    assert word.lower() in broken.reason.lower()
    assert "\n" not in broken.reason


def test_a_byte_order_mark_before_a_recording_does_not_matter(tmp_path: Path) -> None:
    """As editors write it; check-traffic reads past it too."""
    plain = {"request": {"method": "GET", "url": "https://api.kie.ai/a"}, "response": {"status": 200}}
    (tmp_path / "a.json").write_text(json.dumps(plain), encoding="utf-8-sig")
    found = read_recordings(tmp_path)
    assert (len(found.exchanges), found.broken) == (1, ())


def test_loose_recordings_are_read_too(tmp_path: Path) -> None:
    """Host, path and query stand for a URL, contentType for a header, captured for recorded."""
    request = {"method": "GET", "host": "api.acme.test", "path": "/r", "query": {"taskId": "t 1"}, "body": None}
    response = {"status": 200, "contentType": "application/json", "body": {"code": 200}}
    document = {"captured": "2026-10-05", "note": "mine", "request": request, "response": response}
    (tmp_path / "mine.json").write_text(json.dumps(document))
    [read] = read_recordings(tmp_path).exchanges
    assert read.url == "https://api.acme.test/r?taskId=t+1"
    assert read.response_headers == {"content-type": "application/json"}
    assert (read.at, read.request_body, read.response_body) == ("2026-10-05", None, b'{"code":200}')


LOOSE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a query as a text": ({"query": "?a=1"}, {"url": "https://api.acme.test/r?a=1"}),
    "a query as an object": ({"query": {"a": [1, 2]}}, {"url": "https://api.acme.test/r?a=1&a=2"}),
    "a method in small letters": ({"method": "get"}, {"method": "GET"}),
    "a text as the body": ({"body": '{"a": 1}'}, {"request_body": b'{"a": 1}'}),
    "data as the body": ({"body": {"a": 1}}, {"request_body": b'{"a":1}'}),
    "a body that was cut": ({"truncated": True}, {"cut": True}),
}


@pytest.mark.parametrize("case", LOOSE)
def test_replay_and_judge_read_a_loose_recording_alike(case: str, tmp_path: Path) -> None:
    """What a file written by hand means does not depend on who reads it."""
    more, expected = LOOSE[case]
    request = {"method": "GET", "host": "api.acme.test", "path": "/r", **more}
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"captured": "2026-10-05", "request": request, "response": {"status": 200}}))
    [replayed], [judged] = read_recordings(tmp_path).exchanges, list(own.read(file))
    assert judged is not None
    assert judged == replayed
    assert {name: getattr(replayed, name) for name in expected} == expected


def test_a_text_that_was_json_is_read_back_as_json(tmp_path: Path) -> None:
    """An answer that is one JSON string comes back with its quotes, for replay and for the judge."""
    written = RecordingFolder(tmp_path).add(recorded(answer=b'"hello"'))
    [replayed], [judged] = read_recordings(tmp_path).exchanges, list(own.read(written))
    assert judged is not None
    assert (replayed.response_body, judged.response_body) == (b'"hello"', b'"hello"')


def test_captured_answers_are_read(shared: Path) -> None:
    """Every captured answer is an exchange."""
    found = read_recordings(shared / "observed")
    assert found.broken == ()
    assert len(found.exchanges) >= 19


def test_a_folder_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    """Neither a missing folder to read nor a file to write into ends in a trace."""
    with pytest.raises(ConfigurationError, match="not a folder of recordings"):
        read_recordings(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot write recordings"):
        RecordingFolder(tmp_path / "file")


def test_the_recording_on_the_docs_page_can_be_read() -> None:
    """The example holds to the published schema and is an exchange."""
    page = Path(__file__).parents[2] / "docs" / "record-replay.md"
    document = json.loads(page.read_text(encoding="utf-8").split("```json\n")[1].split("```")[0])
    contract_validator(format_schema("recording")).validate(document)
    assert exchange_of(document, "docs").url.endswith("/credit")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("request", "headers"), {"authorization": f"Bearer {WORD}\n"}),
        (("request", "headers"), {"x-api-key": [WORD]}),
        (("request", "headers"), [{"name": "authorization", "value": f"Bearer {WORD}"}]),
        (("request", "url"), f"https://a b/?api_key={WORD}"),
        (("request", "method"), f"GET /?key={WORD}"),
        (("response", "headers"), [["set-cookie", f"a={WORD}"]]),
        (("response", "status"), WORD),
    ],
)
def test_why_a_file_is_left_out_tells_no_key_of_it(tmp_path: Path, place: tuple[str, str], value: Any) -> None:
    """The log names the place and what is expected there; nobody has redacted what was recorded elsewhere."""
    side, name = place
    request = {"method": "GET", "url": "https://api.acme.test/x", "headers": {}}
    document: dict[str, Any] = {"format_version": 1, "recorded": "", "request": request}
    document["response"] = {"status": 200, "headers": {}}
    document[side][name] = value
    (tmp_path / "a.json").write_text(json.dumps(document))
    [broken] = read_recordings(tmp_path).broken
    assert f"{side}.{name}" in broken.reason
    assert "expected" in broken.reason
    assert WORD not in broken.reason
