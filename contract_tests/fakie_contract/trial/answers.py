"""Judging answers: HTTP status, content type, JSON, the answer schema, the code that a situation has."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import ValidationError
from jsonschema.protocols import Validator

import fakie_schemas
from fakie_contract import sources
from fakie_contract.finding import severity_of
from fakie_contract.http.exchange import NOT_JSON, Exchange, shown
from fakie_contract.trial.trial import NotRun, Trial
from fakie_schemas.catalog.profile import Row
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.validator import contract_validator

_MOST_DIFFERENCES = 10
_HEX = frozenset("0123456789abcdef")
_TASK_ID_LENGTH = 32
_CAPTURES = "238 of 238 captures"


def accepted(trial: Trial, exchange: Exchange, revision: Revision) -> str | None:
    """Judge the answer to a request that must be accepted; gives the task id, None when there is none."""
    row = trial.bench.profile.row("accepted", "createTask")
    if _is_shared_limit(trial, exchange):
        raise NotRun("the target's only account has reached its rate limit")
    envelope(trial, exchange, row)
    if not _has_code(trial, exchange, row):
        return None
    conforms(trial, exchange.answer.json, revision.facts["answers"]["success"], "/body", exchange)
    return _task_id(trial, exchange)


def refused(trial: Trial, exchange: Exchange, situation: str, endpoint: str | None = "createTask") -> None:
    """Judge the answer to a request that must be refused in a situation."""
    row = trial.bench.profile.row(situation, endpoint)
    if row.code != trial.bench.profile.row("rate_limited").code and _is_shared_limit(trial, exchange):
        raise NotRun("the target's only account has reached its rate limit")
    envelope(trial, exchange, row)
    answer = exchange.answer
    if not isinstance(answer.json, dict):
        return
    if _has_code(trial, exchange, row):
        conforms(trial, answer.json, "error", "/body", exchange)
    if isinstance(answer.data, dict) and "taskId" in answer.data:
        trial.surprised(situation, answer.data["taskId"])
        trial.find("breaking", "/body/data/taskId", "no task: the request is refused", shown(answer.data), exchange)


def answered(trial: Trial, exchange: Exchange, situation: str, schema: str, endpoint: str) -> Any:
    """Judge an answer with code 200 of another endpoint; gives its `data`, None when it is no such answer."""
    row = trial.bench.profile.row(situation, endpoint)
    envelope(trial, exchange, row)
    if not _has_code(trial, exchange, row):
        return None
    holds = conforms(trial, exchange.answer.json, schema, "/body", exchange)
    return exchange.answer.data if holds or isinstance(exchange.answer.data, dict) else None


def envelope(trial: Trial, exchange: Exchange, row: Row) -> None:
    """Judge what every answer has in common: the HTTP status, JSON under its content type."""
    answer = exchange.answer
    status = row.code if trial.bench.mirror_status else row.status
    if answer.status != status:
        cited = sources.of_row(row, trial.page(exchange))
        expected = f"HTTP {status} for {row.situation}"
        trial.find(severity_of(row.mark), "/status", expected, answer.shown(), exchange, cited)
    kind, _, parameters = answer.headers.get("content-type", "").lower().partition(";")
    if kind.strip() != "application/json":
        got = answer.headers.get("content-type", "no content type")
        seen = "observed on every answer"
        trial.find("breaking", "/headers/content-type", "application/json", got, exchange, seen)
    elif "charset=" in parameters and "utf-8" not in parameters:
        trial.find("minor", "/headers/content-type", "charset UTF-8, if any", parameters.strip(), exchange)
    if answer.cut:
        got = f"{len(answer.body)} bytes and more"
        trial.find("breaking", "/body", "an answer of less than 1 MiB", got, exchange, "fakie reads no more")
    elif not isinstance(answer.json, dict):
        got = "no JSON: " + answer.shown() if answer.json is NOT_JSON else answer.shown()
        trial.find("breaking", "/body", "a JSON object", got, exchange, sources.of_row(row, trial.page(exchange)))


def conforms(trial: Trial, instance: Any, schema: str, place: str, shown_by: Exchange | str) -> bool:
    """Judge data by a shared answer schema; notes each difference and tells whether there was none."""
    page = None if isinstance(shown_by, str) else trial.page(shown_by)
    differences = list(_validator(schema).iter_errors(instance))
    for error in differences[:_MOST_DIFFERENCES]:
        pointer = "".join(f"/{_escaped(step)}" for step in error.absolute_path)
        mark = error.schema.get("x-mark", "") if isinstance(error.schema, dict) else ""
        cited = sources.of_answer(schema, page, [*error.absolute_path, *_missing(error)])
        trial.find(severity_of(mark), place + pointer, _rule(error), shown(error.instance), shown_by, cited)
    return not differences


@cache
def _validator(schema: str) -> Validator:
    return contract_validator(fakie_schemas.answer_schema(schema))


def _rule(error: ValidationError) -> str:
    wanted: Any = error.validator_value
    for missing in _missing(error):
        return f"a key {missing!r}"
    words: Mapping[str, str] = {"const": "the value", "enum": "one of", "type": "type", "not": "anything but"}
    return f"{words.get(str(error.validator), str(error.validator))} {shown(wanted, 120)}"


def _missing(error: ValidationError) -> list[str]:
    if error.validator != "required" or not isinstance(error.instance, dict):
        return []
    wanted: Any = error.validator_value
    return [name for name in wanted if name not in error.instance][:1]


def _has_code(trial: Trial, exchange: Exchange, row: Row) -> bool:
    body, code = exchange.answer.json, exchange.answer.code
    if type(code) is int and code == row.code:
        return True
    if isinstance(body, dict):
        got = (
            f"{shown(code)} in {exchange.answer.shown()}" if "code" in body else f"no code in {exchange.answer.shown()}"
        )
        # Whether a request is refused at all weighs more than under which code.
        severity = severity_of(row.mark) if type(code) is int and 200 not in (code, row.code) else "breaking"
        cited = sources.of_row(row, trial.page(exchange))
        trial.find(severity, "/body/code", f"{row.code}: {row.situation}", got, exchange, cited)
    return False


def _task_id(trial: Trial, exchange: Exchange) -> str | None:
    data = exchange.answer.data
    task_id = data.get("taskId") if isinstance(data, dict) else None
    if not isinstance(task_id, str) or not task_id:
        return None
    if len(task_id) != _TASK_ID_LENGTH or not set(task_id) <= _HEX:
        trial.find("minor", "/body/data/taskId", "32 lowercase hex digits", shown(task_id), exchange, _CAPTURES)
    if data.get("recordId", task_id) != task_id:
        expected = f"recordId equal to taskId, {shown(task_id)}"
        trial.find("breaking", "/body/data/recordId", expected, shown(data["recordId"]), exchange, _CAPTURES)
    return task_id


def _is_shared_limit(trial: Trial, exchange: Exchange) -> bool:
    shared = not trial.bench.any_key and trial.bench.levers is None
    return shared and exchange.answer.code == trial.bench.profile.row("rate_limited").code


def _escaped(step: object) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")
