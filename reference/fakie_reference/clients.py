"""`python -m fakie_reference.clients TOOLS`: make the types for Node and the Postman collection.

TOOLS is a folder with openapi-typescript and openapi-to-postmanv2 in its `node_modules`; `make clients` installs them.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fakie_reference.types_document import types_document, whole_document
from fakie_schemas.schema.values import sample

_CLIENTS = Path(__file__).parents[2] / "clients"
TYPES = _CLIENTS / "node" / "kie.d.ts"
COLLECTION = _CLIENTS / "postman" / "fakie.postman_collection.json"
# The model that the collection's createTask names.
_MODEL = "z-image"
# Drawn anew in every run of the converter, and answers that the fake itself gives.
_LEFT_OUT = ("id", "_postman_id", "response", "event")


def types(tools: Path) -> str:
    """Return the types of requests and records, as openapi-typescript writes them."""
    return _converted(
        tools, "openapi-typescript", types_document(), "{source}", "--empty-objects-unknown", "-o", "{out}"
    )


def collection(tools: Path) -> str:
    """Return the collection of the API and the levers, as openapi-to-postmanv2 writes it."""
    how = "folderStrategy=Tags,parametersResolution=Example"
    made = _converted(
        tools, "openapi2postmanv2", _with_examples(whole_document()), "-s", "{source}", "-o", "{out}", "-O", how
    )
    return json.dumps(_plain(json.loads(made)), indent=1, ensure_ascii=False) + "\n"


def _with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """Put examples into bodies and parameters: what the converter makes up differs in each run, mostly refused."""
    for item in document["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", ()):
                parameter["example"] = sample(parameter["schema"], full=False)
            for content in operation.get("requestBody", {}).get("content", {}).values():
                schema = content["schema"]
                name = _MODEL if "oneOf" in schema else schema.get("$ref", "").rpartition("/")[2]
                known = document["components"]["schemas"].get(name, schema)
                content["example"] = next(iter(known.get("examples", ())), None) or sample(known, full=False)
    return document


def _converted(tools: Path, program: str, document: Mapping[str, Any], *arguments: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "openapi.json", Path(folder) / "out"
        source.write_text(json.dumps(document), encoding="utf-8")
        command = [one.format(source=source, out=out) for one in arguments]
        path = (tools / "node_modules" / ".bin" / program).absolute()
        subprocess.run([path, *command], check=True, capture_output=True, cwd=folder)  # noqa: S603 - `make clients` chose it
        return out.read_text(encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if key not in _LEFT_OUT}
    return value


if __name__ == "__main__":
    TYPES.write_text(types(Path(sys.argv[1])), encoding="utf-8")
    COLLECTION.write_text(collection(Path(sys.argv[1])), encoding="utf-8")
