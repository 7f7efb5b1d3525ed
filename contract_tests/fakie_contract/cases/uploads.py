"""Cases of uploads: what is taken lies at its link as it was sent; a target may take none."""

import base64
import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import urllib3

from fakie_contract.cases.case import Case
from fakie_contract.cases.task.files import lies_at
from fakie_contract.checks import envelope
from fakie_contract.http.exchange import LiveExchange, SentRequest, shown
from fakie_contract.trial import answers
from fakie_contract.trial.asking import JSON_TYPE, UPLOADED
from fakie_contract.trial.environment import bearer
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.trial import OutsideScope, Trial
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.families.family import endpoints
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

_BASE64, _STREAM, _URL = "file-base64-upload", "file-stream-upload", "file-url-upload"
_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
# No part of them is one of a key: an answer that repeats the name shows no key.
_FILE, _NAME, _KIND = base64.b64decode(_PNG), "a-grey-dot.png", "image/png"
_PLACE = {"uploadPath": "images/dots", "fileName": _NAME}
# The name of the case, what is uploaded, to where, and its fields.
_GOOD: tuple[tuple[str, str, str, Mapping[str, Any]], ...] = (
    ("taken", "a file in base64", _BASE64, {"base64Data": _PNG}),
    ("taken-as-data-url", "a file as a data URL", _BASE64, {"base64Data": f"data:{_KIND};base64,{_PNG}"}),
    ("taken", "a file in a form", _STREAM, {"file": (_NAME, _FILE, _KIND)}),
)
_BAD: tuple[tuple[str, str, str, str], ...] = (
    ("without-a-file", "no file", _BASE64, "upload_field_missing"),
    ("without-a-file", "no file in a form", _STREAM, "upload_field_missing"),
    ("without-a-file", "no URL of a file", _URL, "file_url_missing"),
    ("without-key", "a file without the key", _BASE64, "unauthorized"),
)


def upload_cases(profile: Profile) -> Iterator[Case]:
    """Return the cases of files that are taken, and of uploads that must be refused."""
    for name, what, endpoint, fields in _GOOD:
        code, run = profile.row("file_uploaded", endpoint).code, partial(_taken, endpoint, fields)
        yield Case(f"api::{endpoint}::{name}", f"{what}: taken, and at its link as it was sent", run, "free", code=code)
    for name, what, endpoint, situation in _BAD:
        code, run = profile.row(situation, endpoint).code, partial(_refused, endpoint, situation)
        yield Case(f"api::{endpoint}::{name}", f"{what}: refused", run, "free", code=code)


def _taken(endpoint: str, fields: Mapping[str, Any], trial: Trial) -> None:
    exchange = _asked(trial, endpoint, fields, trial.account())
    data = answers.answered(trial, exchange, "file_uploaded", UPLOADED, endpoint, _as_sent)
    if isinstance(data, dict) and isinstance(data.get("downloadUrl"), str):
        lies_at(trial, data["downloadUrl"], _FILE)


def _as_sent(data: Any) -> Iterator[Difference]:
    """Judge what an upload's answer tells of the file."""
    for name, sent in {"fileName": _NAME, "fileSize": len(_FILE), "mimeType": _KIND}.items():
        if name in data and data[name] != sent:
            yield breach("answer.uploaded", data[name], f"/body/data/{name}", wanted=shown(sent))


def _refused(endpoint: str, situation: str, trial: Trial) -> None:
    is_known = situation != "unauthorized"
    fields = {} if is_known else {"base64Data": _PNG}
    exchange = _asked(trial, endpoint, fields, trial.account() if is_known else None)
    row, body = trial.env.profile.row(situation, endpoint), exchange.answer.json
    answers.outside(trial, exchange, row)
    if isinstance(body, dict) and answers.has_code(trial, exchange, row):
        bare = {name: value for name, value in body.items() if name != "success"}
        trial.note([*envelope.refusal(bare), *envelope.success_flag(body)], exchange)


def _asked(trial: Trial, endpoint: str, fields: Mapping[str, Any], account: TargetAccount | None) -> LiveExchange:
    """Upload; raises OutsideScope at a target that takes no files, or whose vendor takes them at another host."""
    if trial.env.target.live:
        raise OutsideScope("a live target takes files at a host of their own")
    kind, content = JSON_TYPE, json.dumps({**fields, **_PLACE}).encode() if endpoint != _STREAM else b""
    if endpoint == _STREAM:
        content, told = urllib3.encode_multipart_formdata({**_PLACE, **fields})
        kind = ("Content-Type", told)
    headers = (kind, *(bearer(account.key) if account else ()))
    exchange = trial.ask(SentRequest("POST", endpoints()[endpoint].path, headers, content))
    if answers.is_absent(trial, exchange):
        raise OutsideScope("the target takes no files")
    return exchange
