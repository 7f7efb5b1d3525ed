"""Deviations of families: what is changed in a right recording, and the rule that it breaks then."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from support.families import HOOK
from support.recordings import Exchange

Change = Callable[[list[Exchange]], None]


@dataclass(frozen=True)
class Deviation:
    """A change of the recording of an endpoint's task, and the rule and place that are named for it."""

    endpoint: str
    change: Change
    rule: str
    place: str
    fails: str = ""

    def of(self, right: Sequence[Exchange]) -> list[Exchange]:
        """Return the recording with the deviation."""
        exchanges = copy.deepcopy(list(right))
        self.change(exchanges)
        return exchanges


def polls(exchanges: list[Exchange]) -> list[Exchange]:
    """Return the exchanges that asked for a record."""
    return [one for one in exchanges if "/record-" in one["request"]["url"]]


def callbacks(exchanges: list[Exchange]) -> list[Exchange]:
    """Return the callbacks."""
    return [one for one in exchanges if one["request"]["url"] == HOOK]


def creates(exchanges: list[Exchange]) -> list[Exchange]:
    """Return the requests that made the task."""
    return [one for one in exchanges if one["request"]["method"] == "POST" and one not in callbacks(exchanges)]


def put(side: str, which: Callable[[list[Exchange]], list[Exchange]], at: int, path: str, value: Any) -> Change:
    """Put a value into the body of an exchange, at a path with slashes; `del` takes the key out."""

    def change(exchanges: list[Exchange]) -> None:
        *outer, last = path.split("/")
        part = which(exchanges)[at][side]["body"]
        for step in outer:
            part = part[int(step)] if isinstance(part, list) else part[step]
        if value is _GONE:
            del part[last]
        else:
            part[int(last) if isinstance(part, list) else last] = value

    return change


_GONE = object()
_TWICE = ["https://a.test/b.mp4"] * 2


def shown(at: int, path: str, value: Any) -> Change:
    """Change the data of a record."""
    return put("response", polls, at, f"data/{path}", value)


def posted(at: int, path: str, value: Any) -> Change:
    """Change the body of a callback."""
    return put("request", callbacks, at, path, value)


def asked(path: str, value: Any) -> Change:
    """Change the request."""
    return put("request", creates, -1, path, value)


def answered(path: str, value: Any) -> Change:
    """Change the answer to the request."""
    return put("response", creates, -1, path, value)


def refused(code: object, **body: Any) -> Change:
    """Refuse the request."""

    def change(exchanges: list[Exchange]) -> None:
        one = creates(exchanges)[-1]
        one["response"]["body"] = {"code": code, "msg": "no", "data": None, **body}
        del exchanges[exchanges.index(one) + 1 :]

    return change


def swapped(first: int, second: int) -> Change:
    """Let two callbacks come in each other's place."""

    def change(exchanges: list[Exchange]) -> None:
        one, other = callbacks(exchanges)[first]["request"], callbacks(exchanges)[second]["request"]
        one["body"], other["body"] = other["body"], one["body"]

    return change


def shortened(path: str) -> Change:
    """Take the last item out of a list in the last callback."""

    def change(exchanges: list[Exchange]) -> None:
        part = callbacks(exchanges)[-1]["request"]["body"]
        for step in path.split("/"):
            part = part[step]
        part.pop()

    return change


def typed(content_type: str) -> Change:
    """Send a callback under another type."""

    def change(exchanges: list[Exchange]) -> None:
        callbacks(exchanges)[-1]["request"]["headers"] = {"content-type": content_type}

    return change


