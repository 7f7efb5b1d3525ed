"""Catalogues that misbehave: one line, exit code 2 or a listed failure, and nothing half written."""

import _thread
import json
from pathlib import Path
from typing import Any

import pytest

from support.catalogue_runs import DAY, GOOD, ODD, sync, written
from support.clients.program import fakie
from support.servers.catalogues import (
    MODELS,
    Answered,
    CatalogueStandIn,
    document,
    enveloped,
    listing,
    schema_path,
    serving,
)


def as_schema(openapi: Any, model: str = ODD) -> Answered:
    return enveloped({"model": model, "openapi": openapi})


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": {"prompt": {"type": "string"}}}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}}
    return with_input(schema)


def with_input(schema: dict[str, Any], **components: Any) -> dict[str, Any]:
    made = json.loads(json.dumps(document(ODD)))
    body = made["paths"]["/api/v1/jobs/createTask"]["post"]["requestBody"]["content"]["application/json"]
    body["schema"]["properties"]["input"] = schema
    body.pop("example", None)
    made["components"]["schemas"] = components
    return dict(made)


def bomb_of_refs() -> dict[str, Any]:
    """Return a document whose references double a dozen times over."""
    refs = [{"$ref": f"#/components/schemas/s{number}"} for number in range(12)]
    schemas = {
        f"s{number}": {"type": "object", "properties": dict.fromkeys("abc", refs[number + 1])} for number in range(11)
    }
    return with_input({"$ref": "#/components/schemas/s0"}, **schemas, s11={"type": "string"})


def loop_of_refs() -> dict[str, Any]:
    link = {"$ref": "#/components/schemas/b"}
    return with_input(link, a=link, b={"$ref": "#/components/schemas/a"})


OTHER_VENDOR = {
    "openapi": "3.1.0",
    "info": {"title": "Petstore", "version": "1"},
    "paths": {"/pets": {"get": {"responses": {"200": {"description": "pets"}}}}},
}
LONG_LIST = {"type": "object", "properties": {"voice": {"type": "string", "enum": [f"v{n}" for n in range(60_000)]}}}
LONG_REQUIRED = {"type": "object", "required": [f"n{n}" for n in range(60_000)], "properties": {"a": {}}}
HTML = b"<!DOCTYPE html><html><body>Sign in</body></html>"

