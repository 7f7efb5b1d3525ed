"""`fakie sync`: a whole catalogue becomes revisions, from wherever it is read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakie.core.service import Service
from fakie_schemas import format_schema, read_json
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.limits import WindowLimit
from fakie_schemas.openapi.model import model_document
from fakie_schemas.sync.run import Sync, SyncChoice
from fakie_schemas.sync.state import SyncState
from fakie_schemas.validator import contract_validator
from support.catalogue_runs import DAY, by_hand_clock, sync, written
from support.clients.doors import running
from support.clients.program import fakie
from support.servers.catalogues import MODELS, CatalogueStandIn, document, enveloped, schema_path, serving
from support.servers.fakes import HandClock
from support.some import some

Make = Callable[..., Service]
ONE = WindowLimit(1, 1.0)


def revision_of(out: Path, model: str, date: str = DAY) -> dict[str, Any]:
    folder = out.joinpath(*model.split("/"))
    request = read_json(folder / f"{date}.request.schema.json")
    return {**read_json(folder / f"{date}.revision.json"), "request": request}


def outcomes(out: Path) -> dict[str, tuple[str, str]]:
    data = read_json(out / "sync.json")
    contract_validator(format_schema("sync")).validate(data)
    return {one["name"]: (one["state"], one.get("why", "")) for one in data["models"]}


def test_a_fake_gives_its_own_revisions_back(make: Make, clock: HandClock, tmp_path: Path) -> None:
    """Read from a running fake at one request a second, every model with a page is again what it was."""
    out = tmp_path / "out"
    service = make(limits="catalogue")
    with running(service) as url:
        source, pauses = by_hand_clock(url, clock)
        state = SyncState.open(out, source.name, DAY)
        Sync(source, state, SyncChoice()).run()
        source.close()
    shipped = Catalog.shipped()
    assert written(out) == set(shipped.models)
    assert state.counts["failed"] == 0
    assert {one.why for one in some(state.of("left out"))} == {"the catalogue has no schema of it"}
    assert {entry.situation for entry in service.state.journal} == {"catalogue_shown"}, "none came too early"
    assert len(pauses) == len(state.outcomes)
    assert all(pause == pytest.approx(1) for pause in pauses)
    for model in some(shipped.models):
        served = shipped.served(model)
        assert served is not None
        found = revision_of(out, model)
        assert {**found["request"], "$id": ""} == {**served.stated_schema, "$id": ""}, model
        for fact in ("model", "endpoint", "auth", "answers", "examples", "contradicted"):
            assert found.get(fact) == served.facts.get(fact), (model, fact)
        assert [code["code"] for code in found["codes"]] == sorted(served.codes)


def test_what_was_read_is_served(tmp_path: Path) -> None:
    """The folder is a catalog of revisions: a model that was published today answers."""
    out = tmp_path / "out"
    own = json.loads(json.dumps(document()).replace("z-image", "acme/brand-new"))
    stand_in = CatalogueStandIn.of()
    stand_in.answers[MODELS] = enveloped({"total": 1, "models": [{"model": "acme/brand-new"}]})
    stand_in.answers[schema_path("acme/brand-new")] = enveloped({"model": "acme/brand-new", "openapi": own})
    with serving(stand_in):
        assert sync(stand_in.url, out).returncode == 0
    catalog = Catalog.shipped(out)
    assert catalog.broken == ()
    served = catalog.served("acme/brand-new")
    assert served is not None
    assert served.date == DAY
    assert served.facts["provenance"]["url"].endswith("/api/v1/models/acme/brand-new/schema")


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is sent as a bearer key, and stands in nothing that is written or printed."""
    monkeypatch.setenv("FAKIE_API_KEY", "the-secret-key")
    with serving(CatalogueStandIn.of("z-image")) as stand_in:
        stand_in.answers[schema_path("z-image")] = enveloped(None, 500, "no such key: the-secret-key")
        done = sync(stand_in.url, tmp_path / "out")
    assert stand_in.keys == {"Bearer the-secret-key"}
    assert "the-secret-key" not in done.stdout + done.stderr + (tmp_path / "out" / "sync.json").read_text()


