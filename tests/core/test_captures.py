"""Captured answers of the wire: the fake with the profile of the wire gives each again, field by field."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fakie.core.service import Service
from fakie.core.settings import Settings
from support.clients.doors import CREATE, CREDIT, KEY, RECORD, Answer, Door, open_door
from support.servers.fakes import Collector, HandClock, new_service
from support.some import some

ENDS = {"success", "fail"}
# What the wire adds to the input of these by itself.
ADDED = {"google/gemini-3-8-flash-tts": ("model", "dialogue_mode")}
# Of these the capture has a shortened input, which no request could have had.
WHOLE = {"happyhorse-1-1/text-to-video": {"prompt": "a lake", "duration": 3}}
# What a capture's own day does not say: the model was on no page yet.
DAYS = {"2026-06": "latest", "2026-10": "latest", "2026-08": "latest"}
WIRES = {"2026-04": "2026-04", "2026-06": "2026-07", "2026-08": "2026-07", "2026-10": "2026-10"}


def differing(seen: Any, came: Any, place: str = "") -> list[str]:
    """Where an answer is not like a captured one: keys, their order, types, and words but for ids, URLs and times."""
    if type(seen) is not type(came):
        return [f"{place}: {came!r} is no {type(seen).__name__}"]
    if isinstance(seen, dict):
        if list(seen) != list(came):
            return [f"{place}: {list(came)} are not the keys {list(seen)}"]
        return [one for key in seen for one in differing(seen[key], came[key], f"{place}/{key}")]
    if isinstance(seen, list):
        inner = [one for pair in zip(seen, came, strict=False) for one in differing(*pair, f"{place}/*")]
        return inner if len(seen) == len(came) else [f"{place}: {len(came)} items"]
    return [] if not isinstance(seen, str) or alike(seen, came) else [f"{place}: {came!r} is not {seen!r}"]


def alike(seen: str, came: str) -> bool:
    """Whether a text says the same: word for word, or both an id, a URL, a path, or a time, or JSON of such."""
    if seen.startswith("{"):
        return not differing(json.loads(seen), json.loads(came))
    kinds = (r"https?://\S+", r"[0-9a-f]{32}", r"kieai/\d+/images/test-uploads/test-base64\.png", r"[0-9-]+T[0-9:.]+Z")
    return seen == came or any(re.fullmatch(kind, seen) and re.fullmatch(kind, came) for kind in kinds)


def asked_again(door: Door, clock: HandClock, capture: Mapping[str, Any]) -> Answer:
    """Ask the fake what was asked when the answer was captured; a request that was not kept had a field too few."""
    request, body = capture["request"], capture["response"]["body"]
    if body["code"] == 401:
        return door.create({"model": "z-image", "input": {}}, {"Authorization": "Bearer wrong"})
    if request["path"] == CREATE:
        unreachable = ".invalid/" in json.dumps(request["body"])
        return door.create(
            request["body"], {**KEY, **({"Prefer": "situation=media_unreachable"} if unreachable else {})}
        )
    if request["path"] == CREDIT:
        return door.get(CREDIT)
    if request["path"] != RECORD:
        return door.post(request["path"], request["body"] or {"uploadPath": "images"})
    if body["code"] != 200:
        return door.get(f"{RECORD}?taskId={request['query']['taskId']}")
    return polled(door, clock, body["data"])


def polled(door: Door, clock: HandClock, data: Mapping[str, Any]) -> Answer:
    """Make the task that a record is of, bring it to its state, and poll it."""
    asked = json.loads(data["param"])
    given = {key: one for key, one in json.loads(asked["input"]).items() if key not in ADDED.get(data["model"], ())}
    created = door.create({"model": asked["model"], "input": WHOLE.get(data["model"], given)})
    assert created.code == 200, created.body
    task = created.data["taskId"]
    clock.seconds += 5.5 if data["state"] in ENDS else 0.5
    if data["state"] == "fail":
        clock.seconds -= 1
        door.post(f"/_fakie/tasks/{task}/fail", {"code": data["failCode"], "msg": data["failMsg"]})
    return door.get(f"{RECORD}?taskId={task}")


def test_every_capture_is_given_again(shared: Path, sent: Collector, clock: HandClock) -> None:
    """The same HTTP status and content type, the same keys in the same order, the same types, the same words."""
    wrong = {}
    for file in some(sorted((shared / "observed").glob("*.json"))):
        capture = json.loads(file.read_text(encoding="utf-8"))
        month, expected = capture["captured"][:7], capture["response"]
        settings, docs = Settings(keys=("test-key",), wire=WIRES[month]), DAYS.get(month, month)
        with open_door("direct", new_service(settings, sent, clock, profile="observed", docs=docs)) as door:
            answer = asked_again(door, clock, capture)
        if "shortened" in capture["note"]:
            expected["body"]["data"]["param"] = answer.data["param"]
        found = differing(expected["body"], answer.json)
        if answer.status != expected["status"] or found:
            wrong[file.name] = [f"HTTP {answer.status}", *found]
        assert answer.headers["content-type"] == expected["contentType"]
    assert wrong == {}


def test_param_is_given_again_byte_by_byte(shared: Path, make: Callable[..., Service], clock: HandClock) -> None:
    """Captured after its defaults were added, in the order of its keys."""
    file = shared / "observed" / "record-info-2026-10-generating.json"
    seen = json.loads(file.read_text(encoding="utf-8"))["response"]["body"]["data"]
    with open_door("direct", make(profile="observed")) as door:
        came = polled(door, clock, seen).data
    assert (came["param"], came["paramJson"]) == (seen["param"], seen["paramJson"])


def test_what_differs_is_found() -> None:
    """Another order, another type, another word, a key too many: each would be told of."""
    seen = {"a": 1, "b": "x", "c": '{"u":["https://a.test/1"]}'}
    assert differing(seen, dict(seen)) == []
    others = ({"b": "x", "a": 1, "c": seen["c"]}, {**seen, "a": 1.0}, {**seen, "b": "y"}, {**seen, "d": 1})
    assert all(differing(seen, other) for other in (*others, {**seen, "c": '{"u":[]}'}))
