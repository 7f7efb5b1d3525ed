"""What a run makes is made once, and nothing is made that no case needs."""

from typing import Any

import pytest

from fakie.commands import test as command
from fakie_contract.cases import fields
from fakie_contract.cases.body.rules import tried
from fakie_contract.run.plugin import Run
from fakie_contract.secrets import secret_patterns
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.validator import contract_validator
from support.clients.program import fakie


def refuse(*arguments: object, **named: object) -> None:
    raise AssertionError(arguments, named)


def test_a_run_makes_its_cases_once(pytestconfig: pytest.Config) -> None:
    """Those that were collected are those of which its end tells what was left out."""
    run = Run(pytestconfig)
    made = list(run.cases())
    assert made
    assert all(again is one for again, one in zip(run.cases(), made, strict=True))


def test_what_is_tried_beside_a_broken_rule_is_looked_for_until_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the wire takes a body is asked of no more of them than are needed, for each must be explained."""
    revision = Catalog.shipped().pinned("wan/2-7-image")
    assert revision is not None
    sides = list(tried(revision))
    asked: list[Any] = []
    monkeypatch.setattr(fields, "is_known_to_be_taken", asked.append)
    assert len(list(fields.beside_cases(sides, revision, Profile.load("documented")))) == len(asked) == 2


def test_a_shipped_schema_is_not_checked_when_it_first_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is known to be one; those of users are checked when they are found."""
    revision = Catalog.shipped().pinned("wan/2-7-image")
    assert revision is not None
    monkeypatch.setattr(type(contract_validator({})), "check_schema", refuse)
    violation = revision.violation({})
    assert violation is not None
    assert violation.situation == "field_missing"


def test_a_text_that_was_cut_is_searched_by_the_first_letters_of_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The patterns of all that may follow are made for a text that has these."""
    key = "contract-5feceb66ffc86f38"
    with monkeypatch.context() as patch:
        patch.setattr(secret_patterns, "_patterns", refuse)
        assert not secret_patterns.shows("a text that was cut…", key)
        assert not secret_patterns.shows("contr…", key)
    assert secret_patterns.shows("contract-5f…", key)


def test_the_command_has_pytest_look_through_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cases are collected under one file."""
    called: list[str] = []

    def run(words: list[str], _: dict[str, str]) -> int:
        called.extend(words)
        return 0

    monkeypatch.setattr(command, "_run", run)
    assert fakie("test").returncode == 0
    assert [one for one in called if one.endswith("fakie_contract")] == [called[called.index("--rootdir") + 1]]
