"""Parts of a schema that hold together: what it refers to, those of its `allOf`, its groups of alternatives."""

from collections.abc import Iterator
from typing import NamedTuple

from fakie_schemas.compiler.facts import Log
from fakie_schemas.compiler.keywords import ALTERNATIVES, RULES
from fakie_schemas.compiler.refs import References, circle
from fakie_schemas.compiler.schema_types import is_null_schema
from fakie_schemas.compiler.yaml_nodes import Node

MAX_NESTING = 12
_BESIDE = (RULES - {"deprecated"}) | {
    *ALTERNATIVES,
    *("allOf", "type", "enum", "const", "required", "properties", "items", "additionalProperties"),
}


class BranchGroup(NamedTuple):
    """A `oneOf` or `anyOf` as it stands: its branches other than null, and whether null is one."""

    keyword: str
    line: int
    branches: list[Node]
    null: bool


def schema_parts(
    node: Node, references: References, hops: int = 0, seen: frozenset[int] = frozenset()
) -> Iterator[Node]:
    """Yield what the schema refers to, the schema itself, and the parts of its `allOf`: all of them hold."""
    if hops > MAX_NESTING:
        raise node.document.fail(node.node.start_mark.line, "references that never end")
    if id(node.node) in seen:
        raise circle(node)
    seen |= {id(node.node)}
    if target := references.target(node):
        yield from schema_parts(target, references, hops + 1, seen)
    yield node
    for part in all_of.elements() if (all_of := node.get("allOf")) else []:
        yield from schema_parts(part, references, hops + 1, seen)
    for group in branch_groups(node):
        if len(group.branches) == 1:
            yield from schema_parts(group.branches[0], references, hops + 1, seen)


def branch_groups(node: Node) -> Iterator[BranchGroup]:
    """Yield the groups of alternatives of a schema; null is told apart from other branches, and counts where it is alone."""
    for keyword, line, value in node.items():
        if keyword in ALTERNATIVES:
            branches = value.elements()
            others = [branch for branch in branches if not is_null_schema(branch)] or branches[:1]
            yield BranchGroup(keyword, line, others, len(others) < len(branches))


def allows_null_beside(parts: list[Node]) -> bool:
    """Tell whether a group has null beside one branch that is read as the schema itself."""
    return any(group.null and len(group.branches) == 1 for part in parts for group in branch_groups(part))


def note_rules_beside_references(name: str, parts: list[Node], root: Node, log: Log) -> None:
    """Note rules beside a `$ref` that are read though OpenAPI 3.0 passes them over: pages mean them."""
    version = root.get("openapi")
    if version is None or not (version.text or "").startswith("3.0"):
        return
    for part in parts:
        beside = sorted(key for key, _, _ in part.items() if key in _BESIDE) if part.get("$ref") else []
        if beside:
            why = f"{', '.join(beside)} beside a reference: read, though OpenAPI 3.0 passes it over"
            log.note("assumed", part.line, name or None, why)


def nearest_first(parts: list[Node]) -> list[Node]:
    """Order parts so that the schema that refers comes before what it refers to: what it says of itself counts."""
    return sorted(parts, key=lambda part: part.get("$ref") is None)
