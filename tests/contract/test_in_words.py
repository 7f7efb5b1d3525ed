"""Rules across fields that pages state in words: named as not judged, and no finding where a target keeps them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fakie.cli import program
from fakie_contract.checks.in_words import in_words, tied
from fakie_contract.subjects import page_of
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.revision import Revision
from support.pages import synthetic

IDEOGRAM, ENDPOINT = "ideogram/character", "4o-image/generate"
NOTES = [
    {"kind": "depends", "line": 9, "field": "tail", "text": "its words name head"},
    {"kind": "depends", "line": 12, "field": "image", "text": "its words name video"},
    {"kind": "depends", "line": 14, "field": "video", "text": "its words name image"},
    {"kind": "depends", "line": 16, "field": "style", "text": "its words restrict what goes together"},
    {"kind": "limit", "line": 18, "field": "seed", "text": "something else"},
]


def revision(folder: Path, **facts: Any) -> Revision:
    synthetic.write(folder)
    file = folder / synthetic.MODEL / "2026-01.revision.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | facts), encoding="utf-8")
    return Revision(file)


def test_words_and_keywords_that_are_not_read_are_named(tmp_path: Path) -> None:
    """With field and line; what says nothing across fields is not."""
    unread = [
        {"line": 19, "why": "input: the keyword dependentRequired is not read"},
        {"line": 20, "why": "input: the keyword xml is not read"},
    ]
    found = [(one.field, one.line) for one in in_words(revision(tmp_path, notes=NOTES, unread=unread))]
    assert found == [("tail", 9), ("image", 12), ("video", 14), ("style", 16), ("input", 19)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"image": "x"}, ["image"]),
        ({"image": "x", "tail": "x"}, ["image", "tail"]),
        ({"image": "x", "deep": [{"style": "x"}]}, ["image", "style"]),
        # Either of the two may be asked for.
        ({}, ["image", "video"]),
        ("no object", ["image", "video"]),
    ],
)
def test_words_tie_what_is_sent_and_what_each_other_name(given: Any, expected: list[str], tmp_path: Path) -> None:
    """A request without any of them is refused for another reason."""
    assert tied(revision(tmp_path / "some", notes=NOTES), {"input": given}) == expected
    assert tied(revision(tmp_path / "none", notes=[]), {"input": given}) == []


def test_words_tie_the_fields_of_an_endpoint() -> None:
    """They stand in its body, and not in an input."""
    page = page_of(Catalog.shipped(), ENDPOINT)
    assert page is not None
    assert {one.model for one in in_words(page)} == {ENDPOINT}
    assert "prompt" in tied(page, {"prompt": "x"})
    assert "prompt" not in tied(page, {"size": "1:1", "filesUrl": ["https://files.test/a.png"]})


@pytest.mark.parametrize(
    ("subject", "is_named"), [(IDEOGRAM, True), (ENDPOINT, True), ("elevenlabs/audio-isolation", False)]
)
def test_a_run_says_what_it_did_not_judge(subject: str, is_named: bool, tmp_path: Path) -> None:
    """On the terminal and in the report; nothing where the page states no such rule."""
    report = tmp_path / "report.json"
    done = CliRunner().invoke(program, ["test", "--model", subject, "-k", "code-401", "--report", str(report)])
    assert done.exit_code == 0, done.output
    named = json.loads(report.read_text(encoding="utf-8"))["in_words"]
    assert bool(named) is is_named
    assert all(one["model"] == subject for one in named)
