"""Faults of a server that nobody can move: in time, in money, in what it says after the end and of two at once."""

import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import urllib3
from msgspec.structs import replace

from fakie.core.http.messages import Request, Response
from fakie.core.ports import Outgoing
from fakie.core.service import Service
from fakie.core.tasks.plans import HeldPlan, TimedPlan
from support.mutants.edits import CREATE, RECORD, Handle, decoded, moved_by, on_data, put
from support.mutants.meeting import Meeting
from support.servers.broken import Door, Mutant, edited

_ENDS = ("success", "fail")
_EVERY = ("waiting", "queuing", "generating", *_ENDS)
# How long (s) a task takes, so that a case can wait for its end.
SECONDS = 0.3
_LONG = 4.0
_HOUR = 3_600_000


def takes(seconds: float, end: str = "success") -> Callable[[Service], None]:
    """Let tasks end after so many seconds, whatever was planned."""
    return _planned(lambda: TimedPlan((("waiting", 0), (end, seconds))))


def _planned(plan: Callable[[], Any]) -> Callable[[Service], None]:
    def change(service: Service) -> None:
        start = service.runner.start

        def planned(work: Any, task: Any) -> None:
            task.plan = plan()
            start(work, task)

        service.runner.start = planned  # type: ignore[method-assign]

    return change


def lie(name: str, likely: str, handle: Handle | None = None, **more: Any) -> Mutant:
    """Make a fault of a server without levers, whose tasks end soon."""
    return Mutant(name, likely, handle=handle, **{"levers": False, "parts": takes(SECONDS), **more})


def _after_polls(count: int, change: Callable[[dict[str, Any]], Any], *states: str) -> Handle:
    """Change the data of a task from the poll of this number on that shows one of these states."""
    polls: Counter[str] = Counter()

    def apply(data: dict[str, Any]) -> None:
        polls[data["taskId"]] += 1
        if polls[data["taskId"]] > count:
            change(data)

    return on_data(apply, *(states or _ENDS))


def _later(seconds: float, change: Callable[[dict[str, Any]], Any]) -> Handle:
    """Change the data of a task so many seconds after its end was first shown."""
    seen: dict[str, float] = {}

    def apply(data: dict[str, Any]) -> None:
        if time.monotonic() - seen.setdefault(data["taskId"], time.monotonic()) > seconds:
            change(data)

    return on_data(apply, *_ENDS)


def _forgotten() -> Handle:
    polls: Counter[str] = Counter()

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        if request.path == RECORD and b'"success","param' in response.body.replace(b'"state":', b""):
            polls[request.argument("taskId") or ""] += 1
            if polls[request.argument("taskId") or ""] > 1:
                return replace(response, body=b'{"code":422,"msg":"recordInfo is null","data":null}')
        return response

    return handle


def _away_for_a_moment() -> Handle:
    """Know no task at its second poll."""
    polls: Counter[str] = Counter()

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        asked = request.argument("taskId") or ""
        polls[asked] += request.path == RECORD
        if request.path == RECORD and polls[asked] == 2:
            return replace(response, body=b'{"code":422,"msg":"recordInfo is null","data":null}')
        return response

    return handle


def _other_result(data: dict[str, Any]) -> None:
    result = {"resultUrls": ["http://127.0.0.1:9/other.mp3"]}
    data["resultJson"], data["response"] = json.dumps(result), result


def _growing(name: str, by: int) -> Callable[[dict[str, Any]], None]:
    numbers = itertools.count()
    return lambda data: data.update({name: data[name] + by * next(numbers)})


def _progress() -> Handle:
    polls: Counter[str] = Counter()

    def falling(data: dict[str, Any]) -> None:
        data["progress"] = max(0, 90 - 10 * polls[data["taskId"]])
        polls[data["taskId"]] += 1

    return on_data(falling, *_EVERY)


def _updated_back() -> Handle:
    polls: Counter[str] = Counter()

    def earlier(data: dict[str, Any]) -> None:
        data["updateTime"] = data["createTime"] + 1000 - polls[data["taskId"]]
        polls[data["taskId"]] += 1

    return on_data(earlier, *_EVERY)


def _instant(data: dict[str, Any]) -> None:
    data.update(completeTime=data["createTime"], costTime=0)


def _updated(data: dict[str, Any]) -> None:
    data.update(updateTime=data["createTime"] + _HOUR)


def _same_moment() -> Handle:
    """Give a create that comes while another is answered the id of that one."""
    meeting = Meeting()

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        data = decoded(response).get("data")
        if request.path != CREATE or not isinstance(data, dict):
            return response
        first = meeting.first(data["taskId"])
        return edited(response, lambda body: body["data"].update(taskId=first, recordId=first))

    return handle


def _busy() -> Handle:
    """Refuse a create that comes while another is answered."""
    meeting = Meeting()

    def handle(door: Door, request: Request, _: Service) -> Response:
        own = object()
        if request.path != CREATE or request.method != "POST" or meeting.first(own) is own:
            return door(request)
        return replace(door(request.replaced(path="/nowhere")), status=200, body=_BUSY)

    return handle


_BUSY = b'{"code":500,"msg":"Internal Error, Please try again later.","data":null}'


