"""For each rule of the suite a fault that breaks it, and the case that finds it."""

import io
import itertools
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from fakie.core.http.messages import Request, Response
from fakie.core.ports import Outgoing
from fakie.core.service import Service
from support.mutants import MUTANTS
from support.mutants.edits import CREATE, CREDIT, decoded, drop, in_result, on_answer, on_body, on_data, put
from support.mutants.elsewhere import ELSEWHERE
from support.mutants.records import ENDS
from support.mutants.written import READ_ANYWAY
from support.servers.broken import Door, Mutant

_FRAMEWORK = b'{"timestamp":1,"status":404,"error":"Not Found","message":"m","path":"/"}'
# Rule: the mutant that breaks it, and a part of the id of the case that finds it.
KILLED: dict[str, tuple[str, str]] = {
    "account.balance": ("a failure is not given back", "account::refund"),
    "account.cannot_cost": ("every refusal is charged", "refusal-is-free"),
    "account.charged": ("nothing is charged", "account::charge"),
    "account.consumed": ("charged twice", "account::charge"),
    "account.create_limit": ("429 one too early", "code-429::by-nature"),
    "account.price": ("dearer than the list", "optional::none"),
    "account.price_again": ("each task is dearer than the one before", "ids-are-new"),
    "account.query_limit": ("five queries a second", "query-limit"),
    "answer.charset": ("another charset", "code-200::by-nature"),
    "answer.code": ("no taskId has code 422", "api::recordInfo::no-task-id"),
    "answer.content_type": ("recordInfo as text/plain", "life::success"),
    "answer.data_in_refusal": ("an object in a refusal", "code-422::by-nature"),
    "answer.double_key": ("the code twice", "code-200::by-nature"),
    "answer.empty": ("msg is empty on a refusal", "code-401::by-nature"),
    "answer.encoding": ("a byte order mark", "code-200::by-nature"),
    "answer.half_character": ("half a character", "code-200::by-nature"),
    "answer.http_status": ("HTTP 200 for an unknown path", "api::path::unknown"),
    "answer.key": ("the key in msg", "code-422::by-nature"),
    "answer.mirrored_status": ("HTTP 401 for 401", "api::key::createTask::missing"),
    "answer.not_json": ("a page of HTML for a refusal", "code-422::by-nature"),
    "answer.not_refused": ("every key is an account", "api::key::unknown"),
    "answer.number": ("NaN in an answer", "code-200::by-nature"),
    "answer.refused": ("an allowed null refused", "input.note::null"),
    "answer.accepted_as_refusal": ("a task in the words of a refusal", "life::success"),
    "answer.refused_as_success": ("a refusal says success", "code-422::by-nature"),
    "answer.scheme_case": ("the scheme in one case alone", "key::scheme"),
    "answer.task_in_refusal": ("a task id in a refusal", "code-422::by-nature"),
    "answer.undocumented_code": ("400 for 422", "model::missing"),
    "callback.agrees": ("callback: another param (success)", "callback::success"),
    "callback.before_answer": ("a callback before the answer", "callback::success"),
    "callback.body": ("a callback while the task runs", "callback::success"),
    "callback.charset": ("a callback in another charset", "callback::success"),
    "callback.code": ("callback: code 200 on failure", "callback::failure"),
    "callback.content_type": ("a callback while the task runs", "callback::success"),
    "callback.count": ("a callback while the task runs", "callback::success"),
    "callback.msg": ("callback: failed, says the msg of a success", "callback::success"),
    "callback.param_key": ("callback: another param (success)", "callback::success"),
    "callback.sent_again": ("the callback never sent again", "callback::retried"),
    "callback.signature": ("signed with another key", "callback::success"),
    "callback.signature_missing": ("a callback while the task runs", "callback::success"),
    "callback.signed": ("signed without a webhook key", "callback::unsigned"),
    "callback.stage": ("suno/generate calls back: every stage complete", "callback::success"),
    "callback.state": ("callback: another state (success)", "callback::success"),
    "callback.task": ("callback: another taskId (success)", "callback::success"),
    "callback.time_rounded": ("callback: times not in whole seconds", "callback::success"),
    "callback.timestamp": ("timestamp in milliseconds", "callback::success"),
    "callback.while_running": ("a callback while nobody looks", "callback::success"),
    "record.completed_first": ("completed before it was created", "life::success"),
    "record.cost_time": ("createTime in seconds", "life::success"),
    "record.cost_time_unit": ("costTime in milliseconds", "life::success"),
    "record.created": ("createTime an hour off", "life::success"),
    "record.future": ("completeTime in an hour", "life::success"),
    "record.model": ("another model", "life::success"),
    "record.operation_type": ("another operationType", "life::success"),
    "record.param_added": ("param: a default of the target's own", "optional::none"),
    "record.param_default": ("param: another default", "optional::none"),
    "record.param_input": ("param with another input", "life::success"),
    "record.param_input_once": ("param encoded once", "life::success"),
    "record.param_json": ("paramJson differs", "life::success"),
    "record.param_key": ("param without the model", "life::success"),
    "record.param_model": ("callback: another model (success)", "callback::success"),
    "record.task": ("another taskId", "life::success"),
    "record.updated_before_end": ("updated before its end", "life::success"),
    "record.updated_first": ("updated before it was created", "life::success"),
    "request.accepted": ("a required field optional", "input.voice::missing"),
    "result.again": ("one result for all tasks", "life::at-once"),
    "result.link": ("a link to another file", "life::success"),
    "result.changed": ("another file at the second download", "life::success"),
    "result.content": ("the result is noise", "life::success"),
    "result.count": ("one result where three are asked for", "life::number"),
    "result.cut": ("the result breaks off", "life::success"),
    "result.encoding": ("resultJson empty on success", "life::success"),
    "result.file": ("the result is empty", "life::success"),
    "result.file_type": ("the result is text", "life::success"),
    "result.format": ("the result is of another format", "life::success"),
    "result.keys": ("urls for resultUrls", "life::success"),
    "result.kind": ("a picture from a model of sound", "life::success"),
    "result.no_file": ("an object where a file is made", "life::success"),
    "result.response": ("response differs", "life::success"),
    "result.url": ("suno: a result that is no URL", "life::success"),
    "result.url_twice": ("a file listed twice", "life::success"),
    "result.urls": ("no URLs", "life::success"),
    "shape.length": ("taskId is empty", "code-200::by-nature"),
    "shape.missing_field": ("no balance", "api::credit::shown"),
    "shape.type": ("the balance in an object", "api::credit::shown"),
    "shape.undocumented_field": ("callback: message for msg", "callback::success"),
    "shape.unit": ("completeTime in seconds", "life::success"),
    "shape.value": ("failed for fail", "life::failure"),
    "shape.whole_number": ("code 200.0", "code-200::by-nature"),
    "task.changed_after_end": ("completeTime moves after the end", "life::success"),
    "task.completed_while_running": ("ended when it was created", "life::success"),
    "task.created_moved": ("createTime moves from poll to poll", "life::success"),
    "task.end_told": ("veo: a video while it runs", "life::success"),
    "task.failed": ("every task fails", "life::success"),
    "task.failure_told": ("suno: a failure of what succeeded", "life::success"),
    "task.failure_words": ("failCode as a number", "life::failure"),
    "task.fallback": ("veo/generate: no second model", "life::fallback"),
    "task.held": ("tasks of an account share their state", "life::two-tasks"),
    "task.id_again": ("the same taskId for all", "account::ids-are-new"),
    "task.id_form": ("taskId with dashes", "code-200::by-nature"),
    "task.lasted": ("never ends", "life::success"),
    "task.made_again": ("veo/get-4k-video: another task each time", "life"),
    "task.mixed_up": ("two tasks made at once mixed up", "life::at-once"),
    "task.near_id": ("a task by its start", "ids-are-new"),
    "task.not_failed": ("aleph/generate: a failure without its code", "life::failure"),
    "task.progress_back": ("progress falls", "life::success"),
    "task.record_id": ("another recordId", "code-200::by-nature"),
    "task.state_order": ("states go back", "life::success"),
    "task.state_word": ("suno: a wrong word for success", "life::success"),
    "task.states": ("generating skipped", "life::polled"),
    "task.unfinished": ("no task ends", "life::success"),
    "task.updated_back": ("updateTime goes back", "life::success"),
}


