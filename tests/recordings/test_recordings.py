"""Recordings: what is written down, what is not, and what is read back."""

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakie_contract.traffic.readers import own
from fakie_schemas import format_schema
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.reading import exchange_of, read_recordings
from fakie_schemas.recordings.redaction import redacted
from fakie_schemas.recordings.store import RecordingFolder
from fakie_schemas.strict_json import parse_strict
from fakie_schemas.validator import contract_validator

URL = "https://api.acme.test/api/v1/jobs/createTask"
SECRETS = (
    "k3y-of-the-client",
    "other-header-secret",
    "c00kie-crumb",
    "signature-of-a-hook",
    "amz-signature-value",
    "azure-sig-value",
    "plain-token-value",
    "hook-query-secret",
    "hook-user:hook-password",
    "hook-password",
    "setcookie-crumb",
    "aGlkZGVuIHVwbG9hZA",
    "field-secret-value",
    "bearer-of-another-one",
    "escaped-signature-value",
)
S3 = "https://files.acme.test/a.mp3?X-Amz-Date=1&X-Amz-Signature=amz-signature-value"
AZURE = "https://blob.acme.test/b.png?sv=2024&se=2026&sp=r&sig=azure-sig-value"
HOOK = "https://hook-user:hook-password@me.acme.test/hook?who=hook-query-secret"


def exchange(body: Any = None, answer: Any = None, url: str = URL, **headers: str) -> RecordedExchange:
    """Make an exchange; bodies that are not bytes become JSON."""
    asked, answered = (one if isinstance(one, bytes | None) else json.dumps(one).encode() for one in (body, answer))
    return RecordedExchange("POST", url, headers, asked, 200, {"content-type": "application/json"}, answered)


def everything_secret() -> RecordedExchange:
    inner = json.dumps({"input": json.dumps({"audio_url": S3}), "callBackUrl": HOOK})
    escaped = '{"url":"https:\\/\\/x.acme.test\\/y?a=1\\u0026Signature=escaped-signature-value"}'
    return RecordedExchange(
        "POST",
        f"{URL}?taskId=t-1&token=plain-token-value&url={'https%3A%2F%2Fx%3FSignature%3Damz-signature-value'}",
        {
            "authorization": "Bearer k3y-of-the-client",
            "x-api-key": "other-header-secret",
            "x-secret-thing": "other-header-secret",
            "cookie": "session=c00kie-crumb",
            "x-webhook-signature": "signature-of-a-hook",
            "referer": AZURE,
            "content-type": "application/json",
        },
        json.dumps(
            {
                "model": "z-image",
                "input": {"image_url": AZURE, "base64Data": "aGlkZGVuIHVwbG9hZA==", "note": "my k3y-of-the-client"},
                "callBackUrl": HOOK,
                "api_key": "field-secret-value",
            }
        ).encode(),
        200,
        {
            "set-cookie": "a=setcookie-crumb; Domain=acme.test; SameSite=Strict",
            "location": S3,
            "content-type": "application/json",
        },
        json.dumps(
            {
                "code": 200,
                "msg": f"k3y-of-the-client, hook {HOOK}, c00kie-crumb, setcookie-crumb, Bearer bearer-of-another-one",
                "data": {"param": inner, "resultJson": json.dumps({"resultUrls": [S3, AZURE]}), "more": escaped},
            }
        ).encode(),
    )


def test_no_secret_is_written_down(tmp_path: Path) -> None:
    """Keys, cookies, signatures, uploads and a hook's query are nowhere in the file; everything else is."""
    file = RecordingFolder(tmp_path).add(everything_secret())
    text = file.read_text(encoding="utf-8")
    assert [secret for secret in SECRETS if secret in text] == []
    read = json.loads(text)
    assert "taskId=t-1" in read["request"]["url"]
    assert read["request"]["body"]["input"]["image_url"] == "https://blob.acme.test/b.png?[REDACTED]"
    assert read["request"]["body"]["input"]["base64Data"] == "[REDACTED: 20 characters]"
    assert read["request"]["body"]["callBackUrl"] == "https://REDACTED@me.acme.test/hook?[REDACTED]"
    inner = json.loads(json.loads(read["response"]["body"]["data"]["param"])["input"])
    assert inner == {"audio_url": "https://files.acme.test/a.mp3?[REDACTED]"}


