"""Uploads in a test: answered for every library, seen by the fixture, fetched from what the test published."""

import asyncio
import http.client
import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import urllib3

from fakie.core.http.messages import Request
from fakie.harness.fake import Fake
from fakie.harness.start import in_process, new_fake
from support.forms import BASE64, STREAM, URL, form

HOST, KEY = "https://kieai.redpandaai.co", {"Authorization": "Bearer sk-from-a-config-file"}
CONTENT = b"ID3\x03 a tune"
FIELDS = {"uploadPath": "audio/mine", "fileName": "tune.mp3"}
BODY, HEADERS = form([*FIELDS.items(), ("file", ("tune.mp3", CONTENT, "audio/mpeg"))], KEY)


@pytest.fixture
def fake() -> Iterator[Fake]:
    made = new_fake()
    with in_process(made):
        yield made


def by_requests() -> Any:
    files = {"file": ("tune.mp3", CONTENT, "audio/mpeg")}
    return requests.post(HOST + STREAM, data=FIELDS, files=files, headers=KEY, timeout=5).json()


def by_urllib3() -> Any:
    fields: Any = {**FIELDS, "file": ("tune.mp3", CONTENT, "audio/mpeg")}
    return urllib3.request("POST", HOST + STREAM, fields=fields, headers=KEY, retries=False).json()


def by_urllib() -> Any:
    with urllib.request.urlopen(urllib.request.Request(HOST + STREAM, BODY, HEADERS), timeout=5) as answer:
        return json.load(answer)


def by_http_client() -> Any:
    connection = http.client.HTTPSConnection("kieai.redpandaai.co", timeout=5)
    connection.request("POST", STREAM, iter([BODY[:50], BODY[50:]]), HEADERS, encode_chunked=True)
    return json.load(connection.getresponse())


def by_httpx(name: str = "httpx") -> Any:
    files = {"file": ("tune.mp3", CONTENT, "audio/mpeg")}
    return pytest.importorskip(name).post(HOST + STREAM, data=FIELDS, files=files, headers=KEY).json()


def by_httpx2() -> Any:
    return by_httpx("httpx2")


def by_aiohttp() -> Any:
    aiohttp = pytest.importorskip("aiohttp")

    async def go() -> Any:
        data = aiohttp.FormData(FIELDS)
        data.add_field("file", CONTENT, filename="tune.mp3", content_type="audio/mpeg")
        async with aiohttp.ClientSession(headers=KEY) as session, session.post(HOST + STREAM, data=data) as answer:
            return json.loads(await answer.text())

    return asyncio.run(go())


@pytest.mark.parametrize(
    "upload", [by_requests, by_urllib3, by_urllib, by_http_client, by_httpx, by_httpx2, by_aiohttp]
)
def test_each_library_uploads_to_the_fake(fake: Fake, upload: Callable[[], Any]) -> None:
    """The answer names a URL that leads to the content, on the fake and on the vendor's host of files."""
    data = upload()["data"]
    assert (data["fileName"], data["fileSize"], data["mimeType"]) == ("tune.mp3", len(CONTENT), "audio/mpeg")
    assert requests.get(data["downloadUrl"], timeout=5).content == CONTENT
    assert requests.get(f"https://tempfile.redpandaai.co/{data['filePath']}", timeout=5).content == CONTENT
    [seen] = fake.uploads
    assert (seen.name, seen.content, seen.media_type) == ("tune.mp3", CONTENT, "audio/mpeg")
    assert (seen.path, seen.url) == (f"/{data['filePath']}", data["downloadUrl"])
    assert [entry.situation for entry in fake.journal.requests("file-stream-upload")] == ["file_uploaded"]


def test_the_fixture_counts_lists_and_forgets_uploads(fake: Fake) -> None:
    """By account, and only what has not expired."""
    assert (len(fake.uploads), repr(fake.uploads)) == (0, "<uploads: none>")
    other = fake.account()
    for key in (fake.key, other.key):
        headers = {"Authorization": f"Bearer {key}"}
        body = {"base64Data": "aGVsbG8=", **FIELDS}
        requests.post(HOST + BASE64, json=body, headers=headers, timeout=5)
    assert [upload.content for upload in fake.uploads.of(other.key)] == [b"hello"]
    assert fake.uploads[0].url != fake.uploads[1].url
    assert "audio/mine/tune.mp3: audio/mpeg, 5 bytes" in repr(fake.uploads)
    fake.advance(3 * 24 * 3600 + 1)
    assert list(fake.uploads) == []


def test_url_uploads_find_what_the_test_has_published(fake: Fake) -> None:
    """And nothing else: the msg says how to publish; an error of the host can be published too."""
    fake.web.publish("https://acme.test/a.mp3", CONTENT)
    fake.web.publish("https://acme.test/gone.mp3", status=404)

    def ask(url: str) -> Any:
        return requests.post(HOST + URL, json={"fileUrl": url, "uploadPath": "x"}, headers=KEY, timeout=5).json()

    assert ask("https://acme.test/a.mp3")["data"]["mimeType"] == "audio/mpeg"
    assert ask("https://acme.test/gone.mp3")["msg"] == "File download failed: the host answered HTTP 404"
    refused = ask("https://acme.test/other.mp3")
    assert (refused["code"], "fakie.web.publish" in refused["msg"]) == (400, True)
    assert ask(fake.uploads[0].url)["code"] == 200


def test_faults_strike_uploads_by_their_names(fake: Fake) -> None:
    """By the endpoint's name, and by `*`."""
    fake.fail_next(500, endpoint="file-stream-upload")
    assert by_requests() == {
        "success": False,
        "code": 500,
        "msg": "Server error: an unexpected error occurred; its id in the log: none, it was ordered",
    }
    fake.spoil_next("reset", endpoint="file-stream-upload")
    with pytest.raises(requests.ConnectionError):
        by_requests()
    assert len(fake.uploads) == 1


class Filler:
    """A body of 200 MB that is nowhere in memory."""

    def __init__(self) -> None:
        self.left = 200 * 1024 * 1024

    def __len__(self) -> int:
        return self.left

    def read(self, size: int = -1) -> bytes:
        size = min(self.left, 1024 * 1024 if size < 0 else size)
        self.left -= size
        return b"x" * size


def test_a_body_of_200_mb_is_not_kept(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal is that of the other doors, and what was sent beyond any limit is dropped as it comes."""
    kept: list[int] = []
    real = Fake.handle

    def handle(self: Fake, request: Request) -> Any:
        kept.append(len(request.body.read()))
        return real(self, request)

    monkeypatch.setattr(Fake, "handle", handle)
    headers = {**KEY, "Content-Type": "multipart/form-data; boundary=zz"}
    answer = requests.post(HOST + STREAM, data=Filler(), headers=headers, timeout=60).json()
    assert (answer["code"], answer["msg"]) == (
        400,
        "Bad request: the body has more than 104923136 bytes; this endpoint reads at most 104923136 bytes",
    )
    assert kept[0] <= 128 * 1024 * 1024
