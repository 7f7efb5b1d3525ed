"""A page as a file: read safely, refused with one clear line when it is not a Markdown text."""

import codecs
import hashlib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from fakie_schemas.compiler.blocks import Block, Problem, parse_blocks
from fakie_schemas.compiler.errors import NoContractError, PageError

MAX_BYTES = 5 * 1024 * 1024
# Nothing on a real page is longer; a longer line is minified or generated and would only cost time.
MAX_LINE = 200_000
# Steps of a search that begins at each bracket of a paragraph: those of 30 000 brackets in one.
MAX_STEPS = 30_000**2
# Signs that nobody sees and editors leave behind, in the middle of words and names too, with those of a text's direction.
_UNSEEN = dict.fromkeys(
    map(ord, "\u200b\u200c\u2060\ufeff\u00ad\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
) | dict.fromkeys([0x180E, *range(0x2061, 0x2065), *range(0xFE00, 0xFE10)])
# The mark of UTF-16 begins that of UTF-32.
_OTHER_CODINGS = {
    **dict.fromkeys((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE), "UTF-32"),
    **dict.fromkeys((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), "UTF-16"),
}


class Page(Struct, frozen=True, dict=True):
    """A page's path, its text (newlines normalised) and the SHA-256 of its bytes.

    `prepared` are the blocks that a format made of the page, where they are other than its Markdown's.
    """

    path: Path
    text: str
    sha256: str
    prepared: tuple[Block, ...] | None = None

    def fail(self, line: int, reason: str) -> PageError:
        """Build the error that names this page, a 1-based line and the reason."""
        return PageError(self.path, line, reason)

    def no_contract(self, line: int, instead: str = "", places: tuple[str, ...] = ()) -> NoContractError:
        """Build the error of a page that documents no endpoint that is known, with what there is instead."""
        return NoContractError(self.path, line, instead, places)

    @cached_property
    def _parsed(self) -> tuple[list[Block], list[Problem]]:
        self._refuse_brackets()
        return parse_blocks(self.text)

    def _refuse_brackets(self) -> None:
        """Refuse paragraphs of brackets: Markdown looks for the end of a link from each of them."""
        line, steps = 1, 0
        for paragraph in self.text.split("\n\n"):
            steps += paragraph.count("[") ** 2
            if steps > MAX_STEPS:
                raise self.fail(line, "more brackets in a paragraph than any real page holds")
            line += paragraph.count("\n") + 2

    @property
    def blocks(self) -> list[Block]:
        """The page's Markdown blocks, in order."""
        return self._parsed[0] if self.prepared is None else list(self.prepared)

    def with_blocks(self, blocks: Iterable[Block]) -> "Page":
        """Copy the page with other blocks."""
        return replace(self, prepared=tuple(blocks))

    @property
    def problems(self) -> list[Problem]:
        """The problems of the Markdown itself, such as a code fence that was never closed."""
        return self._parsed[1]

    @cached_property
    def title(self) -> str | None:
        """The text of the first heading of level 1, or None."""
        return next((block.text for block in self.blocks if block.kind == "heading" and block.level == 1), None)


def load_page(path: Path) -> Page:
    """Read a page from a file; raises `PageError` when it is too large, empty, binary, not UTF-8 or HTML."""
    return page_of(path, _read_bytes(path))


def page_of(path: Path, data: bytes) -> Page:
    """Read a page from bytes that were read elsewhere, `path` being its name; raises `PageError` as `load_page` does."""
    if len(data) > MAX_BYTES:
        raise PageError(path, 1, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB")
    text = _decode(path, data).replace("\r\n", "\n").replace("\r", "\n").translate(_UNSEEN)
    if not text.strip():
        raise PageError(path, 1, "the page is empty")
    _refuse_html(path, text)
    # A JSON file may well stand on one line, and no pattern searches it.
    for number, line in enumerate([] if text.lstrip().startswith("{") else text.split("\n"), 1):
        if len(line) > MAX_LINE:
            raise PageError(path, number, f"the line is longer than {MAX_LINE} characters")
    return Page(path, text, hashlib.sha256(data).hexdigest())


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PageError(path, 1, f"cannot be read: {error.strerror or error}") from error


def _decode(path: Path, data: bytes) -> str:
    for mark, coding in _OTHER_CODINGS.items():
        if data.startswith(mark):
            raise PageError(path, 1, f"the text is in {coding}; expected UTF-8; save it as that")
    if (position := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, position) + 1
        raise PageError(path, line, "the file is binary, or text in UTF-16 or UTF-32; expected UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PageError(path, line, "the text is not valid UTF-8") from error


def _refuse_html(path: Path, text: str) -> None:
    head = text.lstrip()[:2000].lower()
    if head.startswith(("<!doctype", "<html", "<head", "<?xml")):
        line = text[: len(text) - len(text.lstrip())].count("\n") + 1
        raise PageError(path, line, "this is HTML, not a Markdown page: save the page's Markdown")
