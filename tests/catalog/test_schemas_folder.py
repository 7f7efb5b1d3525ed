"""A folder of revisions of one's own: it adds, it replaces, and what is broken in it stops nothing else."""

import gc
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from weakref import ref

import pytest

from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_fixtures import sample_pages
from fakie_schemas import disk
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.compiler import derive, write
from fakie_schemas.errors import ConfigurationError
from support.clients.doors import MODEL, Door, open_door
from support.servers.fakes import Collector, HandClock, new_service

ACME = "acme/voice-cleaner"
GOOD = {"model": ACME, "input": {"audio_url": "https://acme.test/speech.mp3"}}


def add(folder: Path, page: str = "old", date: str = "2026-01") -> Path:
    """Derive a sample page into the folder; gives the revision's file."""
    return write(derive(sample_pages(page) / "voice-cleaner.md", date=date), folder)[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "own"
    made.mkdir()
    return made


@pytest.fixture
def serve(folder: Path) -> Callable[..., Door]:
    """Serve the folder, in process."""

    def start(**catalog: object) -> Door:
        service = new_service(Settings(), Collector(), HandClock(), schemas=folder, **catalog)
        with open_door("direct", service) as door:
            return door

    return start


def test_a_model_is_added_from_a_fresh_page_without_touching_code(folder: Path, serve: Callable[..., Door]) -> None:
    """Derived into a folder, it is served by its own rules beside all others."""
    add(folder)
    door = serve()
    assert door.create(GOOD).code == 200
    assert door.create({**GOOD, "input": {}}).situation == "field_missing"
    assert door.create().code == 200
    assert ACME in door.get("/_fakie/").data["models"]


def test_a_family_in_the_folder_is_told_of_as_not_read(folder: Path, serve: Callable[..., Door]) -> None:
    """What lies there for nothing is named with where it would count; the models beside it are served."""
    add(folder)
    (folder / "families").mkdir()
    (folder / "families" / "acme.json").write_text("{}")
    told = {one.file.name: one.reason for one in Catalog.shipped(folder).broken}
    assert list(told) == ["acme.json"]
    assert "schemas/fakie_schemas/families" in told["acme.json"]
    assert serve().create(GOOD).code == 200


def test_the_folder_replaces_a_shipped_model_whole(folder: Path, serve: Callable[..., Door]) -> None:
    """Its revision counts, and neither the shipped pin nor a shipped newer page has a say."""
    file = folder / MODEL / "2020-01.revision.json"
    file.parent.mkdir(parents=True)
    facts = json.loads(add(folder).read_text())
    file.write_text(json.dumps({**facts, "model": MODEL}))
    file.with_name("2020-01.request.schema.json").write_text('{"type": "object", "required": ["input", "extra"]}')
    door = serve()
    assert "extra is required" in door.create().msg
    answer = door.create(extra=1)
    assert (answer.code, "x-fakie-advice" in answer.headers) == (200, False)


def test_reload_reads_a_changed_folder_again(folder: Path, serve: Callable[..., Door]) -> None:
    """A model that was added is unknown before, and known after; a newer page takes over; a removed one is gone."""
    first = folder / "acme" / "first" / "2026-01.revision.json"
    first.parent.mkdir(parents=True)
    facts = json.loads(add(folder).read_text())
    first.write_text(json.dumps({**facts, "model": "acme/first"}))
    first.with_name("2026-01.request.schema.json").write_text('{"type": "object"}')
    shutil.rmtree(folder / ACME)
    door = serve()
    assert door.create(GOOD).situation == "model_unknown"
    add(folder)
    assert door.post("/_fakie/reload").data == {"models": 139, "broken": []}
    assert door.create(GOOD).code == 200
    newer = add(folder, "new", "2026-09")
    assert door.create(GOOD).code == 200
    door.post("/_fakie/reload")
    assert "input.language is required" in door.create(GOOD).msg
    newer.unlink()
    newer.with_name("2026-09.request.schema.json").unlink()
    door.post("/_fakie/reload")
    assert door.create(GOOD).code == 200


def test_a_reload_lets_go_of_the_pages_that_it_replaces(make: Callable[..., Service]) -> None:
    """A fake that runs for weeks, reloaded after each change, does not grow by what requests were judged by before."""
    service = make()
    with open_door("direct", service) as door:
        assert door.create().code == 200
        served = ref(service.contracts.catalog.served(MODEL))
        door.post("/_fakie/reload")
        assert door.create().code == 200
    gc.collect()
    assert served() is None


def test_a_pin_of_the_folder_counts_and_docs_latest_does_not_ask_for_it(folder: Path) -> None:
    """As with the shipped revisions."""
    add(folder)
    add(folder, "new", "2026-09")
    (folder / "pins.json").write_text(json.dumps({"pins": {ACME: "2026-01"}}))
    served = [Catalog.shipped(folder, docs).served(ACME) for docs in ("pinned", "latest")]
    assert [revision.date for revision in served if revision] == ["2026-01", "2026-09"]


def spoil_json(file: Path) -> None:
    file.write_text("{")


def spoil_facts(file: Path) -> None:
    file.write_text('{"format_version": 1}')


def spoil_place(file: Path) -> None:
    file.write_text(file.read_text().replace(ACME, "acme/other"))


def spoil_schema(file: Path) -> None:
    file.with_name("2026-01.request.schema.json").write_text('{"type": "strange"}')


def spoil_reference(file: Path) -> None:
    file.with_name("2026-01.request.schema.json").write_text('{"properties": {"a": {"$ref": "http://127.0.0.1:1/a"}}}')


def spoil_circle(file: Path) -> None:
    circle = '{"properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"$ref": "#/$defs/a"}}}'
    file.with_name("2026-01.request.schema.json").write_text(circle)


def spoil_truth(file: Path) -> None:
    file.with_name("2026-01.request.schema.json").write_text('{"properties": {"input": {"anyOf": [true]}}}')


def spoil_answer(file: Path) -> None:
    file.write_text(file.read_text().replace('"task-created"', '"no-such-answer"'))


def spoil_nesting(file: Path) -> None:
    file.with_name("2026-01.request.schema.json").write_text('{"not":' * 5000 + "{}" + "}" * 5000)


def spoil_encoding(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")


def remove_schema(file: Path) -> None:
    file.with_name("2026-01.request.schema.json").unlink()


def remove_facts(file: Path) -> None:
    file.unlink()


def spoil_pins(file: Path) -> None:
    (file.parents[2] / "pins.json").write_text(json.dumps({"pins": {ACME: "1999-01"}}))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_json, "Expecting property name"),
        (spoil_facts, "model is required"),
        (spoil_place, "expected 'acme/voice-cleaner', the name of the folder; got 'acme/other'"),
        (spoil_schema, "request schema"),
        (spoil_reference, "expected a place within the schema, such as #/$defs/x; got 'http://127.0.0.1:1/a'"),
        (spoil_circle, "request schema.properties.a.$ref: expected a place within the schema"),
        (spoil_truth, "request schema.properties.input.anyOf[0]: expected an object; got true"),
        (spoil_answer, "no-such-answer"),
        (spoil_nesting, "nested too deeply"),
        (spoil_encoding, "expected text in UTF-8; it is not from byte "),
        (remove_schema, "No such file"),
        (remove_facts, "expected 2026-01.revision.json beside it"),
        (spoil_pins, "no revision '1999-01'"),
    ],
)
def test_a_broken_file_is_told_of_and_the_rest_is_served(
    folder: Path, serve: Callable[..., Door], spoil: Callable[[Path], None], reason: str
) -> None:
    """The file and the reason, on one line; requests for the model never meet an error of ours."""
    spoil(add(folder))
    door = serve()
    assert door.create(GOOD).situation in {"model_unknown", "accepted"}
    about = door.get("/_fakie/").data
    [broken] = about["broken"]
    assert broken["file"].startswith(str(folder))
    assert reason in broken["reason"]
    assert "\n" not in broken["reason"]
    assert (ACME in about["models"]) is (spoil is spoil_pins)
    assert door.create().code == 200


