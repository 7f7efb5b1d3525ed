"""The steps that every format of page shares: the model, the body's required fields, and the page's own example."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from jsonschema import ValidationError

from fakie_schemas.compiler.endpoints import CREATE_TASK, ENDPOINTS
from fakie_schemas.compiler.facts import Fact, Field, PageFacts
from fakie_schemas.compiler.inherit import Earlier, inherit
from fakie_schemas.compiler.names_in_text import found_in, sought
from fakie_schemas.compiler.page import Page
from fakie_schemas.validator import contract_validator


def finish(page: Page, facts: PageFacts, earlier: Earlier | None = None) -> None:
    """Settle what a createTask page says in several places; raises `PageError` when it names no model.

    `earlier` finds the facts of an earlier revision of the model or endpoint, for what the page does not say.
    """
    if facts.endpoint[:2] != CREATE_TASK:
        if earlier:
            inherit(facts, earlier(name_of(facts)))
        return
    facts.model = _model(page, facts)
    if "input" not in facts.body.children:
        raise page.fail(facts.endpoint[2], "the page does not describe the task's input")
    _require(facts)
    if earlier:
        inherit(facts, earlier(name_of(facts)))
    if facts.answer is None:
        facts.answer = Fact("task-created", 0)
        facts.log.note("assumed", facts.endpoint[2], None, "the page shows no success answer; the plain one is taken")


def name_of(facts: PageFacts) -> str:
    """Return the name of a page's revision: the model, or `endpoints/` and the endpoint."""
    return str(facts.model.value) if facts.model else f"endpoints/{ENDPOINTS[facts.endpoint[:2]]}"


def _model(page: Page, facts: PageFacts) -> Fact:
    """Return the model's name: the example decides when the listed name is another one."""
    field = facts.body.children.get("model")
    listed = field.facts.get("enum") or field.facts.get("default") if field else None
    example = facts.named or facts.request_example or facts.model
    shown = (
        facts.named.value
        if facts.named
        else (
            example.value.get("model")
            if example and isinstance(example.value, dict)
            else facts.model and facts.model.value
        )
    )
    name = shown if isinstance(shown, str) and shown.strip() else None
    if listed is None and name is None:
        raise page.fail(field.line if field else facts.endpoint[2], "the page names no model")
    if example and name and (listed is None or name not in _values(listed)):
        return _shown_model(facts, name, example.line, listed)
    return _listed_model(page, listed or Fact([], facts.endpoint[2]), name)


def _values(fact: Fact) -> list[Any]:
    return fact.value if isinstance(fact.value, list) else [fact.value]


def _listed_model(page: Page, listed: Fact, name: str | None) -> Fact:
    values = _values(listed)
    if name is None and len(values) != 1:
        raise page.fail(listed.line, "the page lists several models and no example tells which")
    return Fact(name or values[0], listed.line)


def _shown_model(facts: PageFacts, name: str, line: int, listed: Fact | None) -> Fact:
    field = facts.body.children.setdefault("model", Field("model", line, {"type": Fact("string", line)}))
    if listed:
        facts.log.note("conflict", field.line, "model", "the listed model is not the example's; the example is trusted")
    field.facts["enum"] = Fact([name], line)
    for keyword, value in (("default", name), ("examples", [name])):
        if keyword in field.facts and field.facts[keyword].value != value:
            field.facts[keyword] = Fact(value, line)
    return Fact(name, line)


def _require(facts: PageFacts) -> None:
    """Make model and input required: the API refuses a task without them, whatever the page's list says."""
    body = facts.body.children
    for name in ("model", "input"):
        field = body.get(name)
        if field and not field.value("required"):
            field.facts["required"] = Fact(True, field.line)
            facts.log.note("assumed", field.line, name, "required, though the page does not list it as such")


def check_example(page: Page, facts: PageFacts, schema: dict[str, Any]) -> None:
    """Note where the page's own example breaks the page's own contract, and list what it holds beyond it."""
    example = facts.request_example
    validator = contract_validator(schema)
    if example is None:
        return
    paths = dict.fromkeys(_undescribed(example.value, facts.body, ()))
    lines = _lines_of_keys(page, dict.fromkeys(path[-1] for path in paths), example.line)
    for path in paths:
        why = f"{'.'.join(path)}: the page's own example has it, but no description of it was read"
        facts.log.doubt(lines.get(path[-1], example.line), why)
    errors = sorted(validator.iter_errors(example.value), key=lambda error: list(map(str, error.path)))
    for error in errors:
        facts.log.note(
            "conflict",
            example.line,
            _place(error),
            f"the page's own example breaks the rule {error.validator}",
        )


def _undescribed(value: Any, field: Field, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Return the paths of the keys in an example that are not fields; what is below such a key is not looked at."""
    branches = list(_branches(field))
    if isinstance(value, list):
        for items in (branch.items for branch in branches if branch.items):
            for element in value:
                yield from _undescribed(element, items, path)
    elif isinstance(value, dict):
        for key, inner in value.items():
            known = [branch.children.get(key) or branch.values for branch in branches]
            described = [one for one in known if one and one.described]
            if described:
                yield from _undescribed(inner, described[0], (*path, key))
            else:
                yield (*path, key)


def _branches(field: Field) -> Iterator[Field]:
    yield field
    for group in field.alternatives:
        for branch in group.branches:
            yield from _branches(branch)


def _lines_of_keys(page: Page, keys: Iterable[str], start: int) -> dict[str, int]:
    """Return the first line at or below the start of an example on which each key stands, where it stands on one."""
    found: dict[str, int] = {}
    names = sought(keys, lambda key: rf"(?<![\w.]){re.escape(key)}[\"']?\s*:")
    for number, line in enumerate(page.text.split("\n")[start - 1 :] if names else (), start):
        for key in found_in(line, names):
            found.setdefault(key, number)
    return found


def _place(error: ValidationError) -> str:
    return "/" + "/".join(str(part) for part in error.absolute_path)
