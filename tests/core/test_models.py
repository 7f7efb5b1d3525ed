"""What differs from model to model: codes, answers, results, advice."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import fakie_fixtures
import fakie_schemas
from fakie.adapters.media import TinyMedia
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.limits import WindowLimit
from fakie_schemas.schema.values import sample, working_value
from support.clients.doors import CREATE, KEY, MODEL, RECORD, Door, open_door
from support.servers.fakes import Collector, HandClock, new_service

CATALOG = Catalog.shipped()
VIDEO, SEEDANCE = "wan/2-6-text-to-video", "bytedance/seedance-2"


def body(model: str, **given: Any) -> dict[str, Any]:
    """Write a request that the model's served page accepts, with `given` in its input."""
    revision = CATALOG.pinned(model)
    assert revision is not None
    made: dict[str, Any] = working_value(revision.request_schema)
    return {**made, "input": {**made["input"], **given}}


def result(door: Door, request: dict[str, Any]) -> Any:
    task_id = next(iter(door.create(request).data.values()))
    door.post(f"/_fakie/tasks/{task_id}/finish")
    return json.loads(door.record(task_id)["resultJson"])


@pytest.mark.parametrize("model", CATALOG.models)
def test_every_model_is_answered_from_create_to_result(rich: Door, model: str) -> None:
    """A working request is accepted with the keys of its page, a wrong one refused, and its result can be fetched."""
    revision = CATALOG.pinned(model)
    assert revision is not None
    accepted = rich.create(body(model))
    assert tuple(accepted.data) == revision.answer_keys
    assert len(set(accepted.data.values())) == 1
    assert rich.create({"model": model}).situation == "field_missing"
    made = result(rich, body(model))
    if model in ("elevenlabs/speech-to-text", "omnihuman-1-5/human-identification"):
        assert list(made) == ["resultObject"]
    else:
        kinds = [rich.get(url.removeprefix("http://fake.test")).headers["content-type"] for url in made["resultUrls"]]
        assert len({kind.split("/")[0] for kind in kinds} & {"audio", "image", "video"}) == 1


@pytest.mark.parametrize(
    ("model", "content_type"),
    [
        (MODEL, "audio/mpeg"),
        ("nano-banana-2", "image/png"),
        ("grok-imagine/text-to-image", "image/png"),
        ("grok-imagine/upscale", "video/mp4"),
        ("topaz/image-upscale", "image/png"),
        ("wan/2-7-image", "image/png"),
        ("acme/new-text-to-video", "video/mp4"),
        ("pixverse-v6/extend", "video/mp4"),
        ("google/gemini-2-5-pro-tts", "audio/wav"),
        ("veo-3-1", "video/mp4"),
        ("4o-image-api", "image/png"),
        ("ai-music-api/separate-vocals", "audio/mpeg"),
        ("ai-music-api/create-music-video", "video/mp4"),
        (VIDEO, "video/mp4"),
        (SEEDANCE, "video/mp4"),
    ],
)
def test_a_model_makes_its_own_kind_of_file(model: str, content_type: str) -> None:
    """Sound, picture or film, by the data's rules; unheard-of models by their names."""
    [media] = TinyMedia().result_for(model, {})["resultUrls"]
    assert media.content_type == content_type


def test_every_rule_of_the_results_has_a_mark_and_names_a_result() -> None:
    """The data says how sure each is, and the last rule fits any model."""
    data = fakie_schemas.results()
    for rule in data["rules"]:
        assert rule["mark"] in data["marks"], rule
        assert rule["source"], rule
        assert rule["result"] in data["results"], rule
    assert data["rules"][-1]["model"] == "*"


@pytest.mark.parametrize("full", [False, True], ids=["required", "all"])
@pytest.mark.parametrize("wire", ["documented", "observed"])
def test_samples_of_every_model_are_accepted(make: Callable[..., Service], wire: str, full: bool) -> None:
    """Made from each page, by what pages say and by what the wire does, which takes an empty text for none."""
    catalog = Catalog.shipped(None, Profile.load(wire).docs)
    settings = {"profile": wire, "docs": Profile.load(wire).docs, "credits": 1e9, "create_limit": WindowLimit.off()}
    refused: dict[str, str] = {}
    with open_door("direct", make(**settings)) as door:
        for model in catalog.models:
            revision = catalog.served(model)
            assert revision is not None
            answer = door.create(sample(revision.plain_schema, full=full) | {"callBackUrl": "http://127.0.0.1:9/hook"})
            refused |= {model: answer.json["msg"]} if answer.json["code"] != 200 else {}
    assert refused == {}


def test_text_models_give_an_object_and_no_urls(rich: Door) -> None:
    """speech-to-text has a resultObject in resultJson and response alike."""
    task_id = rich.create(body("elevenlabs/speech-to-text")).data["taskId"]
    rich.post(f"/_fakie/tasks/{task_id}/finish")
    record = rich.record(task_id)
    assert json.loads(record["resultJson"]) == record["response"] == {"resultObject": {"text": "An example text."}}


