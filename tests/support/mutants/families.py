"""Faults of the endpoints of families."""

import itertools
import json
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request, Response
from fakie.core.ports import Outgoing
from fakie.core.service import Service
from support.mutants.coercions import by_likeness
from support.mutants.edits import Change, Handle, drop, moved_by, on_answer, on_sent, put, rename
from support.mutants.lies import takes
from support.servers.broken import Door, Mutant

VEO, SUNO = "/api/v1/veo", "/api/v1/generate"
_VEO_RECORD, _SUNO_RECORD = f"{VEO}/record-info", f"{SUNO}/record-info"
# A server that nobody can move, whose tasks end soon.
_LEFT_ALONE: dict[str, Any] = {"levers": False, "parts": takes(1.5), "patience": 4.0}
_MADE = {"code": 200, "msg": "success", "data": {"taskId": "0123456789abcdef" * 2}}


def _data(path: str, change: Change, *values: Any, of: str = "") -> Handle:
    """Change `data` of a record, where its key `of` has one of these values."""

    def apply(body: dict[str, Any]) -> None:
        data = body.get("data")
        if isinstance(data, dict) and (not values or data.get(of) in values):
            change(data)

    return on_answer(path, apply)


def _veo(name: str, change: Change, *flags: int, likely: str = "life::success") -> Mutant:
    handle = _data(_VEO_RECORD, change, *flags, of="successFlag")
    return Mutant(f"veo: {name}", likely, model="veo/generate", handle=handle)


def _suno(name: str, change: Change, *states: str, likely: str = "life::success") -> Mutant:
    handle = _data(_SUNO_RECORD, change, *states, of="status")
    return Mutant(f"suno: {name}", likely, model="suno/generate", handle=handle)


def _answer(name: str, model: str, likely: str, path: str, change: Change, when: int | None = None) -> Mutant:
    return Mutant(f"{model}: {name}", f"{model}::{likely}", model=model, handle=on_answer(path, change, when))


def _taken(name: str, model: str, likely: str, path: str, change: Change) -> Mutant:
    """Change what an endpoint is asked, so that it takes what it must refuse."""
    return Mutant(f"{model}: {name}", f"{model}::{likely}", model=model, handle=on_sent(path, change))


def called(
    name: str, change: Callable[[dict[str, Any]], Any], model: str = "suno/generate", likely: str = "callback::success"
) -> Mutant:
    """Change the body of every callback."""

    def apply(outgoing: Outgoing) -> list[Outgoing]:
        body = json.loads(outgoing.body)
        change(body)
        return [replace(outgoing, body=json.dumps(body).encode())]

    return Mutant(f"{model} calls back: {name}", likely, model=model, outgoing=apply)


def _stages(name: str, change: Callable[[Outgoing, str, list[Outgoing]], list[Outgoing]]) -> Mutant:
    """Send others in place of a callback; `change` gets it, its stage, and a list in which it may keep some."""
    kept: list[Outgoing] = []

    def apply(outgoing: Outgoing) -> list[Outgoing]:
        return change(outgoing, json.loads(outgoing.body)["data"]["callbackType"], kept)

    return Mutant(f"suno/generate calls back: {name}", "callback::success", model="suno/generate", outgoing=apply)


def _out_of_order(outgoing: Outgoing, stage: str, kept: list[Outgoing]) -> list[Outgoing]:
    if stage == "text":
        kept.append(outgoing)
        return []
    late, kept[:] = list(kept), []
    return [outgoing, *late]


def _shows_others(door: Door, request: Request, _: Service) -> Response:
    """Show a task of a model where only those of the family are to be shown."""
    response = door(request)
    if request.path == _VEO_RECORD and b'"code":422' in response.body:
        other = door(request.replaced(path="/api/v1/jobs/recordInfo"))
        return other if b'"code":200' in other.body else response
    return response


