"""Faults in the form of answers."""

import itertools
import json
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from support.mutants.edits import CREATE, RECORD, drop, on_answer, put, rename, with_headers
from support.servers.broken import Door, Mutant

_numbers = itertools.count()


def _in_data(change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda body: change(body["data"]) if isinstance(body.get("data"), dict) else None


def _status(status: int, when: int) -> Callable[[Door, Request, Service], Response]:
    return on_answer("*", lambda _: None, when, status)


def _typed(content_type: str, body: bytes | None = None) -> Callable[[Door, Request, Service], Response]:
    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        if request.path != CREATE or (body is not None and b'"code":422' not in response.body):
            return response
        return with_headers(replace(response, body=body or response.body), Content_Type=content_type)

    return handle


def _missing_model_accepted(door: Door, request: Request, _: Service) -> Response:
    response = door(request)
    if b"model is required" in response.body:
        return replace(
            response, body=b'{"code":200,"msg":"success","data":{"taskId":"0123456789abcdef0123456789abcdef"}}'
        )
    return response


def _uuid(data: dict[str, Any]) -> None:
    text = data["taskId"]
    data["taskId"] = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _wrapped(door: Door, request: Request, _: Service) -> Response:
    response = door(request)
    return replace(response, body=b"[" + response.body + b"]") if request.path == CREATE else response


def _duplicated_id(data: dict[str, Any]) -> None:
    data["taskId"] = "0123456789abcdef0123456789abcdef"


def _unknown_paths_found(door: Door, request: Request, _: Service) -> Response:
    response = door(request)
    return replace(response, status=200) if json.loads(response.body or b"{}").get("code") == 404 else response


CODE_TEXT = lambda body: body.update(code=str(body["code"]))  # noqa: E731
ANSWERS = (
    Mutant("200 for a missing model", "model::missing", handle=_missing_model_accepted),
    Mutant("code as a string", "model::missing", handle=on_answer(CREATE, CODE_TEXT)),
    Mutant("code as a string, on success alone", "code-200", handle=on_answer(CREATE, CODE_TEXT, 200)),
    Mutant("code as a fraction", "code-200", handle=on_answer(CREATE, put(code=200.5), 200)),
    Mutant("code 0 for success", "code-200", handle=on_answer(CREATE, put(code=0), 200)),
    Mutant("no code", "code-200", handle=on_answer(CREATE, drop("code"))),
    Mutant("400 for 422", "model::missing", handle=on_answer(CREATE, put(code=400), 422)),
    Mutant("501 for 422", "model::missing", handle=on_answer(CREATE, put(code=501), 422)),
    Mutant("message for msg", "code-200", handle=on_answer("*", rename("msg", "message"))),
    Mutant("message for msg, on refusals alone", "code-422", handle=on_answer(CREATE, rename("msg", "message"), 422)),
    Mutant("msg is null", "code-200", handle=on_answer(CREATE, put(msg=None))),
    Mutant("msg is empty on a refusal", "code-401", handle=on_answer("*", put(msg=""), 401)),
    Mutant("data missing", "code-200", handle=on_answer(CREATE, drop("data"), 200)),
    Mutant("data is null on success", "code-200", handle=on_answer(CREATE, put(data=None), 200)),
    Mutant("data is a list on a refusal", "code-422", handle=on_answer(CREATE, put(data=[]), 422)),
    Mutant("data is an empty object on a refusal", "code-422", handle=on_answer(CREATE, put(data={}), 422)),
    Mutant("task_id for taskId", "code-200", handle=on_answer(CREATE, _in_data(rename("taskId", "task_id")))),
    Mutant("taskId is a number", "code-200", handle=on_answer(CREATE, _in_data(put(taskId=7)))),
    Mutant("taskId is empty", "code-200", handle=on_answer(CREATE, _in_data(put(taskId="")))),
    Mutant("taskId with dashes", "code-200", handle=on_answer(CREATE, _in_data(_uuid))),
    Mutant("the same taskId for all", "ids-are-new", handle=on_answer(CREATE, _in_data(_duplicated_id))),
    Mutant("a task id in a refusal", "code-422", handle=on_answer(CREATE, put(data={"taskId": "1" * 32}), 422)),
    Mutant("an object in a refusal", "code-422", handle=on_answer(CREATE, put(data={"error": "no"}), 422)),
    Mutant("a refusal says success", "code-422", handle=on_answer(CREATE, put(msg="Success"), 422)),
    Mutant(
        "a task in the words of a refusal",
        "life::success",
        handle=on_answer(CREATE, put(msg="This field is required"), 200),
    ),
    Mutant("no recordId", "code-200", "everything", on_answer(CREATE, _in_data(drop("recordId")))),
    Mutant("another recordId", "code-200", "everything", on_answer(CREATE, _in_data(put(recordId="2" * 32)), 200)),
    Mutant("recordId is null", "code-200", "everything", on_answer(CREATE, _in_data(put(recordId=None)), 200)),
    Mutant(
        "a recordId that no page names as a number",
        "code-200",
        handle=on_answer(CREATE, _in_data(put(recordId=7)), 200),
    ),
    Mutant("HTTP 201 for success", "code-200", handle=_status(201, 200)),
    Mutant("HTTP 401 for 401", "key::createTask", handle=_status(401, 401)),
    Mutant("HTTP 422 for 422", "model::missing", handle=_status(422, 422)),
    Mutant("HTTP 429 for 429", "code-429", handle=_status(429, 429)),
    Mutant("every code as HTTP status", "code-422", settings={"mirror_status": True}),
    Mutant("HTTP 200 for an unknown path", "path::unknown", handle=_unknown_paths_found),
    Mutant("text/plain", "code-200", handle=_typed("text/plain")),
    Mutant("another charset", "code-200", handle=_typed("application/json;charset=ISO-8859-1")),
    Mutant("a page of HTML for a refusal", "code-422", handle=_typed("text/html", b"<html>no</html>")),
    Mutant("a list around the answer", "code-200", handle=_wrapped),
    Mutant(
        "recordInfo as text/plain",
        "life",
        handle=lambda door, request, service: (
            with_headers(door(request), Content_Type="text/plain") if request.path == RECORD else door(request)
        ),
    ),
)
