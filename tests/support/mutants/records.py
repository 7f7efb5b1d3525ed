"""Faults in a task's life and in what recordInfo says of it."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any

from msgspec.structs import replace

from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie.core.tasks.plans import HeldPlan, PolledPlan
from support.mutants.edits import RECORD, drop, in_result, on_answer, on_data, on_file, put
from support.servers.broken import Door, Mutant

RUNNING = ("waiting", "queuing", "generating")
ENDS = ("success", "fail")
EVERY = (*RUNNING, *ENDS)
_Data = dict[str, Any]


def _record(name: str, change: Callable[[_Data], Any], *states: str, likely: str = "life") -> Mutant:
    return Mutant(name, likely, handle=on_data(change, *(states or EVERY)))


def _few_kept(door: Door, request: Request, service: Service) -> Response:
    store, asked = service.state.store, request.argument("taskId") or ""
    latest = {task.id for task in store.newest_tasks(0, 3)}
    is_gone = request.path == RECORD and store.task(asked) is not None and asked not in latest
    return door(request.replaced(query="taskId=gone") if is_gone else request)


def _plan(*states: str) -> Callable[[dict[str, Any]], None]:
    ages = (0, 1, 2, 5)
    steps = [[state, age] for state, age in zip(states, ages[len(ages) - len(states) :], strict=True)]
    steps[0][1] = 0
    return lambda profile: profile["facts"]["plan"].update(value=steps)


def _param(change: Callable[[_Data], Any]) -> Callable[[_Data], None]:
    def apply(data: _Data) -> None:
        outer = json.loads(data["param"])
        outer["input"] = json.loads(outer["input"])
        changed = change(outer)
        data["param"] = data["paramJson"] = json.dumps(outer) if changed is None else changed

    return apply


def _response(change: Callable[[Any], Any]) -> Callable[[_Data], None]:
    """Change each value of `response` alone."""
    return lambda data: data.update(response={name: change(value) for name, value in data["response"].items()})


def _once(param: str) -> str:
    outer = json.loads(param)
    return json.dumps({**outer, "input": json.loads(outer["input"])})


def _relative(result: _Data) -> None:
    result["resultUrls"] = ["/results/" + url.rpartition("/")[2] for url in result["resultUrls"]]


def _file_type(kind: str) -> Callable[[Response], Response]:
    return lambda response: replace(response, headers=(("Content-Type", kind),))


def _never_ends(service: Service) -> None:
    start = service.runner.start

    def held(work: Any, task: Any) -> None:
        task.plan = HeldPlan("generating")
        start(work, task)

    service.runner.start = held  # type: ignore[method-assign]


def _done_at_once(service: Service) -> None:
    start = service.runner.start

    def planned(work: Any, task: Any) -> None:
        task.plan = PolledPlan(("success",))
        start(work, task)

    service.runner.start = planned  # type: ignore[method-assign]


def _shared_state(service: Service) -> None:
    store = service.state.store
    find = store.task

    def same(task_id: str) -> Any:
        task = find(task_id)
        if task is not None:
            ended = [other.end for other in store.tasks() if other.account == task.account and other.end]
            task.end = task.end or (ended[0] if ended else None)
        return task

    store.task = same  # type: ignore[method-assign]


def _back(service: Service) -> None:
    start = service.runner.start

    def swapped(work: Any, task: Any) -> None:
        steps = getattr(task.plan, "steps", None)
        if steps and len(steps) == 4:
            (a, t0), (b, t1), (c, t2), end = steps
            task.plan = replace(task.plan, steps=((b, t0), (a, t1), (c, t2), end))
        start(work, task)

    service.runner.start = swapped  # type: ignore[method-assign]


def _moving() -> Callable[[_Data], None]:
    numbers = count(1)
    return lambda data: data.update(completeTime=data["completeTime"] + next(numbers))


RECORDS = (
    Mutant("queuing skipped", "life", profile=_plan("waiting", "generating", "success")),
    Mutant("generating skipped", "life::polled", profile=_plan("waiting", "queuing", "success")),
    Mutant("done at once", "life", parts=_done_at_once),
    Mutant("tasks of an account share their state", "two-tasks", parts=_shared_state),
    Mutant("states go back", "life::success", parts=_back),
    Mutant("never ends", "life", parts=_never_ends),
    _record("an unlisted state", put(state="pending"), "waiting"),
    _record("failed for fail", put(state="failed"), "fail"),
    _record("succeeded for success", put(state="succeeded"), "success"),
    _record("no taskId", drop("taskId")),
    _record("another taskId", put(taskId="3" * 32)),
    _record("no model", drop("model")),
    _record("another model", put(model="elevenlabs/other")),
    _record("another operationType", put(operationType="audio")),
    _record("param encoded once", _param(lambda _: None)),
    _record("param not encoded", lambda data: data.update(param=json.loads(data["param"]))),
    _record("param is null", put(param=None)),
    _record(
        "param without the model",
        _param(lambda outer: (outer.pop("model"), outer.update(input=json.dumps(outer["input"])))[-1]),
    ),
    _record("param with another input", _param(lambda outer: outer.update(input='{"text": "other"}'))),
    _record(
        "param with a key beside the request",
        _param(lambda outer: outer.update(input=json.dumps(outer["input"]), userId=7)),
    ),
    _record("paramJson differs", put(paramJson="{}")),
    _record("paramJson with its input encoded once", lambda data: data.update(paramJson=_once(data["param"]))),
    _record("paramJson encoded once more", lambda data: data.update(paramJson=json.dumps(data["param"]))),
    _record("resultJson null while pending", put(resultJson=None), *RUNNING),
    _record("resultJson {} while pending", put(resultJson="{}"), *RUNNING),
    _record("no resultJson while pending", drop("resultJson"), *RUNNING),
    _record("resultJson not encoded", lambda data: data.update(resultJson=json.loads(data["resultJson"])), "success"),
    _record("resultJson is no JSON", put(resultJson="done"), "success"),
    _record("resultJson empty on success", put(resultJson=""), "success"),
    _record("a result of a failure", put(resultJson='{"resultUrls":[]}'), "fail"),
    _record("no URLs", in_result(lambda result: result.update(resultUrls=[])), "success"),
    _record("a URL for a list", in_result(lambda result: result.update(resultUrls=result["resultUrls"][0])), "success"),
    _record("relative result URL", in_result(_relative), "success"),
    _record("urls for resultUrls", in_result(lambda result: result.update(urls=result.pop("resultUrls"))), "success"),
    _record("response differs", put(response={"resultUrls": []}), "success"),
    _record("response with its URLs in a text", _response(json.dumps), "success"),
    _record("response null on success", put(response=None), "success"),
    _record("response while pending", put(response={"resultUrls": []}), *RUNNING),
    _record("failCode as a number", put(failCode=422), "fail"),
    _record("no failCode", put(failCode=None), "fail"),
    _record("another failMsg", put(failMsg="failed"), "fail"),
    _record("failCode on success", put(failCode="200"), "success"),
    _record("failMsg empty while pending", put(failMsg=""), *RUNNING),
    _record("costTime in milliseconds", lambda data: data.update(costTime=data["costTime"] * 1000), *ENDS),
    _record("costTime as a fraction", lambda data: data.update(costTime=data["costTime"] + 0.5), *ENDS),
    _record("costTime 0 while pending", put(costTime=0), *RUNNING),
    _record("costTime null on success", put(costTime=None), "success"),
    _record("createTime in seconds", lambda data: data.update(createTime=data["createTime"] // 1000)),
    _record("createTime as text", lambda data: data.update(createTime=str(data["createTime"]))),
    _record("createTime an hour off", lambda data: data.update(createTime=data["createTime"] - 3_600_000)),
    _record("completeTime in seconds", lambda data: data.update(completeTime=data["completeTime"] // 1000), *ENDS),
    _record("completeTime while pending", put(completeTime=1_767_225_600_000), *RUNNING),
    _record("completed before it was created", lambda data: data.update(completeTime=data["createTime"] - 1000), *ENDS),
    _record("updated before it was created", lambda data: data.update(updateTime=data["createTime"] - 5000)),
    _record("updated before its end", lambda data: data.update(updateTime=data["createTime"]), *ENDS),
    _record("completeTime moves after the end", _moving(), *ENDS),
    _record("successFlag 1 while pending", put(successFlag=1), *RUNNING),
    _record("successFlag 0 on success", put(successFlag=0), "success"),
    _record("successFlag 1 on failure", put(successFlag=1), "fail"),
    _record("a part of its price consumed while pending", put(creditsConsumed=0.5), *RUNNING),
    _record("a failure that consumed", put(creditsConsumed=1.0), "fail"),
    _record("creditsConsumed as text", put(creditsConsumed="1.0")),
    Mutant(
        "code 501 for a failed task",
        "life::failure",
        handle=on_answer(
            RECORD,
            lambda body: (
                body.update(code=501)
                if isinstance(body.get("data"), dict) and body["data"]["state"] == "fail"
                else None
            ),
        ),
    ),
    Mutant("the last three tasks are shown, and no others", "code-429::by-nature", handle=_few_kept),
    Mutant("the result is not there", "life::success", handle=on_file(lambda response: replace(response, status=404))),
    Mutant("the result is empty", "life::success", handle=on_file(lambda response: replace(response, body=b""))),
    Mutant("the result is text", "life::success", handle=on_file(_file_type("text/html"))),
    Mutant(
        "the result redirects",
        "life::success",
        handle=on_file(lambda response: replace(response, status=302, headers=(("Location", "/elsewhere"),))),
    ),
)