def _without_key(door: Door, request: Request, _: Service) -> Response:
    """Take any request to an endpoint as one with the key."""
    if request.path.startswith(SUNO):
        return door(request.replaced(headers=Headers({**request.headers, "authorization": "Bearer the-key"})))
    return door(request)


def _first_track(change: Change) -> Change:
    return lambda data: change(data["response"]["sunoData"][0])


def _tracks_called(change: Change) -> Change:
    return lambda body: [change(track) for track in body["data"]["data"] or ()]


def _tracks_at_the_end(change: Callable[[list[Any]], list[Any]]) -> Change:
    def apply(body: dict[str, Any]) -> None:
        if body["data"]["callbackType"] == "complete":
            body["data"]["data"] = change(body["data"]["data"])

    return apply


def _seconds(data: dict[str, Any]) -> None:
    data["createTime"] //= 1000


def _again(data: dict[str, Any]) -> None:
    data["response"]["sunoData"][0]["title"] = str(id(data))


def _another_id(body: dict[str, Any]) -> None:
    if isinstance(body["data"], dict):
        body["data"]["taskId"] = f"{id(body):032x}"


def _however_old(body: dict[str, Any]) -> None:
    # Other refusals have the same code.
    if "records within" in body["msg"]:
        body.update(_MADE)


def _later_each_time() -> Change:
    seconds = itertools.count(1)
    return lambda data: data.update(createTime=data["createTime"] + 1000 * next(seconds))


def _back_again() -> Handle:
    states = itertools.chain(("generating",), itertools.repeat("wait"))
    running = ("wait", "queueing", "generating")
    return _data("/api/v1/runway/record-detail", lambda data: data.update(state=next(states)), *running, of="state")


def _veo_left_alone(name: str, change: Change, *flags: int) -> Mutant:
    return replace(_veo(name, change, *flags), **_LEFT_ALONE)


_FAILED = "callback::failure"
_HOUR = 3_600_000
_WRONG_TIMES: tuple[tuple[str, Change, tuple[int, ...]], ...] = (
    ("createTime an hour before", moved_by("createTime", -_HOUR), ()),
    ("createTime in an hour", moved_by("createTime", _HOUR), (0,)),
    ("completeTime in an hour", moved_by("completeTime", _HOUR), (1,)),
)


def _data_of(change: Change) -> Change:
    """Change `data` of a callback."""
    return lambda body: change(body["data"])


