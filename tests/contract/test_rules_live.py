"""Every rule of the suite can be broken, and is named by the suite when it is."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from fakie_contract.cases.case import Case
from fakie_contract.http.callback_listener import Received
from fakie_contract.http.client import Client, NoAnswer
from fakie_contract.http.exchange import Answer, LiveExchange, SentRequest
from fakie_contract.http.levers import Levers
from fakie_contract.http.target import Target
from fakie_contract.run.runner import Engine
from fakie_contract.trial import answers
from fakie_contract.trial.callbacks import judge_callback, judge_signature
from fakie_contract.trial.environment import Environment
from fakie_contract.trial.trial import Trial
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.rules.table import rules
from support.mutants.breaches import KILLED, OWN, breaker
from support.servers.broken import judged

# Broken without a fake, by the test that is named.
ELSEWHERE: Mapping[str, str] = {
    "answer.date": "tests/contract/test_live.py::test_a_wrong_clock_is_one_remark",
    "answer.none": "test_a_case_that_ends_otherwise_is_named_too",
    "answer.odd": "test_a_case_that_ends_otherwise_is_named_too",
    "callback.key": "test_a_callback_is_judged_by_its_request",
    "callback.signature_form": "test_a_signature_is_judged_without_its_key",
    "callback.method": "test_a_callback_is_judged_by_its_request",
    "task.unknown_at_first": "tests/contract/test_news.py::test_a_fresh_task_is_asked_for_again",
    "task.lever": "test_a_lever_that_does_not_work_is_named",
}
SUITE = [rule.id for rule in rules().values() if "suite" in rule.judges]


def test_every_rule_of_the_suite_has_a_case_that_breaks_it() -> None:
    """A new rule needs a fault: a mutant, or a test that is named here."""
    broken = {*KILLED, *OWN, *ELSEWHERE}
    assert set(SUITE) - broken == set(), "give OWN in tests/support/mutants/breaches.py a mutant that breaks it"
    assert broken - set(SUITE) == set()


@pytest.mark.parametrize("rule", [rule for rule in SUITE if rule not in ELSEWHERE])
def test_the_broken_rule_is_named(rule: str, tmp_path: Path) -> None:
    """By the id that the table gives it."""
    results = judged(breaker(rule), tmp_path, likely_alone=True)
    assert rule in {one.rule for result in results for one in result.findings}


def _env() -> Environment:
    target = Target("http://127.0.0.1:9", "the-key")
    return Environment(target, Catalog.shipped(), Profile.load("documented"), Client(target.url))


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        ("text/html", b"<h1>Bad</h1>", {"answer.not_json": "no JSON, but text/html: HTTP 502 <h1>Bad</h1>"}),
        (None, b"", {"answer.not_json": "no JSON and no content type: HTTP 502 (empty body)"}),
        (
            "application/json",
            b'{"code":',
            {"answer.http_status": "HTTP 502 with code None", "answer.not_json": 'no JSON: HTTP 502 {"code":'},
        ),
    ],
    ids=["a-page", "nothing", "half-of-one"],
)
def test_a_page_in_place_of_an_answer_is_one_finding(kind: str | None, body: bytes, told: dict[str, str]) -> None:
    """Of a gateway, say: its status and its type are told of with it; those of the API's own half answer apart."""
    trial = Trial("case", _env())
    page = Answer(502, {"content-type": kind} if kind else {}, body)
    exchange = LiveExchange("http://127.0.0.1:9", SentRequest("GET", "/"), page)
    answers.outside(trial, exchange, trial.env.profile.row("credit_shown", "credit"))
    assert {one.rule: one.got for one in trial.differences} == told


_NOW = 1_800_000_000
_DIGEST = "A" * 43 + "="


