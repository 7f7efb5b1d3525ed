"""The shipped revisions: all of the Market, in our form, holding facts alone, and the same again from the pages."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import fakie_schemas
from fakie.core.settings import Settings
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.checking import revision_problem
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.compiler.market import derive_folder, main
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.families.family import BY_MODEL, endpoints
from fakie_schemas.schema.values import working_value
from fakie_schemas.validator import contract_validator
from support.clients.doors import MODEL, open_door
from support.servers.fakes import Collector, HandClock, new_service
from support.some import some

FOLDER = fakie_schemas.data_folder("revisions")
CATALOG = Catalog.shipped()
# Examples that are wrong on their pages, as the revisions' notes say.
WRONG_EXAMPLES = {
    "elevenlabs/text-to-speech-multilingual-v2",
    "elevenlabs/text-to-speech-turbo-2-5",
    "grok-imagine/extend",
    "grok-imagine/text-to-video",
    "kling-3.0/video",
}
LONGEST_TEXT = 120
GATHERED = "request schemas of the official pages of that day, collected by a third party"


def revisions() -> Iterator[tuple[str, Revision]]:
    for model in CATALOG.models:
        for revision in {CATALOG.pinned(model), CATALOG.latest(model)}:
            assert revision is not None
            yield model, revision


def test_the_whole_market_is_there() -> None:
    """137 models, and every endpoint of a family, of which each has a page; endpoints are no models."""
    assert len(CATALOG.models) == 137
    pages = {
        file.parent.relative_to(FOLDER / "endpoints").as_posix()
        for file in FOLDER.rglob("endpoints/**/*.revision.json")
    }
    assert pages == {one.page for one in endpoints().values() if one.page != BY_MODEL}
    assert {"record-info", "credit", "download-url", "file-stream-upload", "veo/generate"} <= pages
    assert not [model for model in CATALOG.models if model.startswith("endpoints")]


def test_the_users_page_is_pinned_and_the_official_one_the_latest() -> None:
    """Only audio isolation is pinned by name; of the others the page of 2026-04 counts, or a newer one."""
    served = Counter(revision.date for model in CATALOG.models if (revision := CATALOG.pinned(model)))
    assert served == {"2025-12": 1, "2026-04": 108, "2026-08-19": 28}
    assert sum(CATALOG.pinned(model) is not CATALOG.latest(model) for model in CATALOG.models) == 96
    latest = CATALOG.latest(MODEL)
    assert latest is not None
    assert latest.answer_keys == ("taskId", "recordId")
    assert latest.request_schema["properties"]["input"]["required"] == ["audio_url"]


def test_every_revision_can_be_used_and_is_of_our_form() -> None:
    """Its facts hold by the published schema, its folder is its model's name, its request schema compiles."""
    assert [(model, reason) for model, revision in revisions() if (reason := revision_problem(revision, model))] == []
    rules = contract_validator(fakie_schemas.format_schema("revision"))
    for file in some((FOLDER / "endpoints").rglob("*.revision.json")):
        rules.validate(fakie_schemas.read_json(file))


def test_a_pages_example_holds_by_its_own_revision_or_the_conflict_is_noted() -> None:
    """A page that contradicts itself is not hidden: its example is accepted, and the rule that it breaks is named."""
    wrong = set()
    for model, revision in some(revisions()):
        example = revision.facts["examples"]["request"]
        assert example is None or revision.violation(example) is None, model
        if example is not None and revision.contradicted(example):
            wrong.add(model)
            assert [note for note in revision.facts["notes"] if note["kind"] == "contradicted"]
    assert wrong == WRONG_EXAMPLES


def test_a_working_request_can_be_made_for_every_revision() -> None:
    """From the schema alone, without the page's example."""
    for model, revision in some(revisions()):
        assert revision.violation(working_value(revision.request_schema)) is None, model


