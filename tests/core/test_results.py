"""Results: of the number, format, size and length asked for, and readable by what people read them with."""

import io
import json
import shutil
import subprocess
import wave
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import fakie_schemas
from fakie.adapters.media import TinyMedia
from fakie.adapters.media_making import jpeg, png, wav
from fakie.core.ports import Media
from fakie.core.running.result_request import ResultRequests
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.schema.alternatives import all_fields
from support.clients.doors import Door
from support.families import MAKING, FamilyClient
from support.servers.fakes import HandClock

DATA = fakie_schemas.results()
ASKING = ResultRequests(DATA["asking"])
CATALOG = Catalog.shipped()


def files(model: str, **given: Any) -> list[Media]:
    urls: list[Media] = TinyMedia().result_for(model, given)["resultUrls"]
    return urls


@pytest.mark.parametrize(
    ("model", "given", "count"),
    [
        ("google/imagen4-fast", {"num_images": "3"}, 3),
        ("wan/2-7-image", {"n": 4}, 4),
        ("bytedance/seedream-v4-text-to-image", {"max_images": 2}, 2),
        ("google/imagen4-fast", {"num_images": "many"}, 1),
        ("google/imagen4-fast", {"num_images": True}, 1),
        ("google/imagen4-fast", {"num_images": 0}, 1),
        ("google/imagen4-fast", {"num_images": 10**9}, 1),
        ("google/imagen4-fast", {"num_images": 500}, 10),
        ("google/imagen4-fast", {}, 1),
    ],
)
def test_as_many_as_were_asked_for(model: str, given: dict[str, Any], count: int) -> None:
    """Up to a bound; what is no number counts as one."""
    assert len(files(model, **given)) == count


@pytest.mark.parametrize(
    ("model", "wished", "kind", "suffix"),
    [
        ("nano-banana-2", "jpg", "image/jpeg", ".jpg"),
        ("nano-banana-2", "PNG", "image/png", ".png"),
        ("qwen2/image-edit", "jpeg", "image/jpeg", ".jpeg"),
        ("bytedance/seedance-2-5", "mov", "video/quicktime", ".mov"),
        ("elevenlabs/sound-effect-v2", "opus_48000_64", "audio/ogg", ".opus"),
        ("elevenlabs/sound-effect-v2", "pcm_16000", "audio/wav", ".wav"),
        ("elevenlabs/sound-effect-v2", "mp3_44100_128", "audio/mpeg", ".mp3"),
        ("nano-banana-2", "mp4", "image/png", ".png"),
        ("nano-banana-2", "tiff", "image/png", ".png"),
        ("nano-banana-2", 5, "image/png", ".png"),
    ],
)
def test_the_format_asked_for(model: str, wished: Any, kind: str, suffix: str) -> None:
    """Where it is one of the result's kind; the usual one otherwise."""
    [media] = files(model, output_format=wished)
    assert (media.content_type, media.suffix) == (kind, suffix)


def test_every_format_that_a_page_names_is_made() -> None:
    """No choice of a page's output_format falls back to another container."""
    for name in CATALOG.models:
        revision = CATALOG.served(name)
        assert revision is not None
        field = revision.request_schema["properties"]["input"].get("properties", {}).get("output_format", {})
        for choice in field.get("enum", ()):
            assert choice.partition("_")[0] in DATA["formats"], (name, choice)


SIZES = [
    ({}, (1024, 1024)),
    ({"aspect_ratio": "16:9"}, (1024, 576)),
    ({"aspect_ratio": "9:16", "resolution": "2K"}, (1152, 2048)),
    ({"image_size": "portrait_4_3"}, (768, 1024)),
    ({"image_size": "landscape_16_9", "image_resolution": "4K"}, (4096, 2304)),
    ({"image_size": "square"}, (512, 512)),
    ({"aspect_ratio": "auto"}, (1024, 1024)),
    ({"aspect_ratio": "1:8"}, (128, 1024)),
    ({"size": "640x360"}, (640, 360)),
    ({"aspect_ratio": "0:0"}, (1024, 1024)),
    ({"aspect_ratio": ["16:9"]}, (1024, 1024)),
    ({"resolution": "768P"}, (1024, 1024)),
]


