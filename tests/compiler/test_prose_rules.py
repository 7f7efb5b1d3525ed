"""The rules of prose as data: each fires on its samples, and says the opposite when it is negated."""

import json
import re
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakie_schemas.compiler import derive
from fakie_schemas.compiler.prose import Findings, read_lines, read_prose
from fakie_schemas.compiler.prose.lexicon import lexicon
from support.limit_phrases import phrases

RULES = [(rule.id, *sample) for rule in lexicon().rules for sample in rule.samples]
LIMITS = [sample for sample in RULES if sample[3]]
ENGLISH = (
    "must not be {}",
    "cannot be {}",
    "should never be {}",
    "may not be {}",
    "is not allowed to be {}",
    "mustn't be {}",
    "no {}",
)
CHINESE = (
    "不得{}",
    "不能{}",
    "不可{}",
    "不应{}",
    "不要{}",
    "不允许{}",
    "请勿{}",
    "严禁{}",
    "不可以{}",
    "禁止{}",
    "切勿{}",
    "不会{}",
)
MIRRORED = {"below": "minimum", "above": "maximum", "at_least": "exclusiveMaximum", "at_most": "exclusiveMinimum"}
# Comparisons that take no negator before them in any language.
UNNEGATED = re.compile(
    r"^(up to|as |upwards|starting|at |is |caps|capped|cap of|maxes|tops|最|至|起码|顶多|高达|封顶|起步|strictly|=)"
)


def facts(findings: Findings) -> dict[str, Any]:
    return {reading.keyword: reading.value for reading in findings.facts}


def listed(findings: Findings) -> str:
    """Return all that was listed and not read, as one text."""
    return " ".join(why for _, why in findings.limits + findings.leftovers + findings.numbers)


def comparisons() -> Iterator[tuple[str, str]]:
    """Return the words that compare, with their kinds; symbols are not negated in words."""
    for word, kinds in lexicon().kinds.items():
        if kinds[0] in MIRRORED and len(kinds) == 1 and word[-1].isalpha() and not UNNEGATED.match(word):
            yield word, kinds[0]


def test_a_word_has_one_kind() -> None:
    """The lexicon lists it once: of two kinds one would be lost in silence."""
    data = tomllib.loads((files("fakie_schemas.compiler.prose") / "lexicon.toml").read_text(encoding="utf-8"))
    listed = [word for lists in data["words"].values() for words in lists.values() for word in words.split(", ")]
    assert [word for word, times in Counter([*listed, *data["compounds"]]).items() if times > 1] == []


@pytest.mark.parametrize(("rule", "kind", "text", "expected"), RULES)
def test_every_rule_fires_on_its_samples(rule: str, kind: str, text: str, expected: dict[str, Any]) -> None:
    """A sample gives its facts, and by its own rule; one without facts gives none."""
    findings = read_prose(text, kind)
    assert facts(findings) == expected
    assert {reading.rule for reading in findings.facts} == ({rule} if expected else set())


def test_every_rule_has_a_sample_that_says_something() -> None:
    """A rule that reads bounds is shown at work."""
    shown = {rule for rule, _, _, expected in RULES if expected}
    assert {rule.id for rule in lexicon().rules if rule.reads not in {"doubt", "nothing"}} == shown


@pytest.mark.parametrize(("word", "kind"), list(comparisons()))
def test_a_negated_comparison_is_the_mirrored_bound(word: str, kind: str) -> None:
    """Not below 5 is at least 5: each comparison with each negator of its language."""
    for frame in ENGLISH if word.isascii() else CHINESE:
        if word.startswith("exceed") or word.startswith("surpass"):
            frame = frame.replace(" be {}", " {}")
        text = frame.format(word) + " 5"
        assert facts(read_prose(text, "integer")) == {MIRRORED[kind]: 5}, text


@pytest.mark.parametrize(("rule", "kind", "text", "expected"), LIMITS)
def test_advice_is_never_a_limit(rule: str, kind: str, text: str, expected: dict[str, Any]) -> None:
    """Each sample with a hedge before it gives no fact, and is listed."""
    for hedge in ("ideally ", "usually ", "we recommend: ", "e.g. ", "建议", "一般", "通常为 ", "例如："):
        findings = read_prose(hedge + text, kind)
        assert facts(findings) == {}, hedge + text
        assert listed(findings), hedge + text