@pytest.mark.parametrize("kind", ["html", "broken", "form", "multipart", "gzip", "latin-1"])
def test_bodies_that_are_no_json_hide_nothing(tmp_path: Path, kind: str) -> None:
    """Whatever kind a body is of, what is secret in it does not reach the file."""
    bodies = {
        "html": f'<a href="{S3}">k3y-of-the-client</a> &amp; Bearer bearer-of-another-one',
        "broken": f'{{"base64Data": "aGlkZGVuIHVwbG9hZA==", "u": "{AZURE}", "k": "k3y-of-the-client",',
        "form": "fileUrl=https%3A%2F%2Fx.test%2Fa%3FSignature%3Damz-signature-value&k=k3y-of-the-client",
        "multipart": '--b0\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        "hook-query-secret\r\n--b0\r\n\r\nk3y-of-the-client\r\n--b0--\r\n",
        "gzip": "",
        "latin-1": f"\xff\xfe k3y-of-the-client {S3}",
    }
    content = gzip.compress(b"k3y-of-the-client") if kind == "gzip" else bodies[kind].encode("latin-1")
    headers = {"authorization": "Bearer k3y-of-the-client", "content-type": "multipart/form-data; boundary=b0"}
    if kind == "gzip":
        headers["content-encoding"] = "gzip"
    RecordingFolder(tmp_path).add(exchange(content, content, **headers))
    [read] = read_recordings(tmp_path).exchanges
    for body in (read.request_body, read.response_body if kind not in {"gzip", "multipart"} else b""):
        assert body is not None
        assert [secret for secret in SECRETS if secret.encode() in body] == []
    if kind == "gzip":
        assert read.request_body == f"[REDACTED: {len(content)} bytes, gzip]".encode()


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one), max_leaves=6))
def test_what_is_no_secret_stays_as_it_was(value: Any) -> None:
    """JSON data without anything secret comes out equal, and redacting twice is redacting once."""
    once = redacted(exchange({"input": value}, {"data": value}))
    assert redacted(once) == once
    if not any(sign in json.dumps(value) for sign in "?@#%"):
        assert json.loads(once.request_body or b"") == {"input": value}


LONG = 2_000_000


