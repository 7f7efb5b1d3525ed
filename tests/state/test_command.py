"""`fakie state`: what it shows, checks, exports and imports, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import fakie_schemas
from fakie.cli import program
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.validator import contract_validator
from support.state import Restarting


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(program, ["state", *map(str, arguments)])
    if isinstance(result.exception, ConfigurationError):
        raise result.exception
    return result


@pytest.fixture
def used(start: Restarting) -> Path:
    """A state file with something of everything in it."""
    door = start()
    door.post("/_fakie/plans", {"by": "polls", "result": [{"content": "aGVsbG8=", "suffix": ".txt"}]})
    door.post("/_fakie/spoils", {"kind": "lost", "endpoint": "credit", "times": None})
    door.create(callBackUrl="http://127.0.0.1:9/hook")
    door.create({"model": "elevenlabs/audio-isolation", "input": {}}, {"Authorization": "Bearer other"})
    failed = door.new_task()
    door.post(f"/_fakie/tasks/{failed}/fail", {})
    door.post("/api/file-base64-upload", {"base64Data": "aGVsbG8=", "uploadPath": "a", "fileName": "b.txt"})
    start.stop()
    return start.path


def test_show_lists_the_accounts(used: Path) -> None:
    """Their credits, what runs, what ended, and what is due."""
    heading, one, other = run("show", used).output.splitlines()
    assert heading.split() == ["account", "credits", "running", "ended", "waiting", "next", "due"]
    assert (one.split()[1], other.split()[1]) == ("999", "999")


def test_check_says_that_a_file_is_whole(used: Path) -> None:
    """And how much there is in it."""
    assert run("check", used).output.startswith(f"{used} is whole: 2 accounts, 3 tasks, ")


def test_an_export_holds_to_its_schema_and_comes_back_as_the_same(used: Path, tmp_path: Path) -> None:
    """The copy's own export is equal, and a fake starts on it."""
    text = run("export", used).output
    schema = fakie_schemas.format_schema("state")
    assert list(contract_validator(schema).iter_errors(json.loads(text))) == []
    export, copy = tmp_path / "export.json", tmp_path / "copy.state"
    export.write_text(text, "utf-8")
    assert run("import", copy, export).output == f"{copy} holds 2 accounts and 3 tasks\n"
    assert run("export", copy).output == text
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_fake_goes_on_from_an_import(used: Path, start: Restarting, tmp_path: Path) -> None:
    """With all that the first one knew."""
    names = ("accounts", "tasks", "spoils", "uploads", "journal")
    door = start()
    before = {name: door.get(f"/_fakie/{name}").data for name in names}
    start.stop()
    export = tmp_path / "export.json"
    export.write_text(run("export", used).output, "utf-8")
    start.path = tmp_path / "copy.state"
    run("import", start.path, export)
    again = start()
    assert {name: again.get(f"/_fakie/{name}").data for name in names} == before


def change(data: Any, *path: Any, to: Any) -> Any:
    inner = data
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = to
    return data


@pytest.mark.parametrize(
    ("path", "to", "reason"),
    [
        (("format_version",), 3, "format_version: expected"),
        (("tasks", 0, "sent"), "not Base64!", r"tasks\[0\]: expected Base64"),
        (("tasks", 0, "data", "plan"), {"by": "magic"}, "plan"),
        (
            ("tasks", 0, "data", "plan"),
            {"by": "time"},
            r"/copy\.state cannot be used: .* a row of tasks cannot be read",
        ),
        (("tasks", 0, "data", "endpoint"), "none", "a row of tasks cannot be read"),
        (("tasks", 0, "number"), 10**30, "a value that no state file holds"),
        (("accounts", 0, "number"), 2**63, "a value that no state file holds"),
        (("order_ids",), [{"kind": "faults", "last": 10**30}], "a value that no state file holds"),
        (("tasks", 0, "data", "model"), "\ud800", "a value that no state file holds"),
        (("tasks", 0, "id"), "\ud800", "a value that no state file holds"),
        (("accounts", 0, "handle"), "x", "handle"),
        (("accounts", 1, "number"), 1, "cannot be made"),
        (("events",), {}, "events"),
    ],
)
def test_an_export_that_was_changed_is_refused_and_leaves_nothing(
    used: Path, tmp_path: Path, path: tuple[Any, ...], to: Any, reason: str
) -> None:
    """With the place that is wrong."""
    data = change(json.loads(run("export", used).output), *path, to=to)
    export = tmp_path / "export.json"
    export.write_text(json.dumps(data), "utf-8")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ConfigurationError, match=reason):
        run("import", tmp_path / "copy.state", export)
    assert sorted(tmp_path.iterdir()) == before


def test_what_is_there_or_not_there_is_refused(used: Path, tmp_path: Path) -> None:
    """An import takes no file's place; what is missing or no JSON is told."""
    export = tmp_path / "export.json"
    export.write_text("{", "utf-8")
    for arguments, reason in (
        (("import", used, export), "it is not JSON"),
        (("import", used, tmp_path / "none.json"), "cannot be read"),
        (("check", tmp_path / "none.state"), "no such file"),
        (("show", tmp_path), "it is not a file"),
    ):
        with pytest.raises(ConfigurationError, match=reason):
            run(*arguments)
    export.write_text(run("export", used).output, "utf-8")
    with pytest.raises(ConfigurationError, match="exists already"):
        run("import", used, export)
