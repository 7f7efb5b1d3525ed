"""Cases read from the fixtures: requests to accept and to refuse, as files."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import fakie_fixtures
from fakie_contract.cases.case import Case
from fakie_contract.cases.written import send
from fakie_contract.http.exchange import SentRequest
from fakie_contract.trial import answers, money
from fakie_contract.trial.asking import JSON_TYPE
from fakie_contract.trial.environment import CREATE
from fakie_contract.trial.trial import Trial
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision


def fixture_cases(catalog: Catalog, profile: Profile, models: tuple[str, ...]) -> Iterator[Case]:
    """Return the cases of the fixtures of these models."""
    for folder in ("accepted", "rejected"):
        for file, fixture in fakie_fixtures.requests(folder):
            revision = catalog.served(fixture["model"])
            if revision is None or fixture["model"] not in models:
                continue
            # What one page of a model accepts, another may refuse.
            if folder == "rejected" or revision.violation(json.loads(_content(fixture["request"]))) is None:
                yield _case(folder, file, fixture, revision, profile)


def _case(folder: str, file: Path, fixture: Mapping[str, Any], revision: Revision, profile: Profile) -> Case:
    run = partial(_send, fixture, revision)
    code = profile.row(fixture.get("situation", "accepted"), "createTask").code
    case_id = f"{fixture['model']}::fixture::{folder}/{file.stem}"
    return Case(
        case_id,
        fixture["what"],
        run,
        "may_cost",
        fixture["model"],
        code,
        sends=partial(_bodies, fixture["request"]),
        kind=fixture.get("situation"),
    )


def _send(fixture: Mapping[str, Any], revision: Revision, trial: Trial) -> None:
    sent = fixture["request"]
    given = sent.get("headers")
    headers = (JSON_TYPE,) if given is None else tuple(given.items())
    request = SentRequest("POST", CREATE, headers, _content(sent))
    exchange, seen = send(trial, request, is_refused="situation" in fixture)
    if "situation" in fixture:
        answers.refused(trial, exchange, fixture["situation"])
        money.judge_refusal(trial, seen)
    else:
        answers.accepted(trial, exchange, revision)


def _bodies(sent: Mapping[str, Any]) -> tuple[Any]:
    return (sent.get("json"),)


def _content(sent: Mapping[str, Any]) -> bytes:
    if "hex" in sent:
        return bytes.fromhex(sent["hex"])
    text: str = sent["text"] if "text" in sent else json.dumps(sent["json"], ensure_ascii=False)
    return text.encode()
