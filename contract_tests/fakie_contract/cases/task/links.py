"""Cases of the links to files: for a file of the API alone, to that very file; a target may have no such endpoint."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from fakie_contract.cases.case import Case
from fakie_contract.cases.task.files import Downloaded, link_leads_to
from fakie_contract.http.exchange import LiveExchange, SentRequest
from fakie_contract.trial import answers
from fakie_contract.trial.asking import JSON_TYPE
from fakie_contract.trial.environment import bearer
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.trial import OutsideScope, Trial
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.families.family import endpoints

_NAME = "download-url"
# Nothing of the API's lies there.
_FOREIGN = "https://example.com/fakie/no-file-of-the-api.mp4"
_WRONG: tuple[tuple[str, str, Mapping[str, Any], str], ...] = (
    ("foreign", "a URL that is not the API's", {"url": _FOREIGN}, "url_wrong"),
    ("without-url", "no URL", {}, "field_missing"),
    ("url-in-a-list", "a URL in a list", {"url": [_FOREIGN]}, "wrong_type"),
)


def link_cases(profile: Profile) -> Iterator[Case]:
    """Return the cases of links that must be refused."""
    for name, what, body, situation in _WRONG:
        code, run = profile.row(situation, _NAME).code, partial(_refused, body, situation)
        yield Case(f"api::{_NAME}::{name}", f"a link for {what}: refused", run, "free", code=code)
    code, run = profile.row("unauthorized", _NAME).code, partial(_refused, {"url": _FOREIGN}, "unauthorized")
    yield Case(f"api::{_NAME}::without-key", "a link without the key: refused", run, "free", code=code)


def judge_links(trial: Trial, account: TargetAccount, files: Downloaded) -> None:
    """Judge that the API gives a link to a file that it has made, and that it leads to that file."""
    for url, known in list(files.hashes.items())[:1]:
        exchange = _asked(trial, {"url": url}, account)
        if not answers.is_absent(trial, exchange):
            link = answers.answered(trial, exchange, "download_url_made", _NAME, _NAME)
            link_leads_to(trial, link, url, known)


def _refused(body: Mapping[str, Any], situation: str, trial: Trial) -> None:
    exchange = _asked(trial, body, None if situation == "unauthorized" else trial.account())
    if answers.is_absent(trial, exchange):
        raise OutsideScope("the target gives no links to files")
    answers.refused(trial, exchange, situation, _NAME)


def _asked(trial: Trial, body: Mapping[str, Any], account: TargetAccount | None) -> LiveExchange:
    headers = (JSON_TYPE, *(bearer(account.key) if account else ()))
    return trial.ask(SentRequest("POST", endpoints()[_NAME].path, headers, json.dumps(body).encode()))
