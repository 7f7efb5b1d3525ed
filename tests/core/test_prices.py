"""The worst cost of a request, whatever its body is."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.revision import Revision

PRICES, CATALOG = Prices.load(), Catalog.shipped()
HORSE = "happyhorse/text-to-video"


def worst(model: str, given: Any, **options: Any) -> Decimal:
    body = {"model": model, "input": given}
    cost = PRICES.worst(model, body, CATALOG.latest(model), **options)
    assert cost.credits is not None
    return cost.credits


@pytest.mark.parametrize(
    ("model", "given", "credits"),
    [
        (HORSE, {"duration": 3, "resolution": "720p"}, "84"),
        (HORSE, {"duration": 3, "resolution": "1080p"}, "144"),
        ("elevenlabs/audio-isolation", {"audio_url": "https://acme.test/a.mp3"}, "12"),
        ("elevenlabs/sound-effect-v2", {"text": "a door", "duration_seconds": 10}, "2.4"),
        ("elevenlabs/text-to-speech-turbo-2-5", {"text": "t" * 1000}, "6"),
        ("elevenlabs/text-to-speech-turbo-2-5", {"text": "t" * 1001}, "12"),
        ("elevenlabs/text-to-speech-multilingual-v2", {"text": "t" * 5000}, "60"),
        ("elevenlabs/text-to-dialogue-v3", {"dialogue": [{"text": "t" * 600}, {"text": "t" * 600}]}, "28"),
        ("nano-banana-pro", {"resolution": "2K"}, "18"),
        ("google/imagen4-fast", {"num_images": "3"}, "12"),
        ("ideogram/character", {"rendering_speed": "TURBO", "num_images": "2"}, "24"),
        ("kling-2.6/text-to-video", {"sound": False, "duration": "10"}, "110"),
        ("kling-3.0/video", {"mode": "pro", "sound": False, "duration": "5"}, "90"),
        ("wan/2-6-text-to-video", {"duration": "10", "resolution": "1080p"}, "209.5"),
        ("hailuo/02-image-to-video-standard", {"duration": "6", "resolution": "512P"}, "12"),
        ("bytedance/seedance-1.5-pro", {"duration": "4", "resolution": "480p", "generate_audio": False}, "7"),
        ("bytedance/seedance-2", {"duration": 4, "resolution": "480p"}, "76"),
        ("bytedance/seedance-2", {"duration": 4, "resolution": "480p", "reference_video_urls": ["u"]}, "216.6"),
        ("topaz/video-upscale", {"video_url": "u", "upscale_factor": 4}, "840"),
    ],
)
def test_a_request_that_says_everything_costs_what_its_row_says(model: str, given: Any, credits: str) -> None:
    """Dollars by half a cent, times seconds, images or begun thousands of characters."""
    assert worst(model, given) == Decimal(credits)


def test_a_row_by_what_is_given_counts_whenever_it_may_be(tmp_path: Path) -> None:
    """Names are read without the space that some pages write behind; only an absent field excludes for certain."""
    rows = [
        {"row": str(given), "credits": price, "unit": "request", "when": {"video": {"given": given}}}
        for given, price in ((True, "9"), (False, "4"))
    ]
    own = tmp_path / "own.json"
    facts = {"format_version": 1, "title": "Ours", "date": "2026-01-01", "usd_per_credit": "0.005"}
    own.write_text(json.dumps({**facts, "models": {"acme/cut": {"rows": rows}}}))
    prices = Prices.load(own)
    for given, cost in (
        ({}, 4),
        ({"video": ["u"]}, 9),
        ({"video ": ["u"]}, 9),
        ({"video": []}, 9),
        ({"video": None}, 9),
    ):
        assert prices.worst("acme/cut", {"input": given}, None).credits == cost
    assert worst("bytedance/seedance-2", {"duration": 4, "resolution": "480p", "reference_video_urls ": ["u"]}) > 76
    assert worst(HORSE, {"duration ": 3, "resolution": "720p"}) == 84


def test_media_cost_by_the_length_they_are_said_to_have() -> None:
    """Each of several; no longer than a page lets them be."""
    url = "https://acme.test/a"
    assert worst("elevenlabs/audio-isolation", {"audio_url": url}, media_seconds=Decimal(1)) == Decimal("0.2")
    assert worst("kling-2.6/motion-control", {"mode": "720p", "video_urls": [url]}) == 11 * 30
    two = {"resolution": "720p", "duration": 2, "reference_video": [url, url]}
    assert worst("wan/2-7-r2v", two, media_seconds=Decimal(4)) == 16 * (2 + 2 * 4)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (7, 7),
        ("7", 7),
        (6.5, 7),
        (60, 60),
        ("600", 600),
        (1, 3),
        (0, 15),
        (-4, 15),
        ("-4", 15),
        (float("nan"), 15),
        (float("inf"), 15),
        ("1e999999999", 15),
        (10**50, 15),
        ("1" + "0" * 50 + "e9", 15),
        (True, 15),
        (None, 15),
        ("ten", 15),
        ([7], 15),
        ({"a": 7}, 15),
    ],
)
def test_an_amount_counts_as_sent_or_as_the_documented_maximum(said: Any, seconds: int) -> None:
    """A number as text is that number, one too large counts as sent, and nonsense as the most that a page allows."""
    assert worst(HORSE, {"resolution": "1080p", "duration": said}) == 48 * seconds


@pytest.mark.parametrize("resolution", ["720P", " 720p", "4K", "", None, 720, ["720p"], {}])
def test_a_value_that_no_row_has_costs_the_dearest_row(resolution: Any) -> None:
    """Also one that the API might take for a cheap one."""
    assert worst(HORSE, {"resolution": resolution, "duration": 3}) == 144


@pytest.mark.parametrize("sound", [0, 1, "false", None, []])
def test_only_a_true_boolean_excludes_a_row(sound: Any) -> None:
    """A number or a text may be taken for either."""
    said = {"mode": "std", "duration": "5"}
    assert worst("kling-3.0/video", {**said, "sound": False}) == 70
    assert worst("kling-3.0/video", {**said, "sound": sound}) == 100


def test_a_length_between_the_listed_ones_costs_the_next_and_a_longer_one_several() -> None:
    """By request, listed for 5, 10 and 15 seconds; a combination that is not listed costs no less than what is."""
    model = "wan/2-6-text-to-video"
    lengths = {seconds: worst(model, {"resolution": "720p", "duration": seconds}) for seconds in (5, 7, "15", 16)}
    assert lengths == {5: 70, 7: 140, "15": 210, 16: 420}
    assert worst("hailuo/2-3-image-to-video-pro", {"resolution": "1080P", "duration": "10"}) == 160


def test_shots_count_when_they_are_longer_than_the_video_is_said_to_be() -> None:
    """Their sum does, and one that cannot be read counts as the longest."""
    said = {"mode": "std", "sound": False, "duration": "5"}
    model = "kling-3.0/video"
    assert worst(model, {**said, "multi_prompt": [{"duration": 8}, {"duration": "9"}]}) == 14 * 17
    assert worst(model, {**said, "multi_prompt": [{"duration": None}, {"duration": 1}]}) == 14 * 16
    assert worst(model, {**said, "multi_prompt": "two shots"}) == 14 * 15


def test_every_sign_of_a_text_counts_as_the_dearest_count_has_it() -> None:
    """What is outside the basic plane is two; text of another kind counts as the longest that is allowed."""
    model = "elevenlabs/text-to-speech-turbo-2-5"
    assert worst(model, {"text": "😀" * 600}) == 12
    assert worst(model, {"text": "\ud800" * 1000}) == 6
    assert worst(model, {"text": ["t"]}) == 30
    assert worst(model, {"text": "t" * 9000}) == 54
    assert worst(model, {"text": "t", "previous_text": "t" * 1000}) == 12


UNREADABLE: list[Any] = [
    None,
    b"{",
    b'{"input": {}}',
    "text",
    7,
    [],
    {},
    {"input": None},
    {"input": []},
    {"input": "{}"},
]


@pytest.mark.parametrize("model", PRICES.models())
def test_a_body_that_cannot_be_read_costs_the_models_dearest(model: str) -> None:
    """The same for every such body, with or without a revision, and no less than the dearest row once."""
    revision = CATALOG.latest(model)
    costs = {PRICES.worst(model, body, revision).credits for body in UNREADABLE}
    costs.add(PRICES.worst(model, None, None).credits)
    [cost] = costs
    assert cost is not None
    assert cost >= max(row.credits for row in PRICES.rows(model))


def test_an_unknown_price_is_none_with_its_reason() -> None:
    """For a model that the list does not name for certain, and for one that nobody knows."""
    cost = PRICES.worst("sora-2-text-to-video", {"input": {}}, None)
    assert cost.credits is None
    assert cost.why == PRICES.unknown()["sora-2-text-to-video"]
    assert PRICES.worst("acme/none", {}, None).credits is None
    assert PRICES.rows("acme/none") == ()


def test_the_bill_says_row_units_and_assumption() -> None:
    """In one line, with the list and its date beside it."""
    cost = PRICES.worst("elevenlabs/audio-isolation", {"input": {"audio_url": "u"}}, None)
    assert cost.why.startswith("0.2 per second x 60: 60 seconds (audio_url, taken as 60 s long; assumed: ")
    assert cost.source == "Kie.ai Pricing, 2026-06-30: Elevenlabs Audio Isolation"


def test_a_larger_maximum_of_a_newer_revision_counts() -> None:
    """The most of a field is the table's or the revision's, whichever is more."""
    revision = Revision(Path("2026-09.revision.json"))
    fields = {"duration": {"maximum": 40}, "resolution": True}
    vars(revision)["request_schema"] = {"properties": {"input": {"properties": fields}}}
    assert PRICES.worst(HORSE, {"input": {}}, revision).credits == 48 * 40
