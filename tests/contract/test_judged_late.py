"""What refused creates have cost is read late, while another case runs, and told of the case that sent them."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie_contract.cases.every import every_case
from fakie_contract.cases.generated import generated_cases
from fakie_contract.http.target import Target
from fakie_contract.report.result import Result
from fakie_contract.report.scope import FREE, FULL, Scope
from fakie_contract.run.finish import RunFinish
from fakie_contract.run.items import Differs
from fakie_contract.run.runner import Engine
from fakie_contract.subjects import page_of
from fakie_contract.trial.environment import Environment
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from support.mutants.charges import charging, takes_credits
from support.mutants.edits import CREATE, Handle, account_of
from support.servers.broken import Door, Mutant, running

CATALOG, PROFILE = Catalog.shipped(), Profile.load("documented")
MODEL = "elevenlabs/audio-isolation"
CASES = {one.id: one for one in every_case(CATALOG, PROFILE, (MODEL,))}
UNKNOWN = CASES[f"{MODEL}::model::not-one-of"]
WRONG = CASES[f"{MODEL}::callBackUrl::type-integer"]
COSTS = "account.cannot_cost"


@contextmanager
def environment(handle: Handle, folder: Path) -> Iterator[Environment]:
    with running(Mutant("lie", handle=handle), folder) as url:
        env = Environment.at(Target(url, "the-key"), CATALOG, PROFILE)
        env.tidy = True
        try:
            yield env
        finally:
            env.close()


def found(results: list[Result]) -> list[tuple[str, str]]:
    return [(one.case, one.rule) for result in results for one in result.findings]


@pytest.mark.parametrize(("scope", "ends"), [(FREE, inf), (FULL, -inf)], ids=["outside the scope", "too late"])
def test_a_last_case_that_is_not_begun_leaves_nothing_unread(tmp_path: Path, scope: Scope, ends: float) -> None:
    """Those before it have been refused, and what they cost is found."""
    with environment(charging(takes_credits(1), 422, b"none-of-these"), tmp_path) as env:
        engine = Engine(env, scope=scope)
        first = engine.run(UNKNOWN, more_follow=True)
        env.deadline = ends
        last = engine.run(WRONG)
    assert (first.ending, last.ending) == ("held", "not_run")
    assert found([first, last]) == [(UNKNOWN.id, COSTS)]


def test_one_refusal_before_what_is_accepted_is_found_to_cost(tmp_path: Path) -> None:
    """A target that takes the next one to be refused hides it no more than any other."""

    def handle(door: Door, request: Request, service: Service) -> Response:
        account, response = account_of(request, service), door(request)
        if account and request.path == CREATE and b"none-of-these" in response.body:
            account.credits -= 1
        if b"callBackUrl must be of type string; got 7;" in response.body:
            body = b'{"code":200,"msg":"success","data":{"taskId":"1234567890abcdef1234567890abcdef"}}'
            return replace(response, status=200, body=body)
        return response

    with environment(handle, tmp_path) as env:
        engine = Engine(env)
        results = [engine.run(UNKNOWN, more_follow=True), engine.run(WRONG)]
    assert (UNKNOWN.id, COSTS) in found(results)
    assert {case for case, rule in found(results) if rule != COSTS} == {WRONG.id}


def test_a_generated_request_is_not_blamed_for_earlier_ones(tmp_path: Path) -> None:
    """It names a replay of what was found of it alone."""
    revision = page_of(CATALOG, MODEL)
    assert revision is not None
    one = next(case for case in generated_cases(revision, PROFILE, 5, 0, "pinned") if case.kind is None)
    with environment(charging(takes_credits(1), 422, b"none-of-these"), tmp_path) as env:
        engine = Engine(env)
        first, second = engine.run(UNKNOWN, more_follow=True), engine.run(one, more_follow=True)
    assert found([first, second]) == [(UNKNOWN.id, COSTS)]
    assert second.ending == "held"
    assert "replay" not in second.findings[0].expected


def test_a_report_tells_it_of_the_case_that_sent_the_request(tmp_path: Path) -> None:
    """That one has findings, also for a baseline and the table of codes; the one that ran has none."""
    settings: Any = SimpleNamespace(baseline=None, fail_on="breaking")
    finish = RunFinish(settings)
    with environment(charging(takes_credits(1), 422, b"none-of-these"), tmp_path) as env:
        engine = Engine(env)
        first, second = engine.run(UNKNOWN, more_follow=True), engine.run(WRONG)
    for one in (first, second):
        finish.gather(one)
    told = {one.case: (one.ending, [each.rule for each in one.findings]) for one in finish.results}
    assert told == {UNKNOWN.id: ("findings", [COSTS]), WRONG.id: ("held", [])}
    assert str(Differs(WRONG.id, [*second.findings])).startswith(f"of {UNKNOWN.id}: breaking at /: {COSTS}")
    assert str(Differs(UNKNOWN.id, [*second.findings])).startswith(f"breaking at /: {COSTS}")