RECORD, CALLBACK = "/body/data", "/callback/body"
VEO, SUNO, IMAGE = "veo/generate", "suno/generate", "4o-image/generate"
FLUX, RUNWAY, ALEPH = "flux-kontext/generate", "runway/generate", "aleph/generate"
OTHER = "7b1f04ce95d2a86830cc51e7f94ab26d"
DEVIATIONS: dict[str, Deviation] = {
    "veo: a flag that there is not": Deviation(
        VEO, shown(-1, "successFlag", 7), "shape.value", f"{RECORD}/successFlag"
    ),
    "veo: the flag as a text": Deviation(VEO, shown(-1, "successFlag", "1"), "shape.type", f"{RECORD}/successFlag"),
    "veo: no flag": Deviation(VEO, shown(-1, "successFlag", _GONE), "shape.missing_field", f"{RECORD}/successFlag"),
    "veo: running again": Deviation(VEO, shown(-1, "successFlag", 0), "task.state_after_end", f"{RECORD}/successFlag"),
    "veo: another result": Deviation(
        VEO,
        shown(-1, "response/resultUrls", ["https://files.test/b.mp4"]),
        "task.changed_after_end",
        f"{RECORD}/response/resultUrls/*",
    ),
    "veo: success without a video": Deviation(
        VEO, shown(-1, "response/resultUrls", []), "shape.type", f"{RECORD}/response/resultUrls"
    ),
    "veo: a video that is no URL": Deviation(
        VEO, shown(-1, "response/resultUrls", ["b.mp4"]), "result.url", f"{RECORD}/response/resultUrls/*"
    ),
    "veo: success without a result": Deviation(VEO, shown(-1, "response", None), "shape.type", f"{RECORD}/response"),
    "veo: another task": Deviation(VEO, shown(-1, "taskId", OTHER), "record.task", f"{RECORD}/taskId"),
    "veo: another task in the result": Deviation(
        VEO, shown(-1, "response/taskId", OTHER), "record.task", f"{RECORD}/response/taskId"
    ),
    "veo: seconds": Deviation(VEO, shown(-1, "createTime", 1_790_000_000), "record.time_unit", f"{RECORD}/createTime"),
    "veo: created at another time": Deviation(
        VEO, shown(-1, "createTime", 1_700_000_000_000), "task.created_moved", f"{RECORD}/createTime"
    ),
    "veo: completed before it began": Deviation(
        VEO, shown(-1, "completeTime", 1_600_000_000_000), "record.completed_first", f"{RECORD}/completeTime"
    ),
    "veo: the request as an object": Deviation(VEO, shown(-1, "paramJson", {}), "shape.type", f"{RECORD}/paramJson"),
    "veo: the request as no JSON": Deviation(
        VEO, shown(-1, "paramJson", "hello"), "record.param_encoding", f"{RECORD}/paramJson"
    ),
    "veo: another request": Deviation(
        VEO, shown(-1, "paramJson", '{"prompt": "a sea"}'), "record.param_input", f"{RECORD}/paramJson/prompt"
    ),
    "veo: success with a failure": Deviation(
        VEO, shown(-1, "errorCode", 500), "task.failure_told", f"{RECORD}/errorCode"
    ),
    "veo: a key more": Deviation(VEO, shown(-1, "queue", 1), "shape.undocumented_field", f"{RECORD}/queue"),
    "veo: a time less": Deviation(VEO, shown(-1, "createTime", _GONE), "shape.missing_field", f"{RECORD}/createTime"),
    "veo: a request that is refused": Deviation(
        VEO, asked("aspect_ratio", "5:1"), "request.accepted", "/request/body/aspect_ratio"
    ),
    "veo: a field more": Deviation(VEO, asked("queue", 1), "request.undocumented_field", "/request/body/queue"),
    "veo: no id": Deviation(VEO, answered("data", {}), "shape.missing_field", f"{RECORD}/taskId"),
    "veo: an id as a number": Deviation(VEO, answered("data/taskId", 7), "shape.type", f"{RECORD}/taskId"),
    "veo: a code that no page has": Deviation(VEO, refused(499), "answer.undocumented_code", "/body/code"),
    "veo: a code as a text": Deviation(VEO, refused("422"), "shape.type", "/body/code"),
    "veo: a task in a refusal": Deviation(
        VEO, refused(422, data={"taskId": OTHER}), "answer.task_in_refusal", "/body/data/taskId"
    ),
    "veo: a callback as text": Deviation(
        VEO, typed("text/plain"), "callback.content_type", "/callback/headers/content-type"
    ),
    "veo: a callback of another result": Deviation(
        VEO,
        posted(-1, "data/info/resultUrls", ["https://files.test/b.mp4"]),
        "callback.agrees",
        f"{RECORD}/response/resultUrls/*",
    ),
    "veo: a callback without results": Deviation(
        VEO, posted(-1, "data/info", _GONE), "shape.missing_field", f"{CALLBACK}/data/info"
    ),
    "veo: a callback of success that failed": Deviation(
        VEO, posted(-1, "code", 501), "callback.state", f"{RECORD}/successFlag"
    ),
    "veo: a failure without its code": Deviation(
        VEO, shown(-1, "errorCode", None), "shape.value", f"{RECORD}/errorCode", "501"
    ),
    "veo: a callback with another failure": Deviation(
        VEO, posted(-1, "code", 500), "callback.agrees", f"{RECORD}/errorCode", "501"
    ),
    "suno: a status that there is not": Deviation(SUNO, shown(-1, "status", "DONE"), "shape.value", f"{RECORD}/status"),
    "mp4: a flag of numbers": Deviation("suno/mp4", shown(-1, "successFlag", 1), "shape.type", f"{RECORD}/successFlag"),
    "midi: a flag that there is not": Deviation(
        "suno/midi", shown(-1, "successFlag", 9), "task.state_word", f"{RECORD}/successFlag"
    ),
    "lyrics: no text": Deviation("suno/lyrics", posted(-1, "data/data", None), "shape.type", f"{CALLBACK}/data/data"),
    "stems: a stem that is no URL": Deviation(
        "suno/vocal-removal", shown(-1, "response/vocalUrl", "b.mp3"), "result.url", f"{RECORD}/response/vocalUrl"
    ),
    "extend: another parent": Deviation(
        "runway/extend", shown(-1, "parentTaskId", OTHER), "record.param_input", f"{RECORD}/parentTaskId"
    ),
    "suno: an operation as a number": Deviation(
        SUNO, shown(-1, "operationType", 7), "shape.value", f"{RECORD}/operationType"
    ),
    "suno: a stage back": Deviation(SUNO, shown(4, "status", "PENDING"), "task.state_order", f"{RECORD}/status"),
    "suno: a track without a URL": Deviation(
        SUNO, shown(-1, "response/sunoData/0/audioUrl", ""), "result.url", f"{RECORD}/response/sunoData/*/audioUrl"
    ),
    "suno: no tracks": Deviation(SUNO, shown(-1, "response/sunoData", []), "shape.type", f"{RECORD}/response/sunoData"),
    "suno: a stage that there is not": Deviation(
        SUNO, posted(0, "data/callbackType", "lyrics"), "callback.stage", f"{CALLBACK}/data/callbackType"
    ),
    "suno: the id in another spelling": Deviation(
        SUNO,
        posted(0, "data", {"callbackType": "text", "taskId": OTHER, "data": []}),
        "shape.missing_field",
        f"{CALLBACK}/data/task_id",
    ),
    "suno: complete with a failure's code": Deviation(
        SUNO, posted(-1, "code", 531), "callback.code", f"{CALLBACK}/code"
    ),
    "suno: the first track after the end": Deviation(SUNO, swapped(1, 2), "callback.stage_order", CALLBACK),
    "suno: a callback of one track of two": Deviation(
        SUNO, shortened("data/data"), "callback.agrees", f"{RECORD}/response/sunoData"
    ),
    "suno: a callback of another song": Deviation(
        SUNO,
        posted(-1, "data/data/0/audio_url", "https://files.test/b.mp3"),
        "callback.agrees",
        f"{RECORD}/response/sunoData/*/audioUrl",
    ),
    "4o: the words contradict each other": Deviation(
        IMAGE, shown(-1, "status", "GENERATING"), "task.state_word", f"{RECORD}/successFlag"
    ),
    "4o: progress goes back": Deviation(
        IMAGE, shown(-1, "progress", "0.10"), "task.progress_back", f"{RECORD}/progress"
    ),
    "4o: a callback in the record's spelling": Deviation(
        IMAGE,
        posted(-1, "data/info", {"resultUrls": ["https://files.test/b.png"]}),
        "shape.missing_field",
        f"{CALLBACK}/data/info/result_urls",
    ),
    "4o: a size that there is not": Deviation(IMAGE, asked("size", "7:1"), "request.accepted", "/request/body/size"),
    "flux: no image": Deviation(
        FLUX, shown(-1, "response/resultImageUrl", None), "result.url", f"{RECORD}/response/resultImageUrl"
    ),
    "flux: a time that is none": Deviation(
        FLUX, shown(-1, "createTime", "soon"), "shape.value", f"{RECORD}/createTime"
    ),
    "runway: a state of models": Deviation(RUNWAY, shown(0, "state", "queuing"), "shape.value", f"{RECORD}/state"),
    "runway: the failure of a task that runs": Deviation(
        RUNWAY, shown(0, "failCode", 400), "task.failure_told", f"{RECORD}/failCode"
    ),
    "runway: the id of models": Deviation(
        RUNWAY,
        posted(
            -1,
            "data",
            {"taskId": OTHER, "video_id": "7", "video_url": "https://a.test/b", "image_url": "https://a.test/c"},
        ),
        "shape.missing_field",
        f"{CALLBACK}/data/task_id",
    ),
    "aleph: a callback with the id within": Deviation(
        ALEPH, posted(-1, "taskId", _GONE), "shape.missing_field", f"{CALLBACK}/taskId"
    ),
    "aleph: other seconds": Deviation(
        ALEPH, shown(-1, "createTime", "2026-10-05"), "task.created_moved", f"{RECORD}/createTime"
    ),
    "suno: an object for a word": Deviation(SUNO, shown(-1, "type", {"a": 1}), "shape.type", f"{RECORD}/type"),
    "suno: no msg": Deviation(SUNO, put("response", polls, -1, "msg", _GONE), "shape.missing_field", "/body/msg"),
    "veo: a file twice": Deviation(
        VEO, shown(-1, "response/resultUrls", _TWICE), "result.url_twice", f"{RECORD}/response/resultUrls"
    ),
    "suno: a callback of another title": Deviation(
        SUNO, posted(-1, "data/data/0/title", "Another"), "callback.agrees", f"{RECORD}/response/sunoData/*/title"
    ),
    "suno: a callback's title as a number": Deviation(
        SUNO, posted(-1, "data/data/0/title", 7), "shape.type", f"{CALLBACK}/data/data/*/title"
    ),
    "suno: msg as an object": Deviation(SUNO, posted(-1, "msg", {"en": "done"}), "shape.type", f"{CALLBACK}/msg"),
}
