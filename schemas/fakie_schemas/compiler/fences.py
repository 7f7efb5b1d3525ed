"""The request and answer examples in a page's code fences."""

import re
from typing import Any

from msgspec import Struct

from fakie_schemas.compiler.examples import find_json
from fakie_schemas.compiler.facts import Fact, Log
from fakie_schemas.compiler.page import Page

# A type in a programming language, a JSON Schema, names with types as in YAML, or an example whose comments say what its
# fields may hold.
_DEFINES = re.compile(
    r"^[ \t]*(?:export[ \t]+)?(?:interface[ \t]+\w+[^\n]{0,80}\{|type[ \t]+\w+[ \t]*=[ \t]*\{|class[ \t]+\w+\((?:BaseModel|TypedDict))"
    r"|^[ \t]*(?:[-*][ \t]+)?\w{1,60}\??[ \t]*[:(][ \t]*(?:string|integer|number|boolean|array|object)(?![\w.(])"
    r"|\"properties\"\s*:\s*\{"
    r"|\"\w+\"[ \t]*:[^\n]{0,200}(?://|#)[^\n]{0,80}\b(?:required|optional|max|min|maximum|minimum|default)\b",
    re.MULTILINE,
)


class Examples(Struct):
    """The first request and the first answer of an accepted task, as JSON with the line of the opening brace."""

    request: Fact | None = None
    answer: Fact | None = None


def read_examples(page: Page, log: Log) -> Examples:
    """Find the examples of createTask in a page's fences; one that does not parse is listed as unread."""
    found = Examples()
    for block in page.blocks:
        if block.kind == "fence" and (defined := _DEFINES.search(block.text)):
            line = block.line + 1 + block.text[: defined.start()].count("\n")
            log.doubt(line, "a code block that says what fields may hold is not read", block.text)
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
            _doubt_other(found, *value, log)
    return found


def _doubt_other(found: Examples, value: Any, line: int, log: Log) -> None:
    """List the example of another model than the first example's: the page may be about both."""
    other = value.get("model") if isinstance(value, dict) and "input" in value else None
    if other and found.request and other != found.request.value["model"]:
        log.doubt(line, "an example of another model is not read", str(other))


def _keep(found: Examples, value: Any, line: int) -> None:
    if not isinstance(value, dict):
        return
    data = value.get("data")
    if "model" in value and "code" not in value and found.request is None:
        found.request = Fact(value, line)
    elif "code" in value and isinstance(data, dict) and "taskId" in data and "state" not in data and not found.answer:
        found.answer = Fact(value, line)
