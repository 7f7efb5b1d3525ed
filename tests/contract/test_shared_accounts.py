"""Cases of one request share an account of a fake of our own: fewer questions, and the same findings."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from fakie.core.accounts import Account
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie_contract.cases.case import Case
from fakie_contract.cases.every import every_case
from fakie_contract.http.client import Client
from fakie_contract.http.exchange import Answer, SentRequest
from fakie_contract.http.target import Target
from fakie_contract.report.result import Result
from fakie_contract.run.runner import Engine
from fakie_contract.trial.accounts import PLENTY
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


def results(
    handle: Handle | None, folder: Path, *, tidy: bool, together: bool = False, keys: tuple[str, ...] = ()
) -> list[Result]:
    """Return the results of the cases, of a fake that answers by `handle`: judged `together`, or each by itself."""
    cases, settings = cases_of_one_request(), {"keys": ("the-key", *keys)} if keys else {}
    with running(Mutant("lie", handle=handle, settings=settings), folder) as url:
        env = Environment.at(Target(url, "the-key"), Catalog.shipped(), Profile.load("documented"))
        env.tidy, env.fake_keys, env.spare_keys = tidy, keys, [*keys]
        engine = Engine(env)
        try:
            return [engine.run(case, more_follow=together and case is not cases[-1]) for case in cases]
        finally:
            env.close()


def findings(handle: Handle | None, folder: Path, *, tidy: bool) -> dict[str, tuple[str, ...]]:
    """Return the rules that each case finds broken, of a fake whose door answers by `handle`."""
    found = results(handle, folder, tidy=tidy)
    return {one.case: tuple(found.rule for found in one.findings) for one in found if one.findings}


def creates_that_cost(found: Iterable[Result]) -> list[tuple[str, str]]:
    """Return the refused creates that are found to have cost something: their cases and bodies, by what sends them."""
    rules = [one for result in found for one in result.findings if one.rule == "account.cannot_cost"]
    return sorted((one.case, one.curl.splitlines()[-1].partition("--data-binary ")[2]) for one in rules)


def test_a_case_finds_what_it_would_find_with_an_account_of_its_own(tmp_path: Path) -> None:
    """A refusal that costs is found by the case that sent it, and by no later one."""
    charged = charging(takes_credits(1), 422, b"callBackUrl")
    apart = findings(charged, tmp_path / "apart", tidy=False)
    shared = findings(charged, tmp_path / "shared", tidy=True)
    assert len([case for case, rules in apart.items() if "account.cannot_cost" in rules]) >= 5
    assert len(apart) < len(cases_of_one_request()) / 2
    assert shared == apart


@pytest.mark.parametrize("words", [b"callBackUrl", b"got 7;", b"input", b""])
def test_creates_that_are_judged_together_are_found_each(tmp_path: Path, words: bytes) -> None:
    """Where the balance is read once for several refusals, each that costs is found, of the case that sends it."""
    charged = charging(takes_credits(1), 422, words)
    apart = creates_that_cost(results(charged, tmp_path / "apart", tidy=False))
    together = creates_that_cost(results(charged, tmp_path / "together", tidy=True, together=True))
    assert together == apart
    assert len(apart) >= 2


def test_a_charge_that_does_not_come_again_is_found(tmp_path: Path) -> None:
    """What several refusals cost together is told where none of them costs anything when it is sent again."""
    charges = iter([1])

    def change(account: Account) -> None:
        account.credits -= next(charges, 0)

    found = results(charging(change, 422, b"callBackUrl"), tmp_path, tidy=True, together=True)
    told = [one for result in found for one in result.findings]
    assert [one.rule for one in told] == ["account.cannot_cost"]
    # Whoever repeats what is told sends all of them: any of them can be the one.
    assert told[0].curl.count(CREATE) == 10


def test_a_refusal_that_gives_something_back_hides_none_that_costs(tmp_path: Path) -> None:
    """What is judged together is judged apart where the balance has moved at all."""

    def handle(door: Door, request: Request, service: Service) -> Response:
        account, response = account_of(request, service), door(request)
        if account and request.path == CREATE and b'"code":422' in response.body:
            account.credits += 5 * (b"got true" in response.body) - (b"got 7;" in response.body)
        return response

    apart = creates_that_cost(results(handle, tmp_path / "apart", tidy=False))
    assert len(apart) >= 2
    assert creates_that_cost(results(handle, tmp_path / "together", tidy=True, together=True)) == apart


def test_what_is_accepted_beside_refusals_hides_none_that_cost(tmp_path: Path) -> None:
    """A target that takes what is to be refused, and charges for it, is found, and beside it one that costs."""
    wrong = b"callBackUrl must be of type string; got true"

    def handle(door: Door, request: Request, service: Service) -> Response:
        account, response = account_of(request, service), door(request)
        if account and wrong in response.body:
            account.credits -= 1
            accepted = b'{"code":200,"msg":"success","data":{"taskId":"1234567890abcdef1234567890abcdef"}}'
            return replace(response, status=200, body=accepted)
        if account and b"got 7;" in response.body and request.path == CREATE:
            account.credits -= 1
        return response

    apart = results(handle, tmp_path / "apart", tidy=False)
    together = results(handle, tmp_path / "together", tidy=True, together=True)
    assert creates_that_cost(together) == creates_that_cost(apart)
    rules = [{one.rule for result in found for one in result.findings} for found in (apart, together)]
    assert rules[0] == rules[1]
    assert len(rules[0]) >= 2


def test_a_fake_of_the_run_begins_anew_once_its_accounts_are_used_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is opened by lever as it would be anyway, nor made new alone; and nothing that was charged goes unread."""
    asked: Counter[str] = Counter()
    opened: list[dict[str, Any]] = []
    send = Client.send

    def counted(client: Client, request: SentRequest) -> Answer:
        asked[request.path] += 1
        if request.path == "/_fakie/accounts":
            opened.append({name: value for name, value in json.loads(request.body or b"").items() if name != "key"})
        return send(client, request)

    monkeypatch.setattr(Client, "send", counted)
    keys = tuple(f"contract-{number:02}-of-the-fake" for number in range(15))
    found = results(None, tmp_path / "none", tidy=True, together=True, keys=keys)
    assert {one.ending for one in found} == {"held"}
    assert {} not in opened
    assert {"credits": PLENTY} not in opened
    assert 2 <= asked["/_fakie/reset"] < len(found) / 5
    charged = charging(takes_credits(1), 422, b"got 7;")
    assert creates_that_cost(results(charged, tmp_path / "lie", tidy=True, together=True, keys=keys)) == (
        creates_that_cost(results(charged, tmp_path / "apart", tidy=False))
    )


