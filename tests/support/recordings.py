"""Exchanges as data, and written down the way each recorder does it."""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from fakie_contract.traffic.check import check
from fakie_contract.traffic.judging import TrafficJudge
from fakie_schemas.catalog.catalog import Catalog

TASK = "34ffda52e35373c6b1fff9d59830f3a9"
JSON_TYPE = "application/json;charset=UTF-8"
Exchange = dict[str, Any]


def exchange(
    method: str,
    path: str,
    sent: Any = None,
    came: Any = None,
    *,
    host: str = "api.kie.ai",
    status: int = 200,
    **more: Any,
) -> Exchange:
    """One exchange in fakie's own form."""
    request = {"method": method, "url": f"https://{host}{path}", "headers": {}, "body": sent}
    response = {"status": status, "headers": {"content-type": JSON_TYPE}, "body": came}
    return {"format_version": 1, "recorded": "2026-10-05T10:00:00Z", "request": request, "response": response, **more}


def create(body: Any, came: Any = None, **more: Any) -> Exchange:
    """A createTask, accepted as the wire does it unless another answer is given."""
    accepted = {"code": 200, "msg": "success", "data": {"taskId": TASK, "recordId": TASK}}
    return exchange("POST", "/api/v1/jobs/createTask", body, accepted if came is None else came, **more)


def refusal(code: int, msg: str = "no") -> dict[str, Any]:
    """An error's body."""
    return {"code": code, "msg": msg, "data": None}


def task(**data: Any) -> dict[str, Any]:
    """The data of a finished task, as the wire has it."""
    inner = json.dumps({"prompt": "a lake", "aspect_ratio": "1:1"})
    return {
        "taskId": TASK,
        "model": "z-image",
        "state": "success",
        "param": json.dumps({"input": inner, "model": "z-image"}),
        "resultJson": '{"resultUrls":["https://files.test/a.png"]}',
        "failCode": None,
        "failMsg": None,
        "costTime": 12,
        "completeTime": 1_790_000_012_300,
        "createTime": 1_790_000_000_000,
        **data,
    }


def param(given: Any, model: str = "z-image") -> str:
    """Write a request as records have it, its input given."""
    return json.dumps({"input": given, "model": model})


def waiting(state: str = "waiting", **data: Any) -> dict[str, Any]:
    """The data of a task that runs."""
    return task(state=state, resultJson="", costTime=None, completeTime=None, **data)


def record(data: Any, **more: Any) -> Exchange:
    """A recordInfo that shows this data."""
    came = {"code": 200, "msg": "success", "data": data}
    return exchange("GET", f"/api/v1/jobs/recordInfo?taskId={TASK}", None, came, **more)


def callback(data: Any, code: int = 200, msg: str | None = None, **more: Any) -> Exchange:
    """A callback with this data, as it was posted to a receiver."""
    words = "completed successfully" if data.get("state") == "success" else "failed"
    times = {name: data[name] // 1000 * 1000 for name in ("createTime", "completeTime") if type(data.get(name)) is int}
    body = {"code": code, "msg": msg or f"Playground task {words}.", "data": {**data, **times}}
    return exchange("POST", "/hook", body, {"code": 200}, host="client.test", **more)


def failed(**data: Any) -> dict[str, Any]:
    """The data of a task that has failed."""
    return task(**{"state": "fail", "resultJson": "", "failCode": "500", "failMsg": "Internal Error", **data})


def news(findings: Sequence[Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    """What matters of findings that are not known to differ."""
    return shape([one for one in findings if not one["known"]])


def report_of(folder: Path, *exchanges: Exchange) -> dict[str, Any]:
    """Judge exchanges, written as a JSON array; gives the report."""
    return report(write(folder / "traffic.json", list(exchanges)))


def report(*paths: Path, **how: Any) -> dict[str, Any]:
    """Judge files; gives the report."""
    return check(paths, TrafficJudge(Catalog.shipped(), **how)).as_dict()


def write(file: Path, value: Any) -> Path:
    """Write JSON."""
    file.write_text(json.dumps(value), encoding="utf-8")
    return file


def shape(findings: Sequence[Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    """What matters of findings: severity, rule, place."""
    return {(one["severity"], one["rule"], one["place"]) for one in findings}


def whole(recorded: Exchange) -> Exchange:
    """Return an exchange, whatever spelling it is in, with url and headers."""
    request, response = recorded["request"], recorded["response"]
    query = "&".join(f"{name}={value}" for name, value in request.get("query", {}).items())
    url = request.get("url") or f"https://{request['host']}{request['path']}" + (f"?{query}" if query else "")
    headers = response.get("headers") or {"content-type": response["contentType"]}
    return {"request": {**request, "url": url}, "response": {**response, "headers": headers}}


def as_har(recorded: Sequence[Exchange], *, encoding: str = "") -> dict[str, Any]:
    """Write exchanges as a HAR file has them; `encoding`: `base64`, or `chunks` as Polly.js keeps encoded bodies."""
    return {
        "log": {"version": "1.2", "creator": {"name": "test"}, "entries": [_entry(one, encoding) for one in recorded]}
    }


def _entry(recorded: Exchange, encoding: str) -> dict[str, Any]:
    one = whole(recorded)
    request, response = one["request"], one["response"]
    text = json.dumps(response["body"], ensure_ascii=False)
    content: dict[str, Any] = {
        "mimeType": response["headers"]["content-type"],
        "size": len(text.encode()),
        "text": text,
    }
    if encoding:
        coded = base64.b64encode(text.encode()).decode()
        content |= {"encoding": "base64", "text": json.dumps([coded]) if encoding == "chunks" else coded}
    entry: dict[str, Any] = {
        "startedDateTime": "2026-10-05T10:00:00.000Z",
        "request": {"method": request["method"], "url": request["url"], "headers": [], "cookies": []},
        "response": {"status": response["status"], "headers": [], "content": content},
    }
    if request["body"] is not None:
        entry["request"]["postData"] = {"mimeType": "application/json", "text": json.dumps(request["body"])}
    return entry


def as_cassette(recorded: Sequence[Exchange], *, body: str = "string") -> dict[str, Any]:
    """Write exchanges as vcrpy does; `body`: `string`, `binary` (for YAML), `base64_string`."""
    return {"interactions": [_interaction(one, body) for one in recorded], "version": 1}


def _interaction(recorded: Exchange, body: str) -> dict[str, Any]:
    one = whole(recorded)
    request, response = one["request"], one["response"]
    text = json.dumps(response["body"], ensure_ascii=False)
    kept: dict[str, Any] = {"string": text}
    if body == "binary":
        kept = {"string": text.encode()}
    elif body == "base64_string":
        kept = {"base64_string": base64.b64encode(text.encode()).decode()}
    sent = None if request["body"] is None else json.dumps(request["body"])
    return {
        "request": {"method": request["method"], "uri": request["url"], "body": sent, "headers": {}},
        "response": {
            "status": {"code": response["status"], "message": "OK"},
            "headers": {name: [value] for name, value in response["headers"].items()},
            "body": kept,
        },
    }


def write_yaml(file: Path, value: Any) -> Path:
    """Write YAML as vcrpy does."""
    file.write_text(yaml.dump(value, Dumper=yaml.SafeDumper), encoding="utf-8")
    return file


# A create that is right, a record with a costTime of the wrong type, and the finding that tells of it.
GOOD = create({"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}})
WRONG = record(task(costTime="12"))
COST_TIME = ("breaking", "shape.type", "/body/data/costTime")