def test_inputs_are_required_and_the_oddities_of_single_pages_are_kept() -> None:
    """`input` is required on all, callBackUrl on one; 433 and 408 stand where documented; four pages inherit codes."""
    required = {model: set(revision.request_schema["required"]) for model, revision in revisions()}
    assert {model for model, names in required.items() if "callBackUrl" in names} == {"kling-3.0/motion-control"}
    assert all({"model", "input"} <= names for names in required.values())
    official = [(model, one) for model in CATALOG.models for one in CATALOG.revisions(model) if one.date < "2026-08"]
    documented = [set(revision.codes) for _, revision in official]
    assert sum(433 in codes for codes in documented) == 99
    assert sum(408 in codes for codes in documented) == 34
    inherited = {model for model, revision in official if revision.facts["codes"][0].get("inherited")}
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
    """The whole Market and the other families, derived again, are exactly what is committed."""
    for pages in ("official", "families"):
        assert main([str(shared / "pages" / pages), "--date", "2026-04", "--out", str(tmp_path)]) == 0
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
        (["absent", "--out", "out"], "absent is not a folder of pages"),
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


def test_the_catalogue_of_2026_08_gives_the_committed_revisions_byte_for_byte(shared: Path, tmp_path: Path) -> None:
    """Derived again beside the older ones, which give the codes and answers that its documents lack."""
    if not (shared / "catalog").is_dir():
        pytest.skip(f"the catalogue is not here: {shared / 'catalog'}")
    out = tmp_path / "out"
    shutil.copytree(FOLDER, out, ignore=shutil.ignore_patterns("2026-08-19.*"))
    for documents in ("2026-08", "2026-08-families"):
        arguments = [str(shared / "catalog" / documents), "--date", "2026-08-19", "--inherit", "--note", GATHERED]
        assert main([*arguments, "--out", str(out)]) == 0
    made = {file.relative_to(out): file.read_bytes() for file in out.rglob("2026-08-19.*.json")}
    committed = {file.relative_to(FOLDER): file.read_bytes() for file in FOLDER.rglob("2026-08-19.*.json")}
    assert len(made) == 2 * (124 + 46)
    assert made == committed


def test_what_the_catalogue_lacks_is_inherited_and_marked() -> None:
    """Codes and answers come from the model's page before, or are the common ones; the provenance says whence it is."""
    known, new = (CATALOG.latest(model) for model in ("z-image", "pixverse-v6/extend"))
    assert known is not None
    assert new is not None
    before = CATALOG.pinned("z-image")
    assert before is not None
    assert (known.codes, known.answer_keys) == (before.codes, before.answer_keys)
    assert known.facts["inherited"] == {"codes": "2026-04", "answers": "2026-04", "auth": "2026-04"}
    assert new.facts["inherited"] == {"codes": "common", "answers": "common", "auth": "common"}
    assert all(code["inherited"] for revision in (known, new) for code in revision.facts["codes"])
    assert new.facts["provenance"]["note"] == GATHERED
    assert str(new.facts["provenance"]["url"]).startswith("https://docs.kie.ai/")


def test_every_create_that_the_wire_accepted_is_accepted(shared: Path) -> None:
    """By the default and by the latest pages; a model that is only listed is answered with advice."""
    accepted = []
    for file in sorted((shared / "observed").glob("*.json")):
        kept = fakie_schemas.read_json(file)
        if kept["request"]["path"] == "/api/v1/jobs/createTask" and kept["response"]["body"]["code"] == 200:
            accepted.append(kept["request"]["body"])
    assert len(accepted) >= 3
    for docs in ("pinned", "latest"):
        catalog = Catalog.shipped(docs=docs)
        for body in accepted:
            revision = catalog.served(body["model"])
            assert revision is not None, body["model"]
            assert revision.violation(body) is None, body["model"]


