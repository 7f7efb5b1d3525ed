"""Words around a limit that keep it from being one: what once held, other cases, rates, pieces, what is cut off."""

from typing import Any

import pytest

from fakie_schemas.compiler.prose import Findings, read_lines, read_prose
from support.pages.openapi import Read, fields, given_of, unread


def told(findings: Findings) -> str:
    """Return all that is listed and not read, as one text."""
    return " ".join(why for _, why in findings.limits + findings.leftovers + findings.numbers)


HELD = (
    ("integer", "Previously limited to 10"),
    ("string", "limit raised from 10 to 800 characters"),
    ("integer", "the maximum went up from 5 to 10"),
    ("string", "The limit of 10 characters was removed"),
    ("string", "10 字限制已取消"),
    ("integer", "up to 10 is free, beyond that it is billed"),
    ("integer", "10 以内免费"),
    ("integer", "maximum 10 until 2027"),
    ("integer", "half of 10 is the maximum"),
    ("integer", "并非不能超过 10"),
    ("integer", "no more than 10 renders quickest"),
    ("integer", "10 or less runs faster"),
    ("integer", "10 以上生成较慢"),
    ("string", "10 characters or less render faster"),
    ("array", "10 or more images make it slow"),
    ("number", "max 0,10"),
    ("number", "up to ±10"),
    ("integer", "max 10_000"),
    ("integer", "must be at least 10 greater than start"),
    ("integer", "up to 10 more than the other field"),
    ("integer", "end must exceed start by at least 10"),
    ("integer", "maximum: 10 (can be raised)"),
    ("integer", "最多 10（可申请提高）"),
    ("string", "max 10 MB for images, 50 MB for videos"),
    ("number", "between 0 and 10,5"),
    ("integer", "Used to be limited to 10"),
    ("integer", "Formerly, at most 10"),
    ("integer", "以前最多10"),
    ("integer", "已不再限制为10"),
    ("integer", "Up to 10 (20 for pro)"),
    ("integer", "最多10（专业版20）"),
    ("integer", "At least 10 (5 for pro)"),
    ("integer", "Max 10 [20 for pro]"),
    ("integer", "Max 10; pro: 20"),
    ("integer", "10 max for std, else 20"),
    ("string", "Up to 10 characters (20 on v2)"),
    ("string", "Max size 10MB (20MB for pro)"),
    ("array", "Up to 10 images, pro: 20"),
    ("integer", "max 10 per minute"),
    ("string", "max 10 characters per line"),
    ("string", "每行最多10字"),
    ("string", "Up to 10 characters; longer text is truncated"),
    ("string", "Up to 10 characters. More text is ignored."),
    ("string", "最多10字符。超出部分将被截断"),
    ("string", "Max 10.000 characters"),
    ("integer", "The maximum is 10.000"),
    ("integer", "1到10（不含10）"),
    ("integer", "between 1 and 10, exclusive"),
    ("integer", "1-10 (10 excluded)"),
)


@pytest.mark.parametrize(("kind", "text"), HELD)
def test_what_does_not_bound_every_request_of_today_is_listed_and_not_read(kind: str, text: str) -> None:
    """What once held, holds for some, is a rate, a piece's length or only cut off is no limit; its number is listed."""
    findings = read_prose(text, kind)
    assert findings.facts == []
    assert "10" in told(findings)


READ: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("string", "up to 500 characters describing the scene", {"maxLength": 500}),
    ("string", "a maximum length of 500 characters as per the service's own page", {"maxLength": 500}),
    ("string", "after leading whitespace is removed, must not exceed 3,072 characters", {"maxLength": 3072}),
    ("integer", "Max 20 (previously 10)", {"maximum": 20}),
    ("integer", "Max 20 (was 50)", {"maximum": 20}),
    ("integer", "Max 20 (default 50)", {"maximum": 20}),
    ("integer", "Max 20 (5 for pro)", {"maximum": 20}),
    ("integer", "Max 20; step: 5", {"maximum": 20, "multipleOf": 5}),
    ("string", "Max 500 characters (about 800 words)", {"maxLength": 500}),
    ("string", "Max 500 characters. Extra spaces are trimmed.", {"maxLength": 500}),
    ("string", "Max 500 characters per prompt", {"maxLength": 500}),
    ("string", "No longer than 500 characters", {"maxLength": 500}),
    ("array", "Up to 3 images (9 in total with videos)", {"maxItems": 3}),
    ("number", "0.000-1.000", {"minimum": 0, "maximum": 1}),
    ("integer", "1 to 10 (both ends included)", {"minimum": 1, "maximum": 10}),
)


@pytest.mark.parametrize(("kind", "text", "facts"), READ)
def test_words_beside_a_limit_that_take_nothing_from_it_leave_it(kind: str, text: str, facts: dict[str, Any]) -> None:
    """A limit stays one beside a former one, a default, other units, or another case within it."""
    assert {reading.keyword: reading.value for reading in read_prose(text, kind).facts} == facts


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["If mode is std:", "- min 1", "- max 10"], {}),
        (["When mode is pro:", "at most 10"], {}),
        (["For example:", "- at most 10"], {}),
        (["Limits:", "- max 10"], {"maximum": 10}),
        (["If mode is std:", "- it is fast", "", "At most 10"], {"maximum": 10}),
        (["In std mode:", "- from 0 to 6", "", "In pro mode:", "- from 0 to 6"], {"minimum": 0, "maximum": 6}),
    ],
)
def test_a_line_that_says_for_whom_leads_the_lines_behind_it(lines: list[str], expected: dict[str, Any]) -> None:
    """A list behind "in this mode:" bounds no other mode, unless each says the same."""
    found = read_lines(lines, "integer")
    assert {fact.keyword: fact.value for findings in found for fact in findings.facts} == expected
    numbers = [sign for line in lines for sign in line if sign.isdigit()]
    assert expected or not numbers or any(findings.limits or findings.leftovers for findings in found)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("The value must not be\nmore than 10", {"maximum": 10}),
        ("The maximum\nis 10.", {"maximum": 10}),
        ("Accepts up to\n10.", {"maximum": 10}),
        ("There is no\nmaximum of 10", {}),
        ("min: 1\nmax: 10", {"minimum": 1, "maximum": 10}),
        ("max 10\nmin 1", {"minimum": 1, "maximum": 10}),
        ("&gt;= 1 and &#8804; 10", {"minimum": 1, "maximum": 10}),
        ("Max&nbsp;<b>10</b>", {"maximum": 10}),
        ("Max 10<br>Min 1", {"minimum": 1, "maximum": 10}),
    ],
)
def test_a_description_is_read_as_it_is_shown(read: Read, words: str, expected: dict[str, Any]) -> None:
    """A wrapped line goes on with its sentence, and entities and tags are what they stand for."""
    revision = read(fields(x={"type": "integer", "description": words}))
    bounds = {key: value for key, value in given_of(revision)["properties"]["x"].items() if key != "type"}
    assert bounds == expected
    assert expected or "10" in unread(revision)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 or at least 5", {}),
        ("at least 5 or 0", {}),
        ("must be 0 or more than 10", {}),
        ("-1, or between 1 and 10", {"maximum": 10}),
        ("1-10, or 0 for none", {"maximum": 10}),
        ("must not be below 1 or above 10", {"minimum": 1, "maximum": 10}),
    ],
)
def test_a_number_beside_or_is_an_alternative_to_the_limit(text: str, expected: dict[str, Any]) -> None:
    """It lifts the side that it lies beyond; a number with a bound of its own is none."""
    (findings,) = read_lines([text], "integer")
    assert {fact.keyword: fact.value for fact in findings.facts} == expected
