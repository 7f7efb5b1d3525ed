"""The vendor's own pages: a title, then OpenAPI in one YAML block."""

import re
from dataclasses import dataclass

from fakie_schemas.compiler.blocks import Block
from fakie_schemas.compiler.codes import code_entries, settled, short_label
from fakie_schemas.compiler.endpoints import CREATE_TASK, ENDPOINTS
from fakie_schemas.compiler.examples import parse_json
from fakie_schemas.compiler.facts import Code, Fact, Field, Log, PageFacts
from fakie_schemas.compiler.openapi import Schemas
from fakie_schemas.compiler.page import Page
from fakie_schemas.compiler.tree import note_mentions
from fakie_schemas.compiler.yaml_nodes import Node, load_yaml

PRIORITY = 10
NAME = "official-page"
_JSON, _FORM = "application/json", "multipart/form-data"


def recognise(page: Page) -> bool:
    """Tell whether a code block of the page begins an OpenAPI document."""
    return _block(page) is not None


def read(page: Page) -> PageFacts:
    """Read the first endpoint that is known from the page's OpenAPI document."""
    block = _block(page)
    if block is None:
        raise page.fail(1, "the page holds no OpenAPI document")
    for problem in page.problems:
        if problem.line == block.line:
            raise page.fail(problem.line, "the YAML block is never closed: is the page truncated?")
    root = load_yaml(page, block.text, block.line + 1)
    return _Operation.find(page, root).read()


def _block(page: Page) -> Block | None:
    return next(
        (b for b in page.blocks if b.kind == "fence" and re.match(r"\s*(?:#.*\n|---\n)*openapi\s*:", b.text)),
        None,
    )


