"""Strict JSON: what each bound refuses, what it takes, and that the rest is read as Python reads it."""

import json
from typing import Any

import pytest

from fakie_schemas.strict_json import StrictJson, parse_strict, parse_toml

LARGE = "1" * 101
# What a reader of its own refuses, with the words that say so; a reader without that bound takes it.
BOUNDS: tuple[tuple[dict[str, Any], dict[str, Any], str, str], ...] = (
    ({}, {"unique": False}, '{"a": 1, "a": 2}', "the key 'a' occurs twice in one object"),
    ({}, {"unique": False}, '[{"a": {"b": 1, "b": 2}}]', "the key 'b' occurs twice"),
    ({}, {"finite": False}, '{"a": NaN}', "NaN is not a JSON number"),
    ({}, {"finite": False}, "[-Infinity]", "-Infinity is not a JSON number"),
    ({}, {"finite": False}, '{"a": 1e999}', "the number 1e999… is too large"),
    ({"whole": True}, {}, '"\\ud800"', r"half a character, .ud800; expected both"),
    ({"most_digits": 100}, {}, f"[-{LARGE}]", "a number of 101 digits is too long"),
    ({"most_values": 2}, {"most_values": 3}, "[1, 2, 3]", "more than 2 values"),
)


@pytest.mark.parametrize(("bound", "without", "text", "words"), BOUNDS)
def test_each_bound_refuses_its_kind(bound: dict[str, Any], without: dict[str, Any], text: str, words: str) -> None:
    """As text and as bytes, with blanks around it and without; a reader that has not this bound takes it."""
    for given in (text, f" {text}\n", text.encode()):
        with pytest.raises(ValueError, match=words):
            StrictJson(**bound).read(given)
        assert repr(StrictJson(**without).read(given)) == repr(json.loads(given))


def test_a_text_is_read_to_a_depth() -> None:
    """The value within counts as a level; what is too deep for Python is told alike."""
    read = StrictJson().read
    for open_, close in (("[", "]"), ('{"a":', "}")):
        text = open_ * 4 + "0" + close * 4
        assert read(text, 5) == json.loads(text)
        with pytest.raises(RecursionError, match="more than 4 levels"):
            read(text, 4)
        with pytest.raises(RecursionError):
            read(open_ * 200_000 + "0" + close * 200_000, 5)


@pytest.mark.parametrize("text", ["", " ", "{", "[1,]", "{'a': 1}", "\ufeff{}", '{"a": 1} x', '{"a"', "01", "nul"])
def test_what_is_no_json_is_told_in_the_words_of_the_standard_library(text: str) -> None:
    """With the line and column."""
    with pytest.raises(json.JSONDecodeError) as known:
        json.loads(text)
    with pytest.raises(json.JSONDecodeError) as told:
        StrictJson().read(text)
    assert str(told.value) == str(known.value)


def test_bytes_are_utf_8() -> None:
    """Other encodings, which Python guesses, are refused."""
    with pytest.raises(UnicodeDecodeError):
        StrictJson().read('{"a": "ä"}'.encode("utf-16"))


def test_what_ends_with_a_line_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As files do, and what editors and shells send."""
    seen: list[Any] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen.append(pairs)
        return dict(pairs)

    monkeypatch.setattr("fakie_schemas.strict_json.unique_keys", members)
    read = StrictJson().read
    for end in ("", "\n", " \r\n\t"):
        assert read(f'{{"a": [1, 2]}}{end}') == {"a": [1, 2]}
    assert len(seen) == 3


@pytest.mark.parametrize("end", ["\u00a0", "\x0b", "\n}", "\n\x00"])
def test_what_is_no_blank_of_json_does_not_end_a_text(end: str) -> None:
    """Other signs that look like blanks are extra data."""
    with pytest.raises(json.JSONDecodeError, match="Extra data"):
        StrictJson().read(f"{{}}{end}")


@pytest.mark.parametrize(
    ("text", "words"),
    [("[" * 100_000, "it is nested too deeply"), (f"[{'9' * 6000}]", "a number of 6000 digits is too long")],
)
def test_what_python_cannot_hold_is_told_in_plain_words(text: str, words: str) -> None:
    """No word of the interpreter's settings, which nobody who wrote a file can turn."""
    with pytest.raises(ValueError, match=rf"^{words}$"):
        parse_strict(text)


@pytest.mark.parametrize("text", [f"[{'9' * 6000}]", f'\n{{"a": -{"9" * 6000}}}'])
def test_a_reader_without_a_bound_tells_of_digits_in_plain_words(text: str) -> None:
    """What Python cannot make a number of is refused as if it were such a bound."""
    with pytest.raises(ValueError, match=r"^a number of \d{4} digits is too long$"):
        StrictJson(unique=False).read(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"a = {'[' * 50_000}", "it is nested too deeply"),
        (f"a = {'9' * 6000}", "a number of more than 4300 digits is too long"),
        ("a = ", r"Invalid value \(at end of document\)"),
    ],
)
def test_toml_that_python_cannot_hold_is_told_in_plain_words(text: str, words: str) -> None:
    """As JSON is; what is no TOML at all in the words of its decoder, which has the line."""
    with pytest.raises(ValueError, match=rf"^{words}$"):
        parse_toml(text)
