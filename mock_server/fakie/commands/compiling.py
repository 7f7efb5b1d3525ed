"""The compiler, for commands that may do without: its libraries are an extra, and it is slow to import."""

from pathlib import Path
from typing import TYPE_CHECKING

from fakie.commands.terminal import progress
from fakie_schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from fakie_schemas.compiler import DerivedRevision
    from fakie_schemas.compiler.market import Market


class OtherEndpoint(ConfigurationError):
    """A page of no endpoint that is known: `places` are those, method and path, that it documents instead."""

    def __init__(self, text: str, places: tuple[str, ...]) -> None:
        super().__init__(text)
        self.places = places


def derive_page(page: Path) -> "DerivedRevision":
    """Derive one page; raises ConfigurationError with file, line and reason when it cannot be read.

    One that documents other endpoints than those that are known raises OtherEndpoint.
    """
    require_compiler()
    from fakie_schemas.compiler import PageError, derive
    from fakie_schemas.compiler.errors import NoContractError

    try:
        return derive(page)
    except PageError as error:
        places = error.places if isinstance(error, NoContractError) else ()
        raise (OtherEndpoint(str(error), places) if places else ConfigurationError(str(error))) from error


def derive_pages(folder: Path) -> "Market":
    """Derive every page of a folder; raises ConfigurationError when the compiler is not installed."""
    require_compiler()
    from fakie_schemas.compiler.market import derive_folder

    with progress("pages") as tell:
        return derive_folder(folder, tell=tell)


def require_compiler() -> None:
    """Raise MissingLibraryError when the compiler's libraries are not installed."""
    import fakie_schemas.compiler  # noqa: F401
