"""What recordings hold no secret of: headers, URLs, fields, and bodies of every kind."""

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.reading import read_recordings
from fakie_schemas.recordings.redaction import redacted
from fakie_schemas.recordings.store import RecordingFolder
from support.exchanges import URL, recorded

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
    RecordingFolder(tmp_path).add(recorded(content, content, **headers))
    [read] = read_recordings(tmp_path).exchanges
    for body in (read.request_body, read.response_body if kind not in {"gzip", "multipart"} else b""):
        assert body is not None
        assert [secret for secret in SECRETS if secret.encode() in body] == []
    if kind == "gzip":
        assert read.request_body == f"[REDACTED: {len(content)} bytes, gzip]".encode()


@settings(derandomize=True, database=None, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one), max_leaves=6))
def test_what_is_no_secret_stays_as_it_was(value: Any) -> None:
    """JSON data without anything secret comes out equal, and redacting twice is redacting once."""
    once = redacted(recorded({"input": value}, {"data": value}))
    assert redacted(once) == once
    if not any(sign in json.dumps(value) for sign in "?@#%"):
        assert json.loads(once.request_body or b"") == {"input": value}


LONG = 2_000_000


@pytest.mark.parametrize("piece", ["ab12", "a://", "a:\\/\\/", "?a", "%3f", "bearer "])
def test_a_long_text_is_redacted_in_the_time_of_its_length(piece: str) -> None:
    """Two megabytes of what a pattern begins with, at the end a sign that a URL may stand there, hold up no answer."""
    text = piece * (LONG // len(piece)) + "@?#"
    started = time.process_time()
    redacted(recorded({"a": text}, text.encode(), cookie=text))
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
    once = redacted(recorded({"note": f"{before}https://user:hook-password@me.acme.test/x"}))
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
    once = json.loads(redacted(recorded(body)).request_body or b"")
    assert once == {**body, name: "[REDACTED]", "more": {name: ["[REDACTED]"]}}


def test_redacting_twice_is_redacting_once() -> None:
    """A recording that is replayed or judged is redacted again, and must stay comparable."""
    once = redacted(everything_secret())
    assert redacted(once) == once


@pytest.mark.parametrize("number", ["1e999", "NaN", "-Infinity"])
def test_a_number_that_json_has_not_hides_no_secret(tmp_path: Path, number: str) -> None:
    """A field by its name, and what a text within holds."""
    content = f'{{"apiKey": "field-secret-value", "n": {number}, "param": "{{\\"token\\": \\"plain-token-value\\"}}"}}'
    name = RecordingFolder(tmp_path).add(recorded(content.encode(), content.encode())).name
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
