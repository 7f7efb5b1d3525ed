"""Words around a bound: unknown ones, defaults, sums, lists and remarks make it one that is not certain."""

from typing import Any

import pytest

from fakie_schemas.compiler.prose import read_lines

HELD = (
    ("integer", "beta: max 10"),
    ("string", "title: max 10 characters"),
    ("string", "title: must not exceed 10 characters"),
    ("string", "标题：最多 10 个字符"),
    ("string", "歌曲标题：不超过 10 字符"),
    ("string", "音乐风格：最长 10 字"),
    ("string", "The prompt; its style: up to 10 characters"),
    ("integer", "seed: min 10"),
    ("integer", "max 10 => 20"),
    ("integer", "max 10 -> 20"),
    ("integer", "min 5 => 10"),
    ("array", "with video: max 10 images"),
    ("array", "with audio and video: at most 10 images"),
    ("array", "Without a video, up to 10 images"),
    ("array", "with a video, up to 10 images"),
    ("integer", "at most 10 and a half thousand"),
    ("integer", "no more than 10 and three quarters"),
    ("integer", "soft max 10"),
    ("integer", "trial: up to 10"),
    ("integer", "测试期间最多 10"),
    ("integer", "内测阶段最多 10"),
    ("integer", "from v2 on max 10"),
    ("integer", "since v2, max 10"),
    ("integer", "- V4: max 10"),
    ("integer", "default max 10"),
    ("integer", "by default, at most 10"),
    ("integer", "默认最多 10"),
    ("integer", "default limit: 10"),
    ("integer", "rate limit: 10"),
    ("integer", "max 10 with audio"),
    ("integer", "max 10 via the app"),
    ("integer", "max 10 on weekends"),
    ("integer", "On weekends, max 10"),
    ("integer", "min 10 (5 on weekends)"),
    ("array", "at most 10 images and 3 videos"),
    ("array", "images + videos at most 10"),
    ("array", "images plus videos at most 10"),
    ("number", "x/2 < 10"),
    ("number", "x/y < 10"),
    ("number", "2 * x <= 10"),
    ("number", "x*y <= 10"),
    ("number", "x - 1 <= 10"),
    ("number", "-x <= 10"),
    ("number", "|x| <= 10"),
    ("number", "x² ≤ 10"),
    ("number", "√x ≤ 10"),
    ("integer", "Is 10 the maximum?"),
    ("integer", "最多 10？"),
    ("integer", "~10 max"),
    ("integer", "max ～10"),
    ("integer", "just under 10"),
    ("integer", "well below 10"),
    ("integer", "max 010"),
    ("integer", "max: 10, 20"),
    ("integer", "5, 10 max"),
    ("integer", "max 10 or 20"),
    ("integer", "max 10 to 20"),
    ("integer", "max: 10-20"),
    ("integer", "Anything from 10 upwards counts as long"),
    ("integer", "10 or more may take longer"),
    ("string", "10 characters and more are welcome"),
    ("string", "up to 10 characters is plenty"),
    ("integer", "range 1-10 renders quickest"),
    ("integer", "<= 10 v2"),
    ("integer", "up to 10+"),
    ("string", "max 10 MB/s"),
    ("string", "最多 10 字/行"),
    ("string", "最多 10 个字符（不含空格）"),
    ("string", "at least 10 characters, or leave it empty"),
    ("string", "至少 10 个字符，可留空"),
    ("array", "at least 10 images (or an empty list)"),
    ("integer", "not capped at 10"),
    ("integer", "never limited to 10"),
    ("integer", "不是最多 10"),
    ("array", "没有视频最多 10 张"),
    ("integer", "values over 10 are set to 10"),
    ("integer", "max 10 or n"),
    ("integer", "at most 10 or the number of images"),
    ("integer", "Pro — up to 10"),
    ("array", "Pro - up to 10 images"),
    ("array", "up to 10 images (V2)"),
    ("array", "up to 10 images (V2 only)"),
    ("integer", "max 10 (1080p)"),
    ("string", "max 10 characters per scene"),
    ("array", "up to 10 images may fail"),
    ("array", "at least 10 images or videos"),
    ("array", "至少提供 10 张图片或视频"),
    ("integer", "will be rounded to a multiple of 10"),
    ("integer", "自动取整为 10 的倍数"),
    ("integer", "snapped to multiples of 10"),
    ("number", "mapped to 0-10"),
    ("integer", "Step 10: choose the width"),
    ("integer", "in steps of 10%"),
    ("integer", "in steps of 10 MB"),
    ("integer", "multiple of 10 plus 1"),
    ("integer", "10 的倍数加 1"),
    ("integer", "multiple of 10 and 12"),
    ("integer", "must be odd or a multiple of 10"),
)
READ: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("string", "Note: max 10 characters", {"maxLength": 10}),
    ("string", "field: max 10 characters", {"maxLength": 10}),
    ("string", "English, with a minimum of 2 characters", {"minLength": 2}),
    ("array", "Input images: max 10", {"maxItems": 10}),
    ("integer", "10 >= x", {"maximum": 10}),
    ("string", "Note: maximum 10 characters", {"maxLength": 10}),
    ("string", "3. Maximum file size: 20 MB", {"x-max-bytes": 20971520}),
    ("string", "注意：最多 10 个字符", {"maxLength": 10}),
    ("string", "歌曲标题最长 10 个字符", {"maxLength": 10}),
    ("string", "Song task type limit: 10 characters", {"maxLength": 10}),
    ("string", "Describe it in at most 10 characters", {"maxLength": 10}),
    ("string", "Must not be empty. At least 10 characters.", {"minLength": 10}),
    ("string", "Empty texts are rejected; at least 10 characters", {"minLength": 10}),
    ("string", "非空，至少 10 个字符", {"minLength": 10}),
    ("string", "Up to 10 characters can be given", {"maxLength": 10}),
    ("string", "Maximum length: 3-10 characters", {"minLength": 3, "maxLength": 10}),
    ("string", "up to 10 characters describing the scene", {"maxLength": 10}),
    ("array", "up to 10 images in JPEG format", {"maxItems": 10}),
    ("array", "up to 10 images in one request", {"maxItems": 10}),
    ("array", "up to 10 images. Default is empty", {"maxItems": 10}),
    ("number", "field ≥ 1 and ≤ 10", {"minimum": 1, "maximum": 10}),
    ("number", "Count of speakers ≤ 10", {"maximum": 10}),
    ("number", "0.1 ~ 10", {"minimum": 0.1, "maximum": 10}),
    ("integer", "what is it? At most 10", {"maximum": 10}),
    ("integer", "a multiple of 10 up to 100", {"multipleOf": 10, "maximum": 100}),
    ("number", "step: 10 (default 20)", {"multipleOf": 10}),
    ("integer", "step 0", {}),
)


