"""Who may import whom: one list of layers, which holds every room of every package; and the map of the folders."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from support.some import some

ROOT = Path(__file__).parents[2]
# Those that have a layer of their own, whole.
WHOLE = {"fakie_fixtures", "fakie_reference"}
PACKAGES = {"fakie": "mock_server", "fakie_contract": "contract_tests", "fakie_schemas": "schemas"}


@pytest.fixture
def layers() -> list[str]:
    """The layers, from the top down, each as import-linter reads it."""
    settings: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (one for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    return list(contract["layers"])


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_has_a_layer(package: str, layers: list[str]) -> None:
    """What stands right below one of our packages is in the list, whole: import-linter passes over all else."""
    folder = ROOT / PACKAGES[package] / package
    rooms = {one.stem for one in folder.iterdir() if one.suffix == ".py" or list(one.glob("**/*.py"))}
    listed = {room for layer in layers for room in layer.split(" | ") if room.startswith(f"{package}.")}
    assert listed == {f"{package}.{room}" for room in rooms if not room.startswith("__")}


def test_every_package_has_its_layers(layers: list[str]) -> None:
    """Each package of a source root is known to import-linter, in rooms or whole; a new root fails here."""
    settings: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    roots = [ROOT / top for top in settings["mypy"]["files"] if top not in {"tests", "benchmarks"}]
    packages = {file.parent.name for root in some(roots) for file in root.glob("*/__init__.py")}
    assert packages == {*settings["importlinter"]["root_packages"]} == {*PACKAGES, *WHOLE}
    assert {layer for layer in layers if "." not in layer} == WHOLE


def test_the_page_draws_the_layers(layers: list[str]) -> None:
    """ARCHITECTURE shows the same list, with a remark behind some lines."""
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    drawn = page.partition("## Who may import whom")[2].split("```")[1].strip().splitlines()
    assert [line.partition("  ")[0].strip() for line in drawn] == layers


@pytest.mark.parametrize("package", PACKAGES)
def test_the_map_names_every_folder(package: str) -> None:
    """Every folder with code, and every folder of data beside it, stands on ARCHITECTURE's map."""
    drawn = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("```")[1]
    top = ROOT / PACKAGES[package] / package
    with_code = {file.parent for file in some(top.rglob("*.py"))} - {top}
    data = {folder for folder in top.iterdir() if list(folder.glob("**/*.json"))}
    missing = [folder for folder in with_code | data if f"{folder.name}/" not in drawn]
    assert missing == [], "say in ARCHITECTURE.md what stands there"


def test_the_page_names_classes_that_there_are() -> None:
    """A class that was renamed is renamed in ARCHITECTURE, too: whoever reads it looks for the name."""
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Z][a-z]+\w*)[`.(]", page))
    code = "\n".join(
        file.read_text(encoding="utf-8") for top in PACKAGES.values() for file in (ROOT / top).rglob("*.py")
    )
    tests = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests" / "support").rglob("*.py"))
    classes = set(re.findall(r"^class (\w+)", code + tests, re.MULTILINE))
    # A header.
    assert {name for name in some(sorted(named)) if name not in classes} == {"Prefer"}