def _swapped() -> Handle:
    """Show of the first two tasks, and of each following two, each the request of the other."""
    made: list[str] = []

    def handle(door: Door, request: Request, service: Service) -> Response:
        response = door(request)
        data = decoded(response).get("data")
        if not isinstance(data, dict):
            return response
        if request.path == CREATE:
            made.append(data["taskId"])
        other = _beside(made, data.get("taskId")) if request.path == RECORD else None
        task = service.state.store.task(other or "")
        if task is None:
            return response
        shown = decoded(door(request.replaced(query=f"taskId={task.id}")))["data"]
        return edited(
            response, lambda body: body["data"].update({name: shown[name] for name in ("param", "paramJson")})
        )

    return handle


def _beside(made: list[str], task_id: object) -> str | None:
    other = made.index(str(task_id)) ^ 1 if task_id in made else len(made)
    return made[other] if other < len(made) else None


def _body_of(task_id: str, model: str, url: str) -> None:
    data = {"taskId": task_id, "model": model, "state": "success", "param": "{}"}
    body = json.dumps({"code": 200, "msg": "done", "data": data}).encode()
    _post(url, body)


def _post(url: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    # The suite may have ended meanwhile.
    with suppress(urllib3.exceptions.HTTPError):
        urllib3.request("POST", url, body=body, headers=headers, retries=False).release_conn()


def called_back(when: float, path: str = CREATE) -> Handle:
    """Call back once more, so many seconds after the create was answered; 0: before."""
    called: set[str] = set()

    def handle(door: Door, request: Request, service: Service) -> Response:
        response = door(request)
        tasks = service.state.store.tasks() if request.path == path else ()
        for task in [one for one in tasks if one.callback_url and one.id not in called]:
            called.add(task.id)
            words = task.id, task.model, str(task.callback_url)
            if ":9/" in words[2]:
                continue
            if when:
                threading.Timer(when, _body_of, words).start()
            else:
                _body_of(*words)
        return response

    return handle


def _twice(seconds: float) -> Callable[[Outgoing], list[Outgoing]]:
    def apply(outgoing: Outgoing) -> list[Outgoing]:
        threading.Timer(seconds, _post, (outgoing.url, outgoing.body)).start()
        return [outgoing]

    return apply


_TWICE: dict[str, Any] = {"outgoing": _twice(0.3), "lingers": 0.6}
ENDLESS: dict[str, Any] = {"parts": _planned(lambda: HeldPlan("waiting")), "patience": 0.8, "usual": 0.5}

LIES = (
    lie("every task fails", "life::success", parts=takes(SECONDS, "fail")),
    lie("no task ends", "life::success", **ENDLESS),
    lie("runway: no task ends", "life::success", **ENDLESS, model="runway/generate"),
    lie("a task takes ten times as long as usual", "life::success", parts=takes(5), patience=0.8, usual=0.5),
    lie("creditsConsumed is not what was taken", "life::success", on_data(put(creditsConsumed=7.5), "success")),
    lie("a task runs again at a late poll", "life::success", _after_polls(1, put(state="generating"))),
    lie("a task fails at a late poll", "life::success", _after_polls(1, put(state="fail", failCode="500"))),
    lie("another result at a late poll", "life::success", _after_polls(1, _other_result, "success")),
    lie("costTime grows after the end", "life::success", on_data(_growing("costTime", 1), "success")),
    lie("another charge at a late poll", "life::success", _after_polls(1, put(creditsConsumed=2.0), "success")),
    lie("a task that was shown is unknown for a moment", "life::success", _away_for_a_moment()),
    lie("a task is forgotten after its end", "life::success", _forgotten()),
    lie("a record changes a while after the end", "life::success", _later(0.4, put(costTime=1)), lingers=0.6),
    lie("createTime moves from poll to poll", "life::success", on_data(_growing("createTime", 1), *_EVERY)),
    lie("progress falls", "life::success", _progress()),
    lie("createTime half a minute ahead", "life::success", on_data(moved_by("createTime", 30_000), *_EVERY)),
    lie("createTime half a minute back", "life::success", on_data(moved_by("createTime", -30_000), *_EVERY)),
    lie("completeTime in an hour", "life::success", on_data(moved_by("completeTime", _HOUR), *_ENDS)),
    lie("updateTime in an hour", "life::success", on_data(_updated, *_ENDS)),
    lie("updateTime goes back", "life::success", _updated_back()),
    lie("ended when it was created", "life::success", on_data(_instant, *_ENDS), parts=takes(_LONG), patience=6.0),
    lie("one id for two creates at once", "life::at-once", _same_moment()),
    lie("one of two creates at once refused", "life::at-once", _busy()),
    lie("two tasks made at once mixed up", "life::at-once", _swapped()),
    lie("a callback before the answer", "callback::success", called_back(0)),
    lie("a callback while nobody looks", "callback::success", called_back(0.1), parts=takes(1.2), patience=2.5),
    lie("a second callback after a while", "callback::success", **_TWICE),
    lie("suno: a second callback after a while", "callback::success", **_TWICE, model="suno/lyrics"),
    lie("no callback from a server without levers", "callback::success", outgoing=lambda _: []),
)
