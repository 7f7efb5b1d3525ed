"""`fakie test`: the contract suite against a fake or a URL, in a pytest of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from fakie.commands.options import table_options
from fakie.commands.stop_signals import wait_for
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.options.table import option_of

# What a user has set for the own pytest must not reach this one.
_NOT_INHERITED = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONWARNINGS", "PYTEST_XDIST_WORKER")
_ENDING = (signal.SIGINT, signal.SIGTERM)


@click.command()
@table_options("test", as_text=True)
def test(workers: str | None, chosen: str | None, junit: str | None, **options: Any) -> None:
    """Judge whether a target holds the contract; exit code 0: it holds, 1: findings, 2: could not run."""
    suite = Path(str(find_spec("fakie_contract").origin)).parent  # type: ignore[union-attr]
    # -P and an ini file of its own: a user's folders, settings and plugins must not break the suite.
    command = [sys.executable, "-P", "-m", "fakie_contract.run", "-c", str(suite / "suite.ini")]
    # The one file under which cases are collected: for a folder pytest would look through all of the suite.
    command += ["--rootdir", str(suite), "-p", "no:cacheprovider", "-p", "fakie_contract.pytest_options"]
    command += [str(suite / "suite.ini")]
    command += [argument for name, value in options.items() for argument in _argument(name, value)]
    # Of what a dry run does not judge none of the reports is written.
    command += [f"--junitxml={Path(junit).absolute()}"] if junit and not options["dry_run"] else []
    # In one word: pytest takes one that begins with @ for a file of arguments.
    command += [f"-k{chosen}"] if chosen else []
    command += _parallel(1 if options["dry_run"] else int(workers or 1))
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "FAKIE_STARTED_BY": str(os.getpid())}
    sys.exit(_ended(_run(command, environment)))


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run the suite; the first Ctrl-C or SIGTERM lets it end in order, its report written, a second one kills it."""
    signals = iter((signal.SIGINT,))
    with _held_back():
        # A session of its own: Ctrl-C reaches this process alone, and is passed on once.
        child = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own suite

        def pass_on(*_: object) -> None:
            child.send_signal(next(signals, signal.SIGKILL))

        for number in _ENDING:
            signal.signal(number, pass_on)
    return wait_for(child)


@contextmanager
def _held_back() -> Iterator[None]:
    """Let what ends a run wait until it can be passed on; in what is started meanwhile, until that lets it come."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _argument(key: str, value: Any) -> list[str]:
    option = option_of("suite", key)
    flag = f"--fakie-{option.name}"
    if value is None or value is False:
        return []
    return [flag] if value is True else [f"{flag}={Path(value).absolute() if option.kind.is_path else value}"]


def _parallel(workers: int) -> list[str]:
    if workers == 1:
        return []
    if find_spec("xdist") is None:
        raise ConfigurationError("-n needs pytest-xdist: pip install 'fakie[contract]', or leave -n out")
    return ["-p", "xdist", "-n", str(workers)]


def _ended(code: int) -> int:
    """Turn pytest's exit code into ours: 0 holds, 1 findings, 2 anything else."""
    return code if code in {0, 1} else 2
