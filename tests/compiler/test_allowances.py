"""What words allow beside the keywords: null, other things than a URL, shares of a number, other units of time."""

from typing import Any

import pytest

from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.compiler.prose import read_prose
from fakie_schemas.validator import holds
from support.pages.openapi import Read, fields, given_of


@pytest.mark.parametrize(
    "words",
    [
        *("Can be null.", "May also be null", "null means random", "A style or null", "可为 null", "null 表示随机"),
        *("Can be `null`.", "`null` means random", "Pass `null` to disable it", "可以为 `null`", "`null` is allowed"),
    ],
)
def test_null_is_allowed_where_words_say_so(read: Read, words: str) -> None:
    """Among listed values too, and it is noted."""
    revision = read(fields(a={"type": "string", "enum": ["x"], "description": words}))
    assert given_of(revision)["properties"]["a"] == {"type": ["string", "null"], "enum": ["x", None]}
    assert "null is allowed, as its words say" in [note["text"] for note in revision.facts["notes"]]


@pytest.mark.parametrize("words", ["Must not be null", "Cannot be `null`.", "不可为null", "Is never null; use none"])
def test_null_that_words_deny_is_refused(read: Read, words: str) -> None:
    """As the keywords have it."""
    assert given_of(read(fields(a={"type": "string", "description": words})))["properties"]["a"] == {"type": "string"}


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("Image URL or base64 data", "aGVsbG8="),
        ("图片URL或Base64", "aGVsbG8="),
        ("A URL, or an empty string", ""),
        ("A file ID or a URL", "file-1"),
        ("First frame URL or asset://{id}", "asset://a-1"),
    ],
)
@pytest.mark.parametrize("listed", [False, True])
def test_what_words_name_beside_a_url_is_allowed(read: Read, words: str, value: str, listed: bool) -> None:
    """What claims to be a URL of the web still has to be one."""
    url = {"type": "string", "format": "uri"}
    field = {"type": "array", "items": url} if listed else url
    schema = given_of(read(fields(a={**field, "description": words})))

    def allows(text: str) -> bool:
        return holds(schema, {"a": [text] if listed else text})

    assert allows(value)
    assert allows("https://example.com/a.png")
    assert not allows("https://no host/a b")


@pytest.mark.parametrize(
    "words", ["Image URL, not base64", "不支持 base64", "A URL such as https://example.com/a", "A URL."]
)
def test_only_a_url_is_allowed_where_words_name_nothing_else(read: Read, words: str) -> None:
    """Or deny it."""
    schema = given_of(read(fields(a={"type": "string", "format": "uri", "description": words})))
    assert schema["properties"]["a"] == {"type": "string", "format": "uri"}


def test_seedance_takes_the_assets_that_its_pages_name() -> None:
    """By every page, and no text that is neither an asset nor a URL."""
    for docs in ("pinned", "latest"):
        served = Catalog.shipped(docs=docs).served("bytedance/seedance-2")
        assert served
        items = served.request_schema["properties"]["input"]["properties"]["reference_video_urls"]["items"]
        assert [holds(items, text) for text in ("asset://asset-1", "https://example.com/a", "a")] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("0–20, step .5", {"minimum": 0, "maximum": 20, "multipleOf": 0.5}),
        ("at least .25", {"minimum": 0.25}),
        ("-.5 to .5", {"minimum": -0.5, "maximum": 0.5}),
        ("max 10.5", {"maximum": 10.5}),
    ],
)
def test_a_number_may_begin_with_its_point(text: str, facts: dict[str, Any]) -> None:
    """It is no whole number then."""
    assert {reading.keyword: reading.value for reading in read_prose(text, "number", "cfg").facts} == facts


@pytest.mark.parametrize(
    ("name", "text"),
    [("duration_ms", "at most 10 seconds"), ("durationMs", "5-10 s"), ("timeout", "in minutes, at most 10 seconds")],
)
def test_seconds_bound_no_number_of_another_unit(name: str, text: str) -> None:
    """Nor is the limit dropped."""
    findings = read_prose(text, "integer", name)
    assert not findings.facts
    assert findings.leftovers
    assert read_prose("at most 10 seconds", "integer", "duration").facts