@pytest.mark.parametrize(
    ("headers", "rules"),
    [
        ({}, []),
        ({"x-webhook-timestamp": f"{_NOW}", "x-webhook-signature": _DIGEST}, []),
        ({"x-webhook-signature": _DIGEST}, ["callback.signature_missing"]),
        ({"x-webhook-timestamp": f"{_NOW}"}, ["callback.signature_missing"]),
        ({"x-webhook-timestamp": f"{_NOW}000", "x-webhook-signature": _DIGEST}, ["callback.timestamp"]),
        ({"x-webhook-timestamp": "9" * 5000, "x-webhook-signature": _DIGEST}, ["callback.timestamp"]),
        ({"x-webhook-timestamp": f"{_NOW}", "x-webhook-signature": "0a" * 32}, ["callback.signature_form"]),
    ],
    ids=["unsigned", "signed", "no-timestamp", "no-signature", "in-ms", "too-long", "in-hex"],
)
def test_a_signature_is_judged_without_its_key(headers: dict[str, str], rules: list[str]) -> None:
    """An account's own key is not known: its callbacks have no signature, or one that could be right."""
    trial = Trial("case", _env())
    exchange = LiveExchange("http://127.0.0.1:9", SentRequest("GET", "/"), Answer(200, {}, b"{}"))
    judge_signature(trial, Received("POST", "/", headers, b"{}", float(_NOW)), "a1", None, exchange)
    assert [one.rule for one in trial.differences] == rules


@pytest.mark.parametrize(("hours", "rules"), [(0, []), (1, []), (2, ["callback.timestamp"])])
def test_a_signature_is_of_now_by_either_clock(hours: int, rules: list[str]) -> None:
    """A target's Date that is an hour ahead is told of by itself: which of the two clocks is wrong nobody knows."""
    trial = Trial("case", _env())
    exchange = LiveExchange("http://127.0.0.1:9", SentRequest("GET", "/"), Answer(200, {}, b"{}"))
    headers = {"x-webhook-timestamp": f"{_NOW + 3600 * hours}", "x-webhook-signature": _DIGEST}
    judge_signature(trial, Received("POST", "/", headers, b"{}", float(_NOW)), "a1", None, exchange, 3_600_000)
    assert [one.rule for one in trial.differences] == rules


def test_a_compressed_callback_is_told_of_as_such() -> None:
    """And not by its bytes, which no report can show."""
    trial = Trial("case", _env())
    exchange = LiveExchange("http://127.0.0.1:9", SentRequest("GET", "/"), Answer(200, {}, b"{}"))
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    judge_callback(trial, Received("POST", "/", headers, b"\x1f\x8b", 0.0), {}, exchange, "k")
    assert [one.got for one in trial.differences if one.rule == "callback.body"] == [
        "2 bytes with Content-Encoding: gzip"
    ]


def test_a_callback_is_judged_by_its_request() -> None:
    """Its method, and that the key is not in it."""
    trial = Trial("case", _env())
    exchange = LiveExchange("http://127.0.0.1:9", SentRequest("GET", "/"), Answer(200, {}, b"{}"))
    came = Received("PUT", "/", {"content-type": "application/json"}, b'{"key": "the-key"}', 0.0)
    judge_callback(trial, came, {}, exchange, "the-key")
    assert {one.rule for one in trial.differences} == {"callback.method", "callback.key", "callback.body"}


@pytest.mark.parametrize(("error", "rule"), [(NoAnswer("silence"), "answer.none"), (ValueError("odd"), "answer.odd")])
def test_a_case_that_ends_otherwise_is_named_too(error: Exception, rule: str) -> None:
    """Silence, and an answer that the case was not made for."""

    def run(_: Trial) -> None:
        raise error

    result = Engine(_env()).run(Case("case", "what", run, "free"))
    assert [one.rule for one in result.findings] == [rule]


class _BrokenLevers:
    def has(self, *_: str) -> bool:
        return True

    def request(self, method: str, path: str, _: object) -> SentRequest:
        return SentRequest(method, path)

    def pull(self, _: SentRequest) -> Answer:
        return Answer(200, {}, b'{"code": 500, "msg": "no", "data": null}')


def test_a_lever_that_does_not_work_is_named() -> None:
    """A fake whose switches answer with an error is told of."""
    env = _env()
    env.levers = cast(Levers, _BrokenLevers())
    trial = Trial("case", env)
    trial.pull("POST", "/clock", {})
    assert [one.rule for one in trial.differences] == ["task.lever"]
