"""The endpoints of the API as paths of a document."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import fakie_schemas
from fakie.core.catalogue.paths import PATHS as CATALOGUE
from fakie.core.files.uploads import BASE64, STREAM, URL
from fakie.core.files.uploads import PATHS as UPLOADS
from fakie.core.handling.routes import ENDPOINTS
from fakie.core.openapi.answers import answers_of
from fakie.core.openapi.page_answers import answer_as_it_comes
from fakie.core.openapi.published import described, published
from fakie.core.runtime import Contracts
from fakie_schemas import disk
from fakie_schemas.catalog.listed import ListedRevision
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints
from fakie_schemas.openapi.parts import Json, component_names, content, query, ref, task_callback

_ANSWERS: Mapping[str, str] = {
    "recordInfo": "record-info",
    "credit": "credit",
    "models": "models",
    "modelSchema": "model-schema",
    "modelPrice": "model-price",
    "modelSuccessRate": "model-success-rate",
    "download-url": "download-url",
    **dict.fromkeys(UPLOADS.values(), "file-uploaded"),
}
_TEXT = {"type": "string"}
# Models of which only the name is known share one schema.
_NAMED_ONLY = "ModelWithoutPage"
_CALLBACK = "TaskCallback"


class ApiPaths:
    """The API's paths for some models, and the schemas of their requests."""

    def __init__(self, contracts: Contracts, models: Iterable[str]) -> None:
        self._contracts = contracts
        self._schemas: dict[str, Json] = {}
        self._mapping: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._add(list(models))

    @property
    def schemas(self) -> Json:
        """The components: the request of each model, and the answers and the callback of the paths that were made."""
        return dict(self._schemas)

    def paths(self) -> Json:
        """Return the paths, each with its one method."""
        out: Json = {}
        for (method, path), name in ENDPOINTS.items():
            operation = self._operation(name, method)
            if operation:
                out[path] = {method.lower(): {"operationId": _operation_id(name, path), "tags": ["API"], **operation}}
        return out

    def _operation(self, name: str, method: str) -> Json | None:
        """Return the operation of an endpoint; None for one of a family of which no page is here."""
        about = endpoints().get(name)
        if name in _ANSWERS:
            return self._read(name) if method == "GET" else self._send(name)
        if about is None or about.page == BY_MODEL:
            return self._create()
        revision = self._contracts.catalog.endpoint(about.page)
        return self._of_page(about, revision) if revision else None

    def _of_page(self, about: FamilyEndpoint, revision: Revision) -> Json:
        """Return the operation of an endpoint of a family, all of which stands on its page."""
        schema, answer = published(revision.request_schema), revision.facts["answers"]["success"] or {"type": "object"}
        out: Json = {"summary": about.title}
        shown = _shown(revision)
        comes = answer_as_it_comes(about, answer, shown) if isinstance(answer, dict) else None
        if about.method == "GET":
            out["parameters"] = query(schema)
        else:
            out["requestBody"] = {"required": True, "content": content(schema)}
        return out | {"responses": self._answers(about.name, answer, revision.codes, shown, comes)}

    def _answers(
        self, endpoint: str, answer: str | Json, codes: Iterable[int], shown: object, comes: Json | None = None
    ) -> Json:
        """Return the responses of an endpoint whose success has this schema, or that of this name.

        `comes` is the schema to write, where more may come than the page has.
        """
        whole, name = fakie_schemas.answer_schema(answer) if isinstance(answer, str) else answer, self._names[endpoint]
        self._schemas[name] = described(comes or whole)
        return answers_of(endpoint, whole, codes, self._contracts.profile, shown, name)

    def _add(self, models: list[str]) -> None:
        answers = {name: _type_name(_operation_id(name, path)) for (_, path), name in ENDPOINTS.items()}
        names = component_names([_NAMED_ONLY, _CALLBACK, *answers.values(), *models])
        self._names = {endpoint: names[answer] for endpoint, answer in answers.items()}
        bare_names: list[str] = []
        for model in models:
            revision = self._contracts.catalog.served(model)
            if revision is None or isinstance(revision, ListedRevision):
                bare_names.append(model)
            else:
                self._schemas[names[model]] = published(revision.request_schema)
            self._mapping[model] = ref(_NAMED_ONLY if model in bare_names else names[model])["$ref"]
        if bare_names:
            self._schemas[_NAMED_ONLY] = _without_page(bare_names)

    def _create(self) -> Json:
        catalog = self._contracts.catalog
        self._schemas[_CALLBACK] = described(fakie_schemas.answer_schema("callback"))
        choice = {
            "oneOf": [{"$ref": one} for one in dict.fromkeys(self._mapping.values())],
            "discriminator": {"propertyName": "model", "mapping": self._mapping},
        }
        revision = catalog.served(next(iter(self._mapping)))
        example = revision.facts["examples"].get("request") if revision else None
        return {
            "summary": "Create a task",
            "requestBody": {"required": True, "content": content(choice, example=example)},
            "responses": self._answers("createTask", "task-created", catalog.codes, None),
            "callbacks": task_callback(ref(_CALLBACK)),
        }

    def _read(self, name: str) -> Json:
        parameters = _PARAMETERS[name]() if name in _PARAMETERS else [_MODEL] if name in CATALOGUE.values() else []
        return {
            "summary": _SUMMARIES[name],
            "parameters": parameters,
            "responses": self._answers(name, _ANSWERS[name], self._contracts.profile.codes, self._shown(name)),
        }

    def _send(self, name: str) -> Json:
        """Return the operation of an endpoint whose body has one page for all models."""
        media = "multipart/form-data" if name == STREAM else "application/json"
        return {
            "summary": _SUMMARIES[name],
            "requestBody": {"required": True, "content": {media: {"schema": published(_page(name))}}},
            "responses": self._answers(name, _ANSWERS[name], self._contracts.profile.codes, self._shown(name)),
        }

    def _shown(self, name: str) -> object:
        return _shown(self._contracts.catalog.endpoint("record-info" if name == "recordInfo" else name))


