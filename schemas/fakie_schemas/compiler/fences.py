"""The request and answer examples in a page's code fences."""

from typing import Any

from msgspec import Struct

from fakie_schemas.compiler.examples import find_json
from fakie_schemas.compiler.facts import Fact, Log
from fakie_schemas.compiler.page import Page


class Examples(Struct):
    """The first request and the first answer of an accepted task, as JSON with the line of the opening brace."""

    request: Fact | None = None
    answer: Fact | None = None


def read_examples(page: Page, log: Log) -> Examples:
    """Find the examples of createTask in a page's fences; one that does not parse is listed as unread."""
    found = Examples()
    for block in page.blocks:
        if block.kind != "fence" or '"' not in block.text:
            continue
        try:
            value = find_json(block.text, block.line + 1)
        except ValueError:
            if '"model"' in block.text or '"code"' in block.text:
                log.doubt(block.line, "the JSON in this code fence does not parse", block.text)
            continue
        if value:
            _keep(found, *value)
    return found


def _keep(found: Examples, value: Any, line: int) -> None:
    if not isinstance(value, dict):
        return
    data = value.get("data")
    if "model" in value and "code" not in value and found.request is None:
        found.request = Fact(value, line)
    elif "code" in value and isinstance(data, dict) and "taskId" in data and "state" not in data and not found.answer:
        found.answer = Fact(value, line)
