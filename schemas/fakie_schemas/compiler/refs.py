"""Resolving a `$ref`: a JSON pointer into the same document, percent-encoded or not."""

from msgspec import Struct

from fakie_schemas.compiler.facts import Log
from fakie_schemas.compiler.marks import mark
from fakie_schemas.compiler.yaml_nodes import Node
from fakie_schemas.schema.pointers import steps_of_reference


class References(Struct):
    """Resolves the references of one document; one that leads nowhere is listed as unread."""

    root: Node
    log: Log

    def target(self, node: Node) -> Node | None:
        """Find what the node's `$ref` refers to; None without one, or where it leads nowhere in this document."""
        reference = node.get("$ref")
        if reference is None or not reference.text:
            return None
        text = reference.text
        found = self._at(text)
        if found is None:
            where = "to nothing" if text.startswith("#") else "to another document, which is not read"
            self.log.doubt(reference.line, f"a reference {where} ({mark(text)})")
        return found

    def follow(self, node: Node | None) -> Node | None:
        """Follow references until something is none; raises `PageError` when they lead in a circle."""
        seen: set[int] = set()
        while node is not None and node.get("$ref") is not None:
            if id(node.node) in seen:
                raise circle(node)
            seen.add(id(node.node))
            node = self.target(node)
        return node

    def get(self, node: Node | None, *path: str) -> Node | None:
        """Find the value at a path of keys, following references on the way and at its end."""
        here = self.follow(node)
        for part in path:
            here = self.follow(here.get(part)) if here else None
        return here

    def _at(self, text: str) -> Node | None:
        steps = steps_of_reference(text)
        here = None if steps is None else self.root
        for part in steps or ():
            here = _step(here, part) if here else None
        return here


def circle(node: Node) -> Exception:
    """Build the error for references that lead back to themselves."""
    return node.document.fail(node.node.start_mark.line, "the references lead in a circle")


def _step(node: Node, name: str) -> Node | None:
    found = node.get(name)
    if found is None and name.isdecimal() and len(name) < 6 and int(name) < len(node.elements()):
        found = node.elements()[int(name)]
    if found is None:
        # Generators trim names in one place and not in the other.
        found = next((value for key, _, value in node.items() if key.strip() == name.strip()), None)
    return found