def _operation_id(endpoint: str, path: str) -> str:
    """Return an endpoint's name, or its path where that would begin with a digit, as no function in code can."""
    return path.removeprefix("/api/v1/") if endpoint[0].isdecimal() else endpoint


def _type_name(operation: str) -> str:
    """Return what types of an operation's answer are called, such as RecordInfoAnswer."""
    return "".join(word[0].upper() + word[1:] for word in re.split(r"\W+", operation)) + "Answer"


def _shown(revision: Revision | ListedRevision | None) -> object:
    """Return the answer that a page shows; None where it shows none."""
    return revision.facts["examples"].get("answer") if revision else None


def _page(name: str) -> Json:
    """Return the request's schema of an endpoint's newest page."""
    folder = fakie_schemas.data_folder("revisions") / "endpoints" / name
    return fakie_schemas.read_json(disk.files_in(folder, ".request.schema.json")[-1])


def _without_page(models: list[str]) -> Json:
    properties: dict[str, Any] = {"model": {"type": "string", "enum": models}, "input": {"type": "object"}}
    properties["callBackUrl"] = {"type": "string", "format": "uri"}
    return {"type": "object", "required": ["model", "input"], "properties": properties}


def _of_record_info() -> list[Json]:
    return query(_page("record-info"))


_PARAMETERS: Mapping[str, Callable[[], list[Json]]] = {
    "recordInfo": _of_record_info,
    "models": lambda: query({"properties": {"taskType": _TEXT, "provider": _TEXT, "q": _TEXT}}),
}
_MODEL: Json = {
    "name": "model",
    "in": "path",
    "required": True,
    "description": "The model's name; its slashes may stay as they are",
    "schema": _TEXT,
}
_SUMMARIES: Mapping[str, str] = {
    "recordInfo": "How a task goes",
    "credit": "The account's credits",
    "models": "The models of the catalogue",
    "modelSchema": "One model's contract as an OpenAPI document",
    "modelPrice": "What one model costs",
    "modelSuccessRate": "How one model's tasks have gone",
    "download-url": "A link to a file that is open for a while",
    BASE64: "Upload a file as Base64",
    STREAM: "Upload a file in a form",
    URL: "Upload a file from its URL",
}