@pytest.mark.parametrize(
    ("docs", "dates"),
    [
        ("2025-12", {MODEL: "2025-12", "z-image": None, "pixverse-v6/extend": None}),
        ("2026-04", {MODEL: "2026-04", "z-image": "2026-04", "pixverse-v6/extend": None}),
        ("2026-08-18", {MODEL: "2026-04", "z-image": "2026-04", "pixverse-v6/extend": None}),
        ("2026-08-19", {MODEL: "2026-08-19", "z-image": "2026-08-19", "pixverse-v6/extend": "2026-08-19"}),
        ("2026-08", {MODEL: "2026-08-19", "z-image": "2026-08-19", "pixverse-v6/extend": "2026-08-19"}),
        ("pinned", {MODEL: "2025-12", "z-image": "2026-04", "pixverse-v6/extend": "2026-08-19"}),
        ("latest", {MODEL: "2026-08-19", "z-image": "2026-08-19", "pixverse-v6/extend": "2026-08-19"}),
    ],
)
def test_docs_take_a_date(docs: str, dates: dict[str, str | None]) -> None:
    """The newest revision not after that day or month; a model without one is unknown."""
    catalog = Catalog.shipped(docs=docs)
    found = {model: revision.date if (revision := catalog.served(model)) else None for model in dates}
    assert found == dates
    assert {model for model, date in dates.items() if date} == dates.keys() & set(catalog.models)


@pytest.mark.parametrize("docs", ["newest", "2026", "2026-13", "2026-02-30", "2026-4", "", "２０２６-04"])
def test_docs_that_are_no_choice_say_what_would_be(docs: str) -> None:
    """In one line."""
    with pytest.raises(ConfigurationError, match="expected pinned, latest, or a date such as 2026-04 or 2026-08-19"):
        Catalog.shipped(docs=docs)


def test_a_date_before_all_pages_is_refused() -> None:
    """Nothing could be served; it says which date would work."""
    with pytest.raises(ConfigurationError, match="no model has a page of 2020-01 or before; the oldest is of 2025-12"):
        Catalog.shipped(docs="2020-01")


def test_a_model_that_is_only_listed_is_answered_unchecked() -> None:
    """With its own advice; a name that is on no list stays unknown, and so does a listed one before its day."""
    revision = CATALOG.served("google/gemini-3-8-flash-tts")
    assert revision is not None
    assert revision.violation({"model": "google/gemini-3-8-flash-tts", "input": {"whatever": 1}}) is None
    assert revision.violation({"model": "google/gemini-3-8-flash-tts"})
    assert revision.contradicted({})
    assert "google/gemini-3-8-flash-tts" not in CATALOG.models
    assert CATALOG.served("google/gemini-99") is None
    assert Catalog.shipped(docs="2026-09").served("google/gemini-3-8-flash-tts") is None


def test_the_advice_of_a_model_that_is_only_listed_speaks_of_the_list() -> None:
    """Of no page, since there is none, and of nothing that contradicts itself; by every profile."""
    for profile in ("documented", "observed"):
        service = new_service(Settings(), Collector(), HandClock(), profile=profile)
        with open_door("direct", service) as door:
            answer = door.create({"model": "google/gemini-3-8-flash-tts", "input": {"whatever": 1}})
        assert answer.headers["x-fakie-advice"] == (
            "input: not checked, since no page of this model is known; the vendor's catalogue of 2026-10-01 lists it"
        )


def test_a_rule_that_the_page_contradicts_is_advice() -> None:
    """Required and with a default: a request without it is accepted, with a word on the page; the file says both."""
    service = new_service(Settings(), Collector(), HandClock(), docs="latest")
    body = {"model": "bytedance/seedance-1.5-pro", "input": {"prompt": "A cat in a hat", "duration": 8}}
    with open_door("direct", service) as door:
        answer = door.create(body)
        assert answer.code == 200
        assert answer.headers["x-fakie-advice"].startswith(
            "input.aspect_ratio: required; the page of 2026-08-19 says so"
        )
        assert door.create({**body, "input": {"prompt": "A cat in a hat"}}).situation == "field_missing"
    revision = CATALOG.latest("bytedance/seedance-1.5-pro")
    assert revision is not None
    assert revision.stated_schema["properties"]["input"]["required"] == ["prompt", "aspect_ratio", "duration"]
    assert revision.request_schema["properties"]["input"]["required"] == ["prompt", "duration"]
