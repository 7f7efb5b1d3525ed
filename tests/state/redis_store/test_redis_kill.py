"""kill -9 of fakes and of their Redis, under load: nothing that was answered is lost, and what comes twice says so."""

from pathlib import Path

from kills import killed_shared

from support.servers.redis_server import need_redis


def test_nothing_is_lost_when_fakes_or_their_redis_are_killed_under_load(redis_folder: Path) -> None:
    """Four times at a random moment; `benchmarks/kills.py --store redis` does it fifty times."""
    need_redis()
    count = killed_shared(4, seed=5, folder=redis_folder)
    assert count.ok, count
    assert count.answered > 0
    assert count.callbacks >= count.tasks >= count.answered
