"""The cheapest set: it tries what all cases try, with fewer creates, and says what fails in a combined one."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fakie_contract.cases.body.rules import tried
from fakie_contract.cases.case import Case
from fakie_contract.cases.combined import Worst
from fakie_contract.cases.every import cheapest_cases, every_case
from fakie_contract.http.target import Target
from fakie_contract.report.result import Result
from fakie_contract.run.runner import Engine
from fakie_contract.subjects import endpoint_named, is_endpoint, subjects_of
from fakie_contract.trial.environment import Environment
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from support.mutants.edits import on_body
from support.purse import full_purse
from support.servers.broken import Mutant, running

CATALOG = Catalog.shipped()
PROFILE = Profile.load("documented")


def creates(cases: list[Case]) -> int:
    return sum(len(case.sends()) for case in cases)


def cheapest(model: str, worst: Worst | None = None) -> list[Case]:
    return list(cheapest_cases(CATALOG, PROFILE, (model,), worst))


def combined(model: str, worst: Worst | None = None) -> list[Case]:
    return [case for case in cheapest(model, worst) if "::combined::" in case.id]


def judged(mutant: Mutant, folder: Path, model: str, *, live: bool) -> list[Result]:
    with running(mutant, folder) as url:
        purse = full_purse(folder, CATALOG) if live else None
        env = Environment.at(Target(url, "the-key", live=live, paid=live), CATALOG, PROFILE, purse=purse)
        try:
            engine = Engine(env)
            # The fake's price is not the table's: a live run would stop after one accepted create.
            chosen = [case for case in combined(model) if not live or "one-of-3:4" in case.what]
            return [result for case in chosen if (result := engine.run(case)).findings]
        finally:
            env.close()


@pytest.mark.parametrize("model", CATALOG.models)
def test_the_cheapest_set_tries_every_rule_with_fewer_creates(model: str) -> None:
    """Each field and rule on each side; every value that is to be accepted; each body holds."""
    every, few = list(every_case(CATALOG, PROFILE, (model,))), cheapest(model)
    assert creates(few) < creates(every)
    for side in (True, False):
        wanted = {(case.field, case.rule) for case in every if case.rule and (case.kind is None) is side}
        found = {(case.field, case.rule) for case in few if case.rule and (case.kind is None) is side}
        covered = {rule for case in few for rule in case.covers} if side else set()
        assert wanted == found | covered
    revision = CATALOG.served(model)
    assert revision is not None
    said = " ".join(f"{case.what}," for case in few if case.covers)
    assert [one.name for one in tried(revision) if one.situation is None and f" {one.name}," not in said] == []
    assert all(revision.holds(body) for case in few if case.covers for body in case.sends())
    assert len({case.id for case in few}) == len(few)


def test_how_a_body_is_written_is_tried_for_one_model() -> None:
    """As it is the same for all; what each model has of its own is tried for each."""
    models = CATALOG.models[:3]
    few = list(cheapest_cases(CATALOG, PROFILE, models))
    written = [case for case in few if {"written", "method"} & set(case.id.split("::"))]
    assert {case.model for case in written} == {models[0]}
    assert len({case.id for case in written}) == len(written) > 0
    assert {case.model for case in few if case.face == "in-other-case"} == set(models)


def test_what_lenient_readers_may_take_is_no_surprise() -> None:
    """There is no kind of which no more would be sent once one was accepted; of what must be refused there is."""
    cases = [case for case in cheapest_cases(CATALOG, PROFILE, ("z-image",)) if "::written::" in case.id]
    taken = {case.id.rpartition("::")[2] for case in cases if case.refused_as is None}
    assert taken == {"not-a-number", "json-under-form", "json-under-text", "with-a-charset"}
    assert len(cases) > len(taken)


def test_prices_choose_the_bodies() -> None:
    """What is dear goes with what is cheap, each value once; a rule is broken where it would cost least."""

    def worst(_: str, body: Any) -> Decimal:
        sent = body.get("input") if isinstance(body, dict) else None
        return Decimal(10) if isinstance(sent, dict) and sent.get("aspect_ratio") == "1:1" else Decimal(1)

    dear = [case for case in combined("z-image", worst) if worst("", case.sends()[0]) == 10]
    assert len(dear) == 1
    assert [case.id for case in combined("z-image", worst)] == [case.id for case in combined("z-image")]


@pytest.mark.parametrize("endpoint", [one for one in subjects_of(CATALOG) if is_endpoint(one)])
def test_of_an_endpoint_it_is_some_of_all_cases_and_combined_ones(endpoint: str) -> None:
    """What is free is not left out, nor a kind of refusal; of one that shows tasks nothing is: there are no bodies."""
    every, few = list(every_case(CATALOG, PROFILE, (endpoint,))), cheapest(endpoint)
    names, tried_ones = {case.id for case in every}, {case.id for case in few}
    assert tried_ones
    assert {name for name in tried_ones - names if "::combined::" not in name} == set()
    assert {case.id for case in every if case.cost == "free"} <= tried_ones
    kinds = [{case.kind for case in cases if not case.needs_levers} for cases in (every, few)]
    assert kinds[0] == kinds[1]
    if endpoint_named(endpoint).kind == "record":
        assert tried_ones == names


def refuses_3_4(body: dict[str, Any]) -> None:
    if body.get("input", {}).get("aspect_ratio") == "3:4":
        body["model"] = "fakie/no-such-model"


def test_a_refused_combination_is_taken_apart(tmp_path: Path) -> None:
    """Where tries are free the one value is found; on a live target the finding says what the body tries."""
    mutant = Mutant("refuses 3:4", handle=on_body(refuses_3_4))
    [result] = judged(mutant, tmp_path / "a", "z-image", live=False)
    [finding] = result.findings
    assert finding.expected.count("::") == 1
    assert "input.aspect_ratio::one-of-3:4" in finding.expected
    [result] = judged(mutant, tmp_path / "b", "z-image", live=True)
    [finding] = result.findings
    assert "it tries" in finding.expected
    assert "input.aspect_ratio::one-of-3:4" in finding.expected
