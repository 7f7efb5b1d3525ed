"""Parts of an endpoint in an OpenAPI document that are not read: listed with a mark of what they hold, so that a change shows."""

from collections.abc import Iterator

from fakie_schemas.compiler.content_marks import IN_WORDS, content_mark
from fakie_schemas.compiler.facts import Field, Log
from fakie_schemas.compiler.marks import with_mark
from fakie_schemas.compiler.refs import References
from fakie_schemas.compiler.remarks import OWN_HEADERS
from fakie_schemas.compiler.yaml_nodes import Node

# Read elsewhere, or words and names alone.
_OF_OPERATIONS = frozenset(
    {"summary", "description", "deprecated", "operationId", "tags", "externalDocs"}
    | {"parameters", "requestBody", "responses", "security", "servers", "callbacks"}
)
_OF_PARAMETERS = frozenset(
    {"name", "in", "required", "description", "schema", "example", "examples", "type", "deprecated"}
)
_OF_REFUSALS = frozenset({"code", "msg", "data"})
_OF_BODIES = frozenset({"description", "content", "required"})
_OF_CONTENTS = frozenset({"schema", "example", "examples"})
_OF_RESPONSES = frozenset({"description", "content"})


def list_passed_over(operation: Node, item: Node | None, references: References, log: Log) -> None:
    """Doubt what an endpoint has beside what is read: callbacks, headers and links of answers, other statuses and keywords."""
    reading = _PartMarks(references, log)
    reading.list_others("the endpoint", operation, _OF_OPERATIONS)
    if callbacks := operation.get("callbacks"):
        reading.note_callbacks(callbacks)
    if webhooks := references.root.get("webhooks"):
        reading.list_part("webhooks", webhooks)
    reading.list_parameters(item, operation)
    body = references.get(operation, "requestBody")
    reading.list_others("the request", body, _OF_BODIES)
    for kind, content in _children(references.get(body, "content")):
        reading.list_others(f"the request as {kind}", content, _OF_CONTENTS)
    for status, response in _children(references.get(operation, "responses")):
        answer = f"the answer {status}"
        reading.list_others(answer, references.follow(response), _OF_RESPONSES)
        if not status.isdigit() and not status.startswith("x-"):
            log.doubt(response.line, f"{answer} is no single code, and is not read")
        for kind, content in _children(references.get(response, "content")) if status != "200" else ():
            reading.list_refusal(f"{answer} as {kind}", content)


def note_body(operation: Node, body: Field, references: References, log: Log) -> None:
    """Note that requests must have a body, where the page says so: where no field of it is required that is news."""
    required = references.get(operation, "requestBody", "required")
    if required and required.says_true:
        needed = any(child.value("required") for child in body.children.values())
        kind = "body-stated" if needed else "parameter-required"
        log.note(kind, required.line, "body", "a body is required, as the page has it")


def _children(node: Node | None) -> Iterator[tuple[str, Node]]:
    yield from ((key, value) for key, _, value in node.items()) if node else ()


class _PartMarks:
    """Lists parts of a document as unread, each with a mark of its content."""

    def __init__(self, references: References, log: Log) -> None:
        self._references, self._log = references, log

    def list_others(self, where: str, node: Node | None, known: frozenset[str]) -> None:
        """List each key that is not known; marks of tools say nothing, nor does what is empty."""
        for key, value in _children(node):
            if key not in known and not key.startswith("x-"):
                self.list_part(f"{where}: {key}", value)

    def list_parameters(self, *holders: Node | None) -> None:
        """List what the parameters of a path and of its operation have beside what is read."""
        for holder in holders:
            listed = self._references.get(holder, "parameters")
            for one in listed.elements() if listed else []:
                self._list_parameter(self._references.follow(one))

    def _list_parameter(self, parameter: Node | None) -> None:
        """List how a parameter is written, and the rules of one beside the request's fields; the key's header is a fact."""
        name, place = (parameter.get(key) if parameter else None for key in ("name", "in"))
        if not name or not name.text or name.text.strip().lower() in OWN_HEADERS:
            return
        where = f"the parameter {name.text.strip()}"
        self.list_others(where, parameter, _OF_PARAMETERS)
        schema = self._references.get(parameter, "schema")
        if place and place.text != "query":
            self.list_others(where, schema, frozenset({"type", *IN_WORDS, "default"}))

    def list_refusal(self, where: str, content: Node) -> None:
        """List what a refusal holds beside code, msg and data."""
        properties = self._references.get(content, "schema", "properties")
        self.list_others(where, properties, _OF_REFUSALS)

    def note_callbacks(self, node: Node) -> None:
        """Note callbacks, unless none are described: what they hold stands on pages of their own."""
        if mark := content_mark(node, self._references):
            self._log.note("callbacks", node.line, None, f"callbacks that are not read (their content is {mark})")

    def list_part(self, where: str, node: Node) -> None:
        """List one part, unless it is empty."""
        if mark := content_mark(node, self._references):
            self._log.doubt(node.line, with_mark(f"{where} is not read", mark))
