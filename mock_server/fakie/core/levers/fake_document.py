"""The document of one fake: the API for all models or some, and its levers."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import fakie_schemas
from fakie.core.control.errors import WrongOrderError
from fakie.core.levers.lever import PREFIX, Lever
from fakie.core.openapi.answers import ERROR
from fakie.core.openapi.api import ApiPaths
from fakie.core.openapi.published import VALUES, described
from fakie.core.runtime import Contracts
from fakie_schemas.openapi.parts import JSON_TYPE, Json, answered, content, document, query, ref
from fakie_schemas.selection import is_meant
from fakie_schemas.version import __version__

_LICENSE = "Apache-2.0"
_DESCRIPTION = "The API of kie.ai as a fake of it serves it, and the levers that move that fake"
_TAGS = {"API": "What the service has too", "levers": "What a fake alone has, to see and to move it"}
_PULLED: Json = {
    "type": "object",
    "required": ["code", "msg"],
    "properties": {"code": {"type": "integer"}, "msg": {"type": "string"}, "data": {}},
}
_REFUSED: Json = {"description": "Nothing was changed: `msg` says what would work", "content": content(ref(ERROR))}


def fake_document(
    contracts: Contracts, levers: Iterable[Lever], server: str, models: str = "*", *, mirrored: bool = False
) -> Json:
    """Write what a fake serves at `server`, of the models that fit one of the patterns, which have commas between.

    `mirrored`: refusals of the API come with their code as HTTP status. Raises WrongOrderError when no model fits.
    """
    api = ApiPaths(contracts, _matching(contracts, models))
    paths, accepted = api.paths(), contracts.profile.row("accepted").code
    for item in paths.values() if mirrored else ():
        for operation in item.values():
            operation["responses"] = _mirrored(operation["responses"]["200"], accepted)
    named: Json = {}
    out = document("fakie", __version__, server, {**paths, **_by_name(_lever_paths(levers), named)})
    out["info"]["description"] = _DESCRIPTION
    out["tags"] = [{"name": name, "description": what} for name, what in _TAGS.items()]
    out["info"]["license"] = {"name": _LICENSE, "identifier": _LICENSE}
    out["components"]["schemas"] = {**api.schemas, **named, ERROR: described(fakie_schemas.answer_schema("error"))}
    return out


def _by_name(value: Any, named: Json) -> Any:
    """Return a part of a document with a reference for each schema that has a title, and put that schema into `named`.

    Generators make a type of each schema that stands there, and some nothing at all where two have one title.
    """
    if isinstance(value, list):
        return [_by_name(one, named) for one in value]
    if not isinstance(value, Mapping):
        return value
    inner = {key: one if key in VALUES else _by_name(one, named) for key, one in value.items()}
    if not isinstance(inner.get("title"), str):
        return inner
    named[inner["title"]] = inner
    return ref(inner["title"])


def _mirrored(answer: Json, accepted: int) -> Json:
    """Return the responses of an operation of which `answer` holds its success and its refusals, the success first.

    `accepted` is the code of a success.
    """
    media = answer["content"][JSON_TYPE]
    success, *_ = media["schema"]["anyOf"]
    shown: Json = {"200": {}, "default": {}}
    for name, example in media["examples"].items():
        shown["200" if example["value"].get("code") == accepted else "default"][name] = example
    return {
        **answered("Done", success, examples=shown["200"] or None),
        "default": {
            "description": "Refused: the HTTP status is the body's `code`",
            "content": content(ref(ERROR), examples=shown["default"] or None),
        },
    }


def _matching(contracts: Contracts, pattern: str) -> list[str]:
    catalog = contracts.catalog
    listed = catalog.listed.models if catalog.listed else frozenset()
    known = sorted(model for model in {*catalog.models, *listed} if catalog.served(model))
    found = [model for model in known if is_meant(model, pattern)]
    if not found:
        near = ", ".join(catalog.near(pattern))
        raise WrongOrderError(f"model: no model fits {pattern[:80]!r}; the nearest are: {near}")
    return found


def _lever_paths(levers: Iterable[Lever]) -> Json:
    out: Json = {}
    for lever in levers:
        path = (PREFIX + lever.path).rstrip("/")
        out.setdefault(path, {})[lever.method.lower()] = _lever(lever, path)
    return out


def _lever(lever: Lever, path: str) -> Json:
    named = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    asked = query({"properties": lever.query})
    operation: Json = {
        "operationId": re.sub(r"\W+", "_", f"{lever.method.lower()}{path}").strip("_"),
        "summary": lever.what,
        "tags": ["levers"],
        # No API key is asked for; with an admin token that one is.
        "security": [{}],
        "parameters": [*named, *asked],
        # In place of ranges (4XX), which some generators write down as they stand, in code that does not compile.
        "responses": {**_done(lever), "422": _REFUSED, "default": _REFUSED},
    }
    if lever.body["properties"]:
        operation["requestBody"] = {"required": bool(lever.body["required"]), "content": content(lever.body)}
    return operation


def _done(lever: Lever) -> Json:
    if not lever.media:
        return answered("Done", _PULLED)
    schema = {"type": "object" if lever.media == JSON_TYPE else "string"}
    return {"200": {"description": "Done", "content": {lever.media: {"schema": schema}}}}
