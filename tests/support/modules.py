"""All modules of the project, by name."""

import importlib
import pkgutil

import fakie
import fakie_contract
import fakie_fixtures
import fakie_schemas

_PACKAGES = (fakie, fakie_contract, fakie_fixtures, fakie_schemas)


def module_names() -> list[str]:
    """Return the name of each module that can be imported for its own sake, in order."""
    return sorted(
        name
        for package in _PACKAGES
        for _, name, _ in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
        if not name.endswith("__main__")
    )


def load_all() -> None:
    """Import each of them."""
    for name in module_names():
        importlib.import_module(name)
