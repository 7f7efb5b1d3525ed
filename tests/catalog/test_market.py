"""The shipped revisions: all of the Market, in our form, holding facts alone, and the same again from the pages."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import fakie_schemas
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.checking import fault
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.compiler.market import derive_folder, main
from fakie_schemas.schema.values import working_value
from fakie_schemas.validator import contract_validator
from support.clients.doors import MODEL
from support.some import some

FOLDER = fakie_schemas.data_folder("revisions")
CATALOG = Catalog.shipped()
# Examples that are wrong on their pages, as the revisions' notes say.
WRONG_EXAMPLES = {"grok-imagine/extend", "grok-imagine/text-to-video"}
LONGEST_TEXT = 120


def revisions() -> Iterator[tuple[str, Revision]]:
    for model in CATALOG.models:
        for revision in {CATALOG.pinned(model), CATALOG.latest(model)}:
            assert revision is not None
            yield model, revision


def test_the_whole_market_is_there() -> None:
    """109 models, and the six endpoints beside createTask that have a page; endpoints are no models."""
    assert len(CATALOG.models) == 109
    endpoints = {file.parent.name for file in (FOLDER / "endpoints").rglob("*.revision.json")}
    uploads = {f"file-{kind}-upload" for kind in ("base64", "stream", "url")}
    assert endpoints == {"record-info", "credit", "download-url", *uploads}
    assert not [model for model in CATALOG.models if model.startswith("endpoints")]


def test_the_users_page_is_pinned_and_the_official_one_the_latest() -> None:
    """Only audio isolation has two revisions; every other model is served as its official page says."""
    two = {model for model in CATALOG.models if CATALOG.pinned(model) is not CATALOG.latest(model)}
    assert two == {MODEL}
    latest = CATALOG.latest(MODEL)
    assert latest is not None
    assert latest.answer_keys == ("taskId", "recordId")
    assert latest.request_schema["properties"]["input"]["required"] == ["audio_url"]


def test_every_revision_can_be_used_and_is_of_our_form() -> None:
    """Its facts hold by the published schema, its folder is its model's name, its request schema compiles."""
    assert [(model, reason) for model, revision in revisions() if (reason := fault(revision, model))] == []
    rules = contract_validator(fakie_schemas.format_schema("revision"))
    for file in some((FOLDER / "endpoints").rglob("*.revision.json")):
        rules.validate(fakie_schemas.read_json(file))


def test_a_pages_example_holds_by_its_own_revision_or_the_conflict_is_noted() -> None:
    """A page that contradicts itself is not hidden."""
    for model, revision in some(revisions()):
        example = revision.facts["examples"]["request"]
        if model in WRONG_EXAMPLES:
            assert revision.violation(example)
            assert [note for note in revision.facts["notes"] if note["kind"] == "conflict"]
        else:
            assert example is None or revision.violation(example) is None, model


def test_a_working_request_can_be_made_for_every_revision() -> None:
    """From the schema alone, without the page's example."""
    for model, revision in some(revisions()):
        assert revision.violation(working_value(revision.request_schema)) is None, model


def test_inputs_are_required_and_the_oddities_of_single_pages_are_kept() -> None:
    """`input` is required on all, callBackUrl on one; 433 and 408 stand where documented; four pages inherit codes."""
    required = {model: set(revision.request_schema["required"]) for model, revision in revisions()}
    assert {model for model, names in required.items() if "callBackUrl" in names} == {"kling-3.0/motion-control"}
    assert all({"model", "input"} <= names for names in required.values())
    documented = [set(revision.codes) for _, revision in revisions()]
    assert sum(433 in codes for codes in documented) == 99
    assert sum(408 in codes for codes in documented) == 34
    inherited = {model for model, revision in revisions() if revision.facts["codes"][0].get("inherited")}
    assert inherited == {
        *(f"wan/2-7-{kind}" for kind in ("image-to-video", "r2v", "text-to-video", "videoedit")),
    }


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def is_prose(text: str) -> bool:
    """A long text that is neither a URL nor, as `param` is, JSON within JSON."""
    return len(text) > LONGEST_TEXT and not text.startswith(("http", "{", "data:"))


def test_revisions_hold_no_sentences_of_the_pages() -> None:
    """No long text stands in any committed file."""
    long = {
        (file.name, text)
        for file in FOLDER.rglob("*.json")
        for text in texts(json.loads(file.read_text(encoding="utf-8")))
        if is_prose(text)
    }
    assert long == set()


def test_the_pages_give_the_committed_revisions_byte_for_byte(shared: Path, tmp_path: Path) -> None:
    """The whole Market, derived again, is exactly what is committed."""
    assert main([str(shared / "pages" / "official"), "--date", "2026-04", "--out", str(tmp_path)]) == 0
    made = {file.relative_to(tmp_path): file.read_bytes() for file in tmp_path.rglob("*.json")}
    committed = {file.relative_to(FOLDER): file.read_bytes() for file in FOLDER.rglob("2026-04.*.json")}
    assert made.keys() == committed.keys()
    assert [str(name) for name, content in made.items() if content != committed[name]] == []


def test_guides_are_no_failures_and_a_broken_page_stops_no_other(tmp_path: Path, sample_page: Path) -> None:
    """A page without endpoint is passed over; HTML and a second page of one model are told of, the rest is derived."""
    (tmp_path / "guide.md").write_text("# How to begin\n\nRead on.\n")
    (tmp_path / "saved.md").write_text("<!doctype html><html></html>")
    for name in ("one.md", "two.md"):
        (tmp_path / name).write_bytes(sample_page.read_bytes())
    market = derive_folder(tmp_path)
    assert [page.name for page in market.revisions] == ["one.md"]
    assert [page.name for page in market.guides] == ["guide.md"]
    assert {error.path.name: error.reason.split()[0] for error in market.failed} == {
        "saved.md": "this",
        "two.md": "acme/voice-cleaner",
    }


def test_the_command_says_how_much_was_read(
    tmp_path: Path, sample_page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line with pages, facts, unread and seconds; exit code 2 when a page failed."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "one.md").write_bytes(sample_page.read_bytes())
    assert main([str(pages), "--date", "2026-01", "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out.startswith("1 pages read (1 of format ")
    assert len(list((tmp_path / "out").rglob("2026-01.*.json"))) == 2
    (pages / "saved.md").write_text("<html>")
    assert main([str(pages), "--out", str(tmp_path / "out")]) == 2
    assert "saved.md:1: this is HTML" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["absent", "--out", "out"], "absent is no folder of pages"),
        (["pages", "--out", "out", "--date", "../../x"], "not usable as a path"),
        (["pages", "--out", "file"], "file"),
    ],
)
def test_a_wrong_call_of_the_command_ends_with_2(
    sample_page: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    """It says what was wrong, and writes nothing."""
    Path("pages").mkdir()
    Path("pages/one.md").write_bytes(sample_page.read_bytes())
    Path("file").touch()
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert word in capsys.readouterr().err
    assert not Path("out").exists()