@pytest.mark.parametrize(("kind", "text"), HELD)
def test_a_bound_is_doubted_for_what_stands_around_it(kind: str, text: str) -> None:
    """It is no fact, and the number is listed."""
    (findings,) = read_lines([text], kind, "field")
    assert findings.facts == []
    listed = " ".join(why for _, why in findings.limits + findings.leftovers + findings.numbers)
    assert "10" in listed


@pytest.mark.parametrize(("kind", "text", "expected"), READ)
def test_what_says_nothing_else_lets_a_bound_be_read(kind: str, text: str, expected: dict[str, Any]) -> None:
    """Labels, numbers of lines, purposes of all values and denials of emptiness hold nothing back."""
    (findings,) = read_lines([text], kind, "field")
    assert {fact.keyword: fact.value for fact in findings.facts} == expected


@pytest.mark.parametrize("said", ["two and a half thousand", "two and a half", "one and three quarters"])
def test_a_number_in_words_that_goes_on_with_a_part_of_one_is_doubted(said: str) -> None:
    """All of it is listed."""
    (findings,) = read_lines([f"at most {said}"], "integer", "field")
    assert findings.facts == []
    assert [why for _, why in findings.leftovers] == [f"what looks like a limit was not read: {said}"]


def test_the_own_name_is_no_label_of_another_field() -> None:
    """Nor is a part of it."""
    found = [
        read_lines(["title: max 10 characters"], "string", name)[0].facts for name in ("title", "song_title", "lyrics")
    ]
    assert [[fact.value for fact in facts] for facts in found] == [[10], [10], []]


def test_a_limit_of_other_cases_below_the_own_is_listed() -> None:
    """The wider limit holds for every request; the narrower one is told as unread."""
    (findings,) = read_lines(["max 10 (5 on weekends)"], "integer", "field")
    assert [(fact.keyword, fact.value) for fact in findings.facts] == [("maximum", 10)]
    assert [why for _, why in findings.leftovers] == ["a limit of other cases was not read: 5"]


def test_cases_of_a_list_that_agree_are_one_limit() -> None:
    """A label in a list holds its limit back alone; where each case says the same it is kept."""
    found = read_lines(["- V4: max 10", "- V5: max 10"], "integer", "field")
    assert [fact.value for findings in found for fact in findings.facts] == [10, 10]