@pytest.mark.parametrize("word", [word for word, kinds in lexicon().kinds.items() if kinds == ("hedge",)])
def test_every_hedge_holds_a_limit_back(word: str) -> None:
    """A word of the lexicon's hedges before a limit keeps it from being one."""
    text = f"{word} at most 5 images" if word.isascii() else f"{word}最多 5 张图片"
    findings = read_prose(text, "array")
    assert (facts(findings), "5" in listed(findings)) == ({}, True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("最多 5 张（仅当 `mode` 为 pro 时）", "array"),
        ("When `mode` is pro, up to 5 images", "array"),
        ("up to 5 images in pro mode", "array"),
        ("**V4**: Maximum 3000 characters", "string"),
        ("pro 模式下最多 5 张图片", "array"),
        ("All images together: at most 10", "array"),
        ("1-5 除外", "integer"),
        ("anything other than 1-5", "integer"),
        ("values above 5 slow it down", "integer"),
        ("0 or any integer in [2,10]", "integer"),
        ("at most 5 words", "string"),
        ("max 2 boxes per image", "array"),
        ("at most 5 images is not what it takes", "array"),
        ("between 0 and 1 (exclusive)", "number"),
        ("毋超过 5", "integer"),
        ("naught exceeding 5", "integer"),
        ("the difference must not exceed 10", "number"),
        ("does not have to be at least 5", "integer"),
        ("only 1 image is supported, the rest is ignored", "array"),
        ("long prompts (over 500 characters) may be slower", "string"),
        ("提示词过长（超过 500 字）可能影响效果", "string"),
        ("should not be long (more than 500 characters)", "string"),
        ("each at most 10M", "string"),
        ("the clip is 16:9 here", "string"),
        ("aspect ratio: (0.4, 2.5)", "array"),
        ("at most 1 200 characters", "string"),
        ("at most 3^40", "integer"),
        ("at most 500<sup>1</sup>", "integer"),
        ("at least 20 for crisper faces", "integer"),
        ("max. 5 (10 for pro users)", "integer"),
        ("A length of 100 to 200 characters gives the finest output.", "string"),
        ("至少 15 才清晰", "integer"),
        ("at most 30fps", "integer"),
        ("no longer than half a minute", "integer"),
        ("from 0 up to, but not including, 10", "integer"),
    ],
)
def test_what_holds_at_times_or_for_something_else_is_listed(text: str, kind: str) -> None:
    """Cases, totals, other units and exceptions give no keyword, and are listed."""
    findings = read_prose(text, kind)
    assert (facts(findings), bool(listed(findings))) == ({}, True)


@pytest.mark.parametrize("start", range(0, 3000, 300))
def test_phrases_of_other_words_are_read_right_or_listed(start: int) -> None:
    """Phrases made at random, with words that no lexicon has: never a wrong fact, never silence, most of them read."""
    right = 0
    for seed in range(start, start + 300):
        phrase = phrases(seed)
        findings = read_prose(phrase.text, phrase.kind)
        read = facts(findings)
        assert read.items() <= phrase.facts.items(), (phrase, read)
        assert read == phrase.facts or listed(findings), phrase
        assert read or listed(findings), phrase
        right += read == phrase.facts
    assert right > 240


SOUP = ("at most", "at least", "not", "must", "images", "characters", "MB", "seconds", "between", "and", "or", "to", "range", ":", ",",
        "(", ")", "recommended", "if", "total", "最多", "不得", "超过", "张", "字", "之间", "约", "the", "frobs", "max", "step", "-",
        "每", "mode", "。", "%", "of", "only", "exactly", "以内", "倍数", "<=", "x")  # fmt: skip


@settings(derandomize=True, database=None, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(SOUP), st.integers(101, 997)), max_size=14),
    st.sampled_from(["string", "array", "number", "integer", "boolean", "object"]),
)
def test_every_number_is_read_or_listed(words: list[str | int], kind: str) -> None:
    """In any order of words, a number becomes a fact (itself, one beside it, or in bytes) or stands in a list."""
    text = " ".join(str(word) for word in words)
    findings = read_prose(text, kind)
    values = {reading.value for reading in findings.facts}
    for number in (word for word in words if isinstance(word, int)):
        known = {number, number - 1, number + 1, number * 1024**2}
        assert values & known or str(number) in listed(findings), (text, number)


@pytest.mark.parametrize("kind", [["integer", "null"], ["null", "integer"]])
def test_a_nullable_field_has_limits(kind: list[str]) -> None:
    """Of several types the one that is not null counts."""
    assert facts(read_prose("between 1 and 5", kind)) == {"minimum": 1, "maximum": 5}


