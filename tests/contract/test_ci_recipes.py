"""The recipes of docs/ci.md: workflows that are YAML, and commands that run as they stand."""

import json
import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from packaging.requirements import Requirement

from fakie.cli import program
from support.clients.suite import environment
from support.servers.catalogues import document
from support.servers.stand_in import StandIn, standing_in

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "ci.md"
WORKFLOWS = [yaml.safe_load(block.split("```")[0]) for block in PAGE.read_text(encoding="utf-8").split("```yaml\n")[1:]]


def steps(workflow: Any) -> list[str]:
    return [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]


COMMANDS = [
    line
    for workflow in WORKFLOWS
    for step in steps(workflow)
    for line in step.splitlines()
    if line.startswith("fakie ")
]


def test_there_is_a_recipe_for_each_use() -> None:
    """A free run, the catalogue, a run with a cap and both acts, one without network."""
    assert len(WORKFLOWS) == 4
    paid = [workflow for workflow in WORKFLOWS if "--max-credits" in str(steps(workflow))]
    assert [workflow["jobs"]["paid"]["env"]["FAKIE_ALLOW_PAID"] for workflow in paid] == ["1"]
    assert {command.split()[1] for command in COMMANDS} <= set(program.list_commands(click.Context(program)))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs_as_it_stands(command: str) -> None:
    """Against a stand-in for the API it ends with a verdict, 0 or 1, and every file that it was to write is there."""
    Path("known.json").write_text('{"format_version": 1, "known": []}', encoding="utf-8")
    cassettes = Path("tests/cassettes")
    cassettes.mkdir(parents=True)
    (cassettes / "one.json").write_text(
        '{"request": {"method": "GET", "url": "https://api.kie.ai/api/v1/chat/credit"},'
        ' "response": {"status": 200, "body": {"code": 200, "msg": "success", "data": 1.5}}}',
        encoding="utf-8",
    )
    for folder in ("documents", "before", "catalogue"):
        Path(folder).mkdir()
    Path("documents/z-image.openapi.json").write_text(json.dumps(document()), encoding="utf-8")
    with standing_in(StandIn(refuses=lambda body: {"code": 422, "msg": "no", "data": None})) as stand_in:
        line = command.replace("--target live", f"--target {stand_in.url} --live")
        line = line.replace("fakie sync", "fakie sync --from documents")
        line += " -k 'credit or model::type-boolean'" if line.startswith("fakie test") else ""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-e", "-c", line],
            env={**environment(paid="--max-credits" in line), "PATH": path, "GITHUB_OUTPUT": "outputs"},
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    words = shlex.split(command)
    for option in ("--report", "--html", "--junit"):
        assert option not in words or Path(words[words.index(option) + 1]).exists()


def test_what_is_installed_is_offered() -> None:
    """Each recipe installs fakie, with extras that it has."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for workflow in WORKFLOWS:
        [install] = [step for step in steps(workflow) if step.startswith("pip ")]
        wanted = Requirement(shlex.split(install)[2])
        assert (wanted.name, wanted.extras <= set(extras), wanted.url) == ("fakie", True, "$FAKIE")
        [job] = workflow["jobs"].values()
        assert job["env"]["FAKIE"] == "${{ vars.FAKIE }}"


@pytest.mark.parametrize(("still_open", "done"), [("", "issue create"), ("17", "issue comment 17")])
def test_what_differs_becomes_an_issue(still_open: str, done: str, tmp_path: Path) -> None:
    """Findings open one with a link to the run, or comment on one that is open; a run that only failed does not."""
    [script] = [
        step for workflow in WORKFLOWS for step in steps(workflow) if "gh issue" in step and "report.json" in step
    ]
    program = tmp_path / "gh"
    program.write_text(f'#!/bin/sh\necho "$*" >> "{tmp_path}/said"\n[ "$2" = list ] && echo "{still_open}" || true\n')
    program.chmod(0o755)
    run = {"GITHUB_SERVER_URL": "https://git.test", "GITHUB_REPOSITORY": "me/mine", "GITHUB_RUN_ID": "4"}
    python = Path(sys.executable).parent
    env = {**os.environ, **run, "PATH": f"{tmp_path}:{python}:{os.environ['PATH']}"}
    report = tmp_path / "report.json"
    for verdict in ("could_not_run", "findings"):
        report.write_text(json.dumps({"verdict": verdict}), encoding="utf-8")
        assert not (tmp_path / "said").exists()
        command = ["bash", "-e", "-c", script]
        subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True, timeout=60)
    listed, written = (tmp_path / "said").read_text(encoding="utf-8").splitlines()
    assert listed.startswith("issue list --search")
    assert written.startswith(done)
    assert written.endswith("https://git.test/me/mine/actions/runs/4")
