"""Marks of what is not read: short hashes of content, so that a change of it shows."""

from collections.abc import Iterator
from typing import Any

from fakie_schemas.compiler.marks import mark
from fakie_schemas.compiler.refs import References
from fakie_schemas.compiler.yaml_nodes import Node

IN_WORDS = frozenset({"summary", "description", "title", "example", "examples", "externalDocs"})
_MOST_STEPS, _MOST_NODES = 12, 1_000


def content_mark(node: Node, references: References) -> str | None:
    """Return a mark of what a node holds, its references followed, without its words; None where it is empty."""
    held = _held(node, references, 0, iter(range(_MOST_NODES)))
    if held in ({}, [], None):
        return None
    return mark(held)


def _held(node: Node, references: References, steps: int, budget: Iterator[int]) -> Any:
    here = references.follow(node) if steps <= _MOST_STEPS and next(budget, None) is not None else None
    if here is None:
        return None
    if here.is_mapping:
        told = ((key, value) for key, _, value in here.items() if not (key.startswith("x-") or _is_words(key, value)))
        return {key: _held(value, references, steps + 1, budget) for key, value in told}
    elements = here.elements()
    return [_held(one, references, steps + 1, budget) for one in elements] if elements else here.plain()


def _is_words(key: str, value: Node) -> bool:
    """Tell whether a key holds words; within rules, what is no text stands under the name of a field."""
    return key in IN_WORDS and (value.text is not None or key not in {"title", "description", "summary"})
