"""What the compiler raises: a page that cannot be read for certain."""

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

    @property
    def is_no_contract(self) -> bool:
        """Whether it says that the page is no contract, such as a guide, rather than one that cannot be read."""
        # What every format says of such a page.
        return self.reason.startswith("the page documents no endpoint that is known")


class MissingLibraryError(Exception):
    """A library of the extra `fakie[derive]` is not installed; the text names it and the extra."""

    def __init__(self, name: str) -> None:
        super().__init__(f"deriving revisions needs {name}: pip install 'fakie[derive]'")
