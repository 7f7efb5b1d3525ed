"""`fakie models` and `fakie show`: the catalog for people and for programs."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import fakie_schemas
from fakie.core.service import Service
from fakie_contract.subjects import near_subjects
from fakie_fixtures import sample_pages
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.compiler import derive, write
from fakie_schemas.families.family import BY_MODEL, endpoints
from fakie_schemas.validator import contract_validator
from support.clients.doors import MODEL, open_door
from support.clients.program import fakie, in_terminal

CATALOG = Catalog.shipped()


def data(*arguments: object) -> Any:
    done = fakie(*arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    contract_validator(fakie_schemas.format_schema({"models": "models", "show": "model"}[str(arguments[0])])).validate(
        answer
    )
    return answer


def test_models_lists_every_model() -> None:
    """One line each, with page, whether the vendor lists it, required input and title; then what is not yet known."""
    done = fakie("models")
    lines = [line.split() for line in done.stdout.partition("\n\n")[0].splitlines()]
    known = [line for line in lines[1:] if line[1] != "-"]
    assert [line[0] for line in known] == list(CATALOG.models)
    assert ["z-image", "2026-04", "listed", "prompt", "Z-Image"] in lines
    assert next(line for line in known if line[0] == MODEL)[2] == "unlisted"
    assert ["google/gemini-3-8-flash-tts", "-", "not", "yet", "known"] in lines
    counted, unlisted, unknown = done.stdout.splitlines()[-3:]
    assert counted == "137 models; `fakie show MODEL` tells more, `fakie show ENDPOINT` of a path of its own"
    assert unlisted.endswith("does not list 14 of them, which are answered all the same")
    assert "lists 95 of which no page is known: 37 chat models, by their names" in unknown


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [("kling/*", lambda model: model.startswith("kling/")), ("UPSCALE", lambda model: "upscale" in model)],
)
def test_models_are_narrowed_by_a_pattern_or_a_part_of_their_names(pattern: str, fits: Callable[[str], bool]) -> None:
    """In the table with its counts, and as JSON; models of which no page is known too."""
    meant = [model for model in CATALOG.models if fits(model)]
    listed = data("models", pattern)
    assert [one["model"] for one in listed["models"]] == meant
    assert meant
    assert all(fits(model) for model in listed["not_known"])
    lines = fakie("models", pattern).stdout.splitlines()
    assert [line.split()[0] for line in lines[1 : lines.index("")]] == [*meant, *listed["not_known"]]
    assert any(line.startswith(f"{len(meant)} models; ") for line in lines)


def test_a_model_that_the_catalogue_lists_is_told_of_without_the_others() -> None:
    """No count of nothing."""
    assert fakie("models", "z-image").stdout.splitlines()[3:] == [
        "1 model; `fakie show MODEL` tells more, `fakie show ENDPOINT` of a path of its own"
    ]


def test_a_pattern_that_nothing_fits_is_refused() -> None:
    """Exit code 2, one line, near names."""
    done = fakie("models", "z-imgae")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "fakie: no model fits 'z-imgae' or has it in its name; the nearest are: z-image\n"


def test_a_long_list_goes_through_the_pager_of_a_terminal(tmp_path: Path) -> None:
    """Where it does not fit; a short one, and one that goes into a file, are printed at once."""
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho paged\ncat\n")
    pager.chmod(0o755)
    long, short = (in_terminal("models", *more, PAGER=shlex.quote(str(pager))) for more in ([], ["z-image"]))
    assert long.startswith("paged")
    assert "paged" not in short
    assert "z-image" in short


def test_models_as_json() -> None:
    """Names, dates and fields, in a form that has a version."""
    listed = data("models")
    assert listed["format_version"] == 1
    by_name = {one["model"]: one for one in listed["models"]}
    assert by_name[MODEL] == {
        "model": MODEL,
        "date": "2025-12",
        "pinned": "2025-12",
        "latest": "2026-08-19",
        "listed": False,
        "title": "POST ElevenLabs 音频分离",
        "required": [],
        "optional": [],
    }
    latest = {one["model"]: one for one in data("models", "--docs", "latest")["models"]}
    assert (latest[MODEL]["date"], latest[MODEL]["required"]) == ("2026-08-19", ["audio_url"])
    assert "google/gemini-3-8-flash-tts" in listed["not_known"]


def test_show_tells_fields_limits_codes_page_and_a_request() -> None:
    """Everything that one needs to call the model."""
    text = fakie("show", "topaz/video-upscale").stdout
    assert text.startswith("topaz/video-upscale\npage    Topaz - Video Upscale, 2026-04, read as official-page\n")
    assert "served  2026-04 (pinned 2026-04, latest 2026-08-19)" in text
    assert "input.video_url string required at most 50 MB; video/mp4, video/quicktime" in re.sub(" +", " ", text)
    assert "codes   200, 401, 402, 404, 408, 422, 429, 433, 455, 500, 501, 505" in text
    assert "answer  data: taskId" in text
    assert "curl --request POST --url http://127.0.0.1:8080/api/v1/jobs/createTask" in text
    assert fakie("show", "elevenlabs/text-to-dialogue-v3").stdout.count(" more") >= 1


def test_show_tells_the_price_or_why_it_is_unknown() -> None:
    """On one line, with the list and its day; as data, row by row."""
    text = fakie("show", "topaz/video-upscale").stdout
    assert "credits 8 per second (upscale_factor 1); 8 per second (upscale_factor 2); 14 per second (upscale" in text
    assert "[Kie.ai Pricing, 2026-06-30]" in text
    assert "credits unknown: the list has no row" in fakie("show", "sora-2-text-to-video").stdout
    shown = data("show", MODEL)["prices"]
    assert shown == {"source": "Kie.ai Pricing, 2026-06-30", "credits": ["0.2 per second"], "unknown": None}


def test_show_as_json_and_for_the_latest_docs() -> None:
    """The same as data; --docs chooses the page; remarks come along."""
    shown = data("show", MODEL)
    assert (shown["format_version"], shown["date"], shown["answer"]) == (1, "2025-12", ["taskId"])
    assert [field["path"] for field in shown["fields"]] == ["model", "input", "callBackUrl"]
    latest = data("show", MODEL, "--docs", "latest")
    [audio] = [field for field in latest["fields"] if field["path"] == "input.audio_url"]
    assert audio["required"] is True
    assert audio["x-max-bytes"] == 10 * 1024 * 1024
    assert Path(latest["schema"]).is_file()
    assert "the page lists none" in fakie("show", "wan/2-7-r2v").stdout
    assert "conflict" in fakie("show", "qwen/image-edit").stdout


def test_the_shown_request_works_for_every_model(service: Service) -> None:
    """The example is accepted by the model's revision, and the curl line of one is, word for word, by the fake."""
    for model in CATALOG.models:
        for revision in (CATALOG.pinned(model), CATALOG.latest(model)):
            assert revision is not None
            assert revision.violation(revision.example) is None, model
    line = fakie("show", "nano-banana-2").stdout.split("\ncurl ")[1].replace("\\\n", " ")
    words = shlex.split(line)
    with open_door("direct", service) as door:
        assert door.create(json.loads(words[words.index("--data") + 1])).code == 200


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["show", "kling/v21-pro"], "the nearest are: kling/v2-1-pro"),
        (["show", "suno/lyrcs"], "the nearest are: suno/lyrics;"),
        (["show", "suno/"], "the nearest are: suno/generate,"),
        (["show", "suno"], "the nearest are: suno/generate,"),
        (["show", ""], "the nearest are: elevenlabs/audio-isolation"),
        (["show", "topaz"], "the nearest are: topaz/image-upscale, topaz/video-upscale"),
        (["show", "klng/nothing-like-it"], "the nearest are: kling/"),
        (["show"], "Missing argument"),
        (["show", MODEL, "--docs", "newest"], "newest"),
        (["models", "--schemas", "nowhere"], "nowhere is not a folder of revisions"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(arguments: list[str], word: str) -> None:
    """The line says what would work."""
    done = fakie(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert word in done.stderr


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [("sno/generate", "suno/generate"), ("veo/genrate", "veo/generate"), ("veo/x", "veo/generate")],
)
def test_a_misspelt_endpoint_is_taken_for_the_same_one_everywhere(misspelt: str, meant: str) -> None:
    """By what is spelt almost so, or by its family, whether it is looked for, shown or judged."""
    assert near_subjects(Catalog.shipped(), misspelt)[0] == meant
    for command in ("show", "models"):
        assert f"the nearest are: {meant}" in fakie(command, misspelt).stderr


def test_a_folder_of_ones_own_is_shown_too_and_what_is_broken_in_it(tmp_path: Path) -> None:
    """A derived page shows up at once; a broken file is a line on stderr."""
    write(derive(sample_pages("old") / "voice-cleaner.md", date="2026-01"), tmp_path)
    shown = fakie("show", "acme/voice-cleaner", "--schemas", tmp_path).stdout
    assert "input.strength number 0 to 1 0.5" in re.sub(" +", " ", shown)
    (tmp_path / "acme" / "voice-cleaner" / "2026-02.revision.json").write_text("{")
    done = fakie("models", "--schemas", tmp_path)
    assert "138 models" in done.stdout
    assert done.stderr.startswith("fakie: left out: ")
    assert done.stderr.count("\n") == 1


SHOWN = [name for name, one in endpoints().items() if one.page != BY_MODEL]


def test_models_lists_the_endpoints_beside_them_and_what_is_chat() -> None:
    """With path and required fields; a name of the catalogue that has its own path here is not called unknown."""
    listed = data("models")
    assert [one["endpoint"] for one in listed["endpoints"]] == SHOWN
    assert set(listed["chat"]) <= set(listed["not_known"])
    assert (len(listed["chat"]), "claude-opus-5" in listed["chat"]) == (37, True)
    rows = {line.split()[0]: re.sub(" +", " ", line) for line in fakie("models", "e").stdout.splitlines() if line}
    assert rows["claude-opus-5"].startswith("claude-opus-5 - chat, not faked")
    assert rows["veo/generate"].startswith("veo/generate 2026-04 POST /api/v1/veo/generate prompt ")
    assert "veo/extend - own path, below" in re.sub(" +", " ", fakie("models", "veo").stdout)
    assert "not yet known" not in fakie("models", "veo/extend").stdout


@pytest.mark.parametrize("name", SHOWN)
def test_an_endpoint_is_shown_as_a_model_is(name: str, service: Service) -> None:
    """By its name and by its path: its own fields, codes, price, and a call that reaches it."""
    endpoint = endpoints()[name]
    shown = data("show", name)
    assert (shown["model"], shown["endpoint"]["name"], shown["endpoint"]["path"]) == (None, name, endpoint.path)
    page = CATALOG.endpoint(endpoint.page)
    assert page is not None
    assert {one["path"] for one in shown["fields"]} >= set(page.request_schema.get("properties", {}))
    assert data("show", endpoint.path) == shown == data("show", f"{endpoint.method} {endpoint.path}/")
    text = fakie("show", name).stdout
    words = shlex.split(text[text.index("\ncurl ") :].replace("\\\n", " "))
    url = words[words.index("--url") + 1].removeprefix("http://127.0.0.1:8080")
    body = words[words.index("--data") + 1].encode() if "--data" in words else b""
    with open_door("direct", service) as door:
        assert door.ask(words[words.index("--request") + 1], url, body).status == 200


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("createTask", "POST /api/v1/jobs/createTask: its fields are those of a model; `fakie models` lists them"),
        ("/api/v1/veo/genrate", "did you mean '/api/v1/veo/generate'?"),
        ("DELETE /api/v1/veo/generate", "no endpoint is at 'DELETE /api/v1/veo/generate'"),
        ("veo", "the nearest are: veo/generate, veo/extend, veo/record-info; `fakie models` lists all"),
        ("runway", "; endpoints of this name have pages: runway/generate, runway/extend, runway/record-detail"),
        ("gpt-5-5", "it is a chat model by its name, and chat is not faked"),
    ],
)
def test_what_is_neither_model_nor_endpoint_is_refused(name: str, word: str) -> None:
    """In one line that says what there is."""
    done = fakie("show", name)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert word in done.stderr
