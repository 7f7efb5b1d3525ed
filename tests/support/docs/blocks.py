"""The code blocks of README and docs, as they stand on their pages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
_MARKER = re.compile(r"<!-- (not run|output differs): (.+?) -->\s*$")
_TITLE = re.compile(r"(?:#|//) ([\w.-]+\.\w+)\n")


@dataclass(frozen=True)
class CodeBlock:
    """One fenced block: its page, the line it begins on, its language, its text, what a marker above it says.

    A marker is a comment of HTML right before the block: `not run: WHY`, or `output differs: WHY`.
    """

    page: str
    line: int
    language: str
    text: str
    not_run: str = ""
    output_differs: str = ""

    @property
    def title(self) -> str:
        """The file that the block is, by the comment on its first line; empty for none."""
        found = _TITLE.match(self.text)
        return found[1] if found else ""

    @property
    def place(self) -> str:
        """Where it stands, for messages and ids."""
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Return the README and every page of the docs."""
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def blocks() -> list[CodeBlock]:
    """Return every block, in the order of pages and lines."""
    return [block for page in pages() for block in blocks_of(page)]


def blocks_of(page: Path) -> Iterator[CodeBlock]:
    """Yield the blocks of one page."""
    marker = None
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "fence":
            assert token.map is not None
            told: dict[str, str] = {marker[1].replace(" ", "_"): marker[2]} if marker else {}
            yield CodeBlock(str(page.relative_to(ROOT)), token.map[0] + 1, token.info.strip(), token.content, **told)
        marker = _MARKER.search(token.content) if token.type == "html_block" else None
