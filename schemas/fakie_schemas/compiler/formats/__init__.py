"""The page formats: each module in this folder reads one, and is found by itself.

A module has `NAME`, `PRIORITY` (lower is asked first), `LOOKS_FOR` (what it recognises, in words), `SAMPLE` (a page of
its kind), `recognise(page)` and `read(page)`. A new format is a new file, here or in a folder of the user's own.
"""

import importlib.util
import pkgutil
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, cast

from msgspec import Struct

from fakie_schemas.compiler.errors import PageError
from fakie_schemas.compiler.facts import PageFacts
from fakie_schemas.compiler.page import Page

_KINDS = {"NAME": (str,), "PRIORITY": (int, float), "LOOKS_FOR": (str,)}
_PARTS = ("NAME", "PRIORITY", "LOOKS_FOR", "recognise", "read")


class Format(Protocol):
    """A module that reads pages of one format."""

    NAME: str
    PRIORITY: int
    LOOKS_FOR: str
    SAMPLE: str

    def recognise(self, page: Page) -> bool:
        """Tell whether the page is of this format."""

    def read(self, page: Page) -> PageFacts:
        """Read the page's facts; raises `PageError` when it cannot be read for certain."""


class FormatError(Exception):
    """A folder of formats, or a file in it, that cannot be used; the text says which and why."""


class OwnFormat(Struct):
    """A format of the user's own: whatever goes wrong in its code is told of its file, and of no page."""

    file: Path
    module: Any
    NAME: str
    PRIORITY: int
    LOOKS_FOR: str
    SAMPLE: str = ""

    def recognise(self, page: Page) -> bool:
        """Tell whether the page is of this format."""
        return bool(self._called("recognise", page))

    def read(self, page: Page) -> PageFacts:
        """Read the page's facts."""
        facts = self._called("read", page)
        if not isinstance(facts, PageFacts):
            raise FormatError(f"{self.file}: read returned {type(facts).__name__}; expected PageFacts")
        return facts

    def _called(self, name: str, page: Page) -> Any:
        try:
            return getattr(self.module, name)(page)
        except PageError:
            raise
        except Exception as error:
            # Whatever the user's own code raises.
            raise FormatError(f"{self.file}: {name} raised {type(error).__name__}: {str(error)[:200]}") from error


def formats(folder: Path | None = None) -> list[Format]:
    """List every format in the order in which they are asked, those of a folder of the user's own among them.

    Raises `FormatError` for a folder, or a file in it, that cannot be used.
    """
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    modules = [cast(Format, import_module(f"{__name__}.{name}")) for name in names]
    return sorted([*modules, *_own(folder)], key=lambda module: module.PRIORITY)


def _own(folder: Path | None) -> list[Format]:
    if folder is None:
        return []
    if not folder.is_dir():
        raise FormatError(f"{folder} is not a folder of formats; expected Python files with {', '.join(_PARTS)}")
    return [_load(file) for file in sorted(folder.glob("*.py")) if not file.name.startswith("_")]


def _load(file: Path) -> Format:
    spec = importlib.util.spec_from_file_location(f"fakie_own_format_{file.stem}", file)
    try:
        if spec is None or spec.loader is None:
            raise ImportError("it cannot be loaded")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        # Whatever the user's own code raises.
        raise FormatError(f"{file}: {type(error).__name__}: {str(error)[:200]}") from error
    return _checked(file, module)


def _checked(file: Path, module: ModuleType) -> Format:
    missing = [part for part in _PARTS if not hasattr(module, part)]
    if missing:
        raise FormatError(f"{file}: a format needs {', '.join(_PARTS)}; it lacks {', '.join(missing)}")
    for part, kinds in _KINDS.items():
        if not isinstance(found := getattr(module, part), kinds):
            expected = " or ".join(kind.__name__ for kind in kinds)
            raise FormatError(f"{file}: {part} is of type {type(found).__name__}; expected {expected}")
    for part in ("recognise", "read"):
        if not callable(getattr(module, part)):
            raise FormatError(f"{file}: {part} is no function; expected one that takes a page")
    return OwnFormat(file, module, module.NAME, module.PRIORITY, module.LOOKS_FOR)


def read_page(page: Page, folder: Path | None = None) -> PageFacts:
    """Read a page by the first format that recognises it; raises `PageError` when none does."""
    known = formats(folder)
    for candidate in known:
        if candidate.recognise(page):
            return candidate.read(page)
    looked = "; ".join(candidate.LOOKS_FOR for candidate in known)
    raise page.no_contract(1, f"; looked for {looked}")
