"""A task's `param` is compared with what createTask was asked with: its callBackUrl, its words, what is left out."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.recordings import callback, create, news, record, report_of, task

HOOK = "https://hooks.mine.io/kie/done"
PROMPT = "a lake as in https://mine.io/photos?id=1, in fog"
IMAGES = ["https://mine.io/a.png"]
SENT = {"prompt": PROMPT, "aspect_ratio": "1:1"}


def found(folder: Path, sent: dict[str, Any], hook: Any, given: dict[str, Any], told: Any) -> set[str]:
    """Return the places where a record and a callback give back a request otherwise, which must be the same ones."""
    asked = {"model": "z-image", "input": sent, "callBackUrl": hook}
    outer = {"input": json.dumps(given), "model": "z-image"} | ({} if told is None else {"callBackUrl": told})
    data = task(param=json.dumps(outer))
    places = []
    for exchanges in ([create(asked), record(data)], [callback(data), create(asked)]):
        every = news(report_of(folder, *exchanges)["findings"])
        wrong = {place for _, rule, place in every if rule == "record.param_input"}
        places.append({place.partition("/data/param/")[2] for place in wrong})
    assert places[0] == places[1]
    return places[0]


@pytest.mark.parametrize("told", ["https://hooks.other.io/kie/done", "https://hooks.mine.io/other", None, 5])
def test_another_callback_url_than_was_sent_is_told(told: Any, tmp_path: Path) -> None:
    """Another host or path, none at all, or no text."""
    assert found(tmp_path, SENT, HOOK, SENT, told) == {"callBackUrl"}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (HOOK, HOOK),
        (HOOK, f"{HOOK}?token=1"),
        ("https://example.com/hook", HOOK),
        (HOOK, "https://hooks.test/hook"),
        (HOOK, "http://127.0.0.1:8000/hook"),
        (HOOK, "https://hooks.mine.io/[REDACTED]"),
        (HOOK, "https://hooks.mine.io/kie/****"),
        ("{{hook}}", HOOK),
        ("{{hook}}", "https://example.com/hook"),
        ("", HOOK),
    ],
)
def test_a_callback_url_that_was_taken_out_once_is_right(sent: str, told: str, tmp_path: Path) -> None:
    """Of the request or of the record alone; their queries may be missing."""
    assert found(tmp_path, SENT, sent, SENT, told) == set()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (HOOK, f"{HOOK}/"),
        ("https://hooks.mine.io", "https://Hooks.Mine.io/"),
        ("https://hooks.mine.io/größe/{id}", "https://hooks.mine.io/gr%C3%B6%C3%9Fe/%7Bid%7D"),
        ("https://hooks.mine.io/gro\u0308sse", "https://hooks.mine.io/gr\u00f6sse"),
        ("https://münchen.io/kie", "https://xn--mnchen-3ya.io./kie"),
    ],
)
def test_a_callback_url_may_be_spelled_otherwise(sent: str, told: str, tmp_path: Path) -> None:
    """What leads to the same place is the same: hosts in capitals or in ASCII, percent signs, a slash at the end."""
    assert found(tmp_path, SENT, sent, SENT, told) == set()


@pytest.mark.parametrize("prompt", ["another lake", "a lake as in https://mine.io/other, in fog"])
def test_words_with_a_url_among_them_come_back_as_they_were_sent(prompt: str, tmp_path: Path) -> None:
    """They lead nowhere by themselves."""
    assert found(tmp_path, SENT, HOOK, {**SENT, "prompt": prompt}, HOOK) == {"input/prompt"}
    assert found(tmp_path, SENT, HOOK, SENT, HOOK) == set()


@pytest.mark.parametrize(
    ("sent", "given"),
    [
        ({"image_input": IMAGES}, {"image_input": ["https://cdn.kie.ai/b.png"]}),
        ({"image_input": " https://mine.io/a.png"}, {"image_input": "https://cdn.kie.ai/b.png"}),
        ({"shots": '[{"image": "https://mine.io/a.png"}]'}, {"shots": '[{"image": "https://cdn.kie.ai/b.png"}]'}),
        ({"image_input": []}, {}),
        ({"negative_prompt": ""}, {}),
        ({"negative_prompt": None}, {}),
    ],
)
def test_a_file_may_be_kept_elsewhere_and_nothing_left_out(sent: Any, given: Any, tmp_path: Path) -> None:
    """The URL of a target's own copy is no other input; what is empty need not come back."""
    assert found(tmp_path, {**SENT, **sent}, HOOK, {**SENT, **given}, HOOK) == set()


@pytest.mark.parametrize("name", ["prompt", "aspect_ratio", "image_input"])
def test_what_does_not_come_back_is_told(name: str, tmp_path: Path) -> None:
    """A URL too."""
    whole = {**SENT, "image_input": IMAGES}
    left = {key: value for key, value in whole.items() if key != name}
    assert found(tmp_path, whole, HOOK, left, HOOK) == {f"input/{name}"}


@pytest.mark.parametrize("given", [[], None, ""])
def test_a_file_that_comes_back_as_nothing_is_told(given: Any, tmp_path: Path) -> None:
    """It is left out, as much as if its name were missing."""
    whole = {**SENT, "image_input": IMAGES}
    assert found(tmp_path, whole, HOOK, {**whole, "image_input": given}, HOOK) == {"input/image_input"}
