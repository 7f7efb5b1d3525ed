"""The wheel: what is in it, and that it works where nothing else of the repository is."""

import email
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import fakie

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "fakie": "mock_server/fakie",
    "fakie_schemas": "schemas/fakie_schemas",
    "fakie_contract": "contract_tests/fakie_contract",
    "fakie_fixtures": "fixtures/fakie_fixtures",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [built] = out.glob("*.whl")
    return built


def test_the_wheel_holds_exactly_the_packages_files(wheel: Path) -> None:
    """Every tracked file of the four packages, under the packages' own names, and nothing else."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    tracked = [Path(name) for name in listed.stdout.split("\0") if name]
    expected = {
        f"{package}/{file.relative_to(folder).as_posix()}"
        for package, folder in PACKAGES.items()
        for file in tracked
        if file.is_relative_to(folder)
    }
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == expected


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    """Its version, the Pythons that are tried, its licence with the text, what it reads as; and that it is typed."""
    held = zipfile.ZipFile(wheel)
    [folder] = {name.partition("/")[0] for name in held.namelist() if ".dist-info/" in name}
    told = email.message_from_bytes(held.read(f"{folder}/METADATA"))
    assert (told["Name"], told["Version"], told["Requires-Python"]) == ("fakie", fakie.__version__, ">=3.11")
    assert (told["License-Expression"], told.get_all("License-File")) == ("Apache-2.0", ["LICENSE"])
    assert held.read(f"{folder}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    assert (told["Description-Content-Type"], bool(told.get_payload())) == ("text/markdown", True)
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(held.namelist())


def test_the_wheel_serves_from_anywhere(wheel: Path, tmp_path: Path) -> None:
    """Unpacked far from the repository, the program starts and knows its model and its media."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    script = (
        "import fakie, fakie_fixtures, fakie_schemas, pathlib;"
        f"assert pathlib.Path(fakie.__file__).is_relative_to({str(tmp_path)!r});"
        "from fakie_schemas.catalog.catalog import Catalog;"
        "print(Catalog.shipped().first, len(fakie_fixtures.media_file('silence.mp3')))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["elevenlabs/audio-isolation", "2080"]


def test_the_suite_runs_from_the_wheel_in_a_project_of_a_stranger(wheel: Path, tmp_path: Path) -> None:
    """Unpacked far from the repository, the suite starts its fake and judges it, by itself and within their pytest."""
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -W error --strict-markers\npython_files = check_*.py\n")
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    # Without pytest-asyncio, which itself warns wherever it has not been set up.
    theirs = ["pytest", "--pyargs", "fakie_contract", "-p", "no:cacheprovider", "-p", "no:asyncio"]
    for command in (["fakie", "test"], theirs):
        done = subprocess.run(
            [sys.executable, "-m", *command, "-k", "code-4 or life"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "0 findings, 0 not provokable, 0 not run" in done.stdout
        assert str(installed) in done.stdout or "installed/fakie_contract" in done.stdout
