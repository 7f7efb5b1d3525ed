"""The suite can fail: every small deliberate fault of the fake is noticed, and a fake without faults is not blamed."""

from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from support.mutants import MUTANTS
from support.mutants.edits import on_data
from support.mutants.written import READ_ANYWAY
from support.servers.broken import Mutant, judged


@pytest.mark.parametrize("model", ["shipped", "everything"])
def test_the_fake_without_a_fault_has_no_findings(model: str, tmp_path: Path) -> None:
    """No case finds anything, and there is none that could not be tried."""
    results = list(judged(Mutant("none", model=model), tmp_path))
    assert [finding.text() for result in results for finding in result.findings] == []
    assert [f"{result.case}: {result.reason}" for result in results if result.ending != "held"] == []


def test_a_fake_with_dear_prices_has_no_findings(tmp_path: Path) -> None:
    """The suite's accounts can pay for the dearest of models, and for as many creates as are allowed at once."""
    price = lambda profile: profile["facts"]["price"].update(value=160)  # noqa: E731
    dear = Mutant("none", model="kling/v2-1-master-text-to-video", profile=price)
    assert [finding.text() for result in judged(dear, tmp_path) for finding in result.findings] == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_the_mutant_is_killed(mutant: Mutant, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Some case has a finding, with a place, what was expected, what came, and a way to see it again."""
    request.node.user_properties.append(("mutant", mutant.name))
    with closing(judged(mutant, tmp_path)) as results:
        found = next((result for result in results if result.ending == "findings"), None)
    assert found is not None, f"no case notices: {mutant.name}"
    request.node.user_properties.append(("killed_by", found.case))
    for finding in found.findings:
        assert finding.case == found.case
        assert finding.expected
        assert finding.got
        assert "the-key" not in finding.curl + finding.got


@pytest.mark.parametrize("mutant", READ_ANYWAY, ids=lambda mutant: mutant.likely)
def test_what_lenient_readers_take_fails_no_run(mutant: Mutant, tmp_path: Path) -> None:
    """No page rules it out: it is told of, and weighs nothing."""
    results = list(judged(mutant, tmp_path, likely_alone=True))
    assert [result.ending for result in results] == ["held"]
    assert [(one.rule, one.severity) for one in results[0].findings] == [("answer.read_anyway", "info")]


def test_an_end_that_is_yet_to_come_is_told_as_that_alone(tmp_path: Path) -> None:
    """Where time is moved by lever too: eight hours off, as of another time zone, say nothing of costTime."""
    zone = on_data(lambda data: data.update(completeTime=data["completeTime"] + 8 * 3_600_000), "success")
    results = list(judged(Mutant("zone", "life::success", handle=zone), tmp_path, likely_alone=True))
    assert {(one.rule, one.place) for result in results for one in result.findings} == {
        ("record.future", "/body/data/completeTime")
    }


def test_mutants_have_names_of_their_own() -> None:
    """The kill table tells them apart."""
    assert [name for name, count in Counter(mutant.name for mutant in MUTANTS).items() if count > 1] == []
