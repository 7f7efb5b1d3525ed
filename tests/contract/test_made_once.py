"""What a run makes is made once, and nothing is made that no case needs."""

from typing import Any

import pytest

from fakie_contract.cases import fields
from fakie_contract.cases.body.rules import tried
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile


def test_what_is_tried_beside_a_broken_rule_is_looked_for_until_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the wire takes a body is asked of no more of them than are needed, for each must be explained."""
    revision = Catalog.shipped().pinned("wan/2-7-image")
    assert revision is not None
    sides = list(tried(revision))
    asked: list[Any] = []
    monkeypatch.setattr(fields, "is_known_to_be_taken", asked.append)
    assert len(list(fields.beside_cases(sides, revision, Profile.load("documented")))) == len(asked) == 2
