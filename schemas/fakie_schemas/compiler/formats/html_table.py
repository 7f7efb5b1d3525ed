"""Pages whose fields stand in tables or lists of HTML among the Markdown."""

import re

from fakie_schemas.compiler.endpoints import find_create_task
from fakie_schemas.compiler.facts import PageFacts
from fakie_schemas.compiler.formats.user_style import read_layout
from fakie_schemas.compiler.markup import with_markup
from fakie_schemas.compiler.page import Page

PRIORITY = 40
NAME = "html-table"
LOOKS_FOR = "a table or a list of fields in HTML"
# A list in a cell of Markdown does not begin its line.
_BEGINS = re.compile(r"<table\b|^[ \t]{0,3}<[uo]l\b", re.IGNORECASE | re.MULTILINE)
SAMPLE = "acme-motion.html-table.md"


def recognise(page: Page) -> bool:
    """Tell whether the page names createTask and holds an HTML table, or a list."""
    return _BEGINS.search(page.text) is not None and find_create_task(page) is not None


def read(page: Page) -> PageFacts:
    """Read tables and lists as those of Markdown are."""
    return read_layout(with_markup(page), NAME)
