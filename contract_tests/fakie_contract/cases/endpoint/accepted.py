"""Judging that an endpoint took a request: by what it makes, a task, something of a task, or a link."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fakie_contract.cases.endpoint.asked import about
from fakie_contract.cases.task.files import made_files
from fakie_contract.checks.by_page import by_page, linked
from fakie_contract.http.exchange import LiveExchange
from fakie_contract.trial import answers
from fakie_contract.trial.trial import Trial
from fakie_schemas.catalog.profile import Row
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import FamilyEndpoint, Job
from fakie_schemas.rules.difference import Difference

# What a query is answered in, by what it asks for.
_QUERIES = {"link": "download_url_made", "credits": "credit_shown"}


def accepted(trial: Trial, exchange: LiveExchange, revision: Revision, sent: Mapping[str, Any]) -> str | None:
    """Judge the answer to a request that must be accepted; returns the task id, None when there is none."""
    kind = trial.endpoint.kind
    if kind == "create":
        return answers.accepted(trial, exchange, revision)
    if kind == "transform":
        transformed(trial, exchange, sent, first_states(trial.endpoint.makes))
    elif _in_situation(trial, exchange, [_QUERIES[trial.endpoint.asks]]):
        trial.note([*by_page(revision, exchange.answer.json), *linked(exchange.answer.data)], exchange)
    return None


def accepted_situations(endpoint: FamilyEndpoint) -> Sequence[str]:
    """Return the situations that say that an endpoint took a request for the first time, the usual one first."""
    if endpoint.kind == "create":
        return ["accepted"]
    if endpoint.kind == "transform":
        return [endpoint.makes.answers[state]["situation"] for state in first_states(endpoint.makes)]
    return [_QUERIES[endpoint.asks]]


def first_states(job: Job) -> Sequence[str]:
    """Return the states in which a transform may answer its first request, the usual one first."""
    at_once = bool(job.plan) and job.plan[-1][1] == 0
    order = ("success",) if at_once else ("first", "running", "success")
    return [state for state in order if state in job.answers]


def transformed(
    trial: Trial, exchange: LiveExchange, sent: Mapping[str, Any], states: Sequence[str]
) -> dict[str, tuple[str, str]] | None:
    """Judge a transform's answer, of a state that it may be in; returns the files that it tells of, None for none."""
    job = trial.endpoint.makes
    row = _in_situation(trial, exchange, [job.answers[state]["situation"] for state in states])
    if row is None:
        return None
    answer = next(job.answers[state] for state in states if job.answers[state]["situation"] == row.situation)
    if "data" not in answer or row.data != "result":
        return {}
    data = exchange.answer.data
    task_id = data.get("taskId") if isinstance(data, dict) else None
    task = about(trial, task_id if isinstance(task_id, str) else None, trial.endpoint, sent)
    told = task.telling.reading.of(answer["data"], data)
    trial.note(_judged(trial, exchange, [*task.judge_told(told, "success")]), exchange)
    return made_files(told)


def _judged(trial: Trial, exchange: LiveExchange, found: Sequence[Difference]) -> Iterator[Difference]:
    yield from found
    page = trial.page(exchange)
    yield from by_page(page, exchange.answer.json) if page else ()


def _in_situation(trial: Trial, exchange: LiveExchange, situations: Sequence[str]) -> Row | None:
    """Judge an answer by the row of one of these situations: the one of its code, else the first; None for no code."""
    rows = [trial.env.profile.row(situation, trial.endpoint.name) for situation in situations]
    row = next((one for one in rows if one.code == exchange.answer.code), rows[0])
    answers.outside(trial, exchange, row)
    return row if answers.has_code(trial, exchange, row) else None
