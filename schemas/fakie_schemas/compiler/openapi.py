"""OpenAPI schemas as fields: every keyword with its line, and the limits that stand in the descriptions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fakie_schemas.compiler.examples import is_prose, shorten
from fakie_schemas.compiler.facts import STATED, Fact, Field, Log, same
from fakie_schemas.compiler.settle import default_in_words, is_url_field, read_words
from fakie_schemas.compiler.values import coerce
from fakie_schemas.compiler.yaml_nodes import Node

_MILLISECONDS = re.compile(r"\bin milliseconds\b", re.IGNORECASE)
_NUMBERS = {
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "multipleOf",
    "exclusiveMinimum",
    "exclusiveMaximum",
}
_TEXTS = {"format", "pattern"}
_FLAGS = {"deprecated", "uniqueItems"}
# Read apart, or of no meaning for a contract.
_KNOWN = {
    *(
        "type",
        "properties",
        "required",
        "items",
        "enum",
        "default",
        "example",
        "examples",
        "description",
        "title",
        "$ref",
        "allOf",
    ),
    *("readOnly", "writeOnly", "externalDocs", "xml", "nullable", "additionalProperties", "discriminator"),
}
_UNREAD = {"oneOf", "anyOf", "not", "if", "then", "else", "patternProperties", "const"}
_KINDS = {"string", "number", "integer", "boolean", "object", "array", "null"}
MAX_NESTING = 12


@dataclass
class Schemas:
    """Reads the schemas of one document; `texts` gathers the descriptions for remarks across fields."""

    root: Node
    log: Log
    texts: list[tuple[str, str, int]] = field(default_factory=list)
    _reading: set[int] = field(default_factory=set)

    def read(self, name: str, node: Node, depth: int = 0, required: Fact | None = None) -> Field:
        """Read a schema and everything below it as a field; `required` is what the schema around it says of it."""
        target = Field(name, node.line)
        if required:
            target.facts["required"] = required
        parts = list(self.parts(node, 0))
        inner = {id(part.node) for part in parts}
        if depth > MAX_NESTING or inner & self._reading:
            self.log.doubt(node.line, f"{name}: a schema inside of itself is not read")
            return target
        self._reading |= inner
        self._read_parts(target, parts, depth)
        self._reading -= inner
        return target

    def _read_parts(self, target: Field, parts: list[Node], depth: int) -> None:
        for part in parts:
            self._take_type(target, part)
            self._take_structure(target, part, depth)
        for part in parts:
            self._take_values(target, part)
        for part in parts:
            self._take_words(target, part)

    def parts(self, node: Node, hops: int = 0) -> Iterator[Node]:
        """Give the schema itself, what it refers to, and the parts of its `allOf`."""
        if hops > MAX_NESTING:
            raise node.document.fail(node.node.start_mark.line, "references that never end")
        reference = node.get("$ref")
        if reference and reference.text:
            target = self.root.get(*reference.text.removeprefix("#/").split("/"))
            if target is None:
                self.log.doubt(reference.line, "a reference to nothing")
            else:
                yield from self.parts(target, hops + 1)
        yield node
        for part in all_of.elements() if (all_of := node.get("allOf")) else []:
            yield from self.parts(part, hops + 1)

    def _take_type(self, target: Field, node: Node) -> None:
        stated = node.get("type")
        if stated is None:
            return
        kinds = [element.text or "null" for element in stated.elements()] or [stated.text or "null"]
        if (nullable := node.get("nullable")) and nullable.text == "true":
            kinds.append("null")
        if not set(kinds) <= _KINDS:
            self.log.doubt(stated.line, f"{target.name}: the type is not one that is known")
            return
        self._put(target, "type", Fact(kinds[0] if len(kinds) == 1 else kinds, stated.line))

    def _put(self, target: Field, keyword: str, fact: Fact) -> None:
        target.put(keyword, fact, self.log)

    def _take_structure(self, target: Field, node: Node, depth: int) -> None:
        needed = self._required_names(node)
        if properties := node.get("properties"):
            for key, line, value in properties.items():
                name = key.strip()
                # A name that is not listed is optional, whatever the words about it say.
                child = self.read(name, value, depth + 1, Fact(name in needed, needed.get(name, line)))
                child.line = line
                if key != name:
                    self.log.note("trimmed", line, name, "the name is written with a space at its end")
                self._join(target, child)
        if items := node.get("items"):
            target.items = self.read(f"{target.name}[]", items, depth + 1)
        for name, line in needed.items():
            if name not in target.children:
                self.log.doubt(line, f"{name} is required but not described")

    def _required_names(self, node: Node) -> dict[str, int]:
        required = node.get("required")
        return {(element.text or "").strip(): element.line for element in (required.elements() if required else [])}

    def _join(self, target: Field, child: Field) -> None:
        known = target.children.setdefault(child.name, child)
        if known is not child:
            # Two parts of an `allOf` say something of one field.
            for keyword, fact in child.facts.items():
                if keyword != "required":
                    self._put(known, keyword, fact)
            known.children.update(child.children)
            known.items = known.items or child.items

    def _take_values(self, target: Field, node: Node) -> None:
        for key, line, value in node.items():
            if key in _NUMBERS | _TEXTS | _FLAGS:
                self._take_keyword(target, key, value)
            elif key in _UNREAD or (key not in _KNOWN and not key.startswith("x-")):
                self.log.doubt(line, f"{target.name}: the keyword {key} is not read")
        if listed := node.get("enum"):
            self._take_enum(target, listed)
        if (stated := node.get("default")) and not (stated.text is None and stated.plain() is None):
            self._take_default(target, stated)
        self._take_examples(target, node)

    def _take_keyword(self, target: Field, key: str, value: Node) -> None:
        plain = value.plain()
        fits = _fits(key, plain)
        if not fits:
            self.log.doubt(value.line, f"{target.name}: {key} has no value that it can have")
        elif plain is not False:
            whole = isinstance(plain, float) and plain.is_integer()
            self._put(target, key, Fact(int(plain) if whole else plain, value.line))

    def _take_enum(self, target: Field, listed: Node) -> None:
        holder = target.items if target.value("type") == "array" and target.items else target
        try:
            values = [typed(element, holder) for element in listed.elements()]
        except ValueError:
            self.log.doubt(listed.line, f"{target.name}: the listed values are not of its type")
            return
        if values:
            self._put(holder, "enum", Fact(values, listed.line))

    def _take_default(self, target: Field, stated: Node) -> None:
        value, why = self._judged(target, stated)
        if why:
            self.log.doubt(stated.line, f"{target.name}: the default {why}")
        elif isinstance(value, str) and is_prose(value):
            self.log.doubt(stated.line, f"{target.name}: the default is a long text, which is not taken over")
        else:
            self._put(target, "default", Fact(value, stated.line, STATED))

    def _judged(self, target: Field, node: Node) -> tuple[Any, str | None]:
        try:
            value = typed(node, target)
        except ValueError:
            return None, f"is no {target.value('type')}"
        allowed = target.value("enum")
        if allowed is not None and not any(same(value, item) for item in allowed):
            return None, "is not among the listed values"
        return value, None

    def _take_examples(self, target: Field, node: Node) -> None:
        several, single = node.get("examples"), node.get("example")
        nodes = several.elements() if several else []
        nodes = nodes or ([single] if single else [])
        kept: list[Any] = []
        for element in nodes:
            value, why = self._judged(target, element)
            if why:
                self.log.note("conflict", element.line, target.name, f"the example {why}")
            elif value == "" and is_url_field(target):
                self.log.note("left-out", element.line, target.name, "an empty example for a URL is left out")
            elif value is not None:
                kept.append(shorten(value))
        if kept:
            self._put(target, "examples", Fact(kept, nodes[0].line))

    def _take_words(self, target: Field, node: Node) -> None:
        description = node.get("description")
        if description and description.text and target.name not in {"", "code"}:
            text = description.text
            read_words(target, text, description.line_of, self.log)
            default_in_words(target, text, description.line_of, self.log)
            unit = _MILLISECONDS.search(text)
            if unit and target.value("type") == "integer":
                self._put(target, "x-unit", Fact("ms", description.line_of(unit.start())))
            for offset, line in enumerate(text.split("\n")):
                position = len("\n".join(text.split("\n")[:offset])) + (1 if offset else 0)
                self.texts.append((target.name, line, description.line_of(position)))


def _fits(key: str, value: object) -> bool:
    if key in _FLAGS:
        return isinstance(value, bool)
    if key == "pattern":
        return isinstance(value, str) and _is_pattern(value)
    if key in _TEXTS:
        return isinstance(value, str)
    counts = "Length" in key or "Items" in key or key == "multipleOf"
    return is_number(value) and not (counts and float(str(value)) < 0) and not (key == "multipleOf" and value == 0)


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def is_number(value: object) -> bool:
    """Tell whether a value is a JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def typed(node: Node, target: Field) -> Any:
    """Give a value as the declared type has it; raises `ValueError` when it is none of that type."""
    kind = target.value("type")
    if kind == "array":
        if not node.elements() and node.plain() != []:
            raise ValueError(kind)
        return [typed(element, target.items) if target.items else element.plain() for element in node.elements()]
    if kind == "object":
        if not node.is_mapping:
            raise ValueError(kind)
        children = target.children
        return {
            key.strip(): typed(value, children[key.strip()]) if key.strip() in children else value.plain()
            for key, _, value in node.items()
        }
    if not isinstance(kind, str) or kind == "null":
        return node.plain()
    if node.text is None:
        raise ValueError(kind)
    return node.text if kind == "string" else coerce(node.text, kind)
