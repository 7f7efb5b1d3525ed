"""`fakie test`: the contract suite against a fake or a URL, in a pytest of its own."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from fakie.commands.catalog_options import docs_option
from fakie.errors import ConfigurationError

# What a user has set for the own pytest must not reach this one.
_NOT_INHERITED = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONWARNINGS", "PYTEST_XDIST_WORKER")


@click.command()
@click.option(
    "--fakie-target",
    "--target",
    "target",
    default="fake",
    show_default=True,
    help="fake: one is started; or a URL, its key in FAKIE_API_KEY.",
)
@click.option("--report", type=click.Path(dir_okay=False), help="Write the report to this file, as JSON.")
@click.option("--junit", type=click.Path(dir_okay=False), help="Write a JUnit file.")
@click.option(
    "-n", "workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Run in so many processes."
)
@click.option("-k", "chosen", metavar="WORDS", help="Only cases whose ids fit, such as 'callback and not retried'.")
@click.option("--model", help="Models to judge: names and patterns such as 'kling/*', with commas between.")
@click.option(
    "--schemas",
    type=click.Path(exists=True, file_okay=False),
    help="Judge the models of this folder of revisions, as `fakie derive` writes them.",
)
@docs_option
@click.option("--profile", "expect", default="documented", show_default=True, help="Which answers to expect.")
@click.option(
    "--http-status",
    type=click.Choice(["envelope", "mirror"]),
    default="envelope",
    show_default=True,
    help="envelope: HTTP 200 with the code in the body; mirror: the code as HTTP status too.",
)
@click.option(
    "--wait", type=click.FloatRange(min=0), default=5, show_default=True, help="Seconds to wait for a task's end."
)
def test(
    report: str | None, junit: str | None, workers: int, chosen: str | None, schemas: str | None, **options: object
) -> None:
    """Judge whether a target holds the contract; exit code 0: it holds, 1: findings, 2: could not run."""
    suite = Path(str(find_spec("fakie_contract").origin)).parent  # type: ignore[union-attr]
    # -P and an ini file of its own: a user's folders, settings and plugins must not break the suite.
    command = [sys.executable, "-P", "-m", "pytest", "-c", str(suite / "suite.ini"), "--rootdir", str(suite)]
    command += ["-p", "no:cacheprovider", "-p", "fakie_contract.pytest_options", str(suite)]
    command += [f"--fakie-{name.replace('_', '-')}={value}" for name, value in options.items() if value is not None]
    command += [f"--fakie-report={Path(report).absolute()}"] if report else []
    command += [f"--fakie-schemas={Path(schemas).absolute()}"] if schemas else []
    command += [f"--junitxml={Path(junit).absolute()}"] if junit else []
    command += ["-k", chosen] if chosen else []
    command += _parallel(workers)
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.exit(_ended(subprocess.run(command, env=environment, check=False).returncode))  # noqa: S603 - our own suite


def _parallel(workers: int) -> list[str]:
    if workers == 1:
        return []
    if find_spec("xdist") is None:
        raise ConfigurationError("-n needs pytest-xdist: pip install 'fakie[contract]', or leave -n out")
    return ["-p", "xdist", "-n", str(workers)]


def _ended(code: int) -> int:
    """Turn pytest's exit code into ours: 0 holds, 1 findings, 2 anything else."""
    return code if code in {0, 1} else 2
