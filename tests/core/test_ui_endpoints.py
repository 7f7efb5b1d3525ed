"""The fake's own pages of endpoints that have pages of their own: found, shown, used, led to."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from fakie.core.service import Service
from fakie_schemas.families.family import with_pages
from support.clients.doors import MODEL, Door, open_door
from support.some import some
from support.ui import FORM, UI, filled_in, secret, send, shown, text

Make = Callable[..., Service]


def linked(page: str) -> list[str]:
    """The models and endpoints that a page leads to."""
    return re.findall(rf'href="{UI}/models/([^"]+)"', page)


def test_every_endpoint_is_listed_and_has_a_page(make: Make) -> None:
    """With its place, each of its fields and its codes; the form of one that goes on from nothing makes its task."""
    service = make(limits="off")
    with open_door("direct", service) as door:
        listed, hidden = linked(shown(door, "/models")), secret(door)
        for name, about in some(with_pages().items()):
            page = door.get(f"{UI}/models/{name}", {}).body.decode()
            revision = service.contracts.catalog.endpoint(about.page)
            assert revision
            assert name in listed
            assert f"{about.method} {about.path}" in page
            for field in revision.request_schema.get("properties", {}):
                assert f"<code>{field}</code>" in page, (name, field)
            if about.job and not about.parent:
                body = urlencode({**dict(filled_in(page)), "form_secret": hidden}).encode()
                answer = door.send("POST", f"{UI}/models/{name}", body, FORM)
                assert answer.status == 303, (name, text(answer)[-900:])
                assert service.control.tasks.all()[-1].endpoint == name
    assert not service.bugs


@pytest.mark.parametrize(
    ("words", "found"),
    [("veo/ext", "veo/extend"), ("VEO/EXT", "veo/extend"), ("/api/v1/lyrics", "suno/lyrics"), ("z-im", "z-image")],
)
def test_one_search_finds_models_and_endpoints(service: Service, words: str, found: str) -> None:
    """By a part of a name, an endpoint by a part of its path too; the other kind is not there."""
    with open_door("direct", service) as door:
        names = linked(shown(door, f"/models?{urlencode({'q': words})}"))
    assert found in names
    assert {name in with_pages() for name in names} == {found in with_pages()}


def test_a_form_goes_on_from_a_task_and_shows_what_is_asked(door: Door) -> None:
    """An endpoint's fields in the body or the query, as it takes them, over every door; a refusal in its words."""
    first = {"key": "k", "field.prompt": "a lake", "field.model": "veo3_fast"}
    assert send(door, "/models/veo/generate", first).status == 303
    [made] = door.service.control.tasks.all()
    assert made.body == {"prompt": "a lake", "model": "veo3_fast"}
    page = shown(door, "/models/veo/extend")
    assert "veo/generate" in linked(page)
    on = {"key": "k", "field.taskId": made.id, "field.prompt": "and a boat"}
    refused = text(send(door, "/models/veo/extend", {**on, "field.taskId": "nobody's"}))
    assert "No task came of it" in refused
    assert "nobody's" in refused
    door.service.control.tasks.finish(made.id)
    assert send(door, "/models/veo/extend", on).status == 303
    assert {one.endpoint for one in door.service.control.tasks.all()} == {"veo/generate", "veo/extend"}
    told = text(send(door, "/models/veo/record-info", {"key": "k", "field.taskId": made.id}))
    assert '"successFlag": 1' in told
    assert "No task came of it" not in told
    assert '"data": ' in text(send(door, "/models/credit", {"key": "k"}))
    assert not door.service.bugs


def test_a_file_has_no_form_of_texts(service: Service) -> None:
    """The page of an upload with a file in it is shown without a form, and a made-up one is answered all the same."""
    with open_door("direct", service) as door:
        assert 'class="lever"' not in shown(door, "/models/file-stream-upload")
        assert send(door, "/models/file-stream-upload", {"key": "k"}).status == 200
    assert not service.bugs


def test_a_misspelt_endpoint_has_the_near_ones(service: Service) -> None:
    """As a model's, with nothing made by its form."""
    with open_door("direct", service) as door:
        for answer in (door.get(f"{UI}/models/veo/gen", {}), send(door, "/models/veo/gen", {"key": "k"})):
            assert answer.status == 404
            assert "veo/generate" in text(answer)


def test_entries_and_tasks_lead_to_what_they_asked_for(service: Service) -> None:
    """To the endpoint, and to the model of one that all models share; what a family calls a model has no page."""
    with open_door("direct", service) as door:
        market = door.new_task()
        made = door.post("/api/v1/veo/generate", {"prompt": "a lake"}).data["taskId"]
        song = {"prompt": "a lake", "customMode": False, "instrumental": False, "callBackUrl": "http://127.0.0.1:9/"}
        sung = door.post("/api/v1/generate", {**song, "model": "V5"}).data["taskId"]
        door.post("/api/v1/generate", {**song, "model": "V0"})
        door.get(f"/api/v1/veo/record-info?taskId={made}")
        door.record(market)
        door.get("/api/v1/chat/credit")
        service.control.tasks.finish(sung)
        entries = {one.number: one for one in service.control.journal()}
        seen = {number: linked(shown(door, f"/entries/{number}")) for number in entries}
        assert seen[1] == [MODEL]
        assert seen[2] == ["veo/generate"]
        assert seen[3] == seen[4] == ["suno/generate"]
        assert seen[5] == ["veo/generate", "veo/record-info"]
        assert seen[6] == [MODEL, "recordInfo"]
        assert seen[7] == ["credit"]
        delivered = [seen[one.number] for one in entries.values() if one.kind == "delivery"]
        assert delivered[-1] == ["suno/generate"]
        assert linked(shown(door, f"/tasks/{made}")) == ["veo/generate"]
        assert linked(shown(door, f"/tasks/{sung}")) == ["suno/generate"]
        assert linked(shown(door, f"/tasks/{market}")) == [MODEL]
        for place in {place for places in seen.values() for place in places}:
            shown(door, f"/models/{place}")
