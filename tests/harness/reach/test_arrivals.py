"""Libraries that are imported while several fakes answer: a test's own beside one that a module shares."""

import importlib
import sys
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from fakie.adapters.reach.arrivals import at_import
from fakie.adapters.reach.replacing import Replacements, Substitute


def put(replacements: Replacements, who: str, module: ModuleType) -> None:
    replacements.put([Substitute(module, "answers", who)])


@pytest.mark.parametrize("first", [True, False])
def test_the_inner_of_two_blocks_answers_and_leaves_the_outer(
    first: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the library is imported: before both, or within both, as httpx imports httpcore at its first call."""
    name = f"library_imported_{'first' if first else 'within'}"
    (tmp_path / f"{name}.py").write_text("answers = 'itself'\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    if first:
        importlib.import_module(name)
    outer, inner = Replacements(), Replacements()
    with at_import({name: partial(put, outer, "outer")}):
        with at_import({name: partial(put, inner, "inner")}):
            library = importlib.import_module(name)
            assert library.answers == "inner"
            inner.put_back()
        assert library.answers == "outer"
        outer.put_back()
    assert library.answers == "itself"
    del sys.modules[name]
