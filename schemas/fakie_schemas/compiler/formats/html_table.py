"""Pages whose fields stand in HTML tables among the Markdown."""

import re

from fakie_schemas.compiler.endpoints import find_create_task
from fakie_schemas.compiler.facts import PageFacts
from fakie_schemas.compiler.formats.user_style import read_layout
from fakie_schemas.compiler.markup import with_markup
from fakie_schemas.compiler.page import Page

PRIORITY = 40
NAME = "html-table"
LOOKS_FOR = "a table of fields in HTML"
SAMPLE = "acme-motion.html-table.md"


def recognise(page: Page) -> bool:
    """Tell whether the page names createTask and holds an HTML table."""
    return bool(re.search(r"<table\b", page.text, re.IGNORECASE)) and find_create_task(page) is not None


def read(page: Page) -> PageFacts:
    """Read the tables as those of Markdown are."""
    return read_layout(with_markup(page), NAME)