def _at(method: str, path: str, change: Callable[[Response], Response]) -> Callable[[Door, Request, Service], Response]:
    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        return change(response) if (request.method, request.path) == (method, path) else response

    return handle


def _runs_again() -> Callable[[dict[str, Any]], None]:
    ends = itertools.count()
    return lambda data: data.update(state="generating") if next(ends) else None


def _elsewhere(result: dict[str, Any]) -> None:
    parts = urlsplit(result["resultUrls"][0])
    result["resultUrls"] = [f"{parts.scheme}://{parts.netloc}/_fakie/"]


def _once(data: dict[str, Any]) -> None:
    outer = json.loads(data["param"])
    data["param"] = json.dumps({**outer, "input": json.loads(outer["input"])})


def _said(change: Callable[[dict[str, Any]], Any]) -> Callable[[Outgoing], list[Outgoing]]:
    def apply(outgoing: Outgoing) -> list[Outgoing]:
        body = json.loads(outgoing.body)
        change(body["data"])
        return [replace(outgoing, body=json.dumps(body).encode())]

    return apply


def _numbered() -> Callable[[Outgoing], list[Outgoing]]:
    numbers = itertools.count()
    return _said(lambda data: data.update(attempt=next(numbers)))


def _of_record(change: Callable[[dict[str, Any]], Any], *states: str) -> Mutant:
    return Mutant("record", "life::success", handle=on_data(change, *(states or ENDS)))