# What a schema is answered with, the state that comes of it, and words of the reason.
SCHEMAS: dict[str, tuple[Answered, str, str]] = {
    "html": ((200, {}, HTML), "failed", "HTML"),
    "half a JSON": ((200, {}, b'{"code": 200, "msg": "succ'), "failed", "cut off"),
    "nothing": ((200, {}, b""), "failed", "expected JSON"),
    "a list": ((200, {}, b"[]"), "failed", "code, msg and data; it is []"),
    "a number": ((200, {}, b"17"), "failed", "code, msg and data; it is 17"),
    "not text": ((200, {}, b"\xff\xfe\x00"), "failed", "expected JSON"),
    "NaN": ((200, {}, b'{"code": NaN}'), "failed", "expected JSON"),
    "a page of 10 MB": ((200, {}, b'{"code": 200, "x": "' + b"a" * 10_000_000 + b'"}'), "failed", "longer than 5 MB"),
    "deep": ((200, {}, b'{"a":' * 100_000), "failed", "nested"),
    "HTTP 503": ((503, {}, HTML), "failed", "HTTP 503"),
    "a redirect": ((302, {"Location": "https://example.com/steal"}, b""), "failed", "redirect"),
    "no answer": (None, "failed", "no HTTP answer"),
    "less than it said": ((200, {"Content-Length": "99", "Connection": "close"}, b"{}"), "failed", "no "),
    "body code 404": (enveloped(None, 404, "no such\nmodel \x1b[31m"), "failed", "answers 404: no such model"),
    "no data": (enveloped(None), "left out", "no schema"),
    "other data": (enveloped({"model": ODD}), "failed", "expected data"),
    "null": (as_schema(None), "left out", "no schema"),
    "a text": (as_schema("openapi: 3.1.0"), "failed", "expected an OpenAPI document"),
    "empty": (as_schema({}), "failed", "OpenAPI document"),
    "swagger 2": (as_schema({"swagger": "2.0", "paths": {}}), "failed", "3.0 or 3.1"),
    "another vendor": (as_schema(OTHER_VENDOR), "left out", "no endpoint that is known"),
    "another model": (as_schema(document(GOOD), GOOD), "failed", "another model"),
    "a loop of refs": (as_schema(loop_of_refs()), "failed", "circle"),
    "a bomb of refs": (as_schema(bomb_of_refs()), "failed", "expand"),
    "a list without end": (as_schema(with_input(LONG_LIST)), "failed", "a list of more than 2000 values"),
    "names without end": (as_schema(with_input(LONG_REQUIRED)), "failed", "a list of more than 2000 values"),
    "nested fields": (as_schema(nested(200)), "failed", "nested"),
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_one_models_failure_is_listed_and_never_the_end(name: str, tmp_path: Path) -> None:
    """The models before and after it are written; the reason is one line, also in sync.json."""
    answered, state, words = SCHEMAS[name]
    stand_in = CatalogueStandIn.of("sora-2-text-to-video", ODD, GOOD)
    stand_in.answers[schema_path(ODD)] = answered
    out = tmp_path / "out"
    with serving(stand_in):
        done = sync(stand_in.url, out)
    assert written(out) == {"sora-2-text-to-video", GOOD}
    [entry] = [one for one in json.loads((out / "sync.json").read_text())["models"] if one["name"] == ODD]
    assert (entry["state"], words in entry["why"]) == (state, True), entry
    assert done.returncode == (1 if state == "failed" else 0)
    lines = (done.stderr if state == "failed" else done.stdout).splitlines()
    assert sum(ODD in line for line in lines) == 1
    assert "\x1b" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


# What the list is answered with, and words of the one line.
LISTS: dict[str, tuple[Answered, str]] = {
    "html": ((200, {}, HTML), "HTML"),
    "half a JSON": ((200, {}, b'{"code": 200, "da'), "cut off"),
    "another API": ((200, {}, b'{"object": "list", "data": []}'), "code, msg and data"),
    "no list": (enveloped({"total": 3}), "data.models"),
    "a redirect": ((301, {"Location": "http://127.0.0.1:1/"}, b""), "redirect"),
    "HTTP 401": ((401, {}, b"denied"), "refuses the key"),
    "body code 401": (enveloped(None, 401, "You do not have access permissions"), "refuses the key"),
    "body code 500": (enveloped(None, 500, "sorry"), "answers 500: sorry"),
    "no answer": (None, "no HTTP answer"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_cannot_be_read_ends_the_run_with_one_line(name: str, tmp_path: Path) -> None:
    """Exit code 2, and no revision."""
    answered, words = LISTS[name]
    with serving(CatalogueStandIn({MODELS: answered})) as stand_in:
        done = sync(stand_in.url, tmp_path / "out")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done
    assert words in done.stderr
    assert written(tmp_path / "out") == set()


def test_words_without_end_are_read_so_far_and_said(tmp_path: Path) -> None:
    """A description of thousands of lines costs no square of them; what is not read is listed."""
    words = "\n".join(f"at {number} o'clock" for number in range(20_000)) + "\nMax length: 7 characters"
    schema = {"type": "object", "properties": {"a": {"type": "string", "description": words}}}
    file = tmp_path / "saved.json"
    file.write_text(json.dumps(with_input(schema)))
    assert sync(file, tmp_path / "out").returncode == 0
    facts = json.loads((tmp_path / "out" / ODD / f"{DAY}.revision.json").read_text())
    assert any(one["why"].startswith("a: what comes after 500 lines is not read") for one in facts["unread"])
    assert len([note for note in facts["notes"] if note["kind"] == "number"]) <= 500


def test_the_key_does_not_follow_a_redirect(tmp_path: Path) -> None:
    """Another host gets no request at all."""
    with serving(CatalogueStandIn.of(GOOD)) as elsewhere:
        there = {"Location": elsewhere.url + MODELS}
        with serving(CatalogueStandIn({MODELS: (307, there, b"")})) as stand_in:
            assert sync(stand_in.url, tmp_path / "out").returncode == 2
    assert elsewhere.asked == []


ODD_NAMES = ["../evil", "a/../../evil", "/etc/passwd", "..", "", "a//b", ".hidden", "a b", "a\nb", "%2e/x", "C:\\x",
             "\ud800x", "sync.json", "prices.json/x"]  # fmt: skip


@pytest.mark.parametrize("odd", [*ODD_NAMES, "x" * 300])
def test_a_name_that_no_model_can_have_is_not_asked_for(odd: str, tmp_path: Path) -> None:
    """It is a listed failure; nothing outside of the folder is written, and the others are."""
    stand_in = CatalogueStandIn.of(GOOD)
    stand_in.answers[MODELS] = listing(odd, GOOD)
    out = tmp_path / "deep" / "out"
    with serving(stand_in):
        done = sync(stand_in.url, out)
    assert done.returncode == 1
    assert "not one that a model can have" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert stand_in.asked == [MODELS, schema_path(GOOD)]
    assert written(out) == {GOOD}
    assert {path.name for path in tmp_path.iterdir()} == {"deep"}
    # What is written down can be read again.
    assert sync("/nowhere", out).returncode == 2


def test_a_model_among_the_endpoints_is_a_failure(tmp_path: Path) -> None:
    """What lies below endpoints/ is no model, so that nothing of that name is written there."""
    stand_in = CatalogueStandIn.of(GOOD)
    odd = ("endpoints/credit", "endpoints")
    for name in odd:
        renamed = json.loads(json.dumps(document(GOOD)).replace(GOOD, name))
        stand_in.answers[schema_path(name)] = as_schema(renamed, name)
    stand_in.answers[MODELS] = listing(*odd, GOOD)
    with serving(stand_in):
        done = sync(stand_in.url, tmp_path / "out")
    assert done.returncode == 1
    assert "endpoints/credit: the model's name is not one that can be: 'endpoints/credit'" in done.stderr
    assert written(tmp_path / "out") == {GOOD}


def test_a_model_that_is_listed_twice_counts_once(tmp_path: Path) -> None:
    """The second is a listed failure, and not asked for; entries that are none as well."""
    stand_in = CatalogueStandIn.of(GOOD)
    stand_in.answers[MODELS] = enveloped({"models": [{"model": GOOD}, {"model": GOOD}, {"model": 5}, "text", {}]})
    with serving(stand_in):
        done = sync(stand_in.url, tmp_path / "out")
    assert done.returncode == 1
    assert f"{GOOD} is listed again" in done.stderr
    assert stand_in.asked == [MODELS, schema_path(GOOD)]
    assert written(tmp_path / "out") == {GOOD}


def test_a_list_that_is_not_whole_is_a_failure(tmp_path: Path) -> None:
    """What is listed is read, and that more is counted than listed is said."""
    stand_in = CatalogueStandIn.of(GOOD)
    stand_in.answers[MODELS] = enveloped({"total": 218, "models": [{"model": GOOD}]})
    with serving(stand_in):
        done = sync(stand_in.url, tmp_path / "out")
    assert done.returncode == 1
    assert "the catalogue counts 218 models and lists 1" in done.stderr
    assert written(tmp_path / "out") == {GOOD}


def test_two_documents_of_one_model_in_a_folder_are_a_failure(tmp_path: Path) -> None:
    """The first counts, the second is named with it."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in ("first", "second"):
        (folder / f"{name}.openapi.json").write_text(json.dumps(document(GOOD)))
    (folder / "broken.openapi.json").write_text("{")
    done = sync(folder, tmp_path / "out")
    assert done.returncode == 1
    assert "second.openapi.json: first.openapi.json is of this model already" in done.stderr
    assert "broken.openapi.json: expected JSON" in done.stderr
    assert written(tmp_path / "out") == {GOOD}


def test_models_that_differ_by_case_alone_are_told_apart(tmp_path: Path) -> None:
    """The first counts, whatever the file system does; the second is named with it, also when a run goes on."""
    folder = tmp_path / "documents"
    folder.mkdir()
    other = GOOD.upper()
    for name, model in (("first", GOOD), ("second", other)):
        text = json.dumps(document(GOOD)).replace(f'"{GOOD}"', f'"{model}"')
        (folder / f"{name}.openapi.json").write_text(text)
    for _ in range(2):
        done = sync(folder, tmp_path / "out")
        assert done.returncode == 1
        assert f"second.openapi.json: {other} differs by case alone from {GOOD} of first.openapi.json" in done.stderr
        assert written(tmp_path / "out") == {GOOD}


def test_a_run_that_goes_on_knows_the_models_before_it(tmp_path: Path) -> None:
    """A second document of a model that the stopped run has written takes nothing from it."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "b.openapi.json").write_text(json.dumps(document(GOOD)))
    (folder / "broken.openapi.json").write_text("{")
    assert sync(folder, tmp_path / "out").returncode == 1
    (folder / "a.openapi.json").write_text(json.dumps(document(GOOD)))
    done = sync(folder, tmp_path / "out")
    assert "a.openapi.json: b.openapi.json is of this model already" in done.stderr


@pytest.mark.parametrize("pattern", ["*", "no/such-*"])
def test_nothing_is_made_where_nothing_is_written(pattern: str, tmp_path: Path) -> None:
    """A catalogue that cannot be read, and one without a model that fits, leave no folder."""
    folder = tmp_path / "documents"
    folder.mkdir()
    if pattern != "*":
        (folder / "first.openapi.json").write_text(json.dumps(document(GOOD)))
    done = sync(folder, tmp_path / "made" / "out", "--model", pattern)
    assert done.returncode == 2
    assert not (tmp_path / "made").exists()


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    """One line, exit code 2, no request."""
    (tmp_path / "file").write_text("")
    with serving(CatalogueStandIn.of(GOOD)) as stand_in:
        done = sync(stand_in.url, tmp_path / "file" / "out")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "cannot be written" in done.stderr
    assert stand_in.asked == []


def test_a_model_whose_folder_cannot_be_made_ends_the_run(tmp_path: Path) -> None:
    """A file stands where the model's folder would: nothing half written, one line."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "bytedance").write_text("")
    with serving(CatalogueStandIn.of(ODD)) as stand_in:
        done = sync(stand_in.url, out)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "cannot be written" in done.stderr
    assert written(out) == set()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format_version": 2}', '{"models": 5}', "[" * 100_000])
def test_a_state_that_is_none_is_not_written_over(text: str, tmp_path: Path) -> None:
    """What stands in sync.json and is not ours is named, and stays."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "sync.json").write_text(text)
    with serving(CatalogueStandIn.of(GOOD)) as stand_in:
        done = sync(stand_in.url, out)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "sync.json" in done.stderr
    assert (out / "sync.json").read_text() == text


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ("nowhere", "there is no 'nowhere'"),
        ("ftp://example.com", "http"),
        ("http://user:pass@example.com", "user name"),
        ("http://exa mple", "blanks"),
        ("http://127.0.0.1:1/?key=1", "query"),
        ("https://example.com", "FAKIE_API_KEY"),
        ("live", "FAKIE_API_KEY"),
    ],
)
def test_what_is_no_catalogue_is_said_in_one_line(
    origin: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2; no host elsewhere is asked without a key of the user's."""
    monkeypatch.delenv("FAKIE_API_KEY", raising=False)
    done = fakie("sync", "--from", origin, "--out", tmp_path / "out")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert words in done.stderr
    assert "pass@" not in done.stderr


@pytest.mark.parametrize("text", ["", "{", "<html>", "17", "null", '{"a": 5}', "[5, null]", '"text"'])
def test_a_file_that_holds_no_answers_is_said(text: str, tmp_path: Path) -> None:
    """One line for a file that is none, a failure for each answer that is none; exit code 2 as nothing was read."""
    file = tmp_path / "saved.json"
    file.write_text(text)
    done = sync(file, tmp_path / "out")
    assert done.returncode == 2, done
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert written(tmp_path / "out") == set()


def test_an_empty_folder_is_no_catalogue(tmp_path: Path) -> None:
    """What was looked for is said."""
    (tmp_path / "documents").mkdir()
    done = sync(tmp_path / "documents", tmp_path / "out")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "*.openapi.json" in done.stderr


def test_ctrl_c_in_the_middle_leaves_whole_revisions_and_one_line(tmp_path: Path) -> None:
    """Exit code 130; what was read stands, and the same command goes on from there."""
    out = tmp_path / "out"
    stand_in = CatalogueStandIn.of(ODD, GOOD)

    def interrupt(path: str) -> None:
        if path == schema_path(GOOD):
            _thread.interrupt_main()

    with serving(stand_in):
        stand_in.on_request = interrupt
        done = sync(stand_in.url, out)
        assert done.returncode == 130
        assert done.stderr == "fakie: stopped after 1 model; the same command goes on from there\n"
        assert written(out) == {ODD}
        stand_in.on_request = lambda path: None
        assert sync(stand_in.url, out).returncode == 0
    assert stand_in.asked.count(schema_path(ODD)) == 1
    assert written(out) == {ODD, GOOD}
