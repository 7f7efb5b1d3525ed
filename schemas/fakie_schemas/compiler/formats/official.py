"""The vendor's own pages: a title, then OpenAPI in one block of YAML or JSON."""

import re

from fakie_schemas.compiler.blocks import Block
from fakie_schemas.compiler.facts import PageFacts
from fakie_schemas.compiler.json_nodes import load_json
from fakie_schemas.compiler.operation import read_document
from fakie_schemas.compiler.page import Page
from fakie_schemas.compiler.yaml_nodes import load_yaml

PRIORITY = 10
NAME = "official-page"
LOOKS_FOR = "a code block that holds an OpenAPI document (YAML or JSON)"
SAMPLE = "acme-motion.official.md"
_YAML = re.compile(r"^[\"']?(?:openapi|swagger)[\"']?\s*:", re.MULTILINE)
_JSON = re.compile(r'\s*\{(?=[\s\S]*?"(?:openapi|swagger)"\s*:\s*")')


def recognise(page: Page) -> bool:
    """Tell whether a code block of the page holds an OpenAPI document."""
    return _block(page) is not None


def read(page: Page) -> PageFacts:
    """Read createTask, else the first endpoint that is known, from the page's OpenAPI document."""
    block = _block(page)
    if block is None:
        raise page.fail(1, "the page does not hold an OpenAPI document")
    for problem in page.problems:
        if problem.line == block.line:
            raise page.fail(problem.line, "the block is never closed: is the page truncated?")
    load = load_json if _JSON.match(block.text) else load_yaml
    return read_document(page, load(page, block.text, block.line + 1), NAME, page.title)


def _block(page: Page) -> Block | None:
    fences = (block for block in page.blocks if block.kind == "fence")
    return next((block for block in fences if _JSON.match(block.text) or _YAML.search(block.text)), None)
