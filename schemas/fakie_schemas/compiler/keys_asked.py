"""The kind of key that an endpoint asks for: what an OpenAPI document asks, against what is described; what a page says."""

import re

from fakie_schemas.compiler.blocks import Block
from fakie_schemas.compiler.facts import Fact, Log
from fakie_schemas.compiler.refs import References
from fakie_schemas.compiler.yaml_nodes import Node

_BEARER = "bearer"


def key_asked(root: Node, operation: Node | None, references: References, log: Log) -> Fact | None:
    """Read the kind of key, a bearer one before any other; None where none is described."""
    asked = next((one for holder in (operation, root) if holder and (one := holder.get("security"))), None)
    ways = [[key for key, _, _ in one.items() if not key.startswith("x-")] for one in asked.elements()] if asked else []
    names = {name for way in ways for name in way}
    described = _described(root, references)
    found = [fact for name, fact in described.items() if not names or name in names]
    if not names and found:
        line = asked.line if asked else found[0].line
        log.note("conflict", line, None, "no key is asked for, though one is described")
    elif not names and asked:
        return Fact({"scheme": "none", "required": False}, asked.line)
    if asked and names:
        _note_ways(asked, ways, described, log)
    return next((one for one in found if one.value == _BEARER), found[0] if found else None)


def _described(root: Node, references: References) -> dict[str, Fact]:
    schemes = root.get("components", "securitySchemes")
    listed = schemes.items() if schemes else ()
    return {name: _key_of(scheme, line) for name, line, one in listed if (scheme := references.follow(one))}


def _note_ways(asked: Node, ways: list[list[str]], described: dict[str, Fact], log: Log) -> None:
    """Note which other keys open the endpoint or must come along, and that it opens without one; doubt unknown ones."""
    if [] in ways:
        log.note("conflict", asked.line, None, "a key is asked for, and none is needed")
    for way in ways:
        if len(way) > 1:
            log.note("depends", asked.line, None, f"keys that go together: {', '.join(sorted(way))}")
    told = sorted(" and ".join(sorted(way)) for way in ways if way)
    if len(told) > 1:
        log.note("depends", asked.line, None, f"one of several keys: {', '.join(told)}")
    for name in sorted({name for way in ways for name in way} - described.keys() if described else ()):
        log.doubt(asked.line, f"the key {name} is asked for, and not described")


def _key_of(scheme: Node, line: int) -> Fact:
    """Return the kind of key that a security scheme describes."""
    told = {key: (node.text or "") for key in ("type", "scheme", "in", "name") if (node := scheme.get(key))}
    if _BEARER in {told.get(key, "").lower() for key in ("type", "scheme")}:
        return Fact(_BEARER, line)
    where = {"in": told.get("in", "header"), "name": told.get("name", "Authorization")}
    return Fact({"scheme": told.get("scheme") or told.get("type") or "unknown", **where, "required": True}, line)


def line_of_key(block: Block) -> int | None:
    """Return the line at which a block without a fixed form asks for a bearer key, None where it does not."""
    for line, text in [(row.line, " ".join(row.cells)) for row in block.rows] or [(block.line, block.text)]:
        named = re.match(r"\W*Authorization\b(?!s)", text) or re.search(r"[（(]Authorization[)）]", text)
        if named or (re.search(r"\bBearer\b", text) and block.kind != "fence"):
            return line
    return None
