"""Uploads: taken in by three ways, and found again; over every door."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakie.core.http.messages import Request
from fakie.core.service import Service
from support.clients.doors import KEY, Door, open_door
from support.forms import BASE64, DOWNLOAD_URL, GOOD, PNG, PNG_TEXT, STREAM, URL, capture, form, local, put, stream
from support.servers.fakes import HandClock

KEYS = ["success", "fileName", "filePath", "downloadUrl", "fileSize", "mimeType", "uploadedAt"]


def test_a_base64_upload_is_answered_in_the_wires_form(door: Door) -> None:
    """Keys, their order, the numbered folder and the time in milliseconds, as captured."""
    answer = door.post(BASE64, GOOD)
    number = answer.data["filePath"].split("/")[1]
    path = f"kieai/{number}/images/test-uploads/test-base64.png"
    assert list(answer.json) == ["success", "code", "msg", "data"]
    assert answer.json == {
        "success": True,
        "code": 200,
        "msg": "File uploaded successfully",
        "data": {
            "success": True,
            "fileName": "test-base64.png",
            "filePath": path,
            "downloadUrl": f"http://fake.test/{path}",
            "fileSize": 70,
            "mimeType": "image/png",
            "uploadedAt": "2026-01-01T00:00:00.250Z",
        },
    }
    assert list(answer.data) == KEYS
    assert number.isdecimal()


@pytest.mark.parametrize("name", ["file-base64-upload", "file-url-upload-missing"])
def test_captured_answers_are_given_again(door: Door, shared: Path, name: str) -> None:
    """Field by field, but for host, account and time."""
    seen = capture(shared, name)
    answer = door.post(seen["request"]["path"], seen["request"]["body"] or {}).json
    expected = seen["response"]["body"]
    assert list(answer) == list(expected)
    assert {**answer, "data": None} == {**expected, "data": None}
    if "data" in expected:
        assert list(answer["data"]) == list(expected["data"])
        odd = {"filePath", "downloadUrl", "uploadedAt"}
        assert [key for key, value in expected["data"].items() if answer["data"][key] != value] == [
            key for key in expected["data"] if key in odd
        ]


@pytest.mark.parametrize("order", [("uploadPath", "fileName", "file"), ("file", "uploadPath", "fileName")])
def test_a_form_may_have_its_fields_in_any_order(door: Door, order: tuple[str, ...]) -> None:
    """The file first or last; it is found again with content, type and name."""
    parts: dict[str, Any] = {"uploadPath": "images", "fileName": "mine.png", "file": ("theirs.png", PNG)}
    answer = stream(door, *((name, parts[name]) for name in order))
    assert (answer.data["fileName"], answer.data["mimeType"]) == ("mine.png", "image/png")
    shown = door.get(local(answer.data["downloadUrl"]), {})
    assert (shown.status, shown.body, shown.headers["content-type"]) == (200, PNG, "image/png")


def test_a_file_is_found_by_its_url_again_and_again_uploaded(door: Door) -> None:
    """A URL upload of a file that the fake holds needs no network, and keeps kind and ending."""
    first = put(door, PNG, "a.png")
    answer = door.post(URL, {"fileUrl": first["downloadUrl"], "uploadPath": "copies"})
    assert answer.situation == "file_uploaded"
    assert answer.data["fileName"].endswith(".png")
    assert door.get(local(answer.data["downloadUrl"]), {}).body == PNG


def test_without_a_name_one_is_made_and_an_equal_name_overwrites(door: Door) -> None:
    """Two unnamed files are two files; a second one of the same name takes the place of the first."""
    made = {put(door, PNG, "a.png")["fileName"] for _ in range(2)}
    assert len(made) == 2
    assert all(name.endswith(".png") for name in made)
    for content in (b"first", b"second"):
        answer = stream(door, ("uploadPath", "x"), ("fileName", "same.txt"), ("file", ("a.txt", content)))
    assert door.get(local(answer.data["downloadUrl"]), {}).body == b"second"


@pytest.mark.parametrize(
    ("content", "declared", "name", "kind"),
    [
        (PNG, None, "x.jpg", "image/png"),
        (b"hello", "image/webp", "x.bin", "image/webp"),
        (b"hello", None, "x.mp3", "audio/mpeg"),
        (b"ID3\x03\x00", "audio/mp3", "x", "audio/mp3"),
        (b"hello", None, "x", "application/octet-stream"),
        (b"hello", "text/html\r\nX-Evil: 1", "x", "application/octet-stream"),
    ],
)
def test_a_kind_is_told_by_content_then_by_what_was_declared_then_by_name(
    door: Door, content: bytes, declared: str | None, name: str, kind: str
) -> None:
    """And a declared type that is none becomes no header."""
    data = base64.b64encode(content).decode()
    text = f"data:{declared};base64,{data}" if declared else data
    answer = door.post(BASE64, {"base64Data": text, "uploadPath": "x", "fileName": name})
    assert answer.data["mimeType"] == kind
    assert door.get(local(answer.data["downloadUrl"]), {}).headers["content-type"] == kind


def test_a_wrong_declaration_is_said(door: Door) -> None:
    """A data URL whose type is not that of its content is taken, with a header that says so."""
    answer = door.post(BASE64, {**GOOD, "base64Data": f"data:audio/mpeg;base64,{PNG_TEXT}"})
    assert answer.headers["x-fakie-advice"] == "the file was declared as audio/mpeg, and its content is image/png"
    assert "x-fakie-advice" not in door.post(BASE64, GOOD).headers


BAD_NAMES = ["../a.png", "..", ".", "a/b.png", "a\x00.png", "a\\b.png", "a" * 4096, "ü" * 200, " "]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_odd_names_are_refused(door: Door, name: str) -> None:
    """A name that leads elsewhere, or that no disk would take, is refused in one line; so is such a path."""
    answer = door.post(BASE64, {**GOOD, "fileName": name})
    assert (answer.code, answer.situation) == (400, "upload_invalid")
    assert len(answer.msg) < 200
    if name != "a/b.png":
        assert door.post(BASE64, {**GOOD, "uploadPath": f"x/{name}"}).situation == "upload_invalid"


@pytest.mark.parametrize(
    ("path", "body", "situation"),
    [
        (BASE64, {}, "upload_field_missing"),
        (BASE64, {"base64Data": PNG_TEXT}, "upload_field_missing"),
        (BASE64, {**GOOD, "uploadPath": ""}, "upload_field_missing"),
        (BASE64, {**GOOD, "uploadPath": 5}, "upload_invalid"),
        (BASE64, {**GOOD, "uploadPath": "ab/" * 341}, "upload_invalid"),
        (BASE64, {**GOOD, "fileName": ["x"]}, "upload_invalid"),
        (BASE64, {**GOOD, "base64Data": {"a": 1}}, "upload_invalid"),
        (BASE64, {**GOOD, "base64Data": "not base64!"}, "base64_malformed"),
        (BASE64, {**GOOD, "base64Data": "é"}, "base64_malformed"),
        (BASE64, {**GOOD, "base64Data": "data:image/png,abc"}, "base64_malformed"),
        (BASE64, {**GOOD, "base64Data": "data:image/png;base64"}, "base64_malformed"),
        (BASE64, {**GOOD, "base64Data": "data:image/png;base64,"}, "upload_invalid"),
        (BASE64, [], "body_malformed"),
        (BASE64, None, "body_malformed"),
        (URL, {}, "file_url_missing"),
        (URL, {"fileUrl": 7, "uploadPath": "x"}, "upload_invalid"),
        (URL, {"fileUrl": "https://acme.test/a.png"}, "upload_field_missing"),
        (URL, {"fileUrl": "file:///etc/passwd", "uploadPath": "x"}, "fetch_failed"),
        (URL, {"fileUrl": "http://fake.test/kieai/1/none.png", "uploadPath": "x"}, "fetch_failed"),
        (STREAM, {"uploadPath": "x"}, "content_type_wrong"),
    ],
)
def test_bad_bodies_are_refused_in_the_uploads_own_form(door: Door, path: str, body: Any, situation: str) -> None:
    """HTTP 200, `success` first, code 400, one line, no data; and the next upload works."""
    answer = door.post(path, body)
    assert (answer.status, answer.situation) == (200, situation)
    assert list(answer.json) == ["success", "code", "msg"]
    assert (answer.json["success"], answer.code) == (False, 400)
    assert "\n" not in answer.msg
    assert door.post(BASE64, GOOD).code == 200


def many_parts() -> tuple[bytes, dict[str, str]]:
    return form([(f"field{number}", "x") for number in range(5000)])


def endless_headers() -> tuple[bytes, dict[str, str]]:
    body = b"--zz\r\n" + b"A: b\r\n" * 100_000
    return body, {**KEY, "Content-Type": "multipart/form-data; boundary=zz"}


def large_field() -> tuple[bytes, dict[str, str]]:
    return form([("uploadPath", "x" * 1_000_000), ("file", ("a", b"x"))])


def no_end() -> tuple[bytes, dict[str, str]]:
    body, headers = form([("uploadPath", "x"), ("file", ("a", b"x"))])
    return body[:-10], headers


def nameless() -> tuple[bytes, dict[str, str]]:
    body, headers = form([("uploadPath", "x"), ("file", ("a", b"x"))])
    return body.replace(b'name="file"; ', b""), headers


@pytest.mark.parametrize(
    ("made", "situation"),
    [
        (many_parts, "body_malformed"),
        (endless_headers, "body_malformed"),
        (large_field, "body_malformed"),
        (no_end, "body_malformed"),
        (nameless, "upload_field_missing"),
        (lambda: (b" ", {**KEY, "Content-Type": "multipart/form-data; boundary=zz"}), "body_malformed"),
        (lambda: (b"x", {**KEY, "Content-Type": "multipart/form-data"}), "content_type_wrong"),
        (lambda: (b"x", {**KEY, "Content-Type": "multipart/form-data; boundary="}), "body_malformed"),
        (lambda: (b"x", {**KEY, "Content-Type": "multipart/form-data; boundary=é"}), "body_malformed"),
        (lambda: form([]), "upload_field_missing"),
        (lambda: form([("uploadPath", "x")]), "upload_field_missing"),
        (lambda: form([("uploadPath", "x"), ("file", "just text")]), "upload_field_missing"),
        (lambda: form([("uploadPath", "x"), ("image", ("a.png", PNG))]), "upload_field_missing"),
        (lambda: form([("file", ("a.png", PNG))]), "upload_field_missing"),
        (lambda: form([("uploadPath", "x"), ("file", ("a.png", b""))]), "upload_invalid"),
        (lambda: form([("uploadPath", "x"), ("file", ("a", b"1")), ("file", ("b", b"2"))]), "upload_invalid"),
    ],
)
def test_bad_forms_are_refused(door: Door, made: Callable[[], tuple[bytes, dict[str, str]]], situation: str) -> None:
    """Bombs, broken ones, and those without the one file: code 400 in one line, and the next one works."""
    body, headers = made()
    answer = door.ask("POST", STREAM, body, headers)
    assert (answer.situation, answer.code) == (situation, 400), answer.body
    assert len(answer.msg) < 300
    assert put(door, PNG, "a.png")["fileSize"] == len(PNG)
    assert not door.service.bugs


@pytest.mark.parametrize("path", [BASE64, STREAM, URL])
def test_uploads_ask_for_a_key_and_for_post(door: Door, path: str) -> None:
    """401 without a key, 405 for another method, both in the uploads' own form."""
    refused, wrong = door.post(path, GOOD, {"Authorization": "x"}), door.get(path)
    assert (refused.status, refused.code, list(refused.json)) == (200, 401, ["success", "code", "msg"])
    assert (wrong.status, wrong.code, wrong.json["success"]) == (200, 405, False)


