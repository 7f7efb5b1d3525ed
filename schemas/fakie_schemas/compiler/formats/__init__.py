"""The page formats: each module in this folder reads one, and is found by itself.

A module has `PRIORITY` (lower is asked first), `recognise(page)` and `read(page)`. A new format is a new file.
"""

import pkgutil
from importlib import import_module
from typing import Protocol, cast

from fakie_schemas.compiler.facts import PageFacts
from fakie_schemas.compiler.page import Page


class Format(Protocol):
    """What a module in this folder offers."""

    PRIORITY: int

    def recognise(self, page: Page) -> bool:
        """Tell whether the page is of this format."""

    def read(self, page: Page) -> PageFacts:
        """Read the page's facts; raises `PageError` when it cannot be read for certain."""


def formats() -> list[Format]:
    """Give every format, in the order in which they are asked."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    modules = [cast(Format, import_module(f"{__name__}.{name}")) for name in names]
    return sorted(modules, key=lambda module: module.PRIORITY)


def read_page(page: Page) -> PageFacts:
    """Read a page by the first format that recognises it; raises `PageError` when none does."""
    for candidate in formats():
        if candidate.recognise(page):
            return candidate.read(page)
    raise page.fail(1, "the page documents no endpoint that is known")
