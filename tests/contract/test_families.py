"""The suite on the endpoints of families: the fake holds them all, by data alone, and what may cost is billed."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from fakie_contract.cases.every import cheapest_cases, chosen_models, every_case
from fakie_contract.purse.pricing import Pricing
from fakie_contract.report.result import Result
from fakie_contract.run.bill import Bill
from fakie_contract.subjects import creating, endpoint_named, is_endpoint, page_of, subjects_of
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.families.family import endpoints, families
from support.mutants.edits import on_answer, put
from support.servers.broken import Mutant, judged
from support.some import some

CATALOG, PROFILE = Catalog.shipped(), Profile.load("documented")
OWN = [name for name in subjects_of(CATALOG) if is_endpoint(name)]
# Each of the others is of a kind that one of these is of.
TRIED = ("veo/extend", "veo/get-4k-video", "suno/lyrics", "suno/style", "4o-image/download-url", "runway/record-detail")


def run(name: str, folder: Path) -> Iterator[Result]:
    return judged(Mutant("none", f"{name}::", model=name), folder, likely_alone=True)


@pytest.mark.parametrize("name", TRIED)
def test_the_fake_without_a_fault_has_no_findings(name: str, tmp_path: Path) -> None:
    """No case of an endpoint finds anything, and there is none that could not be tried."""
    results = some(run(name, tmp_path))
    assert [finding.text() for result in results for finding in result.findings] == []
    assert [f"{result.case}: {result.reason}" for result in results if result.ending != "held"] == []


@pytest.mark.parametrize("name", [name for name in OWN if endpoint_named(name).kind == "create"])
def test_what_each_endpoint_makes_lives_as_its_family_says(name: str, tmp_path: Path) -> None:
    """By each endpoint that makes tasks: through its states and its callbacks, with no finding."""
    mutant = Mutant("none", f"{name}::callback::success", model=name)
    [result] = judged(mutant, tmp_path, likely_alone=True)
    assert ([finding.text() for finding in result.findings], result.ending) == ([], "held")


def test_every_endpoint_of_every_family_is_a_subject() -> None:
    """But for those of the family that models are of, which the cases of models ask; and none is called as a model."""
    of_models = creating().family
    wanted = {name for name, one in endpoints().items() if one.family != of_models}
    assert set(OWN) == wanted
    assert len({endpoints()[name].family for name in OWN}) == len(families()) - 1
    assert set(CATALOG.models).isdisjoint(OWN)


def test_cases_have_ids_of_their_own_and_the_same_each_time() -> None:
    """Over all endpoints, in the same order."""
    ids = [case.id for case in every_case(CATALOG, PROFILE, tuple(some(OWN)))]
    assert ids == [case.id for case in every_case(CATALOG, PROFILE, tuple(OWN))]
    assert [name for name, count in Counter(ids).items() if count > 1] == []


def test_every_rule_of_an_endpoint_is_in_the_cheapest_set(tmp_path: Path) -> None:
    """What the whole set refuses, the cheapest does too, and its cases are fewer."""
    whole = [case for case in every_case(CATALOG, PROFILE, ("veo/generate",)) if case.model]
    fewest = [case for case in cheapest_cases(CATALOG, PROFILE, ("veo/generate",)) if case.model]
    assert {case.field for case in whole if case.kind} == {case.field for case in fewest if case.kind}
    assert len(fewest) < len(whole)
    assert "veo/generate::life::success" in [case.id for case in fewest]


@pytest.mark.parametrize(
    ("wanted", "count"), [("veo/*", 5), ("suno/generate", 1), ("veo/*,z-image", 6), ("no/such/*", 0)]
)
def test_endpoints_are_chosen_as_models_are(wanted: str, count: int) -> None:
    """By names and patterns, together with models."""
    assert len(chosen_models(CATALOG, wanted)) == count


def test_the_bill_counts_what_a_request_goes_on_from_once() -> None:
    """The first case that goes on from a task pays for it; a refused request pays for nothing else."""
    cases = [case for case in every_case(CATALOG, PROFILE, ("veo/extend",)) if case.model]
    bill = Bill.of(cases, Pricing(Prices.load(), CATALOG))
    with_parent = [line for line in bill.lines if "to go on from" in line.why]
    assert len(with_parent) == 1
    assert with_parent[0].creates == 2
    assert bill.unknown == ()
    assert all(line.worst is not None and line.worst >= Decimal(30) for line in bill.lines)


@pytest.mark.parametrize("name", OWN)
def test_every_endpoint_that_makes_something_has_a_price_or_a_reason_why_not(name: str) -> None:
    """In the table that the purse goes by; what only asks has none."""
    cost = Prices.load().worst(name, {}, page_of(CATALOG, name))
    makes = endpoint_named(name).kind in ("create", "transform")
    assert (cost.source != "") == makes


@pytest.mark.parametrize(
    ("record", "made"), [("veo/record-info", ["veo/generate"]), ("suno/wav/record-info", ["suno/generate", "suno/wav"])]
)
def test_a_task_to_be_shown_is_on_the_bill_with_what_it_goes_on_from(record: str, made: list[str]) -> None:
    """Each is made and paid for, unless another case has made it."""
    pricing = Pricing(Prices.load(), CATALOG)
    cases = [case for case in cheapest_cases(CATALOG, PROFILE, (record,)) if case.model]
    [line] = Bill.of(cases, pricing).lines
    assert (line.case, line.creates) == (f"{record}::record::shown", len(made))
    assert all(name in line.why for name in made)
    assert line.worst


@pytest.mark.parametrize(("side", "found"), [("empty", set()), ("url-relative", {"answer.task_in_refusal"})])
def test_what_was_made_before_is_told_of_by_a_refusal(side: str, found: set[str], tmp_path: Path) -> None:
    """An empty URL of a callback, which the wire takes, gets such an answer too; other texts must not."""
    task = {"taskId": "a" * 32, "resultUrls": None, "imageUrls": None}
    case, path = f"veo/get-4k-video::callBackUrl::{side}", "/api/v1/veo/get-4k-video"
    mutant = Mutant(side, case, model="veo/get-4k-video", handle=on_answer(path, put(data=task), 422))
    [result] = judged(mutant, tmp_path, likely_alone=True)
    assert {finding.rule for finding in result.findings} == found


def test_a_fresh_task_is_asked_for_again(tmp_path: Path) -> None:
    """As one of a model is: it is told of, and the task is followed to its end."""
    polls: list[object] = []

    def briefly(body: dict[str, object]) -> None:
        polls.append(body["data"])
        if len(polls) < 3:
            body.update(code=422, data=None)

    mutant = Mutant("brief", "life::success", "veo/generate", on_answer("/api/v1/veo/record-info", briefly, 200))
    [result] = judged(mutant, tmp_path, likely_alone=True)
    assert {finding.rule for finding in result.findings} == {"task.unknown_at_first"}


@pytest.mark.parametrize(("code", "found"), [("500", set()), (500, {"task.failure_words"})])
def test_a_code_of_failure_is_a_text_where_its_page_says_so(code: object, found: set[str], tmp_path: Path) -> None:
    """The record of MIDI is the one that has it so; a number is what its clients do not expect."""
    told = on_answer("/api/v1/midi/record-info", lambda body: body["data"].update(_as(code, body["data"])), 200)
    results = judged(Mutant("code", "suno/midi::life::failure", model="suno/midi", handle=told), tmp_path)
    assert {finding.rule for result in results for finding in result.findings} == found


def _as(code: object, data: dict[str, object]) -> dict[str, object]:
    return {"errorCode": code} if data["successFlag"] == 3 else {}
