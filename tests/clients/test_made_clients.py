"""What is made for other programs from our OpenAPI document: types for TypeScript, a collection for Postman."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from fakie.core.service import Service
from fakie_reference.clients import COLLECTION, TYPES, collection, types
from fakie_reference.types_document import types_document, whole_document
from support.clients.doors import open_door
from support.some import some

ROOT = Path(__file__).parents[2]
NODE = ROOT / "clients" / "node"
# Where `make clients` installs the generators.
TOOLS = ROOT / "build" / "tools"
MADE = TYPES.read_text(encoding="utf-8")
STRICT = ("--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom")
TYPED = ("support/typed.ts", "support/control.ts")
# Fields that name what somebody's earlier request has made, and endpoints that take files.
NAMES_SOMETHING = re.compile(r"task_?[iI]d|audioId")
TAKES_FILES = re.compile(r"/file-|download-url")


@pytest.fixture
def generators() -> Path:
    """The folder of the generators; the tests that need them are skipped where `make clients` was never called."""
    if not (TOOLS / "node_modules").is_dir():
        pytest.skip("the generators are not installed: `make clients` does it, over a network")
    return TOOLS


@pytest.mark.parametrize("made", ["types", "collection"])
def test_what_is_committed_is_what_the_generators_make(made: str, generators: Path) -> None:
    """Letter by letter, where they are installed."""
    file, make = {"types": (TYPES, types), "collection": (COLLECTION, collection)}[made]
    assert file.read_text(encoding="utf-8") == make(generators)


def test_the_types_have_every_model_with_its_fields() -> None:
    """Without the generators too: each schema is a type, and each of its fields stands in it."""
    for name, schema in some(types_document()["components"]["schemas"].items()):
        body = _interface(name)
        fields = {*schema["properties"], *schema["properties"].get("input", {}).get("properties", {})}
        assert [field for field in fields if not re.search(rf'\b"?{re.escape(field)}"?\??:', body)] == [], name


def test_the_types_have_every_endpoint() -> None:
    """Each path and each operation of the API, and no lever."""
    paths = set(re.findall(r'^    "(/[^"]+)": \{$', MADE, flags=re.MULTILINE))
    assert paths == set(types_document()["paths"]), "call `make clients`"
    named = {one["operationId"] for item in types_document()["paths"].values() for one in item.values()}
    operations = MADE[MADE.index("export interface operations") :]
    assert set(re.findall(r'^    "?([\w/.-]+)"?: \{$', operations, flags=re.MULTILINE)) == named


def test_the_types_are_of_an_acceptable_size() -> None:
    """Who installs the package gets them."""
    assert TYPES.stat().st_size < 268_000


def _interface(name: str) -> str:
    found = re.search(rf'^        "?{re.escape(name)}"?: \{{\n(.*?)^        \}};', MADE, flags=re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1]


def test_a_typed_client_compiles_and_wrong_ones_do_not() -> None:
    """What stands under `@ts-expect-error` must be an error; tsc comes with the generators, or from the PATH."""
    own = TOOLS / "node_modules" / ".bin" / "tsc"
    tsc = str(own) if own.exists() else shutil.which("tsc")
    if tsc is None:
        pytest.skip("tsc is not installed: `make clients` brings it, over a network")
    done = subprocess.run([tsc, *STRICT, *TYPED], cwd=NODE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def requests(items: list[Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the requests of a collection, whatever folders they lie in."""
    for item in items:
        if "item" in item:
            yield from requests(item["item"])
        else:
            yield item["request"]


def path_of(request: Mapping[str, Any]) -> str:
    """Return the path of a request as our document writes it."""
    parts = request["url"]["path"]
    return "/" + "/".join(f"{{{part[1:]}}}" if part.startswith(":") else part for part in parts)


def test_the_collection_has_every_operation_once() -> None:
    """The API and the levers; its base is a variable that leads to a fake on this machine."""
    made = json.loads(COLLECTION.read_text(encoding="utf-8"))
    found = [(one["method"], path_of(one).rstrip("/")) for one in requests(made["item"])]
    document = whole_document()["paths"]
    asked = [(method.upper(), path.rstrip("/")) for path, item in document.items() for method in item]
    assert set(found) ^ set(asked) == set(), "call `make clients`"
    assert len(found) == len(set(found))
    assert {"key": "baseUrl", "value": "http://127.0.0.1:8080"} in made["variable"]


def test_a_request_of_the_collection_that_names_nothing_of_somebody_is_accepted(service: Service) -> None:
    """As it stands: the example of createTask, and every other create."""
    made = json.loads(COLLECTION.read_text(encoding="utf-8"))
    posts = [one for one in requests(made["item"]) if one["method"] == "POST" and "/_fakie" not in path_of(one)]
    posts = [one for one in posts if not TAKES_FILES.search(path_of(one))]
    chosen = [one for one in posts if not NAMES_SOMETHING.search(one["body"]["raw"])]
    with open_door("direct", service) as door:
        answers = {path_of(one): door.post(path_of(one), json.loads(one["body"]["raw"])) for one in some(chosen)}
    assert "/api/v1/jobs/createTask" in answers
    assert {path: answer.msg for path, answer in answers.items() if answer.code != 200} == {}


def test_a_lever_of_the_collection_that_names_nothing_of_somebody_is_obeyed(service: Service) -> None:
    """As it stands, what is ordered waits and is met."""
    made = json.loads(COLLECTION.read_text(encoding="utf-8"))
    posts = [one for one in requests(made["item"]) if one["method"] == "POST" and "/_fakie" in path_of(one)]
    with open_door("direct", service) as door:
        chosen = [one for one in posts if "{" not in path_of(one)]
        answers = {
            path_of(one): door.post(path_of(one), json.loads(one.get("body", {}).get("raw") or "{}")) for one in chosen
        }
    assert {"/_fakie/faults", "/_fakie/spoils", "/_fakie/plans", "/_fakie/clock"} <= set(answers)
    assert {path: answer.msg for path, answer in answers.items() if answer.code != 200} == {}


def test_the_package_exports_the_types() -> None:
    """`import type … from "fakie/types"` finds them, and they are packed."""
    package = json.loads((NODE / "package.json").read_text(encoding="utf-8"))
    assert package["exports"]["./types"] == {"types": "./types.d.ts"}
    assert {"kie.d.ts", "types.d.ts"} <= set(package["files"])
