"""`fakie test`: the contract suite against a fake or a URL, in a pytest of its own."""

import os
import re
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from fakie.commands.catalog_options import docs_option
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.rules.difference import FAILING

# What a user has set for the own pytest must not reach this one.
_NOT_INHERITED = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONWARNINGS", "PYTEST_XDIST_WORKER")

_FILES = ("report", "html", "baseline", "prices", "ledger", "schemas")
_WRITABLE = click.Path(dir_okay=False)
_READABLE = click.Path(exists=True, dir_okay=False)
_FOLDER = click.Path(exists=True, file_okay=False)


def _amount(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    # Kept as it was written: money is not put into a float.
    if value is None or re.fullmatch(r"\d{1,12}(\.\d{1,6})?", value):
        return value
    raise click.BadParameter(f"{value!r} is not a number from 0 on, such as 5 or 0.5")


@click.command()
@click.option(
    "--fakie-target",
    "--target",
    "target",
    default="fake",
    show_default=True,
    help="fake: one is started; live: the API itself; or a URL. The key comes from FAKIE_API_KEY.",
)
@click.option("--live", is_flag=True, help="Treat the target as live though it is loopback: a tunnel or a proxy.")
@click.option("--dry-run", is_flag=True, help="Send nothing; print what a live run would cost.")
@click.option(
    "--fakie-max-credits",
    "--max-credits",
    "max_credits",
    metavar="N",
    callback=_amount,
    help="The most a live run may spend; it also needs FAKIE_ALLOW_PAID=1.",
)
@click.option("--prices", type=_READABLE, help="A price table that goes before the shipped one.")
@click.option(
    "--unknown-price", metavar="N", callback=_amount, help="Count a create of unknown price as so many credits."
)
@click.option(
    "--media-seconds", metavar="N", callback=_amount, help="Length of the media that requests name.  [default: 60]"
)
@click.option("--ledger", type=_WRITABLE, help="Where a paid run writes down each create.  [fakie-ledger.sqlite]")
@click.option("--time-limit", metavar="N", callback=_amount, help="End the run after so many seconds.  [live: 3600]")
@click.option("--callback-url", metavar="URL", help="A public URL that leads to the callback port.")
@click.option("--callback-port", type=click.IntRange(1, 65535), help="The port to listen on for callbacks.")
@click.option("--report", type=_WRITABLE, help="Write the report to this file, as JSON.")
@click.option("--html", type=_WRITABLE, help="Write the report to this file, as one page to read.")
@click.option("--junit", type=_WRITABLE, help="Write a JUnit file.")
@click.option("--baseline", type=_READABLE, help="A file of known differences, each with a reason and a date.")
@click.option(
    "--fail-on",
    type=click.Choice([*FAILING]),
    help="Which findings fail the run.  [default: any: breaking and minor]",
)
@click.option(
    "-n", "workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Run in so many processes."
)
@click.option("-k", "chosen", metavar="WORDS", help="Only cases whose ids fit, such as 'callback and not retried'.")
@click.option("--model", help="Models to judge: names and patterns such as 'kling/*', with commas between.")
@click.option("--changed-since", metavar="DATE", help="Models whose pages have changed since, such as 2026-01.")
@click.option("--cases", type=click.Choice(["all", "cheapest"]), help="[default: all; live: cheapest]")
@click.option("--generate", type=click.IntRange(0, 10_000), help="So many generated requests for each model.")
@click.option("--seed", type=click.IntRange(0), help="The seed of generated requests.")
@click.option("--replay", metavar="ID", help="Send only the request that a finding names by this id.")
@click.option("--schemas", type=_FOLDER, help="Judge the models of this folder of revisions, as `fakie derive` writes.")
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
    "--wait", metavar="N", callback=_amount, help="Seconds to wait for a task's end.  [default: 5; paid: 300]"
)
def test(workers: int, chosen: str | None, junit: str | None, **options: Any) -> None:
    """Judge whether a target holds the contract; exit code 0: it holds, 1: findings, 2: could not run."""
    suite = Path(str(find_spec("fakie_contract").origin)).parent  # type: ignore[union-attr]
    # -P and an ini file of its own: a user's folders, settings and plugins must not break the suite.
    command = [sys.executable, "-P", "-m", "pytest", "-c", str(suite / "suite.ini"), "--rootdir", str(suite)]
    command += ["-p", "no:cacheprovider", "-p", "fakie_contract.pytest_options", str(suite)]
    command += [argument for name, value in options.items() for argument in _argument(name, value)]
    command += [f"--junitxml={Path(junit).absolute()}"] if junit else []
    command += ["-k", chosen] if chosen else []
    command += _parallel(1 if options["dry_run"] else workers)
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "FAKIE_STARTED_BY": str(os.getpid())}
    sys.exit(_ended(_run(command, environment)))


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run the suite; the first Ctrl-C or SIGTERM lets it end in order, its report written, a second one kills it."""
    # A session of its own: Ctrl-C reaches this process alone, and is passed on once.
    child = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own suite
    signals = iter((signal.SIGINT,))

    def pass_on(*_: object) -> None:
        child.send_signal(next(signals, signal.SIGKILL))

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, pass_on)
    return child.wait()


def _argument(name: str, value: Any) -> list[str]:
    option = f"--fakie-{name.replace('_', '-')}"
    if value is None or value is False:
        return []
    return [option] if value is True else [f"{option}={Path(value).absolute() if name in _FILES else value}"]


def _parallel(workers: int) -> list[str]:
    if workers == 1:
        return []
    if find_spec("xdist") is None:
        raise ConfigurationError("-n needs pytest-xdist: pip install 'fakie[contract]', or leave -n out")
    return ["-p", "xdist", "-n", str(workers)]


def _ended(code: int) -> int:
    """Turn pytest's exit code into ours: 0 holds, 1 findings, 2 anything else."""
    return code if code in {0, 1} else 2
