"""One endpoint of an OpenAPI document as facts: request, answer, codes, examples, authorization."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from fakie_schemas.compiler.codes import code_entries, settled, short_label
from fakie_schemas.compiler.endpoints import CREATE_TASK, ENDPOINTS, JSON_TYPE, SERVER, is_json, json_among
from fakie_schemas.compiler.examples import parse_json
from fakie_schemas.compiler.facts import Code, Fact, Field, Log, PageFacts
from fakie_schemas.compiler.field_tree import note_mentions
from fakie_schemas.compiler.keys_asked import key_asked
from fakie_schemas.compiler.openapi_fields import Schemas
from fakie_schemas.compiler.page import Page
from fakie_schemas.compiler.passed_over import list_passed_over, note_body
from fakie_schemas.compiler.refs import References
from fakie_schemas.compiler.remarks import (
    remark_on_answer,
    remark_on_other_bodies,
    remark_on_parameter,
)
from fakie_schemas.compiler.schema_parts import schema_parts
from fakie_schemas.compiler.words_of_endpoint import doubt_words_of_endpoint
from fakie_schemas.compiler.yaml_nodes import Node
from fakie_schemas.hosts import STAND_IN

_FORM = "multipart/form-data"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"})


def read_document(page: Page, root: Node, name: str, title: str | None = None) -> PageFacts:
    """Read createTask from an OpenAPI document, else the first endpoint that is known, as the format `name`.

    The title is the page's own, else the document's. Raises `PageError` when it documents no such endpoint.
    """
    version = root.get("openapi")
    if version is None or not re.match(r"3\.\d", version.text or ""):
        found = (root.get("swagger") or version or root).text or "no version"
        raise page.fail(root.line, f"expected an OpenAPI document of 3.0 or 3.1, found {found}")
    log = Log()
    found_all = list(_operations(page, root, log))
    known = [one for one in found_all if one.place == CREATE_TASK or one.place in ENDPOINTS]
    if not known:
        places = tuple(" ".join(one.place) for one in found_all)
        named = ", ".join(places[:3])
        paths = root.get("paths")
        line = paths.line if paths else root.line
        raise page.no_contract(line, f" (it has {named})" if named else "", places)
    chosen = next((one for one in known if one.place == CREATE_TASK), known[0])
    for other in found_all:
        if other is not chosen:
            log.doubt(other.line, f"{' '.join(other.place)} is another endpoint, which is passed over here")
    return chosen.read(name, title)


def _operations(page: Page, root: Node, log: Log) -> Iterator["Operation"]:
    references = References(root, log)
    paths = root.get("paths")
    for path, line, item in paths.items() if paths else []:
        methods = references.follow(item)
        for method, _, node in methods.items() if methods else []:
            if method.upper() in METHODS:
                place = (method.upper(), path.strip())
                yield Operation(page, root, place, line, node, methods, Schemas(root, log))


class Operation(Struct):
    """One endpoint of the document; `item` is what the document says of its path."""

    page: Page
    root: Node
    place: tuple[str, str]
    line: int
    node: Node
    item: Node | None
    schemas: Schemas

    @property
    def references(self) -> References:
        """The references of its schemas."""
        return self.schemas.references

    def read(self, name: str, title: str | None) -> PageFacts:
        """Read the endpoint's facts; raises `PageError` when createTask's request is not described."""
        log = self.schemas.log
        facts = PageFacts(name, title or self._info("title"), (*self.place, self.line), self._body(), log=log)
        facts.codes = settled(self._codes(), log)
        facts.codes_line = self._codes_line(facts.codes)
        facts.auth = key_asked(self.root, self.references.follow(self.node), self.references, log)
        shown = self._examples("requestBody", "content", self._content_type())
        facts.request_example, facts.more_examples = next(iter(shown), None), shown[1:]
        facts.model = self._shown_model()
        facts.answer_example = next(iter(self._examples("responses", "200", "content", self._answer_type())), None)
        facts.answer = self._answer(facts.answer_example)
        facts.url = self._info("x-page")
        if self.place != CREATE_TASK:
            facts.extra = self._extra()
        facts.extra |= self._unusual()
        if (deprecated := self.node.get("deprecated")) and deprecated.says_true:
            log.note("deprecated", deprecated.line, None, "the page marks the endpoint as deprecated")
        names = {field.name for field in facts.body.walk()} - {"", "model", "input", "callBackUrl"}
        note_mentions(self.schemas.texts, names, log)
        doubt_words_of_endpoint(self.node, facts.body, log)
        note_body(self.node, facts.body, self.references, log)
        list_passed_over(self.node, self.item, self.references, log)
        return facts

    def _info(self, key: str) -> str | None:
        stated = self.root.get("info", key)
        return (stated.text or "").strip() or None if stated else None

    def _at(self, *path: str) -> Node | None:
        return self.references.get(self.node, *path)

    def _content_type(self) -> str:
        kinds = self._types("requestBody")
        forms = [kind for kind in kinds if kind == _FORM]
        return [*filter(is_json, kinds), *forms, *kinds, JSON_TYPE][0]

    def _answer_type(self) -> str:
        return json_among(self._types("responses", "200"))

    def _types(self, *path: str) -> list[str]:
        return _keys_of(self._at(*path, "content"))

    def _body(self) -> Field:
        schema = self._schema("requestBody", "content", self._content_type())
        for name, parameter in self._listed_parameters() if schema else ():
            remark_on_parameter(name, parameter, self.schemas.log)
        remark_on_other_bodies(schema, self._at("requestBody", "content"), self.schemas.log)
        body = self.schemas.read("", schema) if schema else self._parameters()
        if self.place == CREATE_TASK and not body.children:
            raise self.page.fail(schema.line if schema else self.line, "the page describes no field of the request")
        return body

    def _schema(self, *path: str) -> Node | None:
        """Find the schema of a content; its own reference is left for the reader of schemas."""
        content = self._at(*path)
        return content.get("schema") if content else None

    def _parameters(self) -> Field:
        """Read the query parameters as an object; others, but for the key's header, are remarked."""
        body = Field("", self.line, {"type": Fact("object", 0)})
        for name, parameter in self._listed_parameters():
            self._take_parameter(body, parameter, name)
        return body

    def _listed_parameters(self) -> Iterator[tuple[str, Node]]:
        for holder in (self.item, self.node):
            listed = holder.get("parameters") if holder else None
            for element in listed.elements() if listed else []:
                if (parameter := self.references.follow(element)) and (name := parameter.get("name")) and name.text:
                    yield name.text.strip(), parameter

    def _take_parameter(self, body: Field, parameter: Node, name: str) -> None:
        place = parameter.get("in")
        if place is None or place.text != "query":
            remark_on_parameter(name, parameter, self.schemas.log)
            return
        read = self.schemas.read(name, parameter.get("schema") or parameter)
        required = parameter.get("required")
        read.facts["required"] = Fact(bool(required and required.says_true), required.line if required else 0)
        body.children[read.name] = read

    def _codes(self) -> list[tuple[int, str, int]]:
        """Gather the codes of every answer: its status, and the list in the words about its `code`."""
        found: list[tuple[int, str, int]] = []
        responses = self._at("responses")
        for status, line, response in responses.items() if responses else []:
            for node in self._code_nodes(response):
                found.extend(_listed(node))
            if status.isdigit() and status not in {"200", "500"}:
                described = self.references.get(response, "description")
                found.append((int(status), short_label((described.text if described else "") or ""), line))
        return sorted(found, key=lambda entry: entry[0])

    def _code_nodes(self, response: Node | None) -> list[Node]:
        kinds = self.references.get(response, "content")
        content = self.references.get(kinds, json_among(_keys_of(kinds)))
        schema = content.get("schema") if content else None
        parts = list(schema_parts(schema, self.references)) if schema else []
        # One page of 2026-04 puts `code` within `data`, list and all.
        places = (("properties", "code"), ("properties", "data", "properties", "code"))
        return [node for place in places for part in parts if (node := self.references.get(part, *place))]

    def _codes_line(self, codes: list[Code]) -> int | None:
        nodes = self._code_nodes(self._at("responses", "200"))
        listing = next((node for node in nodes if _listed(node)), None)
        return listing.line if listing else min((code.line for code in codes if code.line), default=None)

    def _examples(self, *path: str) -> list[Fact]:
        """Read the examples of a content that can be read."""
        content = self._at(*path)
        single, several = (content.get(key) if content else None for key in ("example", "examples"))
        values = (self.references.get(each, "value") for _, _, each in several.items()) if several else ()
        return [read for value in (single, *values) if value and (read := self._read_example(value))]

    def _read_example(self, example: Node) -> Fact | None:
        return Fact(example.plain(), example.line) if example.is_mapping else self._written_example(example)

    def _written_example(self, example: Node) -> Fact | None:
        try:
            value = parse_json(example.text or "")
        except ValueError:
            if example.text:
                self.schemas.log.doubt(example.line, "the example is a text that does not parse as JSON", example.text)
            return None
        return Fact(value, example.line_of(0)) if isinstance(value, dict) else None

    def _shown_model(self) -> Fact | None:
        """Read the model's name out of an example that does not parse."""
        example = self._at("requestBody", "content", self._content_type(), "example")
        match = re.search(r'"model"\s*:\s*"([^"]+)"', (example.text or "") if example else "")
        return Fact(match[1], example.line_of(match.start())) if example and match else None

    def _answer(self, example: Fact | None) -> Fact | None:
        apart = Schemas(self.root, Log(), of_answers=True)
        schema = self._schema("responses", "200", "content", self._answer_type())
        answer = apart.read("", schema) if schema else None
        for line, why in apart.log.unread:
            self.schemas.log.doubt(line, f"of the answer: {why}")
        if self.place != CREATE_TASK:
            return Fact(answer, answer.line) if answer and answer.children else None
        data = answer.children.get("data") if answer else None
        if answer and answer.children:
            remark_on_answer(answer, self.schemas.log)
        for name, reference in (("recordId", "task-created-with-record-id"), ("taskId", "task-created")):
            if data and name in data.children:
                return Fact(reference, data.children[name].line)
            if example and isinstance(example.value.get("data"), dict) and name in example.value["data"]:
                return Fact(reference, example.line)
        # Data without an id is an answer all the same: what it lacks is remarked.
        return Fact("task-created", data.line) if data and (data.children or data.items) else None

    def _extra(self) -> dict[str, str]:
        """Say where the request's fields travel, and on which host, for endpoints other than createTask."""
        extra = {"request_in": "query" if self.place[0] == "GET" else self._content_type()}
        servers = self._servers(self.root)
        return extra | ({"server": servers[0]} if servers else {})

    def _unusual(self) -> dict[str, Any]:
        """Say which servers and content types the endpoint has that others of its kind have not."""
        creates, extra = self.place == CREATE_TASK, {}
        around = (self.node, self.item, self.root)
        servers = next((found for one in around if one and (found := self._servers(one))), [])
        if (creates and {url.rstrip("/") for url in servers} - {SERVER}) or len(servers) > 1:
            extra["servers"] = servers
        kinds, answers = self._types("requestBody"), self._types("responses", "200")
        if (creates and kinds != [JSON_TYPE]) or len(kinds) > 1:
            extra["content_types"] = kinds
        return extra | ({"answer_types": answers} if answers and answers != [JSON_TYPE] else {})

    def _servers(self, node: Node) -> list[str]:
        servers = node.get("servers")
        # A fake that stands in for the vendor says so of itself.
        named = [server for server in servers.elements() if not server.get(STAND_IN)] if servers else []
        urls = (server.get("url") for server in named)
        return [url.text for url in urls if url and url.text]


def _keys_of(node: Node | None) -> list[str]:
    return [key for key, _, _ in node.items()] if node else []


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
