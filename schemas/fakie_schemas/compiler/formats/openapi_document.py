"""A whole OpenAPI document as a file, JSON or YAML, bare or within the answer of the vendor's live catalogue."""

import re

from fakie_schemas.compiler.facts import Fact, PageFacts
from fakie_schemas.compiler.json_nodes import load_json
from fakie_schemas.compiler.operation import read_document
from fakie_schemas.compiler.page import Page
from fakie_schemas.compiler.yaml_nodes import Node, load_yaml

PRIORITY = 5
NAME = "openapi-document"
LOOKS_FOR = "an OpenAPI document as the whole file (JSON or YAML), also within a catalogue's answer"
SAMPLE = "acme-motion.openapi.json"
_YAML = re.compile(r"(?:#.*\n|---.*\n|\s*\n)*(?:openapi|swagger)\s*:")


def recognise(page: Page) -> bool:
    """Tell whether the file is JSON or begins an OpenAPI document."""
    return page.text.lstrip().startswith("{") or bool(_YAML.match(page.text))


def read(page: Page) -> PageFacts:
    """Read the document's endpoint; a catalogue's answer names the model itself."""
    if not page.text.lstrip().startswith("{"):
        return read_document(page, load_yaml(page, page.text, 1), NAME)
    root = load_json(page, page.text, 1)
    data = root.get("data")
    if root.get("openapi") is not None or (root.get("swagger") is not None and data is None):
        return read_document(page, root, NAME)
    facts = read_document(page, _document(page, root, data), NAME)
    named = data.get("model") if data else None
    facts.named = Fact(named.text, named.line) if named and named.text else None
    return facts


def _document(page: Page, root: Node, data: Node | None) -> Node:
    code, msg = root.get("code"), root.get("msg")
    if code is not None and code.text != "200":
        raise page.fail(code.line, f"the catalogue answered {code.text}: {((msg.text if msg else '') or '')[:80]}")
    document = data.get("openapi") if data else None
    if document is None or not document.is_mapping:
        has = ", ".join(key for key, _, _ in (data or root).items())[:80] or "it is empty"
        line = (document or data or root).line
        raise page.no_contract(line, f": JSON without an OpenAPI document ({has})")
    return document