@pytest.mark.parametrize("piece", ["ab12", "a://", "a:\\/\\/", "?a", "%3f", "bearer "])
def test_a_long_text_is_redacted_in_the_time_of_its_length(piece: str) -> None:
    """Two megabytes of what a pattern begins with, at the end a sign that a URL may stand there, hold up no answer."""
    text = piece * (LONG // len(piece)) + "@?#"
    started = time.process_time()
    redacted(exchange({"a": text}, text.encode(), cookie=text))
    # The square of this length takes hours.
    assert time.process_time() - started < 20


@pytest.mark.parametrize("piece", ['a="\\""', ";", "\\", ' name="', "\r\nX: y", "\r\n--b0\r\n"])
def test_a_form_is_read_in_the_time_of_its_length(piece: str) -> None:
    """Whatever the heads of its parts repeat; the standard library's parser of mails took minutes."""
    # In a process of its own: what looks at a text for ever can be stopped from outside alone.
    code = f"""
from fakie_schemas.recordings.multipart import form_fields
body = b"--b0\\r\\nContent-Disposition: form-data; " + {piece.encode()!r} * 40_000 + b"\\r\\n\\r\\nx\\r\\n--b0--\\r\\n"
form_fields(body, "multipart/form-data; boundary=b0")
"""
    subprocess.run([sys.executable, "-c", code], timeout=30, check=True)


@pytest.mark.parametrize("before", ["", "aaaa", "see-", "a" * 50, "x=1&u="])
def test_the_user_of_a_url_is_taken_out_wherever_it_stands(before: str) -> None:
    """Whatever runs into its scheme."""
    once = redacted(exchange({"note": f"{before}https://user:hook-password@me.acme.test/x"}))
    assert b"hook-password" not in (once.request_body or b"")


@pytest.mark.parametrize(
    "name",
    [
        "apiKey",
        "access_key",
        "pass",
        "passphrase",
        "tokens",
        "credentials",
        "subscription-key",
        "clientSecretValue",
        "X-Auth-Token",
    ],
)
def test_fields_with_secret_names_are_taken_out(name: str) -> None:
    """One by one and in lists; numbers, and names that only sound alike, stay."""
    body = {
        name: "field-secret-value",
        "more": {name: ["field-secret-value"]},
        "max_tokens": 5,
        "keyword": "lake",
        "compass": "north",
    }
    once = json.loads(redacted(exchange(body)).request_body or b"")
    assert once == {**body, name: "[REDACTED]", "more": {name: ["[REDACTED]"]}}


def test_redacting_twice_is_redacting_once() -> None:
    """A recording that is replayed or judged is redacted again, and must stay comparable."""
    once = redacted(everything_secret())
    assert redacted(once) == once


def test_a_recording_holds_to_its_schema_and_reads_back(tmp_path: Path) -> None:
    """Written and read, an exchange is what it was; an empty body is none."""
    first = exchange(
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
    RecordingFolder(tmp_path, largest_body=1001).add(exchange(content, b"{}"))
    [read] = read_recordings(tmp_path).exchanges
    assert read.cut
    assert read.request_body is not None
    assert 998 <= len(read.request_body) <= 1001
    assert content.startswith(read.request_body)


@pytest.mark.parametrize("content", [b'{"a": 1e999}', b'{"a": NaN}', b'{"a": 1, "a": 2}', b'{"a": [-1e400]}'])
def test_a_body_that_is_no_strict_json_is_kept_as_it_came(tmp_path: Path, content: bytes) -> None:
    """A number that is none would be written as no JSON has it; the file is JSON, and the body comes back."""
    name = RecordingFolder(tmp_path).add(exchange(content, content)).name
    parse_strict((tmp_path / name).read_text("utf-8"))
    [read] = read_recordings(tmp_path).exchanges
    assert read.request_body == content
    assert read.response_body == content


@pytest.mark.parametrize("number", ["1e999", "NaN", "-Infinity"])
def test_a_number_that_json_has_not_hides_no_secret(tmp_path: Path, number: str) -> None:
    """A field by its name, and what a text within holds."""
    content = f'{{"apiKey": "field-secret-value", "n": {number}, "param": "{{\\"token\\": \\"plain-token-value\\"}}"}}'
    name = RecordingFolder(tmp_path).add(exchange(content.encode(), content.encode())).name
    written = (tmp_path / name).read_text("utf-8")
    assert "field-secret-value" not in written
    assert "plain-token-value" not in written
    assert "[REDACTED]" in written


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"apiKey": "field-secret-value", "a": 1, "a": 2}', "application/json"),
        (b'{"apiKey": "field-secret-value",}', "application/json"),
        (b'{"model": "x", "apiKey": "field-secret-val', "application/json"),
        (b'\xef\xbb\xbf{"apiKey": "field-secret-value"}', "application/json"),
        (b'{"apiKey": "field-secret-value"}\n{"a": 1}', "application/x-ndjson"),
        (b'{"param": "{\\"apiKey\\": \\"field-secret-value\\", \\"a\\": "}', "application/json"),
        (b"[" * 3000 + b'{"apiKey": "field-secret-value"}' + b"]" * 3000, "application/json"),
        (b'{"apiKey": "field-secret-value", "a": [' + b"{}," * 100_000 + b"{}]}", "application/json"),
        (b"apiKey=field-secret-value&model=x", "application/x-www-form-urlencoded"),
        (
            b'--b0\r\nContent-Disposition: form-data; name="apiKey"\r\n\r\nfield-secret-value\r\n--b0--\r\n',
            "multipart/form-data; boundary=b0",
        ),
    ],
    ids=["twice", "comma", "cut", "mark", "lines", "inner", "deep", "many", "form", "multipart"],
)
def test_a_body_that_nobody_reads_as_json_hides_no_secret_field(tmp_path: Path, content: bytes, kind: str) -> None:
    """What is secret by its name is taken out of forms, and of JSON that is broken, doubled, deep or too much."""
    one = RecordedExchange("POST", URL, {"content-type": kind}, content, 200, {"content-type": kind}, content)
    name = RecordingFolder(tmp_path).add(one).name
    written = (tmp_path / name).read_text("utf-8")
    assert "field-secret-val" not in written
    assert written.count("[REDACTED]") == 2


def test_numbers_go_on_in_a_folder_that_has_some(tmp_path: Path) -> None:
    """A second recorder continues; nothing but recordings is left."""
    (tmp_path / "000041-get-credit.json").write_text("{}")
    folder = RecordingFolder(tmp_path)
    assert folder.add(exchange()).name == "000042-post-createTask.json"
    assert RecordingFolder(tmp_path).add(exchange()).name == "000043-post-createTask.json"
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
    RecordingFolder(tmp_path).add(exchange({}, {}))
    (tmp_path / "000002-broken.json").write_bytes(content)
    found = read_recordings(tmp_path)
    assert len(found.exchanges) == 1
    [broken] = found.broken
    assert broken.file.name == "000002-broken.json"
    assert word.lower() in broken.reason.lower()
    assert "\n" not in broken.reason


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
    written = RecordingFolder(tmp_path).add(exchange(answer=b'"hello"'))
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