@pytest.mark.parametrize(
    ("tidy", "together", "questions"), [(False, False, 2), (False, True, 2), (True, False, 1), (True, True, 0.1)]
)
def test_a_refusal_is_asked_about_no_more_often_than_needed(
    tmp_path: Path, tidy: bool, together: bool, questions: float
) -> None:
    """The balance after a case is the one before the next, and is read once for ten that are judged together."""
    asked: Counter[str] = Counter()

    def handle(door: Door, request: Request, _: Service) -> Response:
        asked[request.path] += 1
        return door(request)

    refused = [one for one in cases_of_one_request() if one.code == 422 and "::code-" not in one.id]
    with running(Mutant("none", handle=handle), tmp_path) as url:
        env = Environment.at(Target(url, "the-key"), Catalog.shipped(), Profile.load("documented"))
        env.tidy = tidy
        asked.clear()
        endings = {Engine(env).run(case, more_follow=together and case is not refused[-1]).ending for case in refused}
        env.close()
    assert endings == {"held"}
    assert asked[CREATE] == len(refused)
    # One for each ten that begin.
    assert asked[CREDIT] <= questions * len(refused) + len(refused) / 10 + 2
    assert asked[CREDIT] >= questions * len(refused)


def test_an_account_that_went_wrong_spoils_one_other_case_at_most(tmp_path: Path) -> None:
    """The one that finds it has it opened anew."""
    wrong: list[Account] = []

    def handle(door: Door, request: Request, service: Service) -> Response:
        account = account_of(request, service)
        if request.path != CREATE or account is None:
            return door(request)
        is_wrong, response = any(account is one for one in wrong), door(request)
        if b"model must be of type string; got 7;" in response.body:
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
        keys.extend(trial.shared_account(is_refused=False).key for _ in range(25))

    with running(Mutant("none"), tmp_path) as url:
        env = Environment.at(Target(url, "the-key"), Catalog.shipped(), Profile.load("documented"))
        env.tidy = True
        assert Engine(env).run(Case("many", "", run)).ending == "held"
        env.close()
    assert max(Counter(keys).values()) == 10
