"""Inputs that lead to files of the fake: judged by the limits of their page, or trusted."""

from collections.abc import Callable
from typing import Any

import pytest

import fakie_fixtures
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.schema.values import working_value
from support.clients.doors import Door, open_door
from support.forms import local, put, stream
from support.servers.fakes import Collector, HandClock, new_service

ISOLATION = "elevenlabs/audio-isolation"
EDIT = "google/nano-banana-edit"
MP3, PNG = fakie_fixtures.media_file("silence.mp3"), fakie_fixtures.media_file("blue.png")
MEGABYTES_10 = 10 * 1024 * 1024


@pytest.fixture
def door() -> Door:
    """A fake whose pages are the latest ones: they state limits to files."""
    service = new_service(Settings(public_url="http://fake.test"), Collector(), HandClock(), docs="latest")
    with open_door("direct", service) as opened:
        return opened


def isolate(door: Door, url: str) -> Any:
    return door.create({"model": ISOLATION, "input": {"audio_url": url}})


def test_a_file_of_the_right_kind_and_size_is_an_input(door: Door) -> None:
    """By its upload's URL, by a link to it, and as a former task's result."""
    url = put(door, MP3, "a.mp3")["downloadUrl"]
    assert isolate(door, url).situation == "accepted"
    assert isolate(door, door.post("/api/v1/common/download-url", {"url": url}).data).situation == "accepted"
    task = next(iter(isolate(door, url).data.values()))
    door.post(f"/_fakie/tasks/{task}/finish")
    [made] = door.record(task)["response"]["resultUrls"]
    assert isolate(door, made).situation == "accepted"


def test_a_file_of_the_wrong_kind_is_refused(door: Door) -> None:
    """With the field, the kinds that the page allows, and the file's own."""
    answer = isolate(door, put(door, PNG, "a.mp3")["downloadUrl"])
    assert (answer.status, answer.code, answer.situation) == (200, 422, "media_type_wrong")
    assert "input.audio_url must be one of audio/mpeg, audio/wav" in answer.msg
    assert answer.msg.endswith("the file that it names is image/png")


def test_names_of_one_kind_are_one(door: Door) -> None:
    """What cannot be told apart is not refused: mp3 and mpeg, the sound in an MP4, and what only its name tells."""
    for content, name in ((MP3, "a.mp3"), (b"not really", "a.wav"), (fakie_fixtures.media_file("black.mp4"), "a.m4a")):
        assert isolate(door, put(door, content, name)["downloadUrl"]).situation == "accepted", name


def test_a_file_may_be_as_large_as_the_page_says_and_no_larger(door: Door) -> None:
    """At the limit it passes, one byte above it does not."""
    for extra, situation in ((0, "accepted"), (1, "media_too_large")):
        content = MP3 + b"\x00" * (MEGABYTES_10 - len(MP3) + extra)
        answer = isolate(door, put(door, content, f"{extra}.mp3")["downloadUrl"])
        assert answer.situation == situation
    assert "at most 10485760 bytes; the file that it names has 10485761 bytes" in answer.msg


def test_each_file_of_a_list_is_judged(door: Door) -> None:
    """The refusal names the item."""
    good, wrong = (put(door, content, name)["downloadUrl"] for content, name in ((PNG, "a.png"), (MP3, "b.mp3")))
    answer = door.create({"model": EDIT, "input": {"prompt": "x", "image_urls": [good, wrong]}})
    assert answer.situation == "media_type_wrong"
    assert "input.image_urls[1]" in answer.msg


def test_a_file_that_is_gone_is_refused_and_one_elsewhere_passes(door: Door) -> None:
    """The fake knows of its own files alone."""
    url = put(door, MP3, "a.mp3")["downloadUrl"]
    assert isolate(door, "https://acme.test/picture.png").situation == "accepted"
    assert isolate(door, "https://tempfile.redpandaai.co/kieai/183531/images/user/a.mp3").situation == "accepted"
    door.post("/_fakie/clock", {"advance": 4 * 24 * 3600})
    for gone in (url, url.replace("a.mp3", "b.mp3"), "http://fake.test/results/none.mp3"):
        answer = isolate(door, gone)
        assert (answer.code, answer.situation) == (422, "media_unreachable"), gone
        assert "input.audio_url" in answer.msg


FILM = {
    "model": "bytedance/seedance-2-fast",
    "input": {"prompt": "a lake", "last_frame_url": "https://acme.test/b.png"},
}
MOTION = {"model": "kling-3.0/motion-control", "callBackUrl": "https://acme.test/hook", "input": {"prompt": "a lake"}}


