"""Bodies in every notation of recorders: packed, in chunks, as forms; and statuses of any spelling."""

import base64
import codecs
import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from fakie_contract.traffic.readers.form_fields import form_of
from support.dialects.har import har_file
from support.recordings import (
    COST_TIME,
    GOOD,
    WRONG,
    as_cassette,
    as_har,
    exchange,
    news,
    report,
    whole,
    write,
    write_yaml,
)


def chunked(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n%x;x=y\r\n%s\r\n0\r\n\r\n" % (7, content[:7], len(content) - 7, content[7:])


PACKED: Mapping[str, tuple[Callable[[bytes], Any], dict[str, str], str]] = {
    "gzip": (lambda body: base64.b64encode(gzip.compress(body)).decode(), {"Content-Encoding": "gzip"}, "base64"),
    "gzip without its header": (lambda body: base64.b64encode(gzip.compress(body)).decode(), {}, "base64"),
    "chunks": (lambda body: base64.b64encode(chunked(body)).decode(), {"Transfer-Encoding": "chunked"}, "base64"),
    "chunks of gzip": (
        lambda body: base64.b64encode(chunked(gzip.compress(body))).decode(),
        {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"},
        "base64",
    ),
    "safe for URLs": (lambda body: base64.urlsafe_b64encode(body).decode().rstrip("="), {}, "base64"),
    "in lines": (lambda body: base64.encodebytes(body).decode(), {}, "base64"),
    "in capitals": (lambda body: base64.b64encode(body).decode(), {}, "BASE64"),
    "no base64 at all": (lambda body: body.decode(), {}, "base64"),
    "hexadecimal": (lambda body: body.hex(), {}, "hex"),
    "plain below a header": (lambda body: body.decode(), {"Content-Encoding": "zstd"}, ""),
    "UTF-16": (lambda body: base64.b64encode(body.decode().encode("utf-16")).decode(), {}, "base64"),
    "a list of its bytes": (list, {}, ""),
    "a Buffer of Node": (lambda body: {"type": "Buffer", "data": list(body)}, {}, ""),
    "with a mark": (lambda body: base64.b64encode(codecs.BOM_UTF8 + body).decode(), {}, "base64"),
}


@pytest.mark.parametrize("case", PACKED)
def test_however_a_body_is_kept_it_is_read(case: str, tmp_path: Path) -> None:
    """What is wrong in it is found."""
    pack, headers, encoding = PACKED[case]
    har = as_har([WRONG])
    response = har["log"]["entries"][0]["response"]
    text = pack(response["content"]["text"].encode())
    response["content"] = {"mimeType": "application/json", "text": text, "encoding": encoding}
    response["headers"] = [{"name": name, "value": value} for name, value in headers.items()]
    found = report(har_file(tmp_path, har))
    assert COST_TIME in news(found["findings"]), found


@pytest.mark.parametrize("encoding", ["base64", "hex"])
def test_a_body_that_is_not_what_it_says_is_told_of(encoding: str, tmp_path: Path) -> None:
    """It is counted with that reason, not as one that was not kept."""
    har = as_har([WRONG, GOOD])
    har["log"]["entries"][0]["response"]["content"] |= {"text": "~~~", "encoding": encoding}
    found = report(har_file(tmp_path, har))
    assert found["not_judged"] == [{"reason": f"the answer's body is not the {encoding} that it says", "count": 1}]


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_compressed_body_that_breaks_off_is_not_the_answers_fault(encoding: str, tmp_path: Path) -> None:
    """It is not judged, since nobody knows the rest; one that only lacks the end of its stream is."""
    compressed = gzip.compress if encoding == "gzip" else zlib.compress
    for cut, judged in ((20, 0), (4, 1)):
        har = as_har([WRONG])
        response = har["log"]["entries"][0]["response"]
        kept = compressed(response["content"]["text"].encode())[:-cut]
        response["content"] |= {"text": base64.b64encode(kept).decode(), "encoding": "base64"}
        response["headers"] = [{"name": "content-encoding", "value": encoding}]
        found = report(har_file(tmp_path, har))
        assert found["judged"] == judged
        assert [one["reason"] for one in found["not_judged"]] == [_UNDONE.format(encoding)] * (1 - judged)


def test_a_body_that_was_parsed_is_written_out(tmp_path: Path) -> None:
    """As an object where its text is expected, of a request and of an answer."""
    har = as_har([WRONG])
    entry = har["log"]["entries"][0]
    entry["response"]["content"]["text"] = json.loads(entry["response"]["content"]["text"])
    assert COST_TIME in news(report(har_file(tmp_path, har))["findings"])


def kept_as(key: str, text: str) -> Any:
    """Return a cassette's body as an object that says how its text is kept."""
    kept: Mapping[str, Any] = {
        "base64": {"base64": base64.b64encode(text.encode()).decode()},
        "base64 by its encoding": {"encoding": "base64", "string": base64.b64encode(text.encode()).decode()},
        "json": {"json": json.loads(text)},
        "a type": {"mimeType": "application/json", "size": len(text), "text": text},
    }
    return kept.get(key, {"encoding": "utf-8", key: text})


@pytest.mark.parametrize("array", [False, True])
@pytest.mark.parametrize(
    "key", ["string", "text", "content", "data", "json", "base64", "base64 by its encoding", "a type"]
)
def test_an_object_that_says_how_a_body_is_kept_is_no_body(key: str, array: bool, tmp_path: Path) -> None:
    """What is right is not condemned, and what is wrong in the text is found; in an array of interactions as well."""
    cassette = as_cassette([GOOD, WRONG])
    for one in cassette["interactions"]:
        one["response"]["body"] = kept_as(key, one["response"]["body"]["string"])
    found = report(write(tmp_path / "a.json", cassette["interactions"] if array else cassette))
    assert news(found["findings"]) == {COST_TIME}


def test_an_array_with_texts_and_numeric_statuses_is_read_as_a_cassette(tmp_path: Path) -> None:
    """By how its bodies are kept, where neither `uri` nor the status tells."""
    interactions = as_cassette([GOOD, WRONG])["interactions"]
    for one in interactions:
        one["request"]["url"] = one["request"].pop("uri")
        one["response"]["status"] = 200
    assert news(report(write(tmp_path / "a.json", interactions))["findings"]) == {COST_TIME}


@pytest.mark.parametrize("key", ["content", "json_body", "json", "text"])
def test_a_body_is_found_under_other_names(key: str, tmp_path: Path) -> None:
    """It was kept, so that nobody is told otherwise."""
    cassette = as_cassette([WRONG])
    text = cassette["interactions"][0]["response"].pop("body")["string"]
    cassette["interactions"][0]["response"] |= {"body": None, key: json.loads(text) if "json" in key else text}
    assert COST_TIME in news(report(write(tmp_path / "a.json", cassette))["findings"])


@pytest.mark.parametrize(
    "told",
    [
        {"statusCode": 200},
        {"status": {"status_code": 200}},
        {"status": [200, "OK"]},
        {"headers": {":status": ["200"]}},
        {"status": "200 OK"},
    ],
)
@pytest.mark.parametrize("form", ["cassette", "array"])
def test_a_status_in_another_place_is_one(told: Any, form: str, tmp_path: Path) -> None:
    """Of a cassette, and of an array that a program has written."""
    cassette: Any = as_cassette([WRONG]) if form == "cassette" else json.loads(json.dumps([whole(WRONG)]))
    [one] = cassette["interactions"] if form == "cassette" else cassette
    del one["response"]["status"]
    one["response"] |= told
    assert COST_TIME in news(report(write(tmp_path / "a.json", cassette))["findings"])


def test_headers_of_lists_tell_how_a_body_is_packed(tmp_path: Path) -> None:
    """Of an array that a program has written."""
    one = whole(WRONG)
    body = base64.b64encode(gzip.compress(json.dumps(one["response"].pop("body")).encode())).decode()
    one["response"] |= {"base64": body, "headers": {"Content-Encoding": ["gzip"], "Content-Type": ["application/json"]}}
    assert COST_TIME in news(report(write(tmp_path / "a.json", [one]))["findings"])


@pytest.mark.parametrize("status", ["200", 200.0, "200 OK", "HTTP/1.1 200 OK"])
def test_a_status_of_any_spelling_is_one(status: Any, tmp_path: Path) -> None:
    """As a number or a text, with its words or without."""
    har = as_har([WRONG])
    har["log"]["entries"][0]["response"]["status"] = status
    found = report(har_file(tmp_path, har))
    assert COST_TIME in news(found["findings"])


_UNDONE = "the answer's body was not kept, or cannot be decoded ({})"
UPLOAD = {"code": 200, "success": True, "msg": "File uploaded successfully", "data": {}}
FIELDS = [{"name": "uploadPath", "value": "images"}, {"name": "file", "fileName": "a.png", "contentType": "image/png"}]
_LINES = ["--b", 'Content-Disposition: form-data; name="uploadPath"', "", "images", "--b"]
_FILE = ['Content-Disposition: form-data; name="file"; filename="a.png"', "Content-Type: image/png", "", "\x00\x01"]
RAW = "\r\n".join([*_LINES, *_FILE, "--b--", ""])
FORMS: Mapping[str, Any] = {
    "params": {"mimeType": "multipart/form-data", "params": FIELDS},
    "params with a boundary": {"mimeType": "multipart/form-data; boundary=xyz", "params": FIELDS, "text": ""},
    "text": {"mimeType": "multipart/form-data; boundary=b", "text": RAW},
    "text with plain lines": {"mimeType": "multipart/form-data; boundary=b", "text": RAW.replace("\r\n", "\n")},
    "base64": {
        "mimeType": "multipart/form-data; boundary=b",
        "text": base64.b64encode(RAW.encode()).decode(),
        "encoding": "base64",
    },
    "form and files": {"form": {"uploadPath": ["images"]}, "files": {"file": {"filename": "a.png"}}},
    "formdata": {"formdata": [{"key": "uploadPath", "value": "images"}, {"key": "file", "type": "file", "src": "a"}]},
}


def uploaded(form: Any, folder: Path) -> Any:
    """Judge an upload whose request is kept in a form's notation."""
    har = as_har([exchange("POST", "/api/file-stream-upload", None, UPLOAD, host="kieai.redpandaai.co")])
    har["log"]["entries"][0]["request"]["postData"] = form
    found = report(har_file(folder, har))
    assert found["judged"] == 1
    return found["findings"]


@pytest.mark.parametrize("case", FORMS)
def test_a_form_is_judged_in_every_notation(case: str, tmp_path: Path) -> None:
    """What its page asks for is there; what is missing is found, and so is what it does not name."""
    requested = [one for one in uploaded(FORMS[case], tmp_path) if one["rule"].startswith("request.")]
    assert requested == []
    lacking = json.loads(json.dumps(FORMS[case]).replace("uploadPath", "upload_path"))
    if case == "base64":
        lacking["text"] = base64.b64encode(RAW.replace("uploadPath", "upload_path").encode()).decode()
    found = {(one["rule"], one["place"]) for one in uploaded(lacking, tmp_path)}
    assert ("request.accepted", "/request/body/uploadPath") in found
    assert ("request.undocumented_field", "/request/body/upload_path") in found


def test_files_without_a_type_make_it_a_multipart_form() -> None:
    """A form of fields alone is one as links have it; a type that is told stays."""
    headers: dict[str, str] = {}
    assert b'name="file"; filename="upload"' in (form_of({"files": {"file": "x"}}, headers) or b"")
    assert headers["content-type"].startswith("multipart/form-data; boundary=")
    assert form_of({"form": {"a": ["1", "2"]}}, {}) == b"a=1&a=2"
    assert form_of({}, {}) is None


def test_a_form_of_go_vcr_and_of_our_own_is_read(tmp_path: Path) -> None:
    """`form` as fields with lists of values, in a cassette and in a recording written by hand."""
    url = "https://kieai.redpandaai.co/api/file-stream-upload"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    request = {"method": "POST", "url": url, "headers": headers, "form": {"upload_path": ["x"], "file": ["y"]}}
    response = {"status": 200, "code": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(UPLOAD)}
    one = {"request": request, "response": response}
    for file in (
        write_yaml(tmp_path / "a.yaml", {"version": 2, "interactions": [one]}),
        write(tmp_path / "a.json", one),
    ):
        found = {one["rule"] for one in report(file)["findings"]}
        assert {"request.accepted", "request.undocumented_field"} <= found