def test_the_shipped_revision_stands_in_for_a_broken_one(folder: Path, serve: Callable[..., Door]) -> None:
    """A broken replacement takes nothing away."""
    file = folder / MODEL / "2026-09.revision.json"
    file.parent.mkdir(parents=True)
    file.write_text("{")
    door = serve()
    assert door.create().code == 200
    assert MODEL in door.get("/_fakie/").data["models"]


def test_a_folder_that_is_none_is_a_wrong_setting(tmp_path: Path) -> None:
    """The message names the folder and the command that makes one."""
    with pytest.raises(ConfigurationError, match="absent is not a folder of revisions; `fakie derive"):
        Catalog.shipped(tmp_path / "absent")


@pytest.mark.parametrize("holds", ["nothing", "pins.json", "acme/notes.md", "2026-01.json"])
def test_a_folder_without_revisions_is_a_wrong_setting(folder: Path, holds: str) -> None:
    """Whoever gives a folder wants its models; a wrong one would be served as if it were none, without a word."""
    file = folder / holds
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"pins": {}}')
    with pytest.raises(ConfigurationError, match=r"no revisions are in .*own; expected such as vendor/model/"):
        Catalog.shipped(folder)


def test_only_what_is_asked_for_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding all models reads no revision, and a request its own model's alone, beside the answers that all have."""
    read: list[str] = []
    original = disk.read_bytes

    def spy(path: Path) -> bytes:
        content = original(path)
        read.append(path.parent.name)
        return content

    monkeypatch.setattr(disk, "read_bytes", spy)
    service: Service = new_service(Settings(), Collector(), HandClock())
    assert {name for name in read if name not in {"revisions", "profiles", "fakie_schemas"}} == set()
    with open_door("direct", service) as door:
        door.create({"model": "z-image", "input": {}})
    shared = {"revisions", "profiles", "fakie_schemas", "answers"}
    assert {name for name in read if name not in shared} == {"z-image"}


def test_links_to_files_are_read_and_those_to_folders_are_not(folder: Path, tmp_path: Path) -> None:
    """Such a link may lead in a circle; a folder that is called as that of the endpoints' pages may hold a model."""
    file = add(tmp_path / "elsewhere")
    for name in ("acme/linked", "acme/endpoints"):
        (folder / name).mkdir(parents=True)
        (folder / name / file.name).symlink_to(file)
    (folder / "circle").symlink_to(folder)
    (folder / "elsewhere").symlink_to(tmp_path / "elsewhere")
    (folder / "endpoints/acme").mkdir(parents=True)
    (folder / "endpoints/acme" / file.name).symlink_to(file)
    catalog = Catalog(folder)
    assert catalog.models == ("acme/endpoints", "acme/linked")
    assert [one.file for one in catalog.endpoint_revisions("acme")] == [folder / "endpoints/acme" / file.name]