def test_a_field_that_is_a_url_by_its_name_alone_is_one(make: Callable[..., Service]) -> None:
    """Such as frames of films, of which the words of the wire are known, and lists of URLs; other texts are none."""
    settings = Settings(public_url="http://fake.test", keys=("test-key",))
    service = new_service(settings, Collector(), HandClock(), profile="observed")
    with open_door("direct", service) as door:
        gone, there = "http://fake.test/kieai/1/gone.png", put(door, PNG, "a.png")["downloadUrl"]
        for url, msg in ((there, "success"), (gone, "first_frame_url: unreachable")):
            assert door.create({**FILM, "input": {**FILM["input"], "first_frame_url": url}}).msg == msg  # type: ignore[dict-item]
        assert door.create({**FILM, "input": {**FILM["input"], "prompt": gone}}).code == 200  # type: ignore[dict-item]
        for urls, situation in (([there], "accepted"), ([there, gone], "media_unreachable")):
            files = {"prompt": "a lake", "input_urls": [there], "video_urls": urls}
            assert door.create({**MOTION, "input": files}).situation == situation


SONG = {
    "prompt": "a lake",
    "customMode": False,
    "instrumental": True,
    "model": "V5",
    "callBackUrl": "https://acme.test/",
}


@pytest.mark.parametrize(
    ("path", "body", "field", "listed"),
    [
        ("veo/generate", {"prompt": "a lake", "model": "veo3_fast"}, "imageUrls", True),
        ("gpt4o-image/generate", {"prompt": "a lake", "size": "1:1"}, "filesUrl", True),
        ("generate/upload-cover", SONG, "uploadUrl", False),
    ],
)
def test_files_of_families_are_looked_at_too(door: Door, path: str, body: Any, field: str, listed: bool) -> None:
    """In their whole body but for the callback; what is gone is told by the code that their pages have for it."""
    there, gone = put(door, PNG, "a.png")["downloadUrl"], "http://fake.test/kieai/1/gone.png"
    for url, code in ((there, 200), ("https://acme.test/a.png", 200), (gone, 451)):
        answer = door.post(f"/api/v1/{path}", {**body, "callBackUrl": gone, field: [url] if listed else url})
        assert answer.code == code, (url, answer.msg)
    assert answer.situation == "media_unfetched"


def test_a_family_s_page_bounds_its_files(door: Door) -> None:
    """By the size that it states."""
    made = door.post("/api/v1/generate", SONG).data["taskId"]
    door.post("/_fakie/clock", {"advance": 600})
    large = put(door, MP3 + b"\0" * 21 * 1024 * 1024, "a.mp3")["downloadUrl"]
    answer = door.post(
        "/api/v1/vocal-removal/generate",
        {"taskId": made, "audioId": "x", "audioUrl": large, "callBackUrl": "https://acme.test/"},
    )
    assert answer.situation == "media_too_large"


def test_trusted_files_are_not_looked_at(make: Callable[..., Service]) -> None:
    """With files=trust any URL is as good as another."""
    service = new_service(
        Settings(public_url="http://fake.test", files="trust"), Collector(), HandClock(), docs="latest"
    )
    with open_door("direct", service) as door:
        assert isolate(door, put(door, PNG, "a.png")["downloadUrl"]).situation == "accepted"
        assert isolate(door, "http://fake.test/kieai/1/none").situation == "accepted"


CATALOG = Catalog.shipped(None, "latest")


def limited() -> list[str]:
    return [name for name in CATALOG.models if (one := CATALOG.served(name)) and one.file_limits]


def test_every_limit_of_the_catalog_is_met_by_a_wrong_file(door: Door) -> None:
    """Wherever a page states the kinds of a field, a file of another kind in a request's own example is refused."""
    url = put(door, b"%PDF-1.4 nothing", "a.pdf")["downloadUrl"]
    met, models = 0, limited()
    for name in models:
        revision = CATALOG.served(name)
        assert revision is not None
        body = working_value(revision.plain_schema)
        for limits in revision.file_limits:
            if limits.media_types and (changed := _with_url(body, limits.path, url)) and revision.holds(changed):
                door.post("/_fakie/accounts", {"key": "test-key", "credits": 1000})
                door.post("/_fakie/clock", {"advance": 10})
                assert door.create(changed).situation == "media_type_wrong", (name, limits.path)
                met += 1
    assert len(models) > 70
    assert met > 70, met


def _with_url(body: Any, path: tuple[str, ...], url: str) -> Any:
    if not path:
        return [url] if isinstance(body, list) else url
    if path[0] == "*":
        return [_with_url(None, path[1:], url)]
    inner = body.get(path[0]) if isinstance(body, dict) else None
    return {**(body or {}), path[0]: _with_url(inner, path[1:], url)}


def test_uploads_are_inputs_where_their_url_leads_elsewhere_too(make: Callable[..., Service]) -> None:
    """After the fake has moved, URLs of its former place are still its own."""
    service = make()
    with open_door("direct", service) as door:
        url = stream(door, ("uploadPath", "x"), ("file", ("a.mp3", MP3))).data["downloadUrl"]
        service.move_to("http://moved.test")
        assert door.post("/api/v1/common/download-url", {"url": url}).data.startswith("http://moved.test/download/")
        assert door.get(local(url), {}).status == 200
