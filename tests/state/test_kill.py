"""kill -9 under load: nothing that was answered is lost, and what comes twice says so."""

from pathlib import Path

from kills import killed


def test_nothing_is_lost_when_the_program_is_killed_under_load(tmp_path: Path) -> None:
    """Three times at a random moment; `benchmarks/kills.py` does it fifty times."""
    count = killed(3, seed=7, folder=tmp_path)
    assert count.ok, count
    assert count.answered > 0
    assert count.callbacks >= count.tasks >= count.answered
