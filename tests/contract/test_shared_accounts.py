"""Cases of one request share an account of a fake of our own: fewer questions, and the same findings."""

from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

from fakie.core.accounts import Account
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie_contract.cases.case import Case
from fakie_contract.cases.every import every_case
from fakie_contract.http.target import Target
from fakie_contract.run.runner import Engine
from fakie_contract.trial.environment import Environment
from fakie_contract.trial.trial import Trial
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from support.mutants.charges import charging, takes_credits
from support.mutants.edits import Handle, account_of
from support.servers.broken import Door, Mutant, running

MODEL = "elevenlabs/audio-isolation"
CREATE, CREDIT = "/api/v1/jobs/createTask", "/api/v1/chat/credit"


def cases_of_one_request() -> list[Case]:
    of_model = every_case(Catalog.shipped(), Profile.load("documented"), (MODEL,))
    return [one for one in of_model if one.id.startswith(MODEL) and not one.needs_levers and one.kind != "rate_limited"]


def findings(handle: Handle | None, folder: Path, *, tidy: bool) -> dict[str, tuple[str, ...]]:
    """Return the rules that each case finds broken, of a fake whose door answers by `handle`."""
    with running(Mutant("lie", handle=handle), folder) as url:
        env = Environment.at(Target(url, "the-key"), Catalog.shipped(), Profile.load("documented"))
        env.tidy = tidy
        try:
            results = [Engine(env).run(case) for case in cases_of_one_request()]
        finally:
            env.close()
    return {one.case: tuple(found.rule for found in one.findings) for one in results if one.findings}


def test_a_case_finds_what_it_would_find_with_an_account_of_its_own(tmp_path: Path) -> None:
    """A refusal that costs is found by the case that sent it, and by no later one."""
    charged = charging(takes_credits(1), 422, b"callBackUrl")
    apart = findings(charged, tmp_path / "apart", tidy=False)
    shared = findings(charged, tmp_path / "shared", tidy=True)
    assert len([case for case, rules in apart.items() if "account.cannot_cost" in rules]) >= 5
    assert len(apart) < len(cases_of_one_request()) / 2
    assert shared == apart


@pytest.mark.parametrize(("tidy", "questions"), [(False, 2), (True, 1)])
def test_a_refusal_is_asked_about_no_more_often_than_needed(tmp_path: Path, tidy: bool, questions: int) -> None:
    """The balance after a case is the one before the next."""
    asked: Counter[str] = Counter()

    def handle(door: Door, request: Request, _: Service) -> Response:
        asked[request.path] += 1
        return door(request)

    refused = [one for one in cases_of_one_request() if one.code == 422 and "::code-" not in one.id]
    with running(Mutant("none", handle=handle), tmp_path) as url:
        env = Environment.at(Target(url, "the-key"), Catalog.shipped(), Profile.load("documented"))
        env.tidy = tidy
        asked.clear()
        endings = {Engine(env).run(case).ending for case in refused}
        env.close()
    assert endings == {"held"}
    assert asked[CREATE] == len(refused)
    assert asked[CREDIT] <= questions * len(refused) * 1.15
    assert asked[CREDIT] >= questions * len(refused)


def test_an_account_that_went_wrong_spoils_one_other_case_at_most(tmp_path: Path) -> None:
    """The one that finds it has it opened anew."""
    wrong: list[Account] = []

    def handle(door: Door, request: Request, service: Service) -> Response:
        account = account_of(request, service)
        if request.path != CREATE or account is None:
            return door(request)
        is_wrong, response = any(account is one for one in wrong), door(request)
        if b"callBackUrl must be of type string; got 7;" in response.body:
            wrong.append(account)
        return replace(response, status=500) if is_wrong else response

    assert findings(handle, tmp_path / "apart", tidy=False) == {}
    assert len(wrong) >= 1
    assert len(findings(handle, tmp_path / "shared", tidy=True)) == 1


@pytest.mark.parametrize("any_key", [True, False])
def test_a_fake_of_others_is_not_filled_with_accounts(tmp_path: Path, any_key: bool) -> None:
    """Once a run has opened a thousand there it opens hardly any more: others could open none, nor could the run."""
    services: list[Service] = []

    def handle(door: Door, request: Request, service: Service) -> Response:
        services.append(service)
        return door(request)

    cases = cases_of_one_request()
    with running(Mutant("none", handle=handle, settings={"any_key": any_key}), tmp_path) as url:
        env = Environment.at(Target(url, "the-key"), Catalog.shipped(), Profile.load("documented"))
        assert env.any_key is any_key
        env.opened = 1_000
        assert {Engine(env).run(case).ending for case in cases} == {"held"}
        env.close()
    assert len(services[0].control.accounts.all()) < len(cases) / 10


def test_a_case_of_many_requests_is_not_limited_by_sharing(tmp_path: Path) -> None:
    """One that sends its parts alone as well asks more often than an account may create in ten seconds."""
    keys: list[str] = []

    def run(trial: Trial) -> None:
        keys.extend(trial.shared_account().key for _ in range(25))

    with running(Mutant("none"), tmp_path) as url:
        env = Environment.at(Target(url, "the-key"), Catalog.shipped(), Profile.load("documented"))
        env.tidy = True
        assert Engine(env).run(Case("many", "", run)).ending == "held"
        env.close()
    assert max(Counter(keys).values()) == 10
