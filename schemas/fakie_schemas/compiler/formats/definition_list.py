"""Pages that describe fields in a definition list: `<dl>`, or a name and below it a line that begins with a colon."""

import re
from collections.abc import Iterator

from fakie_schemas.compiler.blocks import Block
from fakie_schemas.compiler.endpoints import find_create_task
from fakie_schemas.compiler.facts import PageFacts
from fakie_schemas.compiler.formats.user_style import read_layout
from fakie_schemas.compiler.markup import with_markup
from fakie_schemas.compiler.page import Page

PRIORITY = 45
NAME = "definition-list"
LOOKS_FOR = "a definition list (<dl>, or a name and below it `: …`)"
SAMPLE = "acme-motion.definitions.md"
_TERM = re.compile(r"^[^\S\n]*[`*]*(?P<name>[A-Za-z_][\w.\[\]]*)[`*]*[^\S\n]*\n\s*:\s+\S", re.MULTILINE)


def recognise(page: Page) -> bool:
    """Tell whether the page names createTask and defines a term."""
    defined = re.search(r"<dt\b", page.text, re.IGNORECASE) or _TERM.search(page.text)
    return bool(defined) and find_create_task(page) is not None


def read(page: Page) -> PageFacts:
    """Read each term as a field, and its definitions as the words about it."""
    marked = with_markup(page)
    return read_layout(marked.with_blocks(_defined(marked.blocks)), NAME)


def _defined(blocks: list[Block]) -> Iterator[Block]:
    """Join a term and the definitions below it to one bullet."""
    term: Block | None = None
    for block in blocks:
        definition = block.kind == "text" and block.text.startswith(": ")
        if definition and term:
            text = term.text.strip("`* ")
            joined = f"`{text}`{block.text}" if term.depth == 0 else f"{term.text} {block.text[2:]}"
            term = Block("text", term.line, joined, depth=1, bullet=True)
            continue
        if term:
            yield term
        term = block if block.kind == "text" and not block.bullet else None
        if term is None:
            yield block
    if term:
        yield term
