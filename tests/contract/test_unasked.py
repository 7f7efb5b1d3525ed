"""The suite looks where faults hide: before a poll, beside a callback, at a refusal by nature, after a limit."""

from pathlib import Path

import pytest

from support.mutants.unasked import UNASKED
from support.servers.broken import Mutant, judged


@pytest.mark.parametrize(("mutant", "rule"), UNASKED, ids=[mutant.name.replace(" ", "-") for mutant, _ in UNASKED])
def test_the_case_that_is_about_it_notices(mutant: Mutant, rule: str, tmp_path: Path) -> None:
    """The likely case alone finds the fault, by the rule that it breaks."""
    results = list(judged(mutant, tmp_path, likely_alone=True))
    assert rule in {finding.rule for result in results for finding in result.findings}
