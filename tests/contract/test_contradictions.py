"""A page that contradicts itself rules neither reading out: a target may follow either, and is blamed for none."""

from pathlib import Path
from typing import Any

import pytest

from support.mutants.breaches import no_texts_for
from support.mutants.edits import on_body
from support.servers.broken import Mutant, judged


def _required(body: dict[str, Any]) -> None:
    """Refuse a request without the field that z-image requires, and gives a default."""
    given = body.get("input")
    if isinstance(given, dict):
        given.setdefault("aspect_ratio", {})


READINGS = {
    "the default counts": Mutant("as it is", model="z-image"),
    "the field is required": Mutant("as stated", model="z-image", handle=on_body(_required)),
    "the example counts": Mutant("as shown", model="grok-imagine/text-to-video"),
    "the type counts": Mutant("as typed", model="grok-imagine/text-to-video", handle=on_body(no_texts_for("duration"))),
}


@pytest.mark.parametrize("reading", READINGS)
def test_a_target_may_follow_either_reading(reading: str, tmp_path: Path) -> None:
    """Whatever is sent to be accepted holds in both, and what one of them refuses is not asked to be refused."""
    ended = {result.case: result for result in judged(READINGS[reading], tmp_path)}
    assert [result.case for result in ended.values() if result.ending == "findings"] == []
    tried = {case for case in ended if "::input." in case or "::optional::" in case}
    assert len(tried) > 20
    assert not any("::input.aspect_ratio::missing" in case and "z-image" in case for case in tried)
