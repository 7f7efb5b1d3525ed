"""What a run starts before its first case."""

from pathlib import Path

import pytest

from fakie_contract.run.settings import SuiteSettings
from fakie_contract.run.start import RunStart


def test_each_process_has_a_fake_of_its_own_as_far_as_there_are_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At one fake they would wait for each other's answers; more fakes than cores make nothing faster."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    start = RunStart(SuiteSettings.read(lambda _: None, tmp_path), workers=3)
    try:
        found = start.find()
        first, second, third = (start.for_another(found) for _ in range(3))
        assert first.url == found.url == third.url != second.url
        assert second.own
        assert second.workers == 3
    finally:
        start.close()
