"""Judging what a schema cannot say of recordInfo and callbacks: units of time, encodings, what must agree."""

from collections.abc import Iterator, Mapping
from typing import Any

from fakie_contract.http.exchange import shown
from fakie_contract.traffic.found import Found
from fakie_contract.traffic.results import judge_result
from fakie_contract.traffic.sameness import same
from fakie_contract.traffic.taken_out import is_redacted, is_shortened, is_whole
from fakie_contract.traffic.view import NOT_JSON, TOO_DEEP, as_json

_MILLISECONDS, _MICROSECONDS = 1_000_000_000_000, 100_000_000_000_000
_SLACK = 2.0
_SHARE = 0.1
_DAY = 24 * 60 * 60
_ROUNDING = 1000
_TIMES = ("createTime", "completeTime", "updateTime")
_SECONDS = "seconds (observed in every capture; the page says milliseconds)"


def judge_record(data: Mapping[str, Any], place: str, *, documented: bool) -> Iterator[Found]:
    """Judge a task's data; `documented`: a page tells of it as well, in milliseconds and with a nested input."""
    yield from _cost_time(data, place, documented)
    yield from _times(data, place)
    wrong = list(_param(data, place, documented))
    yield from wrong
    yield from _models(data, place)
    if all(one.known for one in wrong):
        yield from _param_again(data, place)
    yield from judge_result(data, place)


def _cost_time(data: Mapping[str, Any], place: str, documented: bool) -> Iterator[Found]:
    """Tell seconds from milliseconds by how long the task existed: it cannot have taken longer."""
    cost, created, ended = (
        data.get("costTime"),
        _in_milliseconds(data, "createTime"),
        _in_milliseconds(data, "completeTime"),
    )
    if type(cost) is not int:
        return
    where = f"{place}/costTime"
    if created is None or ended is None or ended < created:
        if cost > _DAY:
            yield Found("minor", "unit", where, f"{_SECONDS}; no task takes a day", cost)
        return
    took = ended - created
    slack = max(_SLACK, _SHARE * took / 1000)
    if cost > took / 1000 + slack:
        yield Found("minor", "unit", where, _SECONDS, f"{cost} for {took} ms")
    elif documented and took and cost >= took / 1000 - slack:
        expected = "milliseconds (page of record-info); known of the wire: seconds [obs]"
        yield Found("info", "unit", where, expected, f"{cost} for {took} ms", known=True)


def _times(data: Mapping[str, Any], place: str) -> Iterator[Found]:
    for name in _TIMES:
        value = data.get(name)
        if type(value) is int and value >= _MICROSECONDS:
            yield Found("breaking", "unit", f"{place}/{name}", "Unix milliseconds (page and captures)", value)
    created, ended = _in_milliseconds(data, "createTime"), _in_milliseconds(data, "completeTime")
    if created is not None and ended is not None and ended < created - _ROUNDING:
        expected = f"no earlier than createTime, {created} (inferred)"
        yield Found("minor", "value", f"{place}/completeTime", expected, ended)


def _in_milliseconds(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    return value if type(value) is int and _MILLISECONDS <= value < _MICROSECONDS else None


def _param(data: Mapping[str, Any], place: str, documented: bool) -> Iterator[Found]:
    text, where = data.get("param"), f"{place}/param"
    if not isinstance(text, str):
        return
    param = as_json(text)
    if param is TOO_DEEP or (param is NOT_JSON and is_shortened(text)):
        return
    if not isinstance(param, dict):
        yield Found("breaking", "encoding", where, "a JSON object in a string (page and captures)", text)
        return
    for name in ("input", "model"):
        if name not in param:
            expected = f"a key {name!r} in it (page and captures)"
            yield Found("breaking" if documented else "minor", "missing_field", f"{where}/{name}", expected, "nothing")
    if "input" in param:
        yield from _input(param["input"], where, documented)


def _input(value: Any, where: str, documented: bool) -> Iterator[Found]:
    given = as_json(value) if isinstance(value, str) else value
    if given is TOO_DEEP or (given is NOT_JSON and is_shortened(value)):
        return
    if not isinstance(given, dict):
        expected = "input in it as a JSON string of an object (every capture), or as an object (page)"
        yield Found("breaking", "encoding", where, expected, f"input as {shown(value, 160)}")
    elif given is value and documented:
        expected = "input in it as a JSON string again (observed in every capture; the page shows an object)"
        yield Found("minor", "encoding", where, expected, "input as an object")
    elif given is value:
        expected = "input in it as a JSON string again, as recordInfo has it (inferred: no callback was captured)"
        yield Found("info", "encoding", where, expected, "input as an object")
    elif documented:
        expected = "input in it as an object (page of record-info); known of the wire: a JSON string again [obs]"
        yield Found("info", "encoding", where, expected, "input as a string of JSON", known=True)


def _models(data: Mapping[str, Any], place: str) -> Iterator[Found]:
    """Find where the model is told twice, and differently; when all others agree, it is the model that is wrong."""
    param = as_json(data["param"]) if isinstance(data.get("param"), str) else None
    told = {
        "operationType": data.get("operationType"),
        "param/model": param.get("model") if isinstance(param, dict) else 0,
    }
    model = data.get("model")
    wrong = {where: one for where, one in told.items() if _differ(one, model)}
    if len(wrong) > 1 and len(set(wrong.values())) == 1:
        expected = f"{next(iter(wrong.values()))}, as {' and '.join(wrong)} say (equal in every capture)"
        yield Found("minor", "value", f"{place}/model", expected, model)
        return
    for where, one in wrong.items():
        yield Found("minor", "value", f"{place}/{where}", f"{model}, as model says (equal in every capture)", one)


def _param_again(data: Mapping[str, Any], place: str) -> Iterator[Found]:
    param, again = data.get("param"), data.get("paramJson")
    if not isinstance(again, str) or again == param or not is_whole(again):
        return
    if isinstance(param, str) and is_whole(param) and not same(param, again):
        yield Found("minor", "value", f"{place}/paramJson", "the same as param (equal in every capture)", again)
    elif not isinstance(param, str) and not isinstance(as_json(again), dict):
        yield Found("breaking", "encoding", f"{place}/paramJson", "a JSON object in a string (captures)", again)


def _differ(one: Any, model: Any) -> bool:
    """Tell whether something that is to equal the model does not; an empty model is told of by itself."""
    if not (isinstance(one, str) and isinstance(model, str)) or not model:
        return False
    return one != model and not is_redacted(one) and not is_redacted(model)