@dataclass
class _Operation:
    """One endpoint of the document."""

    page: Page
    root: Node
    method: str
    path: str
    line: int
    node: Node
    schemas: Schemas

    @classmethod
    def find(cls, page: Page, root: Node) -> "_Operation":
        paths = root.get("paths")
        named: list[str] = []
        for path, line, methods in paths.items() if paths else []:
            for method, _, node in methods.items():
                place = (method.upper(), path.strip())
                named.append(" ".join(place))
                if place == CREATE_TASK or place in ENDPOINTS:
                    return cls(page, root, *place, line, node, Schemas(root, Log()))
        found = f" (it has {', '.join(named[:3])})" if named else ""
        raise page.fail(paths.line if paths else root.line, f"the page documents no endpoint that is known{found}")

    def read(self) -> PageFacts:
        log = self.schemas.log
        facts = PageFacts(NAME, self.page.title, (self.method, self.path, self.line), self._body(), log=log)
        answer = self._schema("responses", "200", "content", _JSON, "schema")
        facts.codes = settled(self._codes(), log)
        facts.codes_line = self._codes_line(facts.codes)
        facts.auth = self._auth()
        facts.request_example = self._example("requestBody", "content", self._content_type())
        facts.model = self._shown_model()
        facts.answer_example = self._example("responses", "200", "content", _JSON)
        facts.answer = self._answer(answer, facts.answer_example)
        if (self.method, self.path) != CREATE_TASK:
            facts.extra = self._extra()
        if (deprecated := self.node.get("deprecated")) and deprecated.text == "true":
            log.note("deprecated", deprecated.line, None, "the page marks the endpoint as deprecated")
        names = {field.name for field in facts.body.walk()} - {"", "model", "input", "callBackUrl"}
        note_mentions(self.schemas.texts, names, log)
        return facts

    def _schema(self, *path: str) -> Node | None:
        return self.node.get(*path)

    def _content_type(self) -> str:
        content = self.node.get("requestBody", "content")
        kinds = [key for key, _, _ in content.items()] if content else []
        return next((kind for kind in (_JSON, _FORM) if kind in kinds), kinds[0] if kinds else _JSON)

    def _body(self) -> Field:
        schema = self._schema("requestBody", "content", self._content_type(), "schema")
        body = self.schemas.read("", schema) if schema else self._parameters()
        if (self.method, self.path) == CREATE_TASK and not body.children:
            raise self.page.fail(schema.line if schema else self.line, "the page describes no field of the request")
        return body

    def _parameters(self) -> Field:
        """Give the query parameters as an object."""
        body = Field("", self.line, {"type": Fact("object", 0)})
        listed = self.node.get("parameters")
        for parameter in listed.elements() if listed else []:
            name, place = parameter.get("name"), parameter.get("in")
            if name is None or not name.text or place is None or place.text != "query":
                continue
            field = self.schemas.read(name.text.strip(), parameter.get("schema") or parameter)
            required = parameter.get("required")
            field.facts["required"] = Fact(bool(required and required.text == "true"), required.line if required else 0)
            body.children[field.name] = field
        return body

    def _codes(self) -> list[tuple[int, str, int]]:
        """Gather the codes of every answer: its status, and the list in the words about its `code`."""
        found: list[tuple[int, str, int]] = []
        responses = self.node.get("responses")
        for status, line, response in responses.items() if responses else []:
            schema = response.get("content", _JSON, "schema")
            for node in self._code_nodes(schema) if schema else []:
                found.extend(_listed(node))
            if status.isdigit() and status not in {"200", "500"}:
                description = response.get("description")
                found.append((int(status), short_label((description.text if description else "") or ""), line))
        return sorted(found, key=lambda entry: entry[0])

    def _code_nodes(self, schema: Node) -> list[Node]:
        parts = list(self.schemas.parts(schema))
        # One page of 2026-04 puts `code` within `data`, list and all.
        places = (("properties", "code"), ("properties", "data", "properties", "code"))
        return [node for place in places for part in parts if (node := part.get(*place))]

    def _codes_line(self, codes: list[Code]) -> int | None:
        schema = self._schema("responses", "200", "content", _JSON, "schema")
        nodes = self._code_nodes(schema) if schema else []
        listing = next((node for node in nodes if _listed(node)), None)
        return listing.line if listing else min((code.line for code in codes if code.line), default=None)

    def _auth(self) -> Fact | None:
        schemes = self.root.get("components", "securitySchemes")
        for _, line, scheme in schemes.items() if schemes else []:
            words = {(node.text or "").lower() for key in ("type", "scheme") if (node := scheme.get(key))}
            if "bearer" in words:
                return Fact("bearer", line)
        return None

    def _example(self, *path: str) -> Fact | None:
        content = self.node.get(*path)
        example = content.get("example") if content else None
        several = content.get("examples") if content else None
        if example is None and several:
            example = next((value for _, _, each in several.items() if (value := each.get("value"))), None)
        if example is None:
            return None
        if example.is_mapping:
            return Fact(example.plain(), example.line)
        return self._written_example(example)

    def _written_example(self, example: Node) -> Fact | None:
        try:
            value = parse_json(example.text or "")
        except ValueError:
            if example.text:
                self.schemas.log.doubt(example.line, "the example is a text that does not parse as JSON")
            return None
        return Fact(value, example.line_of(0)) if isinstance(value, dict) else None

    def _shown_model(self) -> Fact | None:
        """Read the model's name out of an example that does not parse."""
        example = self.node.get("requestBody", "content", self._content_type(), "example")
        match = re.search(r'"model"\s*:\s*"([^"]+)"', (example.text or "") if example else "")
        return Fact(match[1], example.line_of(match.start())) if example and match else None

    def _answer(self, schema: Node | None, example: Fact | None) -> Fact | None:
        silent = Schemas(self.root, Log())
        answer = silent.read("", schema) if schema else None
        if (self.method, self.path) != CREATE_TASK:
            return Fact(answer, answer.line) if answer and answer.children else None
        data = answer.children.get("data") if answer else None
        for name, reference in (("recordId", "task-created-with-record-id"), ("taskId", "task-created")):
            if data and name in data.children:
                return Fact(reference, data.children[name].line)
            if example and isinstance(example.value.get("data"), dict) and name in example.value["data"]:
                return Fact(reference, example.line)
        return None

    def _extra(self) -> dict[str, str]:
        """Say where the request's fields travel, and on which host, for endpoints other than createTask."""
        extra = {"request_in": "query" if self.method == "GET" else self._content_type()}
        servers = self.root.get("servers")
        for server in servers.elements() if servers else []:
            if (url := server.get("url")) and url.text:
                return extra | {"server": url.text}
        return extra


def _listed(node: Node) -> list[tuple[int, str, int]]:
    """Read the codes that a `code` property lists, in its words and as its enum."""
    found: list[tuple[int, str, int]] = []
    description = node.get("description")
    text = (description.text or "") if description else ""
    position = 0
    for line in text.split("\n"):
        if description and (entries := code_entries(line)):
            found.extend((*entry, description.line_of(position)) for entry in entries)
        position += len(line) + 1
    listed = node.get("enum")
    for element in listed.elements() if listed else []:
        if element.text and element.text.isdigit():
            found.append((int(element.text), "", element.line))
    return found
