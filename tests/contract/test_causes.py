"""Causes that many findings have in common: named with the option that judges by it, in terminal, page and JSON."""

from pathlib import Path
from typing import Any

import pytest

from fakie_contract.report import html
from support.reports import MODEL, data_of, finding, judged, result
from support.servers.broken import Mutant, running

REFUSED: dict[str, Any] = {"rule": "answer.refused", "place": "/body/code", "expected": "200: accepted", "got": "422"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("settings", "asked", "tried"),
    [({"mirror_status": True}, "envelope", "mirror"), ({}, "mirror", "envelope")],
)
def test_a_target_that_words_its_status_otherwise_is_told_in_a_line(
    tmp_path: Path, settings: dict[str, Any], asked: str, tried: str
) -> None:
    """All findings count; with the option that is named there is none."""
    with running(Mutant("as it likes", settings=settings), tmp_path / "made") as url:
        done, data, page = judged("--target", url, "-k", "api::", "--http-status", asked)
        settled, without, _ = judged("--target", url, "-k", "api::", "--http-status", tried)
    [cause] = data["causes"]
    assert f"try --http-status {tried}" in cause
    count = sum(data["differences"][name] for name in ("breaking", "minor"))
    assert cause.startswith(f"{count} of {count} findings have one cause")
    assert cause in done.stdout
    assert cause in page.text
    assert (settled.returncode, without["causes"]) == (0, [])


@pytest.mark.parametrize(("mirrors", "told"), [(True, True), (False, False)])
def test_what_is_judged_by_already_is_not_advised(mirrors: bool, told: bool) -> None:
    """HTTP 200 where another status stands for itself, as for an unknown path, is no reason to try the usual."""
    hidden = {"rule": "answer.http_status", "place": "/status", "expected": "HTTP 404", "got": "HTTP 200 with code 404"}
    found = [result(f"c-{at}", ending="findings", findings=(finding(f"c-{at}", **hidden),)) for at in range(3)]
    assert any("--http-status" in cause for cause in data_of(*found, mirrors=mirrors)["causes"]) == told


@pytest.mark.parametrize(
    ("model", "count", "code", "told"),
    [
        (MODEL, 3, 422, True),
        (MODEL, 3, 500, True),
        (MODEL, 3, 402, False),
        (MODEL, 2, 422, False),
        ("nano-banana-2-lite", 3, 422, False),
        (None, 3, 422, False),
    ],
)
def test_refusals_by_a_newer_page_are_told_where_there_is_one(
    model: str | None, count: int, code: int, told: bool
) -> None:
    """The judged page is older than its newest, and the body was refused, not the account; few may be anything."""
    refusal = {**REFUSED, "got": f'HTTP 200 {{"code":{code},"msg":"no","data":null}}'}
    other = result("other", ending="findings", findings=(finding("other"),))
    refused = [
        result(f"case-{number}", model=model, ending="findings", findings=(finding(f"case-{number}", **refusal),))
        for number in range(count)
    ]
    causes = data_of(other, *refused)["causes"]
    assert [cause[:6] for cause in causes if "try --docs latest" in cause] == (["3 of 4"] if told else [])


@pytest.mark.parametrize(("count", "told"), [(3, ["3 of 3"]), (2, [])])
def test_an_account_without_credits_is_told_of_once(count: int, told: list[str]) -> None:
    """Creates that a target refuses for that say nothing of their bodies."""
    refusal = {**REFUSED, "got": 'HTTP 200 {"code":402,"msg":"no","data":null}'}
    refused = [
        result(f"case-{number}", ending="findings", findings=(finding(f"case-{number}", **refusal),))
        for number in range(count)
    ]
    causes = data_of(*refused)["causes"]
    assert [cause[:6] for cause in causes if "no credits left (code 402)" in cause] == told


def test_what_is_no_finding_has_no_cause() -> None:
    """Differences without weight count neither as found nor as explained."""
    known = [
        result(
            f"case-{number}", ending="held", findings=(finding(f"case-{number}", **{**REFUSED, "severity": "info"}),)
        )
        for number in range(5)
    ]
    assert data_of(*known)["causes"] == []


def test_a_report_of_before_is_still_shown() -> None:
    """It says nothing of causes."""
    data = data_of(result(ending="findings", findings=(finding(),)))
    del data["causes"]
    assert html.what_to_do(data).startswith("Look at")
    assert "Look at" in html.of(data)
