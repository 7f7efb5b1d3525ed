"""Values and limits beyond a limit: it is not one of every request where other words of the field allow more."""

from typing import Any

import pytest

from fakie_schemas.compiler.prose import read_lines

WIDER: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("integer", "Maximum 10. In pro mode up to 20.", {}),
    ("integer", "Maximum 10; up to 20 in pro mode", {}),
    ("integer", "at least 5. When audio is on, at least 2.", {}),
    ("integer", "3-10. With pro, 3-15.", {"minimum": 3}),
    ("array", "Up to 5 images. In pro mode, up to 10 images.", {}),
    ("array", "最多5张图片。专业模式下最多 10 张。", {}),
    ("string", "Max 500 characters. For V5, max 1000 characters.", {}),
    ("string", "不超过500字。V5 模型不超过1000字。", {}),
    ("string", "max 10MB. In pro mode max 20MB.", {}),
    ("number", "less than 5. In pro mode at most 8.", {}),
)
NARROWER: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("integer", "Maximum 20. In pro mode up to 10.", {"maximum": 20}),
    ("string", "Max 1000 characters. For V4, max 500 characters.", {"maxLength": 1000}),
    ("string", "max 500 characters. In pro mode max 20MB.", {"maxLength": 500}),
    ("array", "Up to 10 images. In pro mode, at least 2 images.", {"maxItems": 10}),
)
VALUES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("1-10. Use 0 to turn it off.", {"maximum": 10}),
    ("1-10, 0 = auto", {"maximum": 10}),
    ("1-10. -1 = random", {"maximum": 10}),
    ("0: off, 1-10", {"maximum": 10}),
    ("至少 1，传0则不启用", {}),
    ("至少 1，填 0 跟随原视频", {}),
    ("max 10. 99 selects all", {}),
    ("max 10. Pro users get 20.", {}),
    ("最多10，会员20", {}),
    ("max 10 (20)", {}),
    ("1-10. 5 is the middle.", {"minimum": 1, "maximum": 10}),
    ("1-10. Each takes 20 seconds.", {"minimum": 1, "maximum": 10}),
    ("1-10, never 0", {"minimum": 1, "maximum": 10}),
    ("max 10 (was 20)", {"maximum": 10}),
)


@pytest.mark.parametrize(("kind", "words", "expected"), WIDER + NARROWER)
def test_a_wider_limit_of_some_requests_lifts_the_narrower(kind: str, words: str, expected: dict[str, Any]) -> None:
    """What holds for none but the others is listed; a narrower one of some requests lifts nothing."""
    for lines in ([words], [line for line in words.replace("。", ".").split(".") if line]):
        found = read_lines(lines, kind, "field")
        assert {fact.keyword: fact.value for one in found for fact in one.facts} == expected
        assert any(one.leftovers for one in found)


@pytest.mark.parametrize(("words", "expected"), VALUES)
def test_a_value_that_is_told_of_lifts_the_limit_that_it_lies_beyond(words: str, expected: dict[str, Any]) -> None:
    """A number that no rule takes may be given: the limit is doubted, and its other side stays."""
    (findings,) = read_lines([words], "integer", "field")
    assert {fact.keyword: fact.value for fact in findings.facts} == expected