def _not_together(door: Door, request: Request, _: Service) -> Response:
    """Refuse what the words of the page rule out, and its schema does not."""
    content = request.body.read(request.length or 0)
    response = door(request.replaced(body=io.BytesIO(content)))
    is_create = request.path == CREATE and decoded(response).get("code") == 200
    if not is_create or not {"image_urls", "task_id"} <= json.loads(content)["input"].keys():
        return response
    return replace(response, body=b'{"code":422,"msg":"image_urls and task_id exclude each other","data":null}')


def no_texts_for(name: str) -> Callable[[dict[str, Any]], None]:
    """Return a change that spoils the input where a field of it is a text."""

    def change(body: dict[str, Any]) -> None:
        given = body.get("input")
        if isinstance(given, dict) and isinstance(given.get(name), str):
            body["input"] = 7

    return change


def _elsewhere_broken(name: str) -> Mutant:
    return next(mutant for mutant, _ in ELSEWHERE if mutant.name == name)


OWN: dict[str, Mutant] = {
    "answer.refused_by_words": Mutant(
        "words", "optional::all", handle=_not_together, model="grok-imagine/image-to-video"
    ),
    "answer.data_missing": Mutant("bare", "code-422", handle=on_answer(CREATE, drop("data"), 422)),
    "answer.error_shape": Mutant(
        "page", "path::unknown", handle=_at("GET", "/", lambda response: replace(response, body=_FRAMEWORK))
    ),
    "answer.refused_by_one_reading": Mutant(
        "strict", "page::example", handle=on_body(no_texts_for("duration")), model="grok-imagine/text-to-video"
    ),
    "answer.read_anyway": READ_ANYWAY[0],
    "answer.success_flag": _elsewhere_broken("an upload refused by success"),
    "answer.uploaded": _elsewhere_broken("an upload of another size"),
    "answer.uploaded_file": _elsewhere_broken("an upload that breaks off"),
    "answer.too_long": Mutant(
        "long",
        "credit::shown",
        handle=_at("GET", CREDIT, lambda response: replace(response, body=response.body + b" " * 2_000_000)),
    ),
    "answer.wrong_method": Mutant(
        "get",
        "wrong-method",
        handle=_at("GET", CREATE, lambda response: replace(response, body=b'{"code":200,"msg":"","data":null}')),
    ),
    "answer.wrong_method_status": Mutant(
        "teapot", "wrong-method", handle=_at("GET", CREATE, lambda response: replace(response, status=418))
    ),
    "callback.param_input_once": Mutant("once", "callback::success", outgoing=_said(_once)),
    "callback.same_again": Mutant("again", "callback::retried", outgoing=_numbered()),
    "record.param_encoding": _of_record(put(param="hello")),
    "record.param_input_encoding": _of_record(
        put(param=json.dumps({"input": "hello", "model": "elevenlabs/audio-isolation"}))
    ),
    "record.param_json_encoding": _of_record(put(param=None, paramJson="x")),
    "record.time_unit": _of_record(lambda data: data.update(completeTime=data["completeTime"] * 1000)),
    "result.media_type": _of_record(in_result(_elsewhere), "success"),
    "result.object": _of_record(in_result(lambda result: result.update(resultObject="hi")), "success"),
    "result.undocumented_field": _of_record(in_result(lambda result: result.update(seed=1)), "success"),
    "result.unreachable": _of_record(
        in_result(lambda result: result.update(resultUrls=["http://127.0.0.1:9/a.mp3"])), "success"
    ),
    "shape.range": _of_record(put(creditsConsumed=-1.0)),
    "task.finished": Mutant("held", "life::held", handle=on_data(put(state="waiting"), "success")),
    "task.state_after_end": _of_record(_runs_again()),
}


def breaker(rule: str) -> Mutant:
    """The fault that breaks a rule, with the case that finds it; raises KeyError when nothing does."""
    if rule in OWN:
        return OWN[rule]
    name, case = KILLED[rule]
    return replace(next(one for one in MUTANTS if one.name == name), likely=case)
