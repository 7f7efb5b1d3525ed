"""The compiler's errors: a page that cannot be read for certain."""

from pathlib import Path


class PageError(Exception):
    """A page that cannot be read: `path`, 1-based `line` and `reason`; as text `path:line: reason`.

    `places` are the endpoints, method and path, that it documents in place of one that is known.
    """

    def __init__(self, path: Path | str, line: int, reason: str, places: tuple[str, ...] = ()) -> None:
        super().__init__(path, line, reason, places)
        self.path = Path(path)
        self.line = line
        self.reason = reason
        self.places = places

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"

    @property
    def is_no_contract(self) -> bool:
        """Whether it says that the page is no contract, such as a guide, rather than one that cannot be read."""
        # What every format says of such a page.
        return self.reason.startswith("the page documents no endpoint that is known")
