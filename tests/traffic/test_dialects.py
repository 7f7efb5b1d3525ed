"""Every dialect of recorders is judged: what is right is right in it, and what is wrong is found."""

from pathlib import Path

import pytest

from support.dialects import DIALECTS
from support.recordings import GOOD, create, news, record, report, task

BAD = create({"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "5:1"}})
RIGHT = [GOOD, record(task())]
# Of these the request is not kept.
WITHOUT_REQUESTS = {"responses"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_right_is_right_in_every_dialect(dialect: str, tmp_path: Path) -> None:
    """Both exchanges are judged, and nothing is new."""
    found = report(DIALECTS[dialect](tmp_path, RIGHT))
    assert (found["judged"], found["not_judged"]) == (2, [])
    assert [one["problem"] for one in found["files"] if one["problem"]] == []
    assert news(found["findings"]) == set()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_wrong_is_found_in_every_dialect(dialect: str, tmp_path: Path) -> None:
    """In the answer of a poll, and in the request that was accepted."""
    found = news(report(DIALECTS[dialect](tmp_path, [BAD, record(task(costTime="12"))]))["findings"])
    assert ("breaking", "shape.type", "/body/data/costTime") in found
    if dialect not in WITHOUT_REQUESTS:
        assert "request.accepted" in {rule for _, rule, _ in found}
