"""The steps that start a fake for a job of CI, run as the runner runs them: by bash, with its variables."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from fakie.commands.exec import VARIABLES
from support.servers.listening import free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="bash is not installed")
CLIENTS_READ = set(VARIABLES)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A `fakie` as an installation makes it."""
    file = tmp_path / "fakie" / "bin" / "fakie"
    file.parent.mkdir(parents=True)
    file.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fakie "$@"\n', encoding="utf-8")
    file.chmod(0o755)
    return file


@contextmanager
def run(script: str, **environment: str) -> Iterator[subprocess.CompletedProcess[str]]:
    """Run a script as a step of a job; what it leaves in the background ends with the block, as with the job."""
    told = Path("told.txt")
    with told.open("w") as out:
        step = subprocess.Popen(
            [str(BASH), "-e", "-o", "pipefail", "-c", script],
            env={**os.environ, **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = step.wait(timeout=60)
            yield subprocess.CompletedProcess(script, code, told.read_text())
        finally:
            # Nothing is left where the fake could not start.
            with suppress(ProcessLookupError):
                os.killpg(step.pid, signal.SIGKILL)


def answers(url: str) -> bool:
    with urlopen(f"{url}/_fakie/health", timeout=10) as answer:
        return bool(answer.status == 200)


def test_the_action_starts_a_fake_for_the_steps_that_follow(program: Path, port: int, tmp_path: Path) -> None:
    """It answers where the output and the variables say, with the arguments that were given."""
    action = yaml.safe_load((DEPLOY / "github" / "action.yml").read_text(encoding="utf-8"))
    start = action["runs"]["steps"][-1]
    given = {"arguments": "--speed 50 --key k", "port": str(port), "key": "k", "timeout": "60"}
    environment = {name: given[_input(text)] for name, text in start["env"].items()}
    files = {"GITHUB_ENV": str(tmp_path / "env"), "GITHUB_OUTPUT": str(tmp_path / "output")}
    with run(start["run"], RUNNER_TEMP=str(tmp_path), **files, **environment) as done:
        assert done.returncode == 0, done.stdout
        output, variables = _pairs(tmp_path / "output"), _pairs(tmp_path / "env")
        assert answers(output["url"])
    assert output == {"url": f"http://127.0.0.1:{port}"}
    assert set(variables) == CLIENTS_READ
    assert (variables["KIE_API_URL"], variables["KIE_API_KEY"]) == (f"{output['url']}/api/v1", "k")
    assert action["outputs"]["url"]["value"] == f"${{{{ steps.{start['id']}.outputs.url }}}}"


def test_the_action_fails_with_the_log_and_runs_no_input(program: Path, port: int, tmp_path: Path) -> None:
    """Arguments are words, whatever a shell would make of them, and a fake that does not start is told of."""
    start = yaml.safe_load((DEPLOY / "github" / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"][-1]
    files = {"RUNNER_TEMP": str(tmp_path), "GITHUB_ENV": os.devnull, "GITHUB_OUTPUT": os.devnull}
    environment = {
        "ARGUMENTS": "--sped $(touch ran) `touch ran`",
        "KEY": "k",
        "FAKIE_PORT": str(port),
        "TIMEOUT": "60",
    }
    with run(start["run"], **files, **environment) as done:
        assert done.returncode == 1
    assert "--sped" in done.stdout
    assert not Path("ran").exists()


def test_the_snippet_starts_a_fake_for_its_job(program: Path, port: int) -> None:
    """Its variables lead to what its commands have started, and all that clients read is among them."""
    job = yaml.safe_load((DEPLOY / "gitlab" / "fakie.gitlab-ci.yml").read_text(encoding="utf-8"))[".fakie"]
    variables = _expanded({**job["variables"], "FAKIE_PORT": str(port), "FAKIE_ARGUMENTS": "--speed 50"})
    path = f"{program.parent}:{os.environ['PATH']}"
    with run("\n".join(job["before_script"]), PATH=path, **variables) as done:
        assert done.returncode == 0, done.stdout
        assert answers(variables["KIE_BASE_URL"])
    assert set(variables) >= CLIENTS_READ


def _check_of_the_image() -> str:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    return text.partition("HEALTHCHECK ")[2].partition("CMD ")[2].partition("\n")[0]


def _check_of_the_unit() -> str:
    """Return what the unit has a shell wait for, as systemd hands it on."""
    text = (DEPLOY / "systemd" / "fakie.service").read_text(encoding="utf-8").replace("\\\n", " ")
    script = text.partition("ExecStartPost=/bin/sh -c '")[2].partition("'\n")[0]
    return script.replace("$$", "$").replace("/opt/fakie/bin/", "") + " --timeout 3"


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("check", [_check_of_the_image(), _check_of_the_unit()], ids=["image", "unit"])
def test_the_image_and_the_unit_wait_wherever_their_fake_listens(
    program: Path, port: int, tmp_path: Path, check: str, tls: bool
) -> None:
    """Both ask the port that the environment says, by https where there is TLS, and fail without a fake."""
    variables = {"FAKIE_PORT": str(port), "PATH": f"{program.parent}:{os.environ['PATH']}"}
    if tls:
        variables["FAKIE_TLS"] = str(tmp_path / "tls")
    told = f"fakie serve > log 2>&1 &\nfor _ in $(seq 20); do if {check}; then exit 0; fi; done; exit 1"
    with run(told, **variables) as done:
        assert (done.returncode, "is ready" in done.stdout) == (0, True), done.stdout
    with run(check.replace("--timeout 3", "--timeout 0.1"), **variables) as done:
        assert done.returncode == 1


def _input(text: str) -> str:
    return text.removeprefix("${{ inputs.").removesuffix(" }}")


def _pairs(file: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in file.read_text(encoding="utf-8").splitlines())
    return {name: value for name, _, value in lines}


def _expanded(variables: Mapping[str, Any]) -> dict[str, str]:
    return {name: value.replace("$FAKIE_PORT", variables["FAKIE_PORT"]) for name, value in variables.items()}
