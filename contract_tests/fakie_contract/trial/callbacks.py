"""Judging one callback: its request, its schema, its signature, and that it says what the poll says."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from fakie_contract.http.callback_listener import Received
from fakie_contract.http.exchange import Exchange, shown
from fakie_contract.trial import answers
from fakie_contract.trial.trial import Trial

_SAME = ("taskId", "model", "state", "param", "resultJson", "costTime")
_WHEN_FAILED = ("failCode", "failMsg")
_TIMES = ("createTime", "completeTime")
_SECOND = 1000
_FAR_SECONDS = 60


def judge_callback(trial: Trial, came: Received, record: Mapping[str, Any], exchange: Exchange, task_key: str) -> None:
    """Judge a callback by its schema and against recordInfo's data of the same task."""
    if came.method != "POST":
        trial.find("breaking", "/callback/method", "POST", came.method, exchange)
    kind = came.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        trial.find("breaking", "/callback/headers/content-type", "application/json", kind or "none", exchange)
    if task_key in came.body.decode("utf-8", "replace") or any(task_key in value for value in came.headers.values()):
        trial.find("breaking", "/callback", "nothing of the API key in a callback", "the key", exchange)
    words = came.json
    if not isinstance(words, dict) or not isinstance(words.get("data"), dict):
        got = came.body[:300].decode("utf-8", "replace")
        trial.find("breaking", "/callback/body", "a JSON object with code, msg and data", got, exchange)
        return
    answers.conforms(trial, words, "callback", "/callback/body", exchange.curl())
    _expect_words(trial, words, exchange)
    _agrees(trial, words["data"], record, exchange)


def judge_signature(trial: Trial, came: Received, task_id: str, key: str, exchange: Exchange) -> None:
    """Judge the signature: base64(HMAC-SHA256(key, taskId + "." + Unix seconds))."""
    timestamp = came.headers.get("x-webhook-timestamp")
    signature = came.headers.get("x-webhook-signature")
    if timestamp is None or signature is None:
        expected = "X-Webhook-Timestamp and X-Webhook-Signature: the account has a webhook key"
        trial.find("breaking", "/callback/headers", expected, ", ".join(sorted(came.headers)), exchange)
        return
    if not timestamp.isdecimal() or abs(int(timestamp) - came.at) > _FAR_SECONDS:
        expected = f"Unix seconds near {came.at:.0f}"
        trial.find("breaking", "/callback/headers/x-webhook-timestamp", expected, timestamp, exchange)
    digest = hmac.new(key.encode(), f"{task_id}.{timestamp}".encode(), hashlib.sha256).digest()
    right = base64.b64encode(digest).decode()
    if not hmac.compare_digest(signature.encode(), right.encode()):
        form = " (it is hex)" if signature.lower() == digest.hex() else ""
        expected = f'base64(HMAC-SHA256(webhook key, taskId + "." + timestamp)) = {right}'
        trial.find("breaking", "/callback/headers/x-webhook-signature", expected, signature + form, exchange)


def _expect_words(trial: Trial, words: Mapping[str, Any], exchange: Exchange) -> None:
    state = words["data"].get("state")
    if state not in {"success", "fail"}:
        return
    code = trial.bench.profile.callback(state).code
    if words.get("code") != code:
        trial.find("breaking", "/callback/body/code", f"{code} for {state}", shown(words.get("code")), exchange)


def _agrees(trial: Trial, data: Mapping[str, Any], record: Mapping[str, Any], exchange: Exchange) -> None:
    failed = _WHEN_FAILED if record.get("state") == "fail" else ()
    for name in (*_SAME, *failed):
        if data.get(name) != record.get(name):
            _differs(trial, name, data, record, exchange)
    for name in _TIMES:
        told, polled = data.get(name), record.get(name)
        if not isinstance(told, int) or not isinstance(polled, int):
            continue
        if abs(told - polled) >= _SECOND:
            _differs(trial, name, data, record, exchange)
        if told % _SECOND:
            place, expected = f"/callback/body/data/{name}", "whole seconds, in ms (callback page)"
            trial.find("minor", place, expected, shown(told), exchange)
    consumed = ("creditsConsumed" in data, "creditsConsumed" in record)
    if all(consumed) and data["creditsConsumed"] != record["creditsConsumed"]:
        _differs(trial, "creditsConsumed", data, record, exchange)


def _differs(trial: Trial, name: str, data: Mapping[str, Any], record: Mapping[str, Any], exchange: Exchange) -> None:
    expected = f"as recordInfo says: {shown(record.get(name))}"
    trial.find("breaking", f"/callback/body/data/{name}", expected, shown(data.get(name)), exchange)
