"""Paths that lead nowhere: families that are not faked, and wrong guesses, each with what would work."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import fakie_schemas
from fakie.core.handling.endpoints import PATHS
from fakie.core.service import Service
from fakie_schemas.families.family import endpoints
from support.clients.doors import CREATE, RECORD, Door, open_door

DATA = fakie_schemas.elsewhere()
FAMILIES = DATA["families"]["paths"]
GUESSES = [(guess, name) for name, guesses in DATA["guesses"]["endpoints"].items() for guess in guesses]
PLACES = {name: f"{method} {path}" for (method, path), name in PATHS.items()}


@pytest.mark.parametrize("row", FAMILIES, ids=lambda row: f"{row['method']} {row['path']}")
def test_every_path_of_a_family_says_what_does_the_same_today(fake: Door, row: Any) -> None:
    """One line, not a bare 404: the family, and a model of the catalogue that createTask takes, or recordInfo."""
    answer = fake.ask(row["method"], row["path"])
    assert (answer.status, answer.code, answer.situation) == (404, 404, "family_not_faked")
    assert f"family {row['family']};" in answer.msg
    assert answer.headers["x-fakie-advice"] in answer.msg
    if "model" in row:
        assert f'POST {CREATE} with "model": "{row["model"]}" does the same today' in answer.msg
        assert fake.create({"model": row["model"], "input": {}}).situation == "accepted"
    elif "endpoint" in row:
        assert PLACES[row["endpoint"]] in answer.msg
    else:
        assert "no createTask model" in answer.msg


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_midjourney_is_a_family_without_pages(make: Callable[..., Service], profile: str) -> None:
    """Its paths, which public clients call, say so in both profiles, not that nothing is there."""
    with open_door("direct", make(profile=profile)) as door:
        answers = [door.post("/api/v1/mj/generate", {}), door.get("/api/v1/mj/record-info?taskId=a")]
    assert [answer.situation for answer in answers] == ["family_not_faked"] * 2
    assert all("family Midjourney; no createTask model" in answer.msg for answer in answers)


def test_a_path_below_a_familys_is_one_of_the_family(fake: Door) -> None:
    """Also by another method, with a slash at the end, and unheard of."""
    for method, path in (
        ("GET", "/api/v1/omni/audio/create"),
        ("POST", "/api/v1/omni/audio/create/"),
        ("POST", "/api/v1/omni/new"),
    ):
        assert '"model": "gemini-omni-' in fake.ask(method, path).msg
    for row in DATA["families"]["below"]:
        assert fake.post(row["path"] + "other").situation == "family_not_faked"


def test_a_path_that_is_nearly_one_of_a_faked_family_names_all_of_its_paths(fake: Door) -> None:
    """By another method, with a slash at the end, and unheard of: it is not found, and told what there is."""
    for method, path in (
        ("GET", "/api/v1/veo/generate"),
        ("POST", "/api/v1/veo/generate/"),
        ("POST", "/api/v1/veo/new"),
    ):
        answer = fake.ask(method, path)
        assert (answer.status, answer.situation) == (404, "not_found")
        assert "POST /api/v1/veo/generate" in answer.msg
        assert "GET /api/v1/veo/record-info" in answer.msg
        assert "/api/v1/runway" not in answer.msg
    assert fake.get("/api/v1/veo/generate").headers["x-fakie-advice"] == "did you mean POST /api/v1/veo/generate?"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/chat/completions",
        "/gemini-2.5-pro/v1/chat/completions",
        "/claude/v1/messages",
        "/codex/v1/responses",
        "/gemini/v1/models/gemini-3-pro:streamGenerateContent",
    ],
)
def test_chat_is_not_faked_and_says_so(fake: Door, path: str) -> None:
    """One line: that chat models make no task, and what to use instead."""
    answer = fake.post(path, {"messages": []})
    assert (answer.status, answer.situation) == (404, "family_not_faked")
    assert "chat models answer at once" in answer.msg
    assert answer.headers["x-fakie-advice"] in answer.msg


def test_the_families_are_those_of_the_pages(shared: Path) -> None:
    """Every path of the families' schemas is faked or in the data, with its method, and no other."""
    found = set()
    for file in (shared / "catalog" / "2026-08-families").glob("*.json"):
        paths = json.loads(file.read_text(encoding="utf-8"))
        paths = paths["openapi"]["paths"] if isinstance(paths.get("openapi"), dict) else paths["paths"]
        found |= {(method.upper(), path) for path, methods in paths.items() for method in methods}
    faked = {(one.method, one.path) for one in endpoints().values() if one.family != "market"}
    assert faked.isdisjoint({(row["method"], row["path"]) for row in FAMILIES})
    assert found == {(row["method"], row["path"]) for row in FAMILIES} | faked


@pytest.mark.parametrize("written", ["/{}", "/api/v1/{}", "/v1/{}", "/api/v1/api/v1/{}/", "/API/V1//{}"])
def test_every_guess_gets_the_hint(fake: Door, written: str) -> None:
    """However the beginning is written: the endpoint in the header, and first in the msg; the answer stays a 404."""
    for guess, name in GUESSES:
        answer = fake.ask("POST", written.format(guess))
        assert (answer.status, answer.situation) == (404, "not_found"), guess
        assert answer.headers["x-fakie-advice"] == f"did you mean {PLACES[name]}?"
        assert f"this API has {PLACES[name]} (not quite the same path)" in answer.msg


