"""Rules of recordInfo and callbacks that a schema cannot express: units of time, encodings, what must agree."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from fakie_contract.checks.fingerprint import same_twice
from fakie_contract.checks.redaction_marks import is_redacted, is_shortened, is_whole
from fakie_contract.checks.result import judge_result
from fakie_contract.checks.strictness import strict_text
from fakie_contract.http.exchange import shown
from fakie_contract.http.json_values import NOT_JSON, TOO_DEEP, as_json
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

_MILLISECONDS, _MICROSECONDS = 1_000_000_000_000, 100_000_000_000_000
_SLACK = 2.0
_SHARE = 0.1
_DAY = 24 * 60 * 60
_ROUNDING = 1000
# What holds JSON as a text.
_TEXTS = ("param", "paramJson", "resultJson")
_TIMES = ("createTime", "completeTime", "updateTime")
# What is to equal the model, and the rule that says so.
_OF_MODEL = {"operationType": "record.operation_type", "param/model": "record.param_model"}


def judge_record(data: Mapping[str, Any], place: str, *, documented: bool) -> Iterator[Difference]:
    """Judge a task's data; `documented`: a page tells of it as well, in milliseconds and with a nested input."""
    yield from _cost_time(data, place, documented)
    yield from _times(data, place)
    for name in _TEXTS:
        yield from _strict(data.get(name), f"{place}/{name}")
    wrong = list(_param(data, place, documented))
    yield from wrong
    yield from _models(data, place)
    if all(one.known for one in wrong):
        yield from _param_again(data, place)
    yield from judge_result(data, place)


def _cost_time(data: Mapping[str, Any], place: str, documented: bool) -> Iterator[Difference]:
    """Tell seconds from milliseconds by how long the task existed: it cannot have taken longer."""
    cost = data.get("costTime")
    created, ended = _in_milliseconds(data, "createTime"), _in_milliseconds(data, "completeTime")
    if type(cost) is not int:
        return
    where = f"{place}/costTime"
    if created is None or ended is None or ended < created:
        if cost > _DAY:
            yield breach("record.cost_time_unit", cost, where, why="; no task takes a day")
        return
    took = ended - created
    slack = max(_SLACK, _SHARE * took / 1000)
    if cost > took / 1000 + slack:
        yield breach("record.cost_time_unit", f"{cost} for {took} ms", where, why="")
    elif documented and took and cost >= took / 1000 - slack:
        yield breach("record.cost_time_documented", f"{cost} for {took} ms", where)


def _times(data: Mapping[str, Any], place: str) -> Iterator[Difference]:
    for name in _TIMES:
        value = data.get(name)
        if type(value) is int and value >= _MICROSECONDS:
            yield breach("record.time_unit", value, f"{place}/{name}")
    created, ended = _in_milliseconds(data, "createTime"), _in_milliseconds(data, "completeTime")
    if created is not None and ended is not None and ended <= created - _ROUNDING:
        yield breach("record.completed_first", ended, f"{place}/completeTime", created=created)
    updated = _in_milliseconds(data, "updateTime")
    if created is not None and updated is not None and updated <= created - _ROUNDING:
        yield breach("record.updated_first", updated, f"{place}/updateTime", created=created)
    elif ended is not None and updated is not None and updated <= ended - _ROUNDING:
        yield breach("record.updated_before_end", updated, f"{place}/updateTime", ended=ended)


def _in_milliseconds(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    return value if is_in_ms(value) else None


def is_in_ms(value: object) -> TypeGuard[int]:
    """Tell whether a value is a moment in milliseconds, by its size."""
    return type(value) is int and _MILLISECONDS <= value < _MICROSECONDS


def _param(data: Mapping[str, Any], place: str, documented: bool) -> Iterator[Difference]:
    text, where = data.get("param"), f"{place}/param"
    if not isinstance(text, str):
        return
    param = as_json(text)
    if param is TOO_DEEP or (param is NOT_JSON and is_shortened(text)):
        return
    if not isinstance(param, dict):
        yield breach("record.param_encoding", text, where)
        return
    for name in ("input", "model"):
        if name not in param:
            rule = "record.param_key" if documented else "callback.param_key"
            yield breach(rule, "nothing", f"{where}/{name}", name=repr(name))
    if "input" in param:
        yield from _input(param["input"], where, documented)


def _strict(text: Any, where: str) -> Iterator[Difference]:
    """Judge a text of JSON, and the input that stands in it as one again."""
    if not isinstance(text, str) or is_shortened(text):
        return
    found = list(strict_text(text, where))
    yield from found
    outer = as_json(text) if '\\"' in text and not found else None
    inner = outer.get("input") if isinstance(outer, dict) else None
    if isinstance(inner, str):
        yield from strict_text(inner, f"{where}/input")


def _input(value: Any, where: str, documented: bool) -> Iterator[Difference]:
    given = as_json(value) if isinstance(value, str) else value
    if given is TOO_DEEP or (given is NOT_JSON and is_shortened(value)):
        return
    if not isinstance(given, dict):
        yield breach("record.param_input_encoding", f"input as {shown(value, 160)}", where)
    elif given is value:
        rule = "record.param_input_once" if documented else "callback.param_input_once"
        yield breach(rule, "input as an object", where)
    elif documented:
        yield breach("record.param_input_documented", "input as a string of JSON", where)


def _models(data: Mapping[str, Any], place: str) -> Iterator[Difference]:
    """Find where the model is told twice, and differently; when all others agree, it is the model that is wrong."""
    param = as_json(data["param"]) if isinstance(data.get("param"), str) else None
    others = {
        "operationType": data.get("operationType"),
        "param/model": param.get("model") if isinstance(param, dict) else 0,
    }
    model = data.get("model")
    wrong = {where: one for where, one in others.items() if _differ(one, model)}
    if len(wrong) > 1 and len(set(wrong.values())) == 1:
        told = next(iter(wrong.values()))
        yield breach("record.model_twice", model, f"{place}/model", model_told=told, others=" and ".join(wrong))
        return
    for where, one in wrong.items():
        yield breach(_OF_MODEL[where], one, f"{place}/{where}", model_told=model)


def _param_again(data: Mapping[str, Any], place: str) -> Iterator[Difference]:
    param, again = data.get("param"), data.get("paramJson")
    if not isinstance(again, str) or again == param or not is_whole(again):
        return
    if isinstance(param, str) and is_whole(param) and not same_twice(param, again, signed=False):
        yield breach("record.param_json", again, f"{place}/paramJson")
    elif not isinstance(param, str) and not isinstance(as_json(again), dict):
        yield breach("record.param_json_encoding", again, f"{place}/paramJson")


def _differ(one: Any, model: Any) -> bool:
    """Tell whether something that is to equal the model does not; an empty model is told of by itself."""
    if not (isinstance(one, str) and isinstance(model, str)) or not model:
        return False
    return one != model and not is_redacted(one) and not is_redacted(model)