def test_another_method_with_a_status_of_its_own_says_which_is_allowed(make: Callable[..., Service]) -> None:
    """HTTP demands it of a 405; one that is HTTP 200, as the API's own, has no such header."""
    for mirrors, status, allowed in ((True, 405, "POST"), (False, 200, None)):
        answer = make(mirror_status=mirrors).handle(Request.of("GET", BASE64))
        assert (answer.status, dict(answer.headers).get("Allow")) == (status, allowed)


@pytest.mark.parametrize("path", [BASE64, STREAM, URL])
@pytest.mark.parametrize("code", [400, 401, 402, 404, 405, 422, 429, 455, 500, 501, 505])
def test_every_documented_code_can_be_ordered(service: Service, path: str, code: int) -> None:
    """By query and as a fault by the endpoint's name, in the uploads' own form."""
    with open_door("direct", service) as door:
        asked = door.post(f"{path}?__code={code}", GOOD)
        assert (asked.code, asked.json["success"], "data" in asked.json) == (code, False, False)
        fault = {"code": code, "endpoint": path.removeprefix("/api/")}
        assert door.post("/_fakie/faults", fault).situation == "lever_pulled"
        assert [door.post(path, GOOD).code for _ in range(1)] == [code]


def test_a_transport_fault_strikes_an_upload_that_is_carried_out(service: Service) -> None:
    """As for any endpoint."""
    with open_door("direct", service) as door:
        fault = {"kind": "lost", "endpoint": "file-base64-upload"}
        assert door.post("/_fakie/spoils", fault).situation == "lever_pulled"
        assert door.post(BASE64, GOOD).situation == "file_uploaded"
        assert [entry["spoiled"] for entry in door.get("/_fakie/journal").data] == ["lost"]