def test_a_special_value_lifts_the_limit_that_it_lies_beyond() -> None:
    """Where -1 means something, nothing is at least 4; within the limits a special value changes nothing."""
    first, second = read_lines(["Duration in 4-30 seconds.", "-1 means that the model decides."], "integer", "duration")
    assert (facts(first), facts(second)) == ({"maximum": 30}, {})
    assert "a limit with an exception was not read: 4" in listed(first)
    assert facts(read_lines(["Range: 0-100. 0 means random."], "integer")[0]) == {"minimum": 0, "maximum": 100}


@settings(derandomize=True, database=None, deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from("0123456789.,-()[]:~ 最多不超过万张字²①")), max_size=60))
def test_any_text_is_read(text: str) -> None:
    """No text of any characters is too odd to be read, for any type."""
    for kind in ("string", "array", "integer", None):
        read_prose(text, kind)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[0, 9223372036854775807]", {"minimum": 0, "maximum": 9223372036854775807}),
        ("at most 18446744073709551615", {"maximum": 18446744073709551615}),
        ("at most " + "9" * 400 + ".5", {}),
    ],
)
def test_whole_numbers_of_any_size_are_exact(text: str, expected: dict[str, Any]) -> None:
    """A bound of nineteen digits keeps them all; what no number can hold is listed."""
    findings = read_prose(text, "integer")
    assert facts(findings) == expected
    assert expected or listed(findings)


def test_brackets_may_be_nested_without_end() -> None:
    """Thousands of open brackets are read, and what stands in them is listed."""
    findings = read_prose("if it loops " + "(" * 3000 + "at most 5", "integer")
    assert (facts(findings), "5" in listed(findings)) == ({}, True)


@pytest.mark.parametrize(
    "text",
    [
        "(",
        "not ",
        "1,",
        "1-",
        "<1 ",
        "at most ",
        "images ",
        "不",
        "五",
        "1 or ",
        "[1,",
        "must be ",
        "a-",
        "five hundred ",
        "1:",
        "9",
    ],
)
def test_long_texts_cost_no_square(text: str) -> None:
    """Twice the text costs about twice the time, not four times."""

    def cost(length: int) -> float:
        started = time.process_time()
        read_prose((text * length)[:length], "array", "duration")
        return time.process_time() - started

    cost(100)
    short = min(cost(1500) for _ in range(3))
    assert min(cost(6000) for _ in range(3)) < 10 * short + 0.05


LABELS: dict[str, dict[str, dict[str, dict[str, Any]]]] = json.loads(
    Path(__file__).with_name("prose_labels.json").read_text(encoding="utf-8")
)
KEYWORDS = {
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "multipleOf",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "x-max-bytes",
}
PAGES = [(page, labels) for part in LABELS.values() for page, labels in part.items()]


def fields(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Return each field below a schema, with its path."""
    for name, inner in schema.get("properties", {}).items():
        here = f"{path}.{name.strip()}" if path else name.strip()
        yield here, inner
        yield from fields(inner, here)
        yield from fields(inner.get("items", {}), f"{here}[]")


def in_words(page: Path) -> dict[str, dict[str, Any]]:
    """Return what a page's words say of each field of its input; of two that contradict each other neither."""
    if page.suffix == ".md":
        request = derive(page).request["properties"]["input"]
        return {name: {key: inner[key] for key in KEYWORDS & inner.keys()} for name, inner in fields(request)}
    document = json.loads(page.read_text(encoding="utf-8"))
    post = next(methods["post"] for methods in document["paths"].values() if "post" in methods)
    body = post["requestBody"]["content"]["application/json"]["schema"]["properties"]["input"]
    return {name: _described(inner, name) for name, inner in fields(body)}


def _described(schema: dict[str, Any], name: str) -> dict[str, Any]:
    lines = schema.get("description", "").split("\n")
    found = [
        reading for findings in read_lines(lines, schema.get("type"), name.split(".")[-1]) for reading in findings.facts
    ]
    said = {key: {reading.value for reading in found if reading.keyword == key} for key in KEYWORDS}
    return {key: values.pop() for key, values in said.items() if len(values) == 1}


@pytest.mark.parametrize(("page", "labels"), PAGES, ids=[page for page, _ in PAGES])
def test_labelled_pages_say_what_a_reader_says(shared: Path, page: str, labels: dict[str, dict[str, Any]]) -> None:
    """What was labelled by hand is read, and nothing else."""
    read = in_words(shared / page)
    assert {name: found for name, found in read.items() if found} == labels