@pytest.mark.parametrize("form", ["list", "by model", "lines", "one"])
def test_saved_answers_are_a_catalogue(form: str, tmp_path: Path) -> None:
    """A JSON list, an object by model, an answer a line, an answer alone: the same revisions."""
    models = ["z-image"] if form == "one" else ["z-image", "wan/2-2-a14b-text-to-video-turbo"]
    answers = [{"code": 200, "msg": "success", "data": {"model": one, "openapi": document(one)}} for one in models]
    texts = {
        "list": json.dumps(answers),
        "by model": json.dumps({one: document(one) for one in models}),
        "lines": "\n".join(json.dumps(answer) for answer in answers) + "\n",
        "one": json.dumps(answers[0]),
    }
    file = tmp_path / "saved.json"
    file.write_text(texts[form], encoding="utf-8")
    done = sync(file, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert written(tmp_path / "out") == set(models)


def test_the_catalogue_of_2026_08_is_read_as_it_was_shipped(shared: Path, tmp_path: Path) -> None:
    """A folder of documents gives the shipped revisions of that day; what they lack is inherited alike."""
    folder = shared / "catalog" / "2026-08"
    done = fakie("sync", "--from", folder, "--out", tmp_path / "out", "--date", "2026-08-19")
    assert done.returncode == 0, done.stderr
    assert "124 written, 0 unchanged, 0 left out, 0 failed" in done.stdout
    for model in some(written(tmp_path / "out")):
        shipped = next(one for one in Catalog.shipped().revisions(model) if one.date == "2026-08-19")
        found = revision_of(tmp_path / "out", model, "2026-08-19")
        assert found["request"] == shipped.stated_schema
        assert found["codes"] == shipped.facts["codes"]


def test_a_pattern_asks_for_those_models_alone(tmp_path: Path) -> None:
    """Schemas of others are not asked for; a pattern that nothing fits is a mistake."""
    with serving(CatalogueStandIn.of("z-image", "kling/v2-5-turbo-text-to-video-pro")) as stand_in:
        assert sync(stand_in.url, tmp_path / "out", "--model", "acme/*, z-*").returncode == 0
        assert stand_in.asked == [MODELS, schema_path("z-image")]
        assert written(tmp_path / "out") == {"z-image"}
        wrong = sync(stand_in.url, tmp_path / "other", "--model", "nothing/*")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    assert "nothing/*" in wrong.stderr


def test_a_dry_run_reads_the_list_and_writes_nothing(tmp_path: Path) -> None:
    """Each model that would be read is named."""
    with serving(CatalogueStandIn.of("z-image")) as stand_in:
        done = sync(stand_in.url, tmp_path / "out", "--dry-run")
        assert stand_in.asked == [MODELS]
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "z-image"
    assert not (tmp_path / "out").exists()


def test_changed_writes_only_what_differs(tmp_path: Path) -> None:
    """Against the folder's newest revision, else the shipped one; the same contract in other words is none."""
    out = tmp_path / "out"
    model = "z-image"
    shipped = Catalog.shipped().latest(model)
    assert shipped is not None
    stand_in = CatalogueStandIn.of(model)
    same = model_document(shipped.facts, shipped.stated_schema, "https://elsewhere.example")
    same["info"]["title"] = "Another"
    stand_in.answers[schema_path(model)] = enveloped({"model": model, "openapi": same})
    with serving(stand_in):
        assert "0 written, 1 unchanged" in sync(stand_in.url, out, "--changed").stdout
        assert written(out) == set()
        narrower = json.loads(json.dumps(same).replace('"maxLength": 1000', '"maxLength": 900'))
        assert narrower != same
        stand_in.answers[schema_path(model)] = enveloped({"model": model, "openapi": narrower})
        assert "1 written, 0 unchanged" in sync(stand_in.url, out, "--changed").stdout
        again = fakie("sync", "--from", stand_in.url, "--out", out, "--date", "2026-10-03", "--pace", "0", "--changed")
        assert "0 written, 1 unchanged" in again.stdout
    assert [file.name for file in sorted(out.rglob("*.revision.json"))] == [f"{DAY}.revision.json"]


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """Ctrl-C in the middle leaves whole revisions and one line; the same command asks only for the rest."""
    out = tmp_path / "out"
    models = ("bytedance/seedream", "z-image")
    stand_in = CatalogueStandIn.of(*models)
    with serving(stand_in):
        source, _ = by_hand_clock(stand_in.url, HandClock())
        state = SyncState.open(out, source.name, DAY)

        def stop(place: int, total: int, outcome: object) -> None:
            if place == 1 and outcome:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            Sync(source, state, SyncChoice()).run(stop)
        source.close()
        assert written(out) == {models[0]}
        assert read_json(out / "sync.json")["finished"] is False
        stand_in.asked.clear()
        assert sync(stand_in.url, out).returncode == 0
        assert stand_in.asked == [MODELS, schema_path(models[1])]
        assert written(out) == set(models)
        # A run that came to its end is no longer gone on with.
        stand_in.asked.clear()
        sync(stand_in.url, out)
        assert len(stand_in.asked) == 3


def test_what_failed_is_tried_again(tmp_path: Path) -> None:
    """The second run asks for the failed model alone, and for one whose file was taken away."""
    out = tmp_path / "out"
    stand_in = CatalogueStandIn.of("z-image", "bytedance/seedream", "sora-2-text-to-video")
    good = stand_in.answers[schema_path("z-image")]
    stand_in.answers[schema_path("z-image")] = enveloped(None, 500, "a bad day")
    with serving(stand_in):
        first = sync(stand_in.url, out)
        assert first.returncode == 1
        assert first.stderr == "fakie: z-image: the catalogue answers 500: a bad day\n"
        stand_in.answers[schema_path("z-image")] = good
        next((out / "sora-2-text-to-video").glob("*.revision.json")).unlink()
        stand_in.asked.clear()
        assert sync(stand_in.url, out).returncode == 0
    assert stand_in.asked == [MODELS, schema_path("z-image"), schema_path("sora-2-text-to-video")]
    assert {state for state, _ in outcomes(out).values()} == {"written"}


def test_the_outcomes_can_be_had_as_json(tmp_path: Path) -> None:
    """As sync.json has them, by its published form."""
    with serving(CatalogueStandIn.of("z-image")) as stand_in:
        done = sync(stand_in.url, tmp_path / "out", "--json")
    data = json.loads(done.stdout)
    contract_validator(format_schema("sync")).validate(data)
    assert (data["finished"], data["counts"]["written"]) == (True, 1)


def test_two_catalogues_can_be_compared(tmp_path: Path) -> None:
    """A folder of documents against the revisions that were read of it, either way round: nothing breaks."""
    documents = tmp_path / "documents"
    documents.mkdir()
    for model in ("z-image", "sora-2-text-to-video"):
        (documents / f"{model}.openapi.json").write_text(json.dumps(document(model)))
    assert sync(documents, tmp_path / "out").returncode == 0
    for old, new in ((documents, tmp_path / "out"), (tmp_path / "out", documents)):
        assert fakie("diff", old, new).returncode == 0
        done = fakie("verify-pages", new, "--against", old)
        assert (done.returncode, done.stdout) == (0, "2 pages: 2 hold, 0 suspect, 0 new\n")


def test_a_catalogue_that_breaks_something_is_told(tmp_path: Path) -> None:
    """A narrower limit is breaking for diff and suspect for verify-pages, against a folder and against the shipped."""
    narrower = json.loads(json.dumps(document()).replace('"maxLength": 1000', '"maxLength": 900'))
    folders = [tmp_path / "before", tmp_path / "after"]
    for folder, written_down in zip(folders, (document(), narrower), strict=True):
        file = tmp_path / f"{folder.name}.json"
        file.write_text(json.dumps(written_down))
        assert sync(file, folder).returncode == 0
    done = fakie("diff", *folders)
    assert done.returncode == 1
    assert "maxLength lowered: 1000 → 900" in done.stdout
    against = fakie("verify-pages", folders[1], "--against", folders[0], "--json")
    assert against.returncode == 1
    assert [one["status"] for one in json.loads(against.stdout)["verdicts"]] == ["suspect"]
    assert fakie("verify-pages", folders[1]).returncode == 1
    new = fakie("verify-pages", folders[1], "--against", tmp_path / "before" / "z-image")
    assert "1 new" in new.stdout


def test_a_settings_file_and_the_environment_say_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file's folders are meant from where it lies, and a variable goes before it."""
    (tmp_path / "catalogue").mkdir()
    for model in ("z-image", "qwen/image-edit"):
        file = tmp_path / "catalogue" / f"{model.replace('/', '__')}.openapi.json"
        file.write_text(json.dumps(document(model)))
    settings = '[sync]\nfrom = "catalogue"\nout = "out"\nmodel = "z-image"\ndate = "2026-09"\n'
    (tmp_path / "fakie.toml").write_text(settings)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FAKIE_SETTINGS_FILES", raising=False)
    monkeypatch.setenv("FAKIE_DATE", "2026-10")
    done = fakie("sync")
    assert (done.returncode, done.stderr) == (0, "")
    assert written(tmp_path / "out") == {"z-image"}
    assert (tmp_path / "out" / "z-image" / "2026-10.revision.json").is_file()
