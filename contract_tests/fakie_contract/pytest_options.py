"""The pytest plugin: its options, and the suite itself once a run asks for it. Imports nothing heavy before."""

import os
from pathlib import Path

import pytest

from fakie_schemas.options.pytest_options import add_options

PACKAGE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options; in the help of every pytest run they are one."""
    words = "fakie: the contract suite, by `pytest --pyargs fakie_contract`; `fakie test --help` has the other options"
    add_options("suite", parser.getgroup("fakie_contract", words), parser, shown=("target",))


def pytest_configure(config: pytest.Config) -> None:
    """Bring in the suite when this run asks for it; in any other run this plugin does nothing."""
    if any(_is_suite(str(argument), config) for argument in config.args):
        from fakie_contract.run.one_step import OneStep
        from fakie_contract.run.plugin import Run
        from fakie_contract.run.progress import Progress

        config.pluginmanager.register(Run(config), "fakie-contract-run")
        if os.environ.get("FAKIE_STARTED_BY"):
            # Whoever runs pytest itself has its dots, and other plugins, which know its steps.
            config.pluginmanager.register(Progress(), "fakie-contract-progress")
            config.pluginmanager.register(OneStep(), "fakie-contract-one-step")


def _is_suite(argument: str, config: pytest.Config) -> bool:
    name = argument.partition("::")[0]
    if config.option.pyargs and name.partition(".")[0] == PACKAGE.name:
        return True
    path = (config.invocation_params.dir / name).resolve()
    return PACKAGE.resolve() in (path, *path.parents)
