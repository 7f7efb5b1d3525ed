"""Judging what a schema cannot say of recordInfo and callbacks: units of time, encodings, the result."""

from collections.abc import Iterator, Mapping
from typing import Any

from fakie_contract.exchange import shown
from fakie_contract.traffic.found import Found
from fakie_contract.traffic.secrets import is_redacted, is_shortened
from fakie_contract.traffic.view import NOT_JSON, as_json

_MICROSECONDS = 100_000_000_000_000
_SLACK = 2.0
_SHARE = 0.1
_TIMES = ("createTime", "completeTime", "updateTime")


def judge_record(data: Mapping[str, Any], place: str, *, documented: bool) -> Iterator[Found]:
    """Judge a task's data; `documented`: a page tells of it as well, in milliseconds and with a nested input."""
    yield from _cost_time(data, place, documented)
    yield from _too_fine(data, place)
    yield from _param(data, place, documented)
    yield from _result(data, place)


def _cost_time(data: Mapping[str, Any], place: str, documented: bool) -> Iterator[Found]:
    """Tell seconds from milliseconds by how long the task existed."""
    cost, created, ended = (data.get(name) for name in ("costTime", "createTime", "completeTime"))
    if type(cost) is not int or type(created) is not int or type(ended) is not int or ended <= created:
        return
    took = ended - created
    in_seconds = abs(cost - took / 1000) <= max(_SLACK, _SHARE * took / 1000)
    in_milliseconds = abs(cost - took) <= max(_SLACK * 1000, _SHARE * took)
    where = f"{place}/costTime"
    if in_seconds and documented:
        expected = "milliseconds (page of record-info); known of the wire: seconds [obs]"
        yield Found("info", "unit", where, expected, f"{cost} for {took} ms", known=True)
    elif in_milliseconds and not in_seconds:
        expected = "seconds (observed in every capture; the page says milliseconds)"
        yield Found("minor", "unit", where, expected, f"{cost} for {took} ms")


def _too_fine(data: Mapping[str, Any], place: str) -> Iterator[Found]:
    for name in _TIMES:
        value = data.get(name)
        if type(value) is int and value >= _MICROSECONDS:
            yield Found("breaking", "unit", f"{place}/{name}", "Unix milliseconds (page and captures)", value)


def _param(data: Mapping[str, Any], place: str, documented: bool) -> Iterator[Found]:
    for name in ("param", "paramJson"):
        text = data.get(name)
        if not isinstance(text, str) or is_redacted(text):
            continue
        where, parsed = f"{place}/{name}", as_json(text)
        if not isinstance(parsed, dict):
            if not is_shortened(text):
                yield Found("breaking", "encoding", where, "a JSON object in a string (page and captures)", text)
        elif isinstance(parsed.get("input"), dict):
            expected = "input in it as a JSON string again (observed in every capture; the page shows an object)"
            yield Found("minor", "encoding", where, expected, "input as an object")
        elif _is_object_text(parsed.get("input")) and documented and name == "param":
            expected = "input in it as an object (page of record-info); known of the wire: a JSON string again [obs]"
            yield Found("info", "encoding", where, expected, "input as a string of JSON", known=True)


def _result(data: Mapping[str, Any], place: str) -> Iterator[Found]:
    text = data.get("resultJson")
    if data.get("state") != "success" or not isinstance(text, str) or is_shortened(text):
        return
    if not isinstance(as_json(text), dict):
        expected = "a JSON object in a string: the task has succeeded (page and captures)"
        yield Found("breaking", "encoding", f"{place}/resultJson", expected, shown(text, 160))


def _is_object_text(value: Any) -> bool:
    return isinstance(value, str) and as_json(value) is not NOT_JSON