def test_a_link_lives_twenty_minutes_on_the_accounts_clock(door: Door) -> None:
    """It leads to the file to its last moment, then to a 404; a link of one's own making or to a link is none."""
    file = put(door, PNG, "a.png")["downloadUrl"]
    link = door.post(DOWNLOAD_URL, {"url": file}).data
    assert door.get(local(link), {}).body == PNG
    assert door.post(DOWNLOAD_URL, {"url": link}).situation == "url_wrong"
    later = local(link).replace("/1767226800250/", "/1767226800251/")
    assert later != local(link)
    assert door.get(later, {}).situation == "file_gone"
    door.post("/_fakie/clock", {"advance": 1200, "account": "test-key"})
    assert door.get(local(link), {}).body == PNG
    door.post("/_fakie/clock", {"advance": 0.001, "account": "test-key"})
    ended = door.get(local(link), {})
    assert (ended.status, ended.situation) == (404, "file_gone")
    assert "20 minutes" in ended.msg
    assert door.get(local(file), {}).status == 200


@pytest.mark.parametrize(
    ("body", "situation", "code"),
    [
        ({"url": "https://cdn.kie.ai/files/sample-test-file.mp4"}, "url_wrong", 422),
        ({"url": "http://fake.test/kieai/1/none.png"}, "url_wrong", 422),
        ({"url": "http://fake.test/results/none.png"}, "url_wrong", 422),
        ({"url": "http://fake.test/api/v1/chat/credit"}, "url_wrong", 422),
        ({"url": ""}, "url_wrong", 422),
        ({"url": 5}, "wrong_type", 422),
        ({}, "field_missing", 422),
    ],
)
def test_other_urls_get_no_link(door: Door, body: Any, situation: str, code: int) -> None:
    """A foreign URL is wrong, as captured; so is one of nothing."""
    answer = door.post(DOWNLOAD_URL, body)
    assert (answer.situation, answer.code) == (situation, code)
    if situation == "url_wrong":
        assert answer.json == {"code": 422, "msg": "url is wrong", "data": None}


