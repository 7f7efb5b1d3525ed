"""The pytest plugin: its options, and the suite itself once a run asks for it. Imports nothing heavy before."""

from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent
OPTIONS = (
    ("target", "fake", "what to judge: fake (one is started), or a URL; its key comes from FAKIE_API_KEY alone"),
    ("report", "", "write the report to this file, as JSON"),
    ("schemas", "", "a folder of revisions that add models or replace them; they are judged"),
    ("docs", "pinned", "which page of a model counts where there are several: pinned or latest"),
    ("expect", "documented", "the profile whose answers to expect"),
    ("model", "", "judge these models: names and patterns such as kling/*, with commas between  [the pinned one]"),
    ("http-status", "envelope", "envelope: HTTP 200 with the code in the body; mirror: the code as HTTP status too"),
    ("wait", "5", "seconds to wait for what a target does by itself, such as finishing a task"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--fakie-…`, each with a twin in the settings file, such as `fakie_target`."""
    group = parser.getgroup("fakie", "fakie: the contract suite, run by `pytest --pyargs fakie_contract`")
    for name, default, what in OPTIONS:
        group.addoption(f"--fakie-{name}", metavar="X", help=f"{what}  [{default or 'none'}]")
        parser.addini(f"fakie_{name.replace('-', '_')}", what, default=default)


def option(config: pytest.Config, name: str) -> str:
    """Give an option's value: from the command line, else from the settings."""
    given = config.getoption(f"--fakie-{name}")
    return str(config.getini(f"fakie_{name.replace('-', '_')}") if given is None else given)


def pytest_configure(config: pytest.Config) -> None:
    """Bring in the suite when this run asks for it; in any other run this plugin does nothing."""
    if any(_is_suite(str(argument), config) for argument in config.args):
        from fakie_contract.pytest_run import Run

        config.pluginmanager.register(Run(config), "fakie-contract-run")


def _is_suite(argument: str, config: pytest.Config) -> bool:
    name = argument.partition("::")[0]
    if config.option.pyargs and name.partition(".")[0] == PACKAGE.name:
        return True
    path = (config.invocation_params.dir / name).resolve()
    return PACKAGE.resolve() in (path, *path.parents)