@pytest.mark.parametrize(
    ("method", "path", "hint"),
    [
        ("POST", "/v1/jobs/createTask", f"POST {CREATE}"),
        ("POST", "/api/v1/jobs/create-task", f"POST {CREATE}"),
        ("POST", "/api/v1/jobs/create_task", f"POST {CREATE}"),
        ("POST", f"/api/v1{CREATE}", f"POST {CREATE}"),
        ("POST", f"{CREATE}/", f"POST {CREATE}"),
        ("POST", CREATE.lower(), f"POST {CREATE}"),
        ("POST", f"/{CREATE}", f"POST {CREATE}"),
        ("GET", CREATE, f"POST {CREATE}"),
        ("POST", RECORD, f"GET {RECORD}"),
        ("GET", f"{RECORD}/0123abc", f"GET {RECORD}?taskId=0123abc"),
        ("GET", "/jobs/recordInfo/0123abc", f"GET {RECORD}?taskId=0123abc"),
        ("GET", "/api/v1/jobs/status/ü", f"GET {RECORD}?taskId=\\xfc"),
        ("POST", "/api/v1/file-stream-upload", "POST /api/file-stream-upload"),
        ("POST", "/api/v1/download-url", "POST /api/v1/common/download-url"),
        ("GET", "/api/v1/credits", "GET /api/v1/chat/credit"),
        ("POST", "/api/v2/jobs/createTask", f"POST {CREATE}"),
        ("POST", "/proxy/kie/v1/createTask", f"POST {CREATE}"),
        ("POST", "/api/v1/job/createTask", f"POST {CREATE}"),
        ("POST", "/kie/api/v1/veo/generate", "POST /api/v1/veo/generate"),
        ("POST", "/api/v1/flux-kontext/generate", "POST /api/v1/flux/kontext/generate"),
        ("POST", "/api/v1/gpt-4o/image/generate", "POST /api/v1/gpt4o-image/generate"),
        ("GET", "/api/v1/jobs/0123abc", f"GET {RECORD}?taskId=0123abc"),
        ("GET", "/api/v1/tasks/0123abc/status", f"GET {RECORD}?taskId=0123abc"),
        ("GET", "/api/v1/jobs/getTaskDetail?taskId=0123abc", f"GET {RECORD}"),
        ("GET", "/api/v1/generate/credit", "GET /api/v1/chat/credit"),
        ("POST", "/api/v1/upload-cover", "POST /api/v1/generate/upload-cover"),
        ("POST", "/api/v1/suno/upload-extend", "POST /api/v1/generate/upload-extend"),
        ("GET", "/api/v1/models/list", "GET /api/v1/models"),
        ("GET", "/api/v1/veo/status/0123abc", "GET /api/v1/veo/record-info?taskId=0123abc"),
    ],
)
def test_what_clients_write_wrongly_gets_the_hint(fake: Door, method: str, path: str, hint: str) -> None:
    """In one header line of plain ASCII."""
    answer = fake.ask(method, path)
    assert (answer.status, answer.situation) == (404, "not_found")
    assert answer.headers["x-fakie-advice"] == f"did you mean {hint}?"


@pytest.mark.parametrize("path", ["", "/", "//"])
def test_whoever_asks_for_nothing_is_told_of_the_page(fake: Door, path: str) -> None:
    """It is the URL that a fake prints, opened in a browser; the API itself has nothing there."""
    answer = fake.get(path)
    assert (answer.status, answer.situation) == (404, "not_found")
    assert answer.headers["x-fakie-advice"] == "GET /_fakie/ui/ (the page of this fake)"
    assert answer.msg.endswith("GET /_fakie/ui/ (the page of this fake)")
    assert fake.get("/_fakie/ui/").status == 200


@pytest.mark.parametrize("path", ["/nope", "/api/v1", "/api/v1/", "/x/y/z", "/" + "a/" * 5000])
def test_a_path_like_none_gets_no_hint(fake: Door, path: str) -> None:
    """The msg lists what there is."""
    answer = fake.get(path)
    assert answer.situation == "not_found"
    assert "x-fakie-advice" not in answer.headers
    market = [name for name, one in endpoints().items() if one.family == "market"]
    assert all(PLACES[name] in answer.msg for name in market)
    assert "/api/v1/veo" not in answer.msg


def test_the_hint_goes_through_every_door(door: Door) -> None:
    """Header and msg alike."""
    answer = door.get("/jobs/recordInfo/%0d%0aX-Evil:%201")
    assert "\n" not in answer.headers["x-fakie-advice"]
    assert answer.headers["x-fakie-advice"].startswith(f"did you mean GET {RECORD}?taskId=")


def test_the_data_names_marks_endpoints_and_listed_models() -> None:
    """Each part says how it is known; each model is one of the catalogue, each endpoint one of the fake."""
    assert {DATA["families"]["mark"], DATA["guesses"]["mark"]} <= set(DATA["marks"])
    listed = set(fakie_schemas.listed()["models"])
    rows = [*FAMILIES, *DATA["families"]["below"]]
    assert {row["model"] for row in rows if "model" in row} <= listed
    assert set(DATA["guesses"]["endpoints"]) <= set(PLACES)


@pytest.mark.parametrize(
    ("model", "place"),
    [
        ("veo3", "POST /api/v1/veo/generate"),
        ("V4_5", "POST /api/v1/generate"),
        ("flux-kontext-pro", "POST /api/v1/flux/kontext/generate"),
    ],
)
@pytest.mark.parametrize("docs", ["pinned", "latest"])
def test_a_model_of_a_family_is_told_where_it_is_taken(
    make: Callable[..., Service], model: str, place: str, docs: str
) -> None:
    """The catalogue does not have it; a path of its own does, and its page says so."""
    with open_door("direct", make(docs=docs)) as door:
        answer = door.create({"model": model, "input": {"prompt": "a"}})
        nobodys = door.create({"model": f"{model}-of-nobody", "input": {"prompt": "a"}})
    assert answer.situation == nobodys.situation == "model_unknown"
    assert f'; {place} takes "{model}"' in answer.msg
    assert " takes " not in nobodys.msg
