"""The English export of a model's page, "X API Documentation": the same layouts, told apart for the provenance."""

import re

from fakie_schemas.compiler.facts import PageFacts
from fakie_schemas.compiler.formats.user_style import read_layout
from fakie_schemas.compiler.page import Page

PRIORITY = 50
NAME = "model-page-export"
LOOKS_FOR = 'an export titled "… API Documentation"'
SAMPLE = "acme-motion.export.md"


def recognise(page: Page) -> bool:
    """Tell whether the title is that of an export and the page names createTask."""
    return bool(re.search(r"API Documentation\s*$", page.title or "", re.IGNORECASE)) and "createTask" in page.text


def read(page: Page) -> PageFacts:
    """Read the page's tables and the bullets below each field's heading."""
    return read_layout(page, NAME)
