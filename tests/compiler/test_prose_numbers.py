"""Numbers that are not certain: in pieces, shortened, with a sign or letters behind them."""

import pytest

from fakie_schemas.compiler.prose import read_lines

PIECES = (
    "1 000",
    "10 000",
    "1'000",
    "1’000",
    "1\u00a0000",
    "1½",
    "3¾",
    "五〇〇",
    "一百五",
    "三千五",
    "千",
    "½",
    "两三",
)
UNITS = ("10$", "10 €", "10€", "10¢", "10 ₹", "10‰", "10 ‰")
LETTERS = ("10M", "10TB", "10Mo", "10meg", "10MByte")


@pytest.mark.parametrize("number", PIECES)
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("integer", "max {}"),
        ("integer", "不超过 {}"),
        ("integer", "up to {}"),
        ("string", "max length: {}"),
        ("string", "at most {} characters"),
        ("string", "最多{}个字符"),
    ],
)
def test_a_number_that_is_not_certain_is_no_limit(number: str, kind: str, words: str) -> None:
    """It is listed, and no piece of it is read."""
    (findings,) = read_lines([words.format(number)], kind, "field")
    assert findings.facts == []
    assert findings.limits + findings.leftovers


@pytest.mark.parametrize("number", UNITS)
def test_a_number_of_money_or_a_rate_is_no_limit_of_a_value(number: str) -> None:
    """It is listed."""
    (findings,) = read_lines([f"max {number}"], "integer", "field")
    assert findings.facts == []
    assert findings.limits + findings.leftovers


@pytest.mark.parametrize("number", LETTERS)
@pytest.mark.parametrize("words", ["Max file size: {}", "max size {}", "file size limit: {}", "max prompt: {}"])
def test_a_size_in_letters_that_are_no_known_unit_is_listed(number: str, words: str) -> None:
    """It is not dropped in silence."""
    (findings,) = read_lines([words.format(number)], "string", "image_url")
    assert findings.facts == []
    assert number in " ".join(why for _, why in findings.limits + findings.leftovers)


@pytest.mark.parametrize(
    "words",
    [
        "Max file size: 10",
        "Max file size (MB): 10",
        "File size limit: 10",
        "文件大小不超过 10",
        "文件大小（MB）：最大 10",
        "size at most 1024",
    ],
)
def test_a_size_without_its_unit_is_no_number_of_bytes(words: str) -> None:
    """It is doubted: what "(MB)" before it means is not read."""
    (findings,) = read_lines([words], "string", "image_url")
    assert findings.facts == []
    assert findings.leftovers
