"""The Python that is measured and served with."""

import os
import sys
from pathlib import Path

import pytest
from fastest_python import candidates, fastest, seconds


def _put(folder: Path, name: str, says: str) -> Path:
    """Put a program there that says this whatever it is asked."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\nprintf '{says}'\n")
    program.chmod(0o755)
    return program


def test_the_fastest_of_all_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One in a folder of PATH and one in pyenv, of any version that fakie runs on; the later one is the faster."""
    monkeypatch.setattr("fastest_python._FOLDERS", ())
    _put(tmp_path / "bin", "python3.11", r"3\n11\nx\n0.5\n")
    quick = _put(tmp_path / "home" / ".pyenv" / "versions" / "3.13.0" / "bin", "python", r"3\n13\nx\n0.25\n")
    assert fastest(str(tmp_path / "bin"), tmp_path / "home") == quick


@pytest.mark.parametrize("says", [r"3\n10\nx\n0.1\n", r"3\n15\nx\n0.1\n", "", "no module named ensurepip", r"3\n11\n"])
def test_one_that_cannot_run_fakie_is_passed_over(tmp_path: Path, says: str) -> None:
    """Another version, or one that makes no environments: however fast it is."""
    assert seconds(_put(tmp_path, "python3", says)) is None


def test_where_there_is_none_none_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders that are missing, and an empty PATH."""
    monkeypatch.setattr("fastest_python._FOLDERS", ())
    assert fastest(os.pathsep.join(["", str(tmp_path / "missing")]), tmp_path) is None


def test_this_python_is_measured() -> None:
    """The trial runs by the Python that the tests run by."""
    took = seconds(Path(sys.executable))
    assert took is not None
    assert took > 0


def test_one_python_of_several_names_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that lead to one program are one candidate; pyenv's shims, which stand for others, are none."""
    monkeypatch.setattr("fastest_python._FOLDERS", (str(tmp_path),))
    real = _put(tmp_path, "python3.12", "")
    (tmp_path / "python3").symlink_to(real)
    _put(tmp_path / ".pyenv" / "shims", "python3", "")
    path = os.pathsep.join([str(tmp_path), str(tmp_path / ".pyenv" / "shims")])
    assert list(candidates(path, tmp_path)) == [real]
