"""Defaults and examples of OpenAPI schemas: kept where their own field allows them."""

from typing import Any

from fakie_schemas.compiler.examples import is_prose, shorten
from fakie_schemas.compiler.facts import STATED, Fact, Field, Log, same
from fakie_schemas.compiler.keywords import typed, within_bounds
from fakie_schemas.compiler.taken_files import is_url_field
from fakie_schemas.compiler.yaml_nodes import Node


def take_default(target: Field, node: Node, log: Log) -> None:
    """Keep a default that its field allows; the first one counts, another is noted."""
    stated = node.get("default")
    if stated is None or (stated.text is None and stated.plain() is None):
        return
    value, why = _judged(target, stated)
    known = target.facts.get("default")
    if why:
        log.doubt(stated.line, f"{target.name}: the default {why}")
    elif isinstance(value, str) and is_prose(value):
        log.doubt(stated.line, f"{target.name}: the default is a long text, which is not taken over")
    elif known and not same(known.value, value):
        log.note("conflict", stated.line, target.name, f"the default is another one than on line {known.line}")
    else:
        target.facts.setdefault("default", Fact(value, stated.line, STATED))


def _judged(target: Field, node: Node) -> tuple[Any, str | None]:
    try:
        value = typed(node, target)
    except (ValueError, RecursionError):
        return None, f"is no {target.value('type')}"
    allowed = target.value("enum")
    if allowed is not None and value is not None and not any(same(value, item) for item in allowed):
        return None, "is not among the listed values"
    return value, None


def take_examples(target: Field, node: Node, log: Log) -> None:
    """Keep the examples that their field allows, and note the others."""
    several, single = node.get("examples"), node.get("example")
    nodes = within_bounds(several.elements()) if several else []
    nodes = nodes or ([single] if single else [])
    kept: list[Any] = []
    for element in nodes:
        value, why = _judged(target, element)
        if why:
            log.note("conflict", element.line, target.name, f"the example {why}")
        elif value == "" and is_url_field(target):
            log.note("left-out", element.line, target.name, "an empty example for a URL is left out")
        elif value is not None:
            kept.append(shorten(value))
    if kept:
        target.facts.setdefault("examples", Fact(kept, nodes[0].line))
