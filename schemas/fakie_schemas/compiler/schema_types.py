"""The types of a schema: one or several, null among them or beside them."""

from collections.abc import Iterator
from typing import NamedTuple

from fakie_schemas.compiler.facts import Fact, Field, Log
from fakie_schemas.compiler.keywords import KINDS, NULLABLE, is_null
from fakie_schemas.compiler.schema import to_schema
from fakie_schemas.compiler.yaml_nodes import Node
from fakie_schemas.validator import holds


class Kinds(NamedTuple):
    """Types where there are several, their line, and whether null is allowed though the listed values lack it."""

    several: list[str]
    line: int
    null: bool


class _Stated(NamedTuple):
    kinds: list[str]
    line: int


def read_kinds(target: Field, parts: list[Node], null_branch: bool, log: Log) -> Kinds:
    """Put the type that all parts agree on; several types are left to be added once the words are read."""
    stated = list(_stated(target, parts, log))
    has_fields = any(part.get("properties") for part in parts)
    kinds, line = _common(target, stated, log, has_fields=has_fields)
    others = [kind for kind in kinds if kind != "null"]
    marks = (part.get(key) for part in parts for key in NULLABLE)
    marked = [mark for mark in marks if mark and (mark.text or "false").lower() != "false"]
    for mark in (each for each in marked if not each.says_true):
        log.doubt(
            mark.line,
            f"{target.name}: whether null is allowed is not read: {(mark.text or '')[:40]!r} is no truth value",
        )
    target.nullable = bool(marked) or null_branch or (len(others) < len(kinds) and bool(others))
    if marked and (len(parts) > 1 or not stated or any(map(_lists_no_null, parts))):
        where = "beside a reference, or a list that lacks it, or apart from the type"
        why = f"null is allowed: the mark stands {where}, which pages mean so"
        log.note("assumed", marked[0].line, target.name, why)
    single = others or kinds
    if len(single) == 1:
        target.facts["type"] = Fact(single[0], line)
    return Kinds(single, line, bool(marked) or null_branch)


def settle_kinds(target: Field, kinds: Kinds) -> None:
    """Add what the words about a field are read without: several types, null among values, the branches' type."""
    if len(kinds.several) > 1:
        target.facts["type"] = Fact(kinds.several, kinds.line)
    for group in target.alternatives:
        if kinds.null and not any(holds(to_schema(branch, "", {}), None) for branch in group.branches):
            group.branches.append(Field(target.name, group.line, {"type": Fact("null", group.line)}))
        shared = {str(branch.value("type")) for branch in group.branches}
        if len(shared) == 1 and "type" not in target.facts and (kind := group.branches[0].value("type")):
            target.facts["type"] = Fact(kind, group.line)
            target.nullable |= any(branch.nullable for branch in group.branches)
    if "const" in target.facts and kinds.null:
        fact = target.facts.pop("const")
        target.facts["enum"] = Fact([fact.value], fact.line)
    if (listed := target.facts.get("enum")) and kinds.null and None not in listed.value:
        target.facts["enum"] = Fact([*listed.value, None], listed.line)


def _lists_no_null(part: Node) -> bool:
    """Tell whether a part lists its values, and null is none of them: OpenAPI 3.0 refuses it then, whatever is marked."""
    listed = part.get("enum")
    return listed is not None and not any(map(is_null, listed.elements()))


def is_null_schema(node: Node) -> bool:
    """Tell whether a schema allows null and nothing else."""
    kind, constant, listed = (node.get(key) for key in ("type", "const", "enum"))
    if kind is not None:
        return _listed(kind) == ["null"]
    if constant is not None:
        return is_null(constant)
    return listed is not None and [is_null(element) for element in listed.elements()] == [True]


def part_allows_null(part: Node) -> bool:
    """Tell whether what a schema says by itself of types and values leaves null."""
    kind, constant, listed = (part.get(key) for key in ("type", "const", "enum"))
    marked = any((mark := part.get(key)) and mark.says_true for key in NULLABLE)
    return (
        (part.is_mapping or part.says_true)
        and (kind is None or marked or "null" in _listed(kind))
        and (constant is None or is_null(constant))
        and (listed is None or marked or any(map(is_null, listed.elements())))
    )


def may_meet(target: Field, branch: Field) -> bool:
    """Tell whether a value can be of the types of both a field and one of its branches."""
    sides = [_types(field) for field in (target, branch)]
    return not all(sides) or bool(sides[0] & sides[1])


def shown_kinds(field: Field) -> str:
    """Return the types of a field in words."""
    return " or ".join(sorted(_types(field)))


def _types(field: Field) -> set[str]:
    stated = field.value("type")
    kinds = set(stated if isinstance(stated, list) else [stated] if stated else [])
    return kinds | ({"null"} if kinds and field.nullable else set()) | ({"integer"} if "number" in kinds else set())


def _listed(node: Node) -> list[str]:
    nodes = [node] if node.plain() != [] and not node.elements() else node.elements()
    return list(dict.fromkeys(map(_type_name, nodes)))


def _type_name(node: Node) -> str:
    # Where nothing is written, no type is named: editors of pages leave it empty.
    return node.text or ("null" if node.node.value else "")


def _stated(target: Field, parts: list[Node], log: Log) -> Iterator[_Stated]:
    for part in parts:
        if (node := part.get("type")) is not None:
            kinds = _listed(node)
            if kinds and set(kinds) <= KINDS and not node.is_mapping:
                yield _Stated(kinds, node.line)
            else:
                named = ", ".join(kinds)[:40] or "none"
                log.doubt(node.line, f"{target.name}: the type is not one that is known: {named}")


def _common(target: Field, stated: list[_Stated], log: Log, *, has_fields: bool) -> _Stated:
    found = _Stated([], 0)
    for one in stated:
        if not found.kinds:
            found = one
        elif kinds := _narrowed(found.kinds, one.kinds):
            found = _Stated(kinds, found.line if kinds == found.kinds else one.line)
        else:
            log.doubt(one.line, f"{target.name}: the type is another one than on line {found.line}")
            # What has fields is an object, whatever a part says beside it.
            return next((each for each in stated if has_fields and each.kinds == ["object"]), _Stated([], 0))
    return found


def _narrowed(one: list[str], other: list[str]) -> list[str]:
    """Keep the types that both sides allow: a whole number is a number."""
    common = [kind for kind in one if kind in other or (kind == "integer" and "number" in other)]
    return common + [kind for kind in other if kind == "integer" and "number" in one and kind not in common]