FAMILIES = (
    _suno("a wrong word for success", put(status="DONE"), "SUCCESS"),
    _suno("a state that is skipped", put(status="TEXT_SUCCESS"), "FIRST_SUCCESS", likely="life::polled"),
    _suno("a state in another case", put(status="pending"), "PENDING"),
    _suno("failed as if it still ran", put(status="PENDING"), "GENERATE_AUDIO_FAILED", likely="life::failure-501"),
    _suno("no response once it has succeeded", put(response=None), "SUCCESS"),
    _suno("no tracks", lambda data: data["response"].update(sunoData=[]), "SUCCESS"),
    _suno("a track without its sound", _first_track(drop("audioUrl")), "SUCCESS"),
    _suno("a track in snake case", _first_track(rename("audioUrl", "audio_url")), "SUCCESS"),
    _suno("a result that is no URL", _first_track(put(audioUrl="/results/x.mp3")), "SUCCESS"),
    _suno("a track without an id", _first_track(put(id=None)), "SUCCESS"),
    _suno("another title on each poll", _again, "SUCCESS"),
    _suno("another operation", put(operationType="upload_cover")),
    _suno("param as an object", lambda data: data.update(param=json.loads(data["param"]))),
    _suno("a failure of what succeeded", put(errorCode=531), "SUCCESS"),
    _suno("another code of failure", put(errorCode=500), "GENERATE_AUDIO_FAILED", likely="life::failure-531"),
    _suno("its code of failure as a text", put(errorCode="501"), "GENERATE_AUDIO_FAILED", likely="life::failure-501"),
    _suno("another reason of failure", put(errorMessage="no"), "GENERATE_AUDIO_FAILED", likely="life::failure-501"),
    _suno(
        "a refusal by moderation as any failure", put(status="PENDING"), "SENSITIVE_WORD_ERROR", likely="failure-400"
    ),
    _veo("its flag as a text", lambda data: data.update(successFlag=str(data["successFlag"]))),
    _veo("its flag as a boolean", put(successFlag=True), 1),
    _veo("no errorMessage", drop("errorMessage")),
    _veo("another task", put(taskId="0" * 32)),
    _veo("its createTime in seconds", _seconds),
    _veo("another prompt given back", put(paramJson='{"prompt": "another"}')),
    _veo("whether a second model did it as a text", put(fallbackFlag="false")),
    _veo("the whole record in an envelope of its own", lambda data: data.update(record=dict(data))),
    _veo("createTime moves from poll to poll", _later_each_time(), 0),
    _veo("no failure as a boolean", put(errorCode=False)),
    _veo("a video while it runs", put(response={"resultUrls": ["http://127.0.0.1:9/a.mp4"]}), 0),
    _veo("the time of its end while it runs", lambda data: data.update(completeTime=data["createTime"] + 1000), 0),
    _veo("an error of what has succeeded", put(errorMessage="no"), 1),
    _suno(
        "a track before there is any", put(response={"sunoData": [{"audioUrl": "http://127.0.0.1:9/a.mp3"}]}), "PENDING"
    ),
    _veo("completed before it was created", lambda data: data.update(completeTime=data["createTime"] - 60_000), 1),
    *(_veo_left_alone(name, change, *flags) for name, change, flags in _WRONG_TIMES),
    Mutant(
        "4o-image: more than all of it is done",
        "life::success",
        model="4o-image/generate",
        handle=_data("/api/v1/gpt4o-image/record-info", put(progress="1.50")),
    ),
    Mutant(
        "4o-image: a task in another case",
        "record::shown",
        model="4o-image/record-info",
        handle=by_likeness(lambda task_id, asked: task_id == asked.lower(), "/api/v1/gpt4o-image/record-info"),
    ),
    Mutant(
        "veo: a task with blanks around it",
        "record::shown",
        model="veo/record-info",
        handle=by_likeness(lambda task_id, asked: task_id == asked.strip(), _VEO_RECORD),
    ),
    Mutant("runway: states go back", "life::success", model="runway/generate", handle=_back_again(), **_LEFT_ALONE),
    Mutant("veo: shows tasks of models", "record::others", model="veo/record-info", handle=_shows_others),
    Mutant("suno: any key", "key::suno/generate", model="suno/generate", handle=_without_key),
    _answer(
        "a record without an envelope",
        "veo/generate",
        "life",
        _VEO_RECORD,
        lambda body: body.update(body.pop("data") or {}),
    ),
    _answer("an unknown task found", "veo/record-info", "record", _VEO_RECORD, put(code=200, data={}), 422),
    _answer("another code for no taskId", "veo/record-info", "record::no", _VEO_RECORD, put(code=404), 422),
    _answer(
        "its task id under another name",
        "veo/generate",
        "life",
        f"{VEO}/generate",
        _data_of(rename("taskId", "id")),
        200,
    ),
    _answer("refused by another code", "veo/generate", "prompt", f"{VEO}/generate", put(code=400), 422),
    _answer("no credits and taken", "suno/lyrics", "code-402", "/api/v1/lyrics", put(**_MADE), 402),
    _answer("too many and taken", "suno/lyrics", "code-429", "/api/v1/lyrics", put(**_MADE), 429),
    _answer("another code than the ordered one", "suno/lyrics", "code-430", "/api/v1/lyrics", put(code=500), 430),
    _answer("goes on from nobody's task", "veo/extend", "goes-on::nobodys", f"{VEO}/extend", put(**_MADE), 404),
    _answer("goes on from what runs", "veo/extend", "goes-on::running", f"{VEO}/extend", put(**_MADE), 422),
    _answer("takes a task of long ago", "veo/get-4k-video", "goes-on::old", f"{VEO}/get-4k-video", _however_old),
    _answer("made twice", "suno/wav", "goes-on::twice", "/api/v1/wav/generate", put(**_MADE), 409),
    _answer("there before it is", "veo/get-1080p-video", "life", f"{VEO}/get-1080p-video", put(code=200), 400),
    _answer("never there", "veo/get-1080p-video", "life", f"{VEO}/get-1080p-video", put(code=400, data=None), 200),
    _answer("another task each time", "veo/get-4k-video", "life", f"{VEO}/get-4k-video", _another_id),
    _answer("no words", "suno/get-timestamped-lyrics", "code-200", f"{SUNO}/get-timestamped-lyrics", put(data={}), 200),
    _answer(
        "a persona of another name",
        "suno/generate-persona",
        "code-200",
        f"{SUNO}/generate-persona",
        _data_of(put(name="Another")),
        200,
    ),
    _answer("no style", "suno/style", "code-200", "/api/v1/style/generate", _data_of(drop("result")), 200),
    _answer(
        "a link in an object",
        "4o-image/download-url",
        "code-200",
        "/api/v1/gpt4o-image/download-url",
        put(data={}),
        200,
    ),
    _answer(
        "another spelling",
        "runway/generate",
        "life::polled",
        "/api/v1/runway/record-detail",
        lambda body: body["data"].update(state="queuing") if (body["data"] or {}).get("state") == "queueing" else None,
    ),
    _answer(
        "a failure without its code",
        "aleph/generate",
        "life::failure",
        "/api/v1/aleph/record-info",
        lambda body: body["data"].update(errorCode=0, errorMessage=""),
    ),
    _answer("the id of another song", "suno/wav", "life", "/api/v1/wav/record-info", _data_of(put(musicId="x")), 200),
    _taken("any ratio", "veo/generate", "aspect_ratio", f"{VEO}/generate", lambda body: body.pop("aspect_ratio", 0)),
    _taken("no prompt", "veo/generate", "prompt", f"{VEO}/generate", lambda body: body.setdefault("prompt", "x")),
    _taken("no second model", "veo/generate", "life::fallback", f"{VEO}/generate", put(enableFallback=False)),
    _taken("seeds out of range", "veo/extend", "seeds", f"{VEO}/extend", drop("seeds")),
    called("in camel case", _data_of(rename("task_id", "taskId"))),
    called("tracks in camel case", _tracks_called(rename("audio_url", "audioUrl"))),
    called("other files than the record", _tracks_called(put(audio_url="https://files.test/other.mp3"))),
    called("one track of two", _tracks_at_the_end(lambda tracks: tracks[:1])),
    called("each track twice", _tracks_at_the_end(lambda tracks: tracks * 2)),
    called("of another task", _data_of(put(task_id="0" * 32))),
    called("every stage complete", _data_of(put(callbackType="complete"))),
    called("without the type of its stage", _data_of(drop("callbackType"))),
    called("its code as a text", lambda body: body.update(code=str(body["code"]))),
    called("success for a failure", lambda body: body.update(code=200), likely="callback::failure"),
    called("the video of a failure", _data_of(put(video_url="http://127.0.0.1:9/a.mp4")), "runway/generate", _FAILED),
    called("in no envelope", lambda body: body.update(body.pop("data")), "veo/generate"),
    called("without its URLs", lambda body: body["data"].pop("info", 0), "veo/generate"),
    called("in snake case", _data_of(rename("taskId", "task_id")), "veo/generate"),
    _stages("no stage first", lambda one, stage, _: [] if stage == "first" else [one]),
    _stages("no end", lambda one, stage, _: [] if stage == "complete" else [one]),
    _stages("a stage twice", lambda one, stage, _: [one, one] if stage == "text" else [one]),
    _stages("stages out of order", _out_of_order),
)
