"""Judging one callback: its request, its schema, its signature, and that it says what the poll says."""

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from fakie_contract.checks import agreement
from fakie_contract.checks.agreement import CALLBACK, TaskEnd
from fakie_contract.checks.key_shown import places_of
from fakie_contract.checks.record import judge_record
from fakie_contract.checks.shape import Sides, answer_schema
from fakie_contract.checks.strictness import strict
from fakie_contract.http.callback_listener import CallbackInbox, Received
from fakie_contract.http.exchange import LiveExchange, shown
from fakie_contract.trial.trial import OutsideScope, Trial
from fakie_schemas.catalog.profile import CallbackWords
from fakie_schemas.families.family import ENDS
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

# The key of an account whose callbacks are judged by their signature.
HOOK_KEY = "fakie-contract-webhook-key"
_FAR_SECONDS = 60
_TIMESTAMP, _SIGNATURE = "x-webhook-timestamp", "x-webhook-signature"
# No more digits than a time has, and milliseconds.
_TIME = re.compile(r"[0-9]{1,15}")
# The 32 bytes of a SHA-256 in base64.
_DIGEST = re.compile(r"[A-Za-z0-9+/]{43}=")


def inbox_for(trial: Trial, *statuses: int) -> CallbackInbox:
    """Return an inbox for the callbacks of a case, which answers with these statuses first; raises OutsideScope."""
    if trial.env.target.live and trial.env.callbacks is None:
        raise OutsideScope("the suite listens on loopback, which the target cannot reach; --callback-url names a way")
    return trial.env.listener().inbox(statuses)


def expect_count(trial: Trial, came: Sequence[Received], count: int, when: str, exchange: LiveExchange) -> None:
    """Judge how many callbacks came."""
    if len(came) != count:
        got = f"{len(came)}: " + ", ".join(shown(one.json) for one in came[-2:]) if came else _none(trial)
        words = {0: "no callback", 1: "one callback"}.get(count, f"{count} callbacks")
        trial.find("callback.count", got, exchange, count=words, when=when)


def _none(trial: Trial) -> str:
    """Return the words for no callback, with what came to other URLs than any task was given."""
    astray = trial.env.listener().astray
    return f"none; to other URLs came {', '.join(dict.fromkeys(list(astray)))}" if astray else "none"


def judge_callback(
    trial: Trial, came: Received, record: Mapping[str, Any], exchange: LiveExchange, task_key: str
) -> None:
    """Judge a callback by its schema and against recordInfo's data of the same task."""
    judge_request(trial, came, task_key, exchange)
    words = came.json
    if not isinstance(words, dict) or not isinstance(words.get("data"), dict):
        trial.find("callback.body", came.shown(), exchange)
        return
    documented = {state: trial.env.profile.callback(state) for state in ENDS}
    # Another state than the poll's is told of once; what follows from it is not.
    against = list(_against(words["data"], record))
    itself = () if any(one.rule == "callback.state" for one in against) else _itself(words, documented)
    trial.note([*against, *itself], exchange)


def judge_request(trial: Trial, came: Received, task_key: str, exchange: LiveExchange) -> None:
    """Judge what every callback has in common: POST, JSON under its content type, nothing of the key."""
    trial.note(_request(came, {task_key, *trial.keys.names}), exchange)


def _request(came: Received, keys: Collection[str]) -> Iterator[Difference]:
    if came.method != "POST":
        yield breach("callback.method", came.method)
    yield from agreement.callback_type(came.headers.get("content-type", ""))
    yield from strict(came.body, CALLBACK)
    for place in places_of(keys, came.headers, came.body):
        yield breach("callback.key", "the key, plain or encoded", f"/callback/{place}")


def _itself(words: Mapping[str, Any], documented: Mapping[str, CallbackWords]) -> Iterator[Difference]:
    yield from agreement.callback_itself(words["data"], words, documented)
    yield from Sides(None, None, answer_schema("callback"), CALLBACK).judge(words)
    yield from agreement.callback_keys(words["data"])
    yield from judge_record(words["data"], f"{CALLBACK}/data", documented=False)


def _against(data: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[Difference]:
    if data.get("taskId") != record.get("taskId"):
        yield breach("callback.task", data.get("taskId"), task_id=record.get("taskId"))
    if data.get("state") in ENDS and record.get("state") in ENDS:
        yield from agreement.callback_agrees(TaskEnd.of(record), TaskEnd.of(data))


def judge_signature(
    trial: Trial, came: Received, task_id: str, key: str | None, exchange: LiveExchange, ahead: int = 0
) -> None:
    """Judge the signature: base64(HMAC-SHA256(key, taskId + "." + Unix seconds)).

    Without the `key`, which nobody knows where it is set by hand: whether it is none, or could be one. The time is
    right by this machine's clock or by the target's, which is `ahead` (ms) of it.
    """
    timestamp, signature = came.headers.get(_TIMESTAMP), came.headers.get(_SIGNATURE)
    if timestamp is None or signature is None:
        if (timestamp, signature, key) != (None, None, None):
            trial.find("callback.signature_missing", ", ".join(sorted(came.headers)), exchange)
        return
    clocks = came.at, came.at + ahead / 1000
    if not (_TIME.fullmatch(timestamp) and any(abs(int(timestamp) - now) <= _FAR_SECONDS for now in clocks)):
        trial.find("callback.timestamp", timestamp, exchange, now=f"{came.at:.0f}")
    if key is None:
        if not _DIGEST.fullmatch(signature):
            trial.find("callback.signature_form", signature, exchange)
        return
    digest = hmac.new(key.encode(), f"{task_id}.{timestamp}".encode(), hashlib.sha256).digest()
    right = base64.b64encode(digest).decode()
    if not hmac.compare_digest(signature.encode(), right.encode()):
        form = " (it is hex)" if signature.lower() == digest.hex() else ""
        trial.find("callback.signature", signature + form, exchange, signature=right)


def judge_unsigned(trial: Trial, came: Received, exchange: LiveExchange) -> None:
    """Judge that a callback has no signature."""
    for name in (_TIMESTAMP, _SIGNATURE):
        if name in came.headers:
            trial.find("callback.signed", came.headers[name], exchange, f"/callback/headers/{name}")
