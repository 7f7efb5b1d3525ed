"""Parts of a schema that hold together: what it refers to, those of its `allOf`, its groups of alternatives."""

from collections.abc import Iterator
from typing import NamedTuple

from fakie_schemas.compiler.facts import Log
from fakie_schemas.compiler.keywords import ALTERNATIVES, RULES
from fakie_schemas.compiler.refs import References, circle
from fakie_schemas.compiler.schema_types import is_null_schema, part_allows_null
from fakie_schemas.compiler.yaml_nodes import Node

MAX_NESTING = 12
_MOST_STEPS = 3
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


def allows_null_beside(name: str, parts: list[Node], references: References) -> bool:
    """Tell whether a group has null beside one branch that is read as the schema itself; note what else refuses null."""
    beside = _beside_null(parts, references)
    refusing = [part for part in parts if id(part.node) not in beside and not part_allows_null(part)]
    if beside and refusing:
        why = "null is allowed: a branch says so, though the type or the values beside it lack it"
        references.log.note("assumed", refusing[0].line, name or None, why)
    return bool(beside)


def _beside_null(parts: list[Node], references: References) -> set[int]:
    """Return the nodes that bind only values other than null: those of a branch that stands alone beside it."""
    groups = (group for part in parts for group in branch_groups(part))
    alone = (group.branches[0] for group in groups if group.null and len(group.branches) == 1)
    return {id(part.node) for branch in alone for part in schema_parts(branch, references)}


def not_read(name: str, parts: list[Node], references: References) -> Iterator[tuple[int, str]]:
    """Yield what a field's schema says that no contract holds: the line, and what it is."""
    for part in parts:
        if part.text == "false":
            yield part.line, f"{name}: that it must not be there is not read"
        elif not part.is_mapping and not part.says_true:
            yield part.line, f"{name}: expected a schema, which is a mapping; what stands there is not read"
        for group in branch_groups(part):
            if group.keyword == "oneOf" and group.null and _allow_null(group.branches, references):
                why = "two branches of oneOf allow null, of which one may hold: that null is refused is not read"
                yield group.line, f"{name}: {why}"


def _allow_null(branches: list[Node], references: References, steps: int = 0) -> bool:
    """Tell whether null satisfies a branch, as far as a few steps show."""
    return steps > _MOST_STEPS or any(_allows_null(branch, references, steps + 1) for branch in branches)


def _allows_null(branch: Node, references: References, steps: int) -> bool:
    parts = list(schema_parts(branch, references))
    beside = _beside_null(parts, references)
    binding = [part for part in parts if id(part.node) not in beside]
    groups = (group for part in binding for group in branch_groups(part))
    return all(map(part_allows_null, binding)) and all(
        group.null or _allow_null(group.branches, references, steps) for group in groups
    )


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
