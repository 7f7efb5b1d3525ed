"""Pages of Mintlify: each field in a component of its own, `<ParamField>` or `<ResponseField>`."""

import re

from fakie_schemas.compiler.endpoints import find_create_task
from fakie_schemas.compiler.facts import PageFacts
from fakie_schemas.compiler.formats.user_style import read_layout
from fakie_schemas.compiler.markup import with_markup
from fakie_schemas.compiler.page import Page

PRIORITY = 30
NAME = "mintlify"
LOOKS_FOR = "<ParamField> components"
SAMPLE = "acme-motion.mintlify.mdx"


def recognise(page: Page) -> bool:
    """Tell whether the page names createTask and holds a component of a field."""
    return bool(re.search(r"<ParamField\b", page.text)) and find_create_task(page) is not None


def read(page: Page) -> PageFacts:
    """Read the components of the body and of the answer; what is nested in one is a field below it."""
    return read_layout(with_markup(page), NAME)
