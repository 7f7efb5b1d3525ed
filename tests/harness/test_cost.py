"""What a test with a fake need not do again: whatever was read for one before."""

from pathlib import Path
from typing import Any

import pytest
import requests

from fakie.harness.fast_forward import fast_forward
from fakie.harness.start import SessionCache, in_process, new_fake

_BODY = {"model": "elevenlabs/audio-isolation", "input": {}}


def _one_test(kept: SessionCache) -> None:
    """Do what a test does that makes a task."""
    profile = kept.profile("documented")
    fake = new_fake(profile=profile, catalog=kept.catalog_of(None, None, profile.docs))
    with in_process(fake), fast_forward(fake):
        url = "https://api.kie.ai/api/v1/jobs/createTask"
        made = requests.post(url, json=_BODY, headers={"Authorization": "Bearer k"})
    assert made.json()["code"] == 200


def test_the_second_fake_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first test of a session no fake opens a file; what the system tells of this process lies in none."""
    kept, opened, real_open = SessionCache(), list[Path](), Path.open

    def noting(path: Path, *how: Any, **more: Any) -> Any:
        opened.append(path)
        return real_open(path, *how, **more)

    try:
        _one_test(kept)
        monkeypatch.setattr(Path, "open", noting)
        _one_test(kept)
    finally:
        kept.close()
    assert [path for path in opened if not path.is_relative_to("/proc")] == []
