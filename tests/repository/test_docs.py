"""The docs say what is there, and nothing that is not."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from fakie.cli import program
from fakie.core.service import Service
from fakie.harness import marker
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.profile_files import read_profile
from fakie_schemas.catalog.record_shapes import record_shapes
from fakie_schemas.options.table import options_of
from support.clients.doors import open_door, running
from support.some import some

ROOT = Path(__file__).parents[2]


def test_every_option_of_every_command_is_in_the_reference() -> None:
    """An option that nobody can read about does not exist."""
    text = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    context = click.Context(program)
    for name in some(program.list_commands(context)):
        command = program.get_command(context, name)
        assert command is not None
        options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
        assert [option for option in options if f"`{option}`" not in text] == [], "`make reference` writes the page"
        assert f"fakie {name}" in text


def test_every_file_of_the_repository_that_a_page_names_is_there() -> None:
    """A file that was moved or renamed is named by its new place."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    tops = "benchmarks|contract_tests|deploy|fixtures|mock_server|reference|schemas|tests"
    # In small letters: AREA.json stands for a name.
    named = re.compile(rf"`((?:{tops})/[a-z0-9_./-]+\.[a-z]+)`")
    told = [(page, name) for page in pages for name in named.findall(page.read_text(encoding="utf-8"))]
    assert [f"{page.name}: {name}" for page, name in some(told) if not (ROOT / name).exists()] == []


def test_every_option_and_marker_argument_of_the_plugin_is_on_its_page() -> None:
    """Told in the words of somebody who writes tests, beside the reference."""
    text = (ROOT / "docs" / "pytest.md").read_text(encoding="utf-8")
    names = [f"--fakie-{option.name}" for option in options_of("plugin")]
    arguments = [f"{name}=" for name in marker.arguments()]
    assert [name for name in [*names, *arguments, "fakie_hosts", "fakie_env"] if name not in text] == []


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_is_whole_at_80_columns(flag: str) -> None:
    """The program and each command: no sentence is cut off, and no line is longer than a terminal."""
    names = program.list_commands(click.Context(program))
    for arguments in ([flag], *([name, flag] for name in names)):
        done = CliRunner(env={"COLUMNS": "80"}).invoke(program, arguments, terminal_width=80)
        assert done.exit_code == 0, done.output
        lines = done.output.splitlines()
        assert [line for line in lines if line.rstrip().endswith("...") and "Usage" not in line] == []
        assert [line for line in lines if len(line) > 80] == []


def test_the_levers_page_lists_exactly_the_levers(service: Service) -> None:
    """Each lever of `GET /_fakie/` stands in docs/levers.md, and no other."""
    text = (ROOT / "docs" / "levers.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(\w+) (/_fakie[^`]*)`", text, flags=re.MULTILINE))
    with open_door("direct", service) as door:
        levers = door.get("/_fakie/").data["levers"]
    listed = {(lever["method"], "/_fakie/" if lever["path"] == "/_fakie" else lever["path"]) for lever in levers}
    assert documented ^ listed == set(), "the table of docs/levers.md has a line for each, and no other"


def test_the_bodies_on_the_levers_page_are_accepted(service: Service) -> None:
    """Every example of a fault and of a plan works as it stands."""
    text = (ROOT / "docs" / "levers.md").read_text(encoding="utf-8")
    with open_door("direct", service) as door:
        for heading, path in (
            ("## Faults", "/_fakie/faults"),
            ("## Transport faults", "/_fakie/spoils"),
            ("## Plans", "/_fakie/plans"),
        ):
            block = text.split(heading)[1].split("```json\n")[1].split("```")[0]
            for line in block.splitlines():
                assert door.post(path, json.loads(line)).situation == "lever_pulled", line


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_lines_that_order_a_code_get_it(service: Service) -> None:
    """Each command of the page of the codes, its address replaced, is answered as the text says."""
    text = (ROOT / "docs" / "models.md").read_text(encoding="utf-8").replace("\\\n", " ")
    commands = re.findall(r"^curl .*$", text, flags=re.MULTILINE)
    with running(service) as url:
        answers = [_curl(command.replace("http://127.0.0.1:8080", url)) for command in commands]
    assert [answer["code"] for answer in answers] == [429, 455, 422, 200]
    assert "at most" in answers[2]["msg"]


def _curl(command: str) -> Any:
    done = subprocess.run([*shlex.split(command), "--silent"], capture_output=True, text=True, timeout=20, check=True)
    return json.loads(done.stdout)


PAGES = sorted(str(file.relative_to(ROOT)) for file in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    """Every relative link names a file that exists."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(r"\]\(([^)]+)\)", text)
    links = [link.partition("#")[0] for link in found if not link.startswith("http")]
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_the_page_of_profiles_says_which_dates_go_together() -> None:
    """A line for each date of the wire: its keys, callbacks, catalogue and last month, as the data has them."""
    text = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:5] == "| 202"]
    before: set[str] = set()
    for shape, (wire, keys, newest, catalogue, docs) in zip(
        some(record_shapes().values()), (line for line in lines if len(line) == 5), strict=True
    ):
        named = set(re.findall(r"`(\w+)`", keys))
        assert named == ({"createTime"} if not before else set(shape.keys) - before)
        before = set(shape.keys)
        assert wire.split()[0] == shape.wire
        assert (newest, catalogue) == (shape.newest_callback, "yes" if shape.catalogue else "no")
        assert docs == (f"until {shape.until}, `pinned`, `latest`" if shape.until else "any")


def test_the_profile_on_its_page_can_be_used(tmp_path: Path) -> None:
    """The example is a profile, and its rows answer."""
    text = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8").split("```json\n")[1].split("```")[0]
    (tmp_path / "mine.json").write_text(text, encoding="utf-8")
    profile = Profile(read_profile("mine.json", tmp_path))
    assert profile.row("maintenance").msg == "Back at noon"
    assert (
        profile.row("field_missing", "createTask", "kling/v2-1").words({"field": "input.prompt"}) == "prompt is missing"
    )
    assert profile.facts.credits == 20
