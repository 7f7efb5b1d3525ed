"""Choices that a text offers in plain words, without quotes: they are listed, whether values or formats of files."""

from typing import Any

import pytest

from support.pages.openapi import Read, fields, given_of, unread

OFFERED = (
    "Accepted values are a, b and c",
    "Options: a, b, and c.",
    "可选值为甲、乙和丙",
    "a/b/c",
    "Mode: fast / slow",
    "JPEG/PNG",
    "allowed: a, b, c",
    "The style. Allowed values: a, b or c.",
    "Values are fast or slow",
    "One of fast, slow, auto",
    "Format: JPEG/PNG",
    "可选：快、慢",
    "可选值为 fast、slow",
    "Options: `fast`, `slow`",
    "Enum: `fast` / `slow`",
    'Values are "fast" or "slow"',
    "Must be `fast` or `slow`",
    "Can be `fast` or `slow`. Slow ones look better.",
    "支持 `fast`、`slow`",
    "必须为 `fast` 或 `slow`",
    "Either fast or slow",
    "画面比例，可选 16:9、9:16、1:1，默认 16:9",
    "The format, `1:1`, `16:9` or `9:16`",
    "Picks 512x512, 1024x1024",
)
NO_CHOICES = (
    "Supports English and Chinese",
    "At least one of prompt, image_url",
    "The path below it, such as a/b",
    "Words and/or pictures",
    "image/png",
    "Width / height in a ratio, and more",
    "One of fields, x, other",
    "Must be `fast`",
    "Options: see `mode`",
    "Must be `x` or `y`",
    "Ratios between 1:3 and 3:1",
    "Scaled 2x or 3x",
    "The ratio (e.g. 16:9, 4:3, 1:1)",
    "For example: `1024x1024` or `512x512`",
    "A size such as 1024x1024, 512x512",
    "尺寸，例如 1024x1024、512x512",
    "No larger than 4096x4096 or 2048x8192",
)
NUMBERS = ("One of 5, 10", "Allowed values: 5, 10, 15.", "取值为 5 和 10", "Can be 480, 720, or 1080.")
LISTS = ("JPEG, PNG or WebP only", "PNG/JPEG", "PNG and JPEG images", "仅 PNG、JPEG")


def _unread_of(read: Read, words: str, schema: dict[str, Any]) -> str:
    return unread(read(fields(x={**schema, "description": words})))


@pytest.mark.parametrize("words", OFFERED)
def test_values_in_plain_words_are_listed_as_unread(read: Read, words: str) -> None:
    """A text that offers them is told of; no list of values is made of it."""
    revision = read(fields(x={"type": "string", "description": words}))
    assert "x: a choice of values in words was not read for certain" in unread(revision)
    assert "enum" not in given_of(revision)["properties"]["x"]


@pytest.mark.parametrize("words", OFFERED)
def test_values_in_words_beside_a_list_are_known(read: Read, words: str) -> None:
    """A field whose values are listed has no choice left that is unread."""
    assert "choice" not in _unread_of(read, words, {"type": "string", "enum": ["a", "b"]})


@pytest.mark.parametrize("words", NO_CHOICES)
def test_alternatives_in_a_sentence_are_no_values(read: Read, words: str) -> None:
    """Only a whole line, or what stands behind a label, is a choice; names of fields are none."""
    assert "choice" not in _unread_of(read, words, {"type": "string"})


@pytest.mark.parametrize("words", NUMBERS)
def test_numbers_that_are_offered_are_listed_as_unread(read: Read, words: str) -> None:
    """Unless they are known: as values, or as the bounds that they may be."""
    for known in ({"enum": [5, 10]}, {"minimum": 5}):
        assert "choice" not in _unread_of(read, words, {"type": "number", **known})
    told = _unread_of(read, words, {"type": "number"})
    assert "x: a choice of values in words was not read for certain" in told


@pytest.mark.parametrize("words", ["`a` is used by default.", 'The style, "a" by default', "`a` is the default"])
def test_a_default_that_is_named_before_the_word_is_listed_as_unread(read: Read, words: str) -> None:
    """Unless the page states it."""
    assert "x: a default in words was not read for certain" in _unread_of(read, words, {"type": "string"})
    assert "default" not in _unread_of(read, words, {"type": "string", "default": "a"})


@pytest.mark.parametrize("words", LISTS)
def test_formats_without_a_label_are_noted(read: Read, words: str) -> None:
    """Formats that stand one beside another are those of the files that a list takes, without a word for it."""
    revision = read(fields(x={"type": "array", "items": {"type": "string"}, "description": words}))
    assert any(note["text"].startswith("formats named without MIME types: ") for note in revision.facts["notes"])
    assert "choice" not in unread(revision)


@pytest.mark.parametrize(
    "text", ["\n" * 100_000, "a/" * 50_000, "a:" + " " * 100_000, "allowed: " + "a, " * 30_000 + "!"]
)
def test_texts_without_end_are_looked_through_once(read: Read, text: str) -> None:
    """Empty lines, spaces and lists of any length offer nothing, and hold nothing up."""
    assert "choice" not in _unread_of(read, text, {"type": "string"})


@pytest.mark.parametrize(
    "words", ["JPG, PNG and `image/webp`", "image/webp or JPG", "`image/webp`, `JPG`", "image/webp、jpg"]
)
def test_formats_among_media_types_make_no_list_of_some(read: Read, words: str) -> None:
    """A list of the media types alone would refuse files that the page takes."""
    revision = read(fields(x={"type": "string", "description": f"URL of the file. Accepted types: {words}"}))
    assert "x-media-types" not in given_of(revision)["properties"]["x"]
    assert "x: names of formats stand among media types: image/webp, jpg" in unread(revision)


@pytest.mark.parametrize(
    "words", ["`image/jpeg`, `image/webp`", "image/jpeg (JPG), image/webp", "image/jpeg, image/webp; output PNG"]
)
def test_media_types_alone_are_a_list(read: Read, words: str) -> None:
    """Names of formats in brackets, or elsewhere, are no part of it."""
    revision = read(fields(x={"type": "string", "description": f"URL of the file. Accepted types: {words}"}))
    assert given_of(revision)["properties"]["x"]["x-media-types"] == ["image/jpeg", "image/webp"]
    assert unread(revision) == ""