@pytest.mark.parametrize("output_format", ["png", "jpg"])
@pytest.mark.parametrize(("given", "size"), SIZES)
def test_pictures_have_the_ratio_and_size_asked_for(
    output_format: str, given: dict[str, Any], size: tuple[int, int]
) -> None:
    """As Pillow reads them, to the last pixel."""
    [media] = files("nano-banana-2", output_format=output_format, **given)
    with Image.open(io.BytesIO(media.content)) as picture:
        picture.load()
        assert picture.size == size
        assert picture.get_format_mimetype() == media.content_type


def test_every_ratio_that_a_page_names_is_kept() -> None:
    """Each choice is a ratio, a size, or one of the words that leave it open."""
    open_words = {"auto", "adaptive", "standard", "high"}
    for name in CATALOG.models:
        revision = CATALOG.served(name)
        assert revision is not None
        fields = revision.request_schema["properties"]["input"].get("properties", {})
        for field in DATA["asking"]["fields"]["ratio"]:
            for choice in set(fields.get(field, {}).get("enum", ())) - open_words:
                asked = ASKING.of({field: choice})
                square = choice in ("1:1", "square", "square_hd")
                assert (asked.width == asked.height) is square, (name, field, choice)


def test_sounds_have_the_length_asked_for() -> None:
    """WAV, within a bound; half a second where none was asked for."""
    for given, seconds in (({"duration_seconds": 2.5}, 2.5), ({}, 0.5), ({"duration_seconds": 900}, 60)):
        [media] = files("elevenlabs/sound-effect-v2", output_format="pcm_8000", **given)
        with wave.open(io.BytesIO(media.content)) as sound:
            assert sound.getnframes() / sound.getframerate() == seconds


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", png(17, 9)), ("a.jpg", jpeg(17, 9)), ("b.jpg", jpeg(1024, 576)), ("a.wav", wav(1.5))],
)
def test_what_is_made_is_read_by_ffprobe(name: str, content: bytes) -> None:
    """Without complaint."""
    Path(name).write_bytes(content)
    done = subprocess.run(["ffprobe", "-v", "error", name], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_pages_defaults_count(rich: Door) -> None:
    """nano-banana-2 is a JPEG unless a PNG is asked for, and each of several results has its own URL."""
    revision = CATALOG.served("nano-banana-2")
    assert revision is not None
    assert revision.input_defaults["output_format"] == "jpg"
    assert made(rich, "nano-banana-2", prompt="x")["resultUrls"][0].endswith(".jpg")
    urls = made(rich, "google/imagen4-fast", prompt="x", num_images="3", aspect_ratio="9:16")["resultUrls"]
    assert len(set(urls)) == 3
    for url in urls:
        content = rich.get(url.removeprefix("http://fake.test")).body
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.size == (576, 1024)


def test_no_spelling_of_a_page_is_passed_over() -> None:
    """A name that is read in one spelling is read in each that a page has, such as `aspectRatio`."""
    read = {name for names in DATA["asking"]["fields"].values() for name in names}
    pages = [CATALOG.served(name) for name in CATALOG.models] + [CATALOG.endpoint(one.page) for one in MAKING]
    named = {str(field.path[-1]) for page in pages if page for field in all_fields(page.request_schema)}
    plain = {_plain(name) for name in read}
    assert {name for name in named if _plain(name) in plain} <= read


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


@pytest.mark.parametrize(
    ("endpoint", "body", "kind", "size", "count"),
    [
        ("flux-kontext/generate", {}, "JPEG", (1024, 576), 2),
        ("flux-kontext/generate", {"outputFormat": "png", "aspectRatio": "3:4"}, "PNG", (768, 1024), 2),
        ("4o-image/generate", {"size": "3:2", "nVariants": 4}, "PNG", (1024, 683), 4),
        ("runway/generate", {"duration": 5, "quality": "720p", "aspectRatio": "16:9"}, "PNG", (1024, 576), 1),
        ("aleph/generate", {"videoUrl": "https://a.test/a.mp4", "aspectRatio": "9:16"}, "PNG", (576, 1024), 1),
    ],
)
def test_families_make_what_was_asked_for(
    endpoint: str, body: dict[str, Any], kind: str, size: tuple[int, int], count: int, rich: Door, clock: HandClock
) -> None:
    """Pictures have the format, size and number that the request says, or else the defaults of the endpoint's page."""
    client = FamilyClient(rich, clock)
    task_id = client.ask(endpoint, {"prompt": "x", **body}).data["taskId"]
    client.pass_time()
    record = json.dumps(client.record(endpoint, task_id))
    urls = {text for text in record.split('"') if "/results/" in text and not text.endswith(".mp4")}
    contents = [rich.get(url.removeprefix("http://fake.test"), {}).body for url in urls]
    pictures = [Image.open(io.BytesIO(content)) for content in contents]
    assert [(picture.format, picture.size) for picture in pictures] == [(kind, size)] * count


def test_music_results_are_tracks(rich: Door) -> None:
    """Two of them, each with its own files, found under their URLs; lyrics are words."""
    record = made(rich, "ai-music-api/generate", prompt="x")
    assert [sorted(track) for track in record["data"]] == [
        ["audio_url", "duration", "image_url", "stream_audio_url", "title"]
    ] * 2
    urls = [url for track in record["data"] for key, url in track.items() if key.endswith("_url")]
    assert len(set(urls)) == 6
    assert {rich.get(url.removeprefix("http://fake.test")).status for url in urls} == {200}
    assert made(rich, "ai-music-api/generate-lyrics")["resultObject"]["lyricsData"][0]["text"]


def made(door: Door, model: str, **given: Any) -> Any:
    task = next(iter(door.create({"model": model, "input": given}).data.values()))
    door.post(f"/_fakie/tasks/{task}/finish")
    return json.loads(door.record(task)["resultJson"])


def test_results_expire_with_a_reason(rich: Door) -> None:
    """A day after the task's end, as the pages say of result URLs."""
    [url] = made(rich, "nano-banana-2", prompt="x")["resultUrls"]
    path = url.removeprefix("http://fake.test")
    rich.post("/_fakie/clock", {"advance": 24 * 3600})
    assert rich.get(path).status == 200
    rich.post("/_fakie/clock", {"advance": 1})
    gone = rich.get(path)
    assert (gone.status, gone.situation) == (404, "result_gone")
    assert "it expired 24 h after the task ended" in gone.msg


def test_results_of_families_live_longer(rich: Door) -> None:
    """Fourteen days, as their pages say; Runway's record tells when that is over."""
    body = {"prompt": "x", "duration": 5, "quality": "720p", "aspectRatio": "16:9"}
    task = rich.post("/api/v1/runway/generate", body).data["taskId"]
    detail = f"/api/v1/runway/record-detail?taskId={task}"
    rich.post(f"/_fakie/tasks/{task}/finish")
    path = rich.get(detail).data["videoInfo"]["videoUrl"].removeprefix("http://fake.test")
    for seconds, status, expired in ((14 * 86400, 200, 0), (1, 404, 1)):
        rich.post("/_fakie/clock", {"advance": seconds})
        assert (rich.get(path).status, rich.get(detail).data["expireFlag"]) == (status, expired)


def test_the_data_of_results_holds_together() -> None:
    """Each result, format and rule names what there is, and each rule's mark is explained."""
    assert set(DATA["usual_formats"].values()) <= set(DATA["formats"])
    for name, facts in DATA["formats"].items():
        assert set(facts["kinds"]) <= set(DATA["usual_formats"]), name
        assert ("made" in facts) != ("file" in facts), name
    assert DATA["asking"]["mark"] in DATA["marks"]


def test_the_kind_of_most_models_is_known() -> None:
    """At most these are guesses: whoever adds a model adds what it makes."""
    rules = [rule for rule in DATA["rules"] if "input" not in rule]
    first = {name: next(rule for rule in rules if fnmatchcase(name, rule["model"])) for name in CATALOG.models}
    guessed = {name for name, rule in first.items() if rule["mark"] == "inv"}
    assert guessed == {"omnihuman-1-5/human-identification", "omnihuman-1-5/subject-detection"}
