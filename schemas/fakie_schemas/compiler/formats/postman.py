"""Collections of Postman, exported as JSON: requests with examples, and no description of their fields."""

import re
from collections.abc import Iterator

from fakie_schemas.compiler.endpoints import CREATE_TASK
from fakie_schemas.compiler.examples import parse_json
from fakie_schemas.compiler.facts import Fact, Log, PageFacts
from fakie_schemas.compiler.from_example import fields_shown
from fakie_schemas.compiler.json_nodes import load_json
from fakie_schemas.compiler.page import Page
from fakie_schemas.compiler.yaml_nodes import Node

PRIORITY = 4
NAME = "postman-collection"
LOOKS_FOR = "a Postman collection (JSON)"
SAMPLE = "acme-motion.postman.json"
# A variable where a value stands, outside of quotes.
_VARIABLE = re.compile(r'(?<=[:\[,])\s*\{\{[^{}"]*\}\}\s*(?=[,}\]])')


def recognise(page: Page) -> bool:
    """Tell whether the file is JSON that names Postman's schema of collections, or has its id."""
    text = page.text.lstrip()
    return text.startswith("{") and ("schema.getpostman.com" in text or '"_postman_id"' in text)


def read(page: Page) -> PageFacts:
    """Read the first request of createTask; others are passed over, and listed."""
    root = load_json(page, page.text, 1)
    info = root.get("info", "name")
    log = Log()
    requests = [request for request in _requests(root) if _is_create(request)]
    if not requests:
        raise page.no_contract(root.line, ": no request of the collection creates a task")
    examples = [(request, _example(page, request)) for request in requests]
    request, example = examples[0]
    for other, shown in examples[1:]:
        if shown.value.get("model") != example.value.get("model"):
            log.doubt(other.line, f"another model's request is passed over here: {str(shown.value.get('model'))[:80]}")
    title = info.text if info else None
    facts = PageFacts(NAME, title, (*CREATE_TASK, request.line), fields_shown(example, log), log=log)
    facts.request_example = example
    return facts


def _requests(node: Node, depth: int = 0) -> Iterator[Node]:
    items = node.get("item")
    for item in items.elements() if items and depth < 20 else []:
        request = item.get("request")
        if request is not None and request.is_mapping:
            yield request
        yield from _requests(item, depth + 1)


def _is_create(request: Node) -> bool:
    url = request.get("url")
    raw = url.get("raw") if url and url.is_mapping else url
    method = request.get("method")
    address = ((raw.text if raw else "") or "").split("?")[0].rstrip("/")
    return address.endswith(CREATE_TASK[1]) and (method is None or (method.text or "").upper() == CREATE_TASK[0])


def _example(page: Page, request: Node) -> Fact:
    raw = request.get("body", "raw")
    line = raw.line if raw else request.line
    try:
        value = parse_json(_VARIABLE.sub(" null", (raw.text if raw else "") or ""))
    except ValueError as error:
        raise page.fail(line, "the body of the request is not JSON that can be read") from error
    if not isinstance(value, dict) or not isinstance(value.get("input"), dict):
        raise page.fail(line, "the body of the request has no input")
    return Fact(value, line)
