"""YAML with lines: nodes that know where they stand, and that never expand what aliases could blow up."""

import math
import re
from collections.abc import Iterator
from typing import Any

import yaml
from msgspec import Struct

from fakie_schemas.compiler.page import Page
from fakie_schemas.yaml_events import LOADER, events_with_depth

MAX_DEPTH = 60
_TOO_DEEP = "YAML: nested too deeply or too large"
MAX_EVENTS = 400_000
MAX_READS = 100_000
# Python itself takes long over whole numbers of more digits, and no page means one.
MAX_DIGITS = 400
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class Document(Struct):
    """A YAML block of a page; `first` is the page's line of the block's first line."""

    page: Page
    first: int
    lines: list[str]
    reads: int = 0

    def fail(self, line: int, reason: str) -> Exception:
        """Build the error for a 0-based line of the block."""
        return self.page.fail(self.first + line, reason)

    def count(self, node: yaml.Node) -> None:
        """Count a node that is read; aliases that expand to too much end in an error."""
        self.reads += 1
        if self.reads > MAX_READS:
            raise self.fail(node.start_mark.line, "the document expands to more than any real page holds")


def load_yaml(page: Page, text: str, first: int) -> "Node":
    """Parse a YAML block; raises `PageError` with the page's line for whatever is wrong with it."""
    document = Document(page, first, text.split("\n"))
    try:
        _measure(document, text)
        root = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = error.problem or error.context or ""
        # The parser's own bound, which it meets where it looks ahead.
        reason = _TOO_DEEP if "nesting depth" in reason else f"YAML: {reason}"
        raise document.fail(mark.line if mark else 0, reason) from error
    except yaml.YAMLError as error:
        raise document.fail(0, f"YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(root, yaml.MappingNode):
        raise document.fail(0, "YAML: the block is not a mapping")
    _refuse_duplicates(document, root)
    return Node(document, root)


def _measure(document: Document, text: str) -> None:
    """Refuse what is nested or repeated without end, before anything recursive looks at it."""
    for number, (event, depth) in enumerate(events_with_depth(text)):
        if depth > MAX_DEPTH or number > MAX_EVENTS:
            mark = event.start_mark
            raise document.fail(mark.line if mark else 0, _TOO_DEEP)


def _refuse_duplicates(document: Document, root: yaml.Node) -> None:
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            _refuse_duplicate_keys(document, node)
            waiting.extend(value for _, value in node.value)


def _refuse_duplicate_keys(document: Document, node: yaml.MappingNode) -> None:
    lines: dict[str, int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise document.fail(key.start_mark.line, "YAML: a list or a mapping stands in the place of a key")
        name = str(key.value)
        if name in lines:
            earlier = document.first + lines[name]
            raise document.fail(key.start_mark.line, f"{name!r} stands twice in one mapping, first on line {earlier}")
        lines[name] = key.start_mark.line


class Node(Struct, frozen=True):
    """A node of a document, with its line on the page."""

    document: Document
    node: yaml.Node

    @property
    def line(self) -> int:
        """The page's line on which the node begins."""
        return self.document.first + int(self.node.start_mark.line)

    @property
    def is_mapping(self) -> bool:
        """Whether the node is a mapping."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def text(self) -> str | None:
        """A scalar as it is written, whatever YAML takes it for; None for anything else and for null."""
        if not isinstance(self.node, yaml.ScalarNode) or self._is_null():
            return None
        return str(self.node.value)

    @property
    def says_true(self) -> bool:
        """Whether a scalar is true, written in one of YAML's ways or as a text."""
        return (self.text or "").lower() == "true"

    @property
    def is_quoted(self) -> bool:
        """Whether a scalar stands in quotes, or in a block."""
        return bool(self._style)

    @property
    def _style(self) -> str | None:
        return self.node.style if isinstance(self.node, yaml.ScalarNode) else None

    def _is_null(self) -> bool:
        return not self._style and self.node.value in _NULLS

    def items(self) -> Iterator[tuple[str, int, "Node"]]:
        """Return a mapping's keys (as written), their lines and their values; `<<` is merged in."""
        if not isinstance(self.node, yaml.MappingNode):
            return
        own = {str(key.value) for key, _ in self.node.value}
        for key, value in self.node.value:
            self.document.count(key)
            if key.value == "<<" and not isinstance(value, yaml.ScalarNode):
                yield from self._merged(value, own)
            else:
                yield (
                    str(key.value),
                    self.document.first + int(key.start_mark.line),
                    Node(self.document, value),
                )

    def _merged(self, value: yaml.Node, own: set[str]) -> "Iterator[tuple[str, int, Node]]":
        """Return what `<<` brings: a key of the mapping itself goes before, and of several mappings the first."""
        for part in [value] if isinstance(value, yaml.MappingNode) else value.value:
            for entry in Node(self.document, part).items():
                if entry[0] not in own:
                    own.add(entry[0])
                    yield entry

    def get(self, *path: str) -> "Node | None":
        """Return the value at a path of keys, or None."""
        here: Node | None = self
        for part in path:
            here = next((value for key, _, value in here.items() if key == part), None) if here else None
        return here

    def elements(self) -> list["Node"]:
        """Return a sequence's elements; none for anything else."""
        if not isinstance(self.node, yaml.SequenceNode):
            return []
        self.document.count(self.node)
        return [Node(self.document, element) for element in self.node.value]

    def plain(self, depth: int = 0) -> Any:
        """Return the value as JSON would hold it: `16:9` and dates stay text; keys are trimmed."""
        self.document.count(self.node)
        if depth > MAX_DEPTH:
            raise self.document.fail(self.node.start_mark.line, "YAML: nested too deeply")
        if isinstance(self.node, yaml.SequenceNode):
            return [element.plain(depth + 1) for element in self.elements()]
        if isinstance(self.node, yaml.MappingNode):
            return {key.strip(): value.plain(depth + 1) for key, _, value in self.items()}
        return _scalar(str(self.node.value), plain=not self._style)

    def line_of(self, position: int) -> int:
        """Return the page's line of a position in a scalar's text: folding keeps the order of words."""
        start, end = self.node.start_mark, self.node.end_mark
        if start.line == end.line:
            # So are all texts of JSON, where looking would cost the length of the line each time.
            return self.line
        text = self.text or ""
        before = text[:position]
        # Within a word, and right behind it, the word itself is the one that is looked for.
        left = len(before.split()) - (not before[-1:].isspace() and before != "")
        for number in range(start.line, min(end.line + 1, len(self.document.lines))):
            line = self.document.lines[number]
            if number == start.line:
                line = "" if self._style in {"|", ">"} else line[start.column :]
            left -= len(line.split())
            if left < 0:
                return self.document.first + number
        return self.line


def _scalar(text: str, *, plain: bool) -> Any:
    if not plain:
        return text
    if text in _NULLS:
        return None
    if text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return text.lower() == "true"
    if re.fullmatch(r"[-+]?(0|[1-9][0-9]*)", text) and len(text) < MAX_DIGITS:
        return int(text)
    if re.fullmatch(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?", text) and len(text) < MAX_DIGITS:
        # What is too large for a float stays text, which no number's rule takes.
        return value if math.isfinite(value := float(text)) else text
    return text
