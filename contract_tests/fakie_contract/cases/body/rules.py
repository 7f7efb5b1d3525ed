"""The rules of a model's request, each with values on both sides of it, as bodies that prove that rule alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fakie_contract import sources
from fakie_contract.cases.body.samples import with_value, without
from fakie_contract.cases.body.variants import Variant, variants
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.schema.fields import Field, fields


@dataclass(frozen=True)
class Tried:
    """One side of one rule: the field, the value, a minimal body with it, and the situation that it meets."""

    field: Field
    variant: Variant
    body: Any
    situation: str | None
    source: str

    @property
    def name(self) -> str:
        """Name the side: `input.prompt::length-at-maximum`."""
        return f"{self.field.name}::{self.variant.rule}"

    @property
    def rule(self) -> tuple[str, str]:
        """The field's name and the schema's keyword."""
        return self.field.name, self.variant.keyword


def tried(revision: Revision) -> Iterator[Tried]:
    """Give both sides of every rule, in the order of the schema's fields."""
    schema = revision.request_schema
    for field in fields(schema):
        seen: set[str] = set()
        for variant in sides(field):
            if variant.rule in seen or _is_another_model(field, variant):
                continue
            missing = variant.keyword == "required"
            body = without(schema, field.path) if missing else with_value(schema, field.path, variant.value)
            # A rule elsewhere in the schema can turn a value's meaning; such a value proves nothing of this rule.
            if revision.holds(body) == (variant.situation is None):
                seen.add(variant.rule)
                yield Tried(field, variant, body, _situation(field, variant), source(revision, field, variant.keyword))


def sides(field: Field) -> Iterator[Variant]:
    """Give values on both sides of every rule of a field, its presence first."""
    if not field.is_item:
        if field.required:
            yield Variant("missing", "required", None, "field_missing")
        else:
            yield Variant("absent", "required", None)
    yield from variants(field.schema)


def source(revision: Revision, field: Field, keyword: str) -> str:
    """Cite where a rule comes from."""
    return sources.of_revision(revision, "/request/" + "/".join((*_steps(field), keyword)))


def _is_another_model(field: Field, variant: Variant) -> bool:
    return field.path == ("model",) and variant.rule.startswith("one-of-") and variant.situation is None


def _situation(field: Field, variant: Variant) -> str | None:
    is_model = field.path == ("model",) and variant.situation == "value_not_allowed"
    return "model_unknown" if is_model else variant.situation


def _steps(field: Field) -> Iterator[str]:
    for step in field.path:
        yield from ("items",) if isinstance(step, int) else ("properties", step)
