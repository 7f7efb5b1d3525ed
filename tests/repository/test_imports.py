"""Every module can be imported on every Python, and importing one does nothing."""

import importlib
import pkgutil
import subprocess
import sys
import threading

import pytest

import fakie
import fakie_contract
import fakie_fixtures
import fakie_schemas

PACKAGES = (fakie, fakie_contract, fakie_fixtures, fakie_schemas)
MODULES = sorted(
    name
    for package in PACKAGES
    for _, name, _ in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    if not name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_can_be_imported(name: str) -> None:
    """It needs nothing that this version of Python lacks, and starts no thread."""
    before = threading.active_count()
    importlib.import_module(name)
    assert threading.active_count() == before


@pytest.mark.parametrize("plugin", ["fakie.pytest_plugin", "fakie_contract.pytest_options"])
def test_the_plugins_bring_in_nothing_heavy(plugin: str) -> None:
    """Whoever has fakie installed pays for neither a web framework nor a validator in other tests."""
    heavy = "flask, jsonschema, requests, responses, rich, urllib3, werkzeug, hypothesis, yaml"
    told = f"import sys, {plugin}; print([name for name in {heavy.split(', ')!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