def test_a_result_gets_a_link_too(door: Door) -> None:
    """The file of a finished task, as long as it is there."""
    task = door.new_task()
    door.post(f"/_fakie/tasks/{task}/finish")
    url = json.loads(door.record(task)["resultJson"])["resultUrls"][0]
    link = door.post(DOWNLOAD_URL, {"url": url}).data
    assert door.get(local(link), {}).body == door.get(local(url), {}).body
    door.post("/_fakie/clock", {"advance": 25 * 3600})
    assert door.post(DOWNLOAD_URL, {"url": url}).situation == "url_wrong"


def test_a_file_cannot_act_as_a_page_of_the_fake(service: Service) -> None:
    """What browsers show of it is sandboxed, and not guessed to be something else."""
    with open_door("direct", service) as door:
        url = put(door, b"<script>fetch('/_fakie/reset')</script>", "a.html")["downloadUrl"]
    headers = dict(service.handle(Request.of("GET", local(url))).headers)
    assert (headers["Content-Security-Policy"], headers["X-Content-Type-Options"]) == ("sandbox", "nosniff")


def test_the_journal_has_uploads_without_their_contents(door: Door, clock: HandClock) -> None:
    """Forms by their parts, and a long Base64 by its beginning."""
    put(door, PNG, "a.png")
    long = base64.b64encode(b"x" * 100_000).decode()
    door.post(BASE64, {**GOOD, "base64Data": long})
    first, second = door.get("/_fakie/journal").data
    assert json.loads(first["body"]) == {"uploadPath": "in", "file": "a.png"}
    shown = json.loads(second["body"])
    assert (shown["uploadPath"], len(shown["base64Data"]) < 200) == (GOOD["uploadPath"], True)