def test_seedance_gives_its_frames_when_asked(rich: Door, sent: Collector) -> None:
    """With return_last_frame three lists, each file under its own URL, the same in the callback; without it one."""
    request = body(SEEDANCE, return_last_frame=True) | {"callBackUrl": "http://127.0.0.1:1/hook"}
    made = result(rich, request)
    assert list(made) == ["resultUrls", "firstFrameUrl", "lastFrameUrl"]
    urls = [*made["resultUrls"], *made["firstFrameUrl"], *made["lastFrameUrl"]]
    assert len(set(urls)) == 3
    kinds = [rich.get(url.removeprefix("http://fake.test")).headers["content-type"] for url in urls]
    assert kinds == ["video/mp4", "image/png", "image/png"]
    rich.service.run_due()
    assert json.loads(json.loads(sent.outgoing[0].body)["data"]["resultJson"]) == made
    assert list(result(rich, body(SEEDANCE))) == ["resultUrls"]


def test_frames_stand_in_lists_with_a_file_of_ones_own(rich: Door) -> None:
    """Where a plan gives the file, each frame is that one, in a list as ever."""
    rich.service.control.orders.add_plan(result=[{"base64": "b3du"}])
    made = result(rich, body(SEEDANCE, return_last_frame=True))
    urls = [url for name in ("resultUrls", "firstFrameUrl", "lastFrameUrl") for url in made[name]]
    assert [rich.get(url.removeprefix("http://fake.test")).body for url in urls] == [b"own"] * 3


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
@pytest.mark.parametrize("name", ["silence.mp3", "silence.opus", "blue.png", "black.mp4", "black.mov"])
def test_media_files_are_valid_and_tiny(name: str) -> None:
    """A player reads each without complaint."""
    content = fakie_fixtures.media_file(name)
    assert len(content) < 4096
    Path(name).write_bytes(content)
    done = subprocess.run(["ffprobe", "-v", "error", name], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def ordered(door: Door, code: int, request: Any) -> Any:
    return door.post(f"{CREATE}?__code={code}", request, {}).json


def test_a_code_can_be_ordered_where_the_models_page_documents_it(rich: Door) -> None:
    """433 and 408 on models that document them; on the user's page neither, and the msg lists its ten."""
    assert ordered(rich, 433, body(VIDEO))["code"] == 433
    assert ordered(rich, 408, body("elevenlabs/sound-effect-v2"))["code"] == 408
    for code in (408, 433):
        refused = ordered(rich, code, {"model": MODEL, "input": {}})
        assert refused["code"] == 422
        assert "are: 401, 402, 404, 422, 429, 455, 500, 501, 505; " in refused["msg"]


@pytest.mark.parametrize("request_body", [None, {"model": "no/such"}, {"model": 5}, []])
def test_without_a_known_model_any_page_documents_a_code(rich: Door, request_body: Any) -> None:
    """All codes of the catalog can be ordered, and no others."""
    assert ordered(rich, 433, request_body)["code"] == 433
    assert "408, 422" in ordered(rich, 418, request_body)["msg"]


def test_a_fault_is_judged_by_the_codes_of_its_model(rich: Door) -> None:
    """As an order on the request itself; recordInfo has its own."""
    fault = {"code": 433, "model": VIDEO}
    assert rich.post("/_fakie/faults", fault).situation == "lever_pulled"
    assert rich.post("/_fakie/faults", {**fault, "model": MODEL}).situation == "lever_misused"
    assert rich.create({"model": VIDEO}).code == 433
    assert ordered(rich, 433, body(VIDEO))["msg"].startswith("Sub-key limit")
    assert rich.get(f"{RECORD}?__code=400", KEY).code == 400


def test_what_a_newer_page_refuses_is_accepted_with_advice(door: Door) -> None:
    """The user's own example: one line with field, rule and date, in header and journal; a full request gets none."""
    answer = door.create()
    assert answer.code == 200
    advice = answer.headers["x-fakie-advice"]
    assert advice == (
        "input.audio_url: required; the page of 2026-08-19 refuses this request, which the page of 2025-12 allows"
    )
    full = door.create(input={"audio_url": "https://acme.test/speech.mp3"})
    assert (full.code, "x-fakie-advice" in full.headers) == (200, False)
    entries = door.get("/_fakie/journal").data
    assert [entry["advice"] for entry in entries] == [advice, ""]


def test_the_latest_docs_refuse_instead_of_advising() -> None:
    """With --docs latest the newer page is the contract."""
    service = new_service(Settings(), Collector(), HandClock(), docs="latest")
    with open_door("direct", service) as door:
        assert "input.audio_url is required" in door.create().msg
        accepted = door.create(input={"audio_url": "https://acme.test/speech.mp3"})
        assert list(accepted.data) == ["taskId", "recordId"]


def test_advice_is_one_line_of_plain_ascii(tmp_path: Path) -> None:
    """Whatever characters a page's names and choices have."""
    facts = json.loads((fakie_schemas.data_folder("revisions") / "z-image" / "2026-04.revision.json").read_text())
    folder = tmp_path / "acme"
    folder.mkdir()
    strange = {"properties": {"input": {"properties": {"质量\nx": {"enum": ["高", "é"] * 200}}}}}
    for date, schema in (("2026-01", {}), ("2026-02", strange)):
        (folder / f"{date}.revision.json").write_text(json.dumps({**facts, "model": "acme"}))
        (folder / f"{date}.request.schema.json").write_text(json.dumps(schema))
    (tmp_path / "pins.json").write_text('{"pins": {"acme": "2026-01"}}')
    service = new_service(Settings(), Collector(), HandClock(), schemas=tmp_path)
    with open_door("socket", service) as door:
        answer = door.create({"model": "acme", "input": {"质量\nx": "low"}})
    advice = answer.headers["x-fakie-advice"]
    assert advice.startswith("input.\\u8d28\\u91cf x: one of")
    assert advice.isascii()
    assert len(advice) <= 500
