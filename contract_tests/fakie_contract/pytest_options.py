"""The pytest plugin: its options, and the suite itself once a run asks for it. Imports nothing heavy before."""

import pytest

from fakie_contract.options import FLAGS, OPTIONS, PACKAGE


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--fakie-…`, each with a twin in the settings file, such as `fakie_target`."""
    group = parser.getgroup("fakie", "fakie: the contract suite, run by `pytest --pyargs fakie_contract`")
    for name, default, what in OPTIONS:
        group.addoption(f"--fakie-{name}", metavar="X", help=f"{what}  [{default or 'none'}]")
        parser.addini(f"fakie_{name.replace('-', '_')}", what, default=default)
    for name, what in FLAGS:
        group.addoption(f"--fakie-{name}", action="store_const", const="yes", help=what)
        parser.addini(f"fakie_{name.replace('-', '_')}", f"yes: {what}", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Bring in the suite when this run asks for it; in any other run this plugin does nothing."""
    if any(_is_suite(str(argument), config) for argument in config.args):
        from fakie_contract.run.plugin import Run

        config.pluginmanager.register(Run(config), "fakie-contract-run")


def _is_suite(argument: str, config: pytest.Config) -> bool:
    name = argument.partition("::")[0]
    if config.option.pyargs and name.partition(".")[0] == PACKAGE.name:
        return True
    path = (config.invocation_params.dir / name).resolve()
    return PACKAGE.resolve() in (path, *path.parents)
