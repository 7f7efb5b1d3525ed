"""Promises: each has tests that keep it."""

import ast
import re
from pathlib import Path

from support.some import some

ROOT = Path(__file__).parents[2]
PROMISE = re.compile(r"^\| (?!promise|-)(?P<promise>[^|]+) \| (?P<kept>[^|]*) \|$", re.MULTILINE)


def _promises() -> dict[str, list[str]]:
    page = (ROOT / "docs" / "promises.md").read_text("utf-8")
    return {found["promise"]: re.findall(r"`(\w+)`", found["kept"]) for found in PROMISE.finditer(page)}


def _tests() -> set[str]:
    trees = (ast.parse(file.read_text("utf-8")) for file in sorted((ROOT / "tests").rglob("test_*.py")))
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_promise_is_kept_by_a_test() -> None:
    """A promise without a test is a wish."""
    assert [promise for promise, tests in some(_promises().items()) if not tests] == []


def test_each_test_that_keeps_a_promise_is_there() -> None:
    """A test that was renamed or removed takes its promise along, unless the page follows."""
    named = {name for tests in _promises().values() for name in tests}
    assert set(some(named)) - _tests() == set()


def test_every_row_of_the_page_is_a_promise() -> None:
    """A row that the pattern does not read would be kept by nobody."""
    lines = (ROOT / "docs" / "promises.md").read_text("utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| promise")]
    assert len(rows) == len(_promises())
