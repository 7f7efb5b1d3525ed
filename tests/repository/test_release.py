"""What a release promises: its names, its types, its entry in the changelog."""

import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import fakie

ROOT = Path(__file__).parents[2]
DOCS = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
NAMES = [name for name in fakie.__all__ if not name.startswith("__")]


def test_the_public_names_are_sorted_and_each_is_there() -> None:
    """Capitals first, as ruff sorts them; nothing is promised that cannot be had, nor had without being loaded."""
    assert fakie.__all__ == sorted(fakie.__all__)
    assert NAMES
    for name in NAMES:
        assert getattr(fakie, name).__name__ == name
    with pytest.raises(AttributeError, match="no_such_name"):
        fakie.no_such_name  # noqa: B018


def called_by(found: Any) -> dict[str, Any]:
    """What is called by a public name: itself, or of a class its public methods and properties, by their names."""
    if not inspect.isclass(found):
        return {found.__name__: found}
    own = [one for one in found.__mro__ if one.__module__.startswith("fakie")]
    members = {name: member for one in reversed(own) for name, member in vars(one).items()}
    called = {name: member.fget if isinstance(member, property) else member for name, member in members.items()}
    public = {name: one for name, one in called.items() if name == "__init__" or not name.startswith("_")}
    return {name: one for name, one in public.items() if inspect.isfunction(one)}


@pytest.mark.parametrize("name", NAMES)
def test_each_public_name_is_documented_and_tried(name: str) -> None:
    """It has a docstring of its own, stands in a page by the name that is imported, and in the program of a user."""
    found = getattr(fakie, name)
    # What getdoc finds may be another's, from which a class inherits.
    assert found.__doc__
    assert [called for called, one in called_by(found).items() if not one.__doc__ and called != "__init__"] == []
    asked = re.compile(rf"from fakie import [^\n]*\b{name}\b|\bfakie\.{name}\(")
    assert any(asked.search(page.read_text(encoding="utf-8")) for page in DOCS)
    assert re.search(rf"\b{name}\b", (ROOT / "tests/repository/typed_user.py").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_each_public_name_is_typed(name: str) -> None:
    """Whatever is called by it says what it takes and what it returns: a user's checker sees no gap."""
    for called, one in called_by(getattr(fakie, name)).items():
        signature = inspect.signature(one)
        given = [each for each in signature.parameters.values() if each.name != "self"]
        assert [each.name for each in given if each.annotation is each.empty] == [], called
        assert signature.return_annotation is not signature.empty, called


def test_importing_fakie_loads_none_of_them() -> None:
    """The plugin imports the package in every session: neither Flask nor the fake comes along."""
    script = "import fakie, sys; print(sorted({'flask', 'fakie.core', 'fakie.harness'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_changelog_says_what_this_version_brings() -> None:
    """Under its number, or while it is not released, under what comes next."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = text.split("\n## ")[1]
    assert newest.startswith(("[Unreleased]", f"[{fakie.__version__}]"))
    assert re.search(r"^- ", newest, re.MULTILINE)


def test_each_python_that_is_promised_is_tried() -> None:
    """What the metadata names stands in the Makefile, which runs the tests on those that it finds."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [line.rpartition(" ")[2] for line in project["classifiers"] if "Python :: 3." in line]
    assert named
    versions = re.search(r"foreach v,([\d. ]+),", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert versions
    assert set(named) <= set(versions[1].split())
