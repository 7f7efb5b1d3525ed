"""The document of the whole served API: valid, complete, and what it says is what the fake does."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource

from fakie.core.handling.routes import ENDPOINTS
from fakie.core.service import Service
from fakie_reference.types_document import whole_document
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.families.family import endpoints
from fakie_schemas.validator import holds
from support.clients.doors import MODEL, Door, open_door
from support.clients.program import fakie
from support.families import FAMILIES, FamilyClient
from support.servers.fakes import HandClock
from support.some import some

PATH = "/_fakie/openapi.json"
ACCOUNT_QUERY = ("account", "query")
KEY_OF_MODELS = "/api/v1/jobs/createTask"


def document_of(door: Door, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = door.get(PATH + query, {}).json
    return found


def create_schema(document: dict[str, Any]) -> Draft202012Validator:
    """Return a judge of createTask's bodies by the document alone."""
    body = document["paths"][KEY_OF_MODELS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    holder = Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema", **document})
    registry: Registry[Any] = Registry().with_resource("urn:document", holder)
    absolute = json.loads(json.dumps(body).replace('"#/', '"urn:document#/'))
    return Draft202012Validator(absolute, registry=registry)


@pytest.fixture
def document(service: Service) -> dict[str, Any]:
    with open_door("direct", service) as door:
        return document_of(door)


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """The document of all models, made once for whoever only looks things up in it."""
    return whole_document()


def test_every_door_gives_the_bare_document(door: Door) -> None:
    """No envelope is around it, and it names the fake's own address as its server."""
    answer = door.get(PATH, {})
    assert (answer.status, answer.situation) == (200, "lever_pulled")
    assert answer.json["openapi"] == "3.1.0"
    assert answer.json["servers"] == [{"url": "http://fake.test", "x-fakie": True}]


def test_it_is_valid(document: dict[str, Any]) -> None:
    """By the schema of OpenAPI 3.1 itself, all references included."""
    validate(document)


def test_it_has_every_endpoint_and_every_lever(document: dict[str, Any], service: Service) -> None:
    """What is served is written, and nothing else; each operation has a name of its own."""
    with open_door("direct", service) as door:
        levers = {(one["method"], one["path"]) for one in door.get("/_fakie/", {}).data["levers"]}
    items = document["paths"].items()
    operations = {(method.upper(), path): one for path, item in items for method, one in item.items()}
    assert set(operations) == {*ENDPOINTS, *levers}
    names = [one["operationId"] for one in operations.values()]
    assert len(set(names)) == len(names)


def test_a_status_that_a_lever_answers_with_is_in_it(document: dict[str, Any], service: Service) -> None:
    """Of a refusal as of a fake that should get no requests; no status is a range, which generators stumble over."""
    service.control.health.stopping = True
    with open_door("direct", service) as door:
        for path, status in (("ready", 503), ("clock?none=1", 422)):
            assert door.get(f"/_fakie/{path}", {}).status == status
    for path in ("ready", "clock"):
        assert {"422", "default"} <= document["paths"][f"/_fakie/{path}"]["get"]["responses"].keys()
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    answers = {status for operation in operations for status in operation["responses"]}
    assert all(status.isdecimal() or status == "default" for status in some(answers))


def test_what_a_schema_gives_as_example_or_default_it_takes_itself(whole: dict[str, Any]) -> None:
    """Also where a page's own would be refused: linters find no error, and nobody copies what does not work."""
    given = [(schema, value) for schema in some(list(_schemas(whole))) for value in _given(schema)]
    schemas = {"components": whole["components"]}
    assert [value for schema, value in some(given) if not holds({**schema, **schemas}, value)] == []


def test_a_title_names_one_schema_of_the_levers(whole: dict[str, Any]) -> None:
    """Generators make a type of each, and leave operations out where two are called alike."""
    bodies = [
        operation["requestBody"]["content"]["application/json"]["schema"]
        for path, item in whole["paths"].items()
        for operation in item.values()
        if path.startswith("/_fakie") and "requestBody" in operation
    ]
    assert {"title" in schema for schema in some(bodies)} == {False}
    named = whole["components"]["schemas"]
    plan = json.dumps(named["PlanOrder"])
    assert plan.count(json.dumps({"$ref": "#/components/schemas/OwnFile"})) == 2
    assert named["OwnFile"]["title"] == "OwnFile"


def test_generators_find_a_name_for_every_type_and_function(whole: dict[str, Any]) -> None:
    """No title is a sentence, no name has a dot or begins with a digit, each answer and the callback is a component."""
    named = whole["components"]["schemas"]
    operations = [one["operationId"] for item in whole["paths"].values() for one in item.values()]
    assert [name for name in some([*named, *operations]) if not re.fullmatch(r"[A-Za-z_][\w/-]*", name)] == []
    titles = [one["title"] for one in _schemas(whole) if isinstance(one.get("title"), str)]
    assert [title for title in some(titles) if " " in title and title != whole["info"]["title"]] == []
    successes = {
        operation["responses"]["200"]["content"]["application/json"]["schema"]["anyOf"][0]["$ref"].rpartition("/")[2]
        for path, item in whole["paths"].items()
        for operation in (item.values() if path.startswith("/api/") else ())
    }
    assert {"RecordInfoAnswer", "CreateTaskAnswer"} <= successes <= named.keys()
    assert named["TaskCallback"]["properties"]["data"]["properties"]["taskId"]


def test_fractions_to_choose_from_are_no_enum(whole: dict[str, Any]) -> None:
    """Generators that know no such enum leave out what holds one, createTask with it."""
    enums = [one["enum"] for one in _schemas(whole) if isinstance(one.get("enum"), list)]
    assert [values for values in some(enums) if any(isinstance(value, float) for value in values)] == []
    stability = whole["components"]["schemas"]["elevenlabs_text-to-dialogue-v3"]["properties"]["input"]["properties"][
        "stability"
    ]
    assert [holds(stability, value) for value in (0, 0.5, 1, 0.7)] == [True, True, True, False]


def test_every_tag_of_an_operation_is_told_of(whole: dict[str, Any]) -> None:
    """The head says what the document is of, and what each group of operations is; linters ask for both."""
    used = {tag for item in whole["paths"].values() for operation in item.values() for tag in operation["tags"]}
    assert {tag["name"] for tag in whole["tags"]} == used == {"API", "levers"}
    assert whole["info"]["description"]


def test_a_lever_takes_no_empty_account_and_the_document_says_so(whole: dict[str, Any], service: Service) -> None:
    """Wherever one may be named, in a body or a query: who makes calls from the document makes none that is refused."""
    named = [one["properties"]["account"] for one in _schemas(whole["components"]) if "account" in _properties(one)]
    asked = [one["schema"] for one in _schemas(whole["paths"]) if (one.get("name"), one.get("in")) == ACCOUNT_QUERY]
    assert not any(holds(schema, "") for schema in (*some(named), *some(asked)))
    with open_door("direct", service) as door:
        assert {door.get(f"/_fakie/{path}?account=", {}).code for path in ("journal", "tasks", "files")} == {422}
        assert door.post("/_fakie/plans", {"account": ""}, headers={}).code == 422


def _properties(schema: dict[str, Any]) -> dict[str, Any]:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _schemas(part: Any) -> Iterator[dict[str, Any]]:
    """Return each object of a document that could be a schema with an example or a default."""
    if isinstance(part, list):
        for one in part:
            yield from _schemas(one)
    if isinstance(part, dict):
        yield part
        for key, one in part.items():
            # Under these stand values.
            if key not in ("value", "example", "default", "enum", "const") and not (
                key == "examples" and isinstance(one, list)
            ):
                yield from _schemas(one)


def _given(schema: dict[str, Any]) -> list[Any]:
    examples = schema.get("examples")
    # What stands beside neither is the answer of a path, or a field of such a name.
    told = "type" in schema or "enum" in schema or "anyOf" in schema
    every = examples if isinstance(examples, list) else []
    return [*every, *([schema["default"]] if told and "default" in schema else [])]


def test_each_model_is_one_alternative_of_a_body(document: dict[str, Any]) -> None:
    """The discriminator knows every model; a body that the fake takes fits, one that it refuses does not."""
    schema = document["paths"][KEY_OF_MODELS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(schema["discriminator"]["mapping"]) >= set(Catalog.shipped().models) | {"veo-3-1"}
    judge = create_schema(document)
    good = {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}}
    assert judge.is_valid(good)
    assert judge.is_valid({"model": "veo-3-1", "input": {"anything": 1}})
    odd = {"prompt": "x", "aspect_ratio": "7:1"}
    bad: tuple[Any, ...] = ({**good, "model": "nobody/knows"}, {**good, "input": odd}, {"input": {}})
    assert [judge.is_valid(body) for body in bad] == [False, False, False]


def test_every_pages_example_that_the_fake_takes_fits_the_document(document: dict[str, Any], service: Service) -> None:
    """Over all models: the fake and its document judge the same bodies alike."""
    judge = create_schema(document)
    for model in some(Catalog.shipped().models):
        revision = Catalog.shipped().served(model)
        assert revision is not None
        body = revision.facts["examples"]["request"]
        if body is not None:
            assert judge.is_valid(body) == revision.holds(body), model


def test_refusals_have_examples_in_the_fakes_own_words(document: dict[str, Any], service: Service) -> None:
    """Each code that can be ordered is shown once, worded as the order would be."""
    operation = document["paths"][KEY_OF_MODELS]["post"]
    shown = operation["responses"]["200"]["content"]["application/json"]["examples"]
    codes = {example["value"]["code"] for example in shown.values()}
    assert codes == {200, 401, 402, 404, 408, 422, 429, 433, 455, 500, 501, 505}
    with open_door("direct", service) as door:
        ordered = door.get("/api/v1/chat/credit?__code=455").json
    assert shown["455 maintenance"]["value"] == ordered


def test_the_first_example_of_every_answer_is_a_success(document: dict[str, Any]) -> None:
    """A tool that answers by the document takes the first example: one that fits the answer, with code 200."""
    for path, item in document["paths"].items():
        for operation in item.values() if path.startswith("/api/") else ():
            answered = operation["responses"]["200"]["content"]["application/json"]
            first = next(iter(answered["examples"].values()))["value"]
            assert first["code"] == 200, path
            success = {**answered["schema"]["anyOf"][0], "components": document["components"]}
            assert Draft202012Validator(success).is_valid(first), path


def test_mirrored_refusals_are_written_beside_the_success(make: Callable[..., Service]) -> None:
    """A fake that tells by the HTTP status too has a document that says so, and whose examples are where they come."""
    with open_door("direct", make(mirror_status=True)) as door:
        written, refused = document_of(door), door.post(KEY_OF_MODELS, {}, headers={})
    validate(written)
    for path, item in written["paths"].items():
        for operation in item.values() if path.startswith("/api/") else ():
            media = {status: each["content"]["application/json"] for status, each in operation["responses"].items()}
            codes = {
                status: {one["value"]["code"] for one in each["examples"].values()} for status, each in media.items()
            }
            assert (codes["200"], 200 in codes["default"]) == ({200}, False), path
            assert media["default"]["schema"] not in media["200"]["schema"].get("anyOf", ()), path
    assert refused.status == 401


def test_callbacks_are_written_as_callbacks(document: dict[str, Any]) -> None:
    """The address comes from the request's own field."""
    callbacks = document["paths"][KEY_OF_MODELS]["post"]["callbacks"]
    assert list(callbacks["taskEnded"]) == ["{$request.body#/callBackUrl}"]


def test_a_pattern_narrows_the_models(door: Door) -> None:
    """Only those that fit are alternatives; none that fits is said with near names."""
    some_models = document_of(door, "?model=kling/*,acme")
    schema = some_models["paths"][KEY_OF_MODELS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert {model.partition("/")[0] for model in some(schema["discriminator"]["mapping"])} == {"kling"}
    validate(some_models)
    refused = door.get(f"{PATH}?model=z-imag", {})
    assert refused.situation == "lever_misused"
    assert "z-image" in refused.msg


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_the_command_prints_the_same(form: str, service: Service) -> None:
    """`fakie openapi` writes what the lever answers, but for the server's address, in either form."""
    done = fakie("openapi", "--model", MODEL, "--format", form)
    assert done.returncode == 0, done.stderr
    printed = yaml.safe_load(done.stdout) if form == "yaml" else json.loads(done.stdout)
    with open_door("direct", service) as door:
        asked = document_of(door, f"?model={MODEL}")
    assert printed | {"servers": []} == asked | {"servers": []}


def test_a_pattern_that_nothing_fits_ends_the_command_with_one_line() -> None:
    """Exit code 2, and near names."""
    done = fakie("openapi", "--model", "z-imag")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("fakie: model: no model fits 'z-imag'; the nearest are: z-image")
    assert len(done.stderr.splitlines()) == 1


def _fits(document: dict[str, Any], path: str, method: str, answer: Any) -> list[str]:
    """Return what in an answer the document does not have, a success judged as one."""
    content = document["paths"][path][method.lower()]["responses"]["200"]["content"]["application/json"]
    schema = content["schema"]["anyOf"][0] if answer["code"] == 200 else content["schema"]
    judge = Draft202012Validator({**schema, "components": document["components"]})
    return [f"{path} {one.json_path}: {one.message}" for one in judge.iter_errors(answer)]


@pytest.mark.parametrize("outcome", ["success", "fail"])
@pytest.mark.parametrize("name", [one.name for one in some(FAMILIES)])
def test_what_a_family_answers_fits_the_document(
    name: str, outcome: str, whole: dict[str, Any], service: Service, clock: HandClock
) -> None:
    """The request's answer, the record as the task runs and once it has ended, and a transform asked for again."""
    about = endpoints()[name]
    with open_door("direct", service) as door:
        client = FamilyClient(door, clock)
        body = client.body(name) if about.kind in ("create", "transform") else {}
        if about.kind == "create" and outcome == "fail":
            service.control.orders.add_plan(outcome="fail")
        answers = [(about, client.ask(name, body).json)]
        task = (answers[0][1].get("data") or {}).get("taskId") if about.kind == "create" else None
        for seconds in (0.0, 2.0, 2.0, 20.0):
            client.pass_time(seconds)
            if about.kind == "transform":
                answers.append((about, client.ask(name, body).json))
            elif task and about.job:
                answers += [(endpoints()[one], client.shown(one, task).json) for one in about.job.records]
    assert [found for one, answer in answers for found in _fits(whole, one.path, one.method, answer)] == []


def test_each_lever_that_is_read_answers_as_the_document_says(document: dict[str, Any], door: Door) -> None:
    """With the API's envelope where the document has it, and without it where it has none."""
    for path, item in document["paths"].items():
        if path.startswith("/_fakie") and "get" in item and "{" not in path:
            answer = door.get(path, {})
            media = answer.headers["content-type"].partition(";")[0]
            (documented, content), *_ = item["get"]["responses"]["200"]["content"].items()
            assert documented == media, path
            if media == "application/json":
                assert [*Draft202012Validator(content["schema"]).iter_errors(answer.json)] == [], path
