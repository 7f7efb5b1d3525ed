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
from fakie_fixtures import sample_pages
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.compiler import derive, write
from fakie_schemas.families.family import endpoints
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
    lines = [line.split() for line in done.stdout.splitlines()]
    known = [line for line in lines[1:-2] if line[1] != "-"]
    assert [line[0] for line in known] == list(CATALOG.models)
    assert ["z-image", "2026-04", "listed", "prompt", "Z-Image"] in lines
    assert next(line for line in known if line[0] == MODEL)[2] == "unlisted"
    assert ["google/gemini-3-8-flash-tts", "-", "not", "yet", "known"] in lines
    assert done.stdout.splitlines()[-2] == "137 models; `fakie show MODEL` tells more"
    assert "does not list 14 of them, which are answered all the same; it lists 95" in done.stdout.splitlines()[-1]


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
    assert [line.split()[0] for line in lines[1:-2]] == [*meant, *listed["not_known"]]
    assert lines[-2].startswith(f"{len(meant)} models; ")


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
    long, short = (in_terminal("models", *more, PAGER=str(pager)) for more in ([], ["z-image"]))
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


@pytest.mark.parametrize("name", ["veo/generate", "veo/extend", "suno/generate", "4o-image/generate"])
def test_an_endpoint_of_a_family_is_no_model_but_has_its_fields_elsewhere(name: str) -> None:
    """Whether the vendor's catalogue lists its name among the models or not; what is named there has it."""
    done = fakie("show", name)
    assert done.returncode == 2
    path = endpoints()[name].path
    assert f"POST {path} is a path of its own, whose fields `fakie openapi` prints" in done.stderr
    assert path in json.loads(fakie("openapi", "--model", "z-image").stdout)["paths"]
