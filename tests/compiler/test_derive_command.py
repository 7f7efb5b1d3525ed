import builtins
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import fakie_fixtures
from fakie.cli import program

PAGES = Path(fakie_fixtures.__file__).parent / "pages"
VOICE, TRAPS = PAGES / "acme-voice-clean.zh.md", PAGES / "acme-traps.zh.md"


def run(*arguments: object) -> Result:
    """Run `fakie derive` with these arguments."""
    return CliRunner().invoke(program, ["derive", *map(str, arguments)])


def files(folder: Path) -> list[str]:
    """List the files below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_both_files_are_written_below_the_model(tmp_path: Path) -> None:
    """The schema and the revision stand in a folder named after the model, by date."""
    result = run(VOICE, "--out", tmp_path, "--date", "2026-01")
    assert result.exit_code == 0, result.output
    folder = "acme/voice-clean"
    assert files(tmp_path) == [f"{folder}/2026-01.request.schema.json", f"{folder}/2026-01.revision.json"]
    assert "5 fields" not in result.output
    assert "acme/voice-clean: 3 fields" in result.output
    assert "4 codes, 0 unread (user-page)" in result.output


def test_without_a_date_the_files_are_undated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder is the default, and the date is left open."""
    monkeypatch.chdir(tmp_path)
    assert run(VOICE).exit_code == 0
    assert files(tmp_path)[0] == "acme/voice-clean/undated.request.schema.json"


def test_json_prints_one_object_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`request` holds the schema itself; the summary goes to the other stream."""
    monkeypatch.chdir(tmp_path)
    result = run(VOICE, "--json", "--url", "https://pages.example/voice")
    printed = json.loads(result.stdout)
    assert printed["request"]["properties"]["model"]["enum"] == ["acme/voice-clean"]
    assert printed["provenance"]["url"] == "https://pages.example/voice"
    assert files(tmp_path) == []


def test_json_with_out_writes_too(tmp_path: Path) -> None:
    """Both are given when both are asked for."""
    result = run(VOICE, "--json", "--out", tmp_path)
    assert json.loads(result.stdout)["model"] == "acme/voice-clean"
    assert len(files(tmp_path)) == 2


def test_the_summary_lists_what_was_not_read(tmp_path: Path) -> None:
    """Each unread place and each conflict stands in the summary with its line."""
    result = run(TRAPS, "--out", tmp_path)
    assert result.exit_code == 0
    assert f"{TRAPS}:7: unread: this code fence is never closed" in result.output
    assert f"{TRAPS}:8: conflict: /input/image_url" in result.output


def test_strict_refuses_what_was_not_read(tmp_path: Path) -> None:
    """With --strict a page with anything unread ends in exit 2, and nothing is written."""
    result = run(TRAPS, "--strict", "--out", tmp_path)
    assert result.exit_code == 2
    assert f"fakie: {TRAPS}:7: this code fence is never closed" in result.stderr
    assert files(tmp_path) == []
    assert run(VOICE, "--strict", "--out", tmp_path).exit_code == 0


def test_a_bad_page_is_one_line_and_exit_2(tmp_path: Path) -> None:
    """No traceback, no file: the path, the line and the reason."""
    page = tmp_path / "page.md"
    page.write_text("<html></html>", encoding="utf-8")
    result = run(page, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert result.stderr == f"fakie: {page}:1: this is HTML, not a Markdown page: save the page's Markdown\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("date", ["2025", "2025-13", "2025-02-30", "12-2025", "2025-1", "../2025", "２０25-01"])
def test_a_bad_date_is_refused(date: str, tmp_path: Path) -> None:
    """Only YYYY-MM and YYYY-MM-DD name a date, and only days that exist."""
    result = run(VOICE, "--out", tmp_path, "--date", date)
    assert result.exit_code == 2
    assert "YYYY-MM" in result.stderr
    assert files(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_one_line(tmp_path: Path) -> None:
    """A file that cannot be written ends in one line, too."""
    tmp_path.chmod(0o500)
    result = run(VOICE, "--out", tmp_path)
    tmp_path.chmod(0o700)
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_out_that_is_below_a_file_is_one_line(tmp_path: Path) -> None:
    """A file where the model's folder should be is named."""
    (tmp_path / "acme").write_text("", encoding="utf-8")
    result = run(VOICE, "--out", tmp_path)
    assert result.exit_code == 2
    assert result.stderr.startswith("fakie: ")
    assert files(tmp_path) == ["acme"]


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the libraries of the extra, the message says how to install them."""
    original = builtins.__import__

    def without_markdown(name: str, *rest: Any, **named: Any) -> Any:
        if name.split(".")[0] == "markdown_it":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return original(name, *rest, **named)

    for module in [name for name in sys.modules if name.startswith("fakie_schemas.compiler")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setattr(builtins, "__import__", without_markdown)
    result = run(VOICE, "--out", tmp_path)
    assert result.exit_code == 2
    assert "pip install 'fakie[derive]'" in result.stderr


def test_deriving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """A second run over the first leaves the files as they are."""
    run(TRAPS, "--out", tmp_path, "--date", "2026-01")
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    run(TRAPS, "--out", tmp_path, "--date", "2026-01")
    assert {name: (tmp_path / name).read_bytes() for name in files(tmp_path)} == before
