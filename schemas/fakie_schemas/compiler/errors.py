"""The compiler's errors: a page that cannot be read for certain."""

from pathlib import Path


class PageError(Exception):
    """A page that cannot be read: `path`, 1-based `line` and `reason`; as text `path:line: reason`."""

    def __init__(self, path: Path | str, line: int, reason: str) -> None:
        super().__init__(path, line, reason)
        self.path = Path(path)
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


class NoContractError(PageError):
    """A page of no endpoint that is known, such as a guide; `places` are those, method and path, that it documents."""

    def __init__(self, path: Path | str, line: int, instead: str = "", places: tuple[str, ...] = ()) -> None:
        super().__init__(path, line, f"the page documents no endpoint that is known{instead}")
        self.places = places
