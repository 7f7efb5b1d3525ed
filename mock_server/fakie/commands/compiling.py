"""The compiler, for commands that may do without: its libraries are an extra, and it is slow to import."""

from pathlib import Path
from typing import TYPE_CHECKING

from fakie_schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from fakie_schemas.compiler import DerivedRevision
    from fakie_schemas.compiler.market import Market


def derive_page(page: Path) -> "DerivedRevision":
    """Derive one page; raises ConfigurationError with file, line and reason when it cannot be read."""
    require_compiler()
    from fakie_schemas.compiler import PageError, derive

    try:
        return derive(page)
    except PageError as error:
        raise ConfigurationError(str(error)) from error


def derive_pages(folder: Path) -> "Market":
    """Derive every page of a folder; raises ConfigurationError when the compiler is not installed."""
    require_compiler()
    from fakie_schemas.compiler.market import derive_folder

    return derive_folder(folder)


def require_compiler() -> None:
    """Raise ConfigurationError when the compiler's libraries are not installed."""
    try:
        import fakie_schemas.compiler  # noqa: F401
    except Exception as error:
        # Its class cannot be imported without the compiler.
        if type(error).__name__ != "MissingLibraryError":
            raise
        raise ConfigurationError(str(error)) from error
