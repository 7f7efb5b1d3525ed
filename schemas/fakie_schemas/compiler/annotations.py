"""Defaults and examples, kept where their own field allows them; those of OpenAPI schemas are read here."""

from collections.abc import Callable
from functools import partial
from typing import Any

from fakie_schemas.compiler.examples import is_prose, shorten
from fakie_schemas.compiler.facts import STATED, Fact, Field, Log
from fakie_schemas.compiler.keywords import TooManyDigitsError, typed, within_bounds
from fakie_schemas.compiler.statements import Raw
from fakie_schemas.compiler.taken_files import is_url_field
from fakie_schemas.compiler.yaml_nodes import Node
from fakie_schemas.schema.equality import same_json


def take_default(target: Field, node: Node, log: Log) -> None:
    """Keep a default that its field allows; the first one counts, another is noted."""
    stated = node.get("default")
    if stated is None:
        return
    if stated.text is None and stated.plain() is None:
        if target.value("type") and not target.nullable:
            log.note("left-out", stated.line, target.name, "the default null, which the field refuses, is left out")
        return
    value, why = judged(target, partial(typed, stated, target))
    known = target.facts.get("default")
    if not keeps_default(target, value, why, Raw(str(stated.plain()), stated.line, STATED), log):
        return
    if known and not same_json(known.value, value):
        log.note("conflict", stated.line, target.name, f"the default is another one than on line {known.line}")
    else:
        target.facts.setdefault("default", Fact(value, stated.line, STATED))


def judged(target: Field, read: Callable[[], Any]) -> tuple[Any, str]:
    """Read a value and check it against the field's list of values; returns it, and why the field refuses it."""
    try:
        value = read()
    except TooManyDigitsError as error:
        return None, str(error)
    except (ValueError, RecursionError):
        return None, f"is no {target.value('type')}"
    allowed = target.value("enum")
    if allowed is not None and value is not None and not any(same_json(value, item) for item in allowed):
        return None, "is not among the listed values"
    return value, ""


def keeps_default(target: Field, value: Any, why: str, raw: Raw, log: Log) -> bool:
    """Tell whether a value, which the field refuses if there is a `why`, is kept as its default; doubt one that is not."""
    if not why and isinstance(value, str) and is_prose(value):
        why = "is a long text, which is not taken over"
    if why:
        log.doubt(raw.line, f"{target.name}: the default {why}", raw.text)
    return not why


def keeps_example(target: Field, value: Any, why: str, line: int, log: Log) -> bool:
    """Tell whether a value, which the field refuses if there is a `why`, is kept as an example; note one that is not."""
    if why:
        log.note("conflict", line, target.name, f"the example {why}")
    elif value == "" and is_url_field(target):
        log.note("left-out", line, target.name, "an empty example for a URL is left out")
    else:
        return True
    return False


def take_examples(target: Field, node: Node, log: Log) -> None:
    """Keep the examples that their field allows, and note the others."""
    several, single = node.get("examples"), node.get("example")
    nodes = within_bounds(several.elements()) if several else []
    nodes = nodes or ([single] if single else [])
    kept: list[Any] = []
    for element in nodes:
        value, why = judged(target, partial(typed, element, target))
        if keeps_example(target, value, why, element.line, log) and value is not None:
            kept.append(shorten(value))
    if kept:
        target.facts.setdefault("examples", Fact(kept, nodes[0].line))
