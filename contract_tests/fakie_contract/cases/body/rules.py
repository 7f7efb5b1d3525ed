"""The rules of a model's request, each with values on both sides of it, as bodies that prove that rule alone."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from fakie_contract import sources
from fakie_contract.cases.body.samples import body, placed, taken
from fakie_contract.cases.body.variant import Variant
from fakie_contract.cases.body.variants import variants
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.schema.fields import BodyField, fields
from fakie_schemas.schema.pointers import of_field


class RuleSide(Struct, frozen=True):
    """One side of one rule: the field, the value, a minimal body with it, and the situation that it meets.

    `schema` is the plain one that the body was made from.
    """

    field: BodyField
    variant: Variant
    body: Any
    situation: str | None
    source: str
    schema: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name the side: `input.prompt::length-at-maximum`."""
        return f"{self.field.name}::{self.variant.rule}"

    @property
    def rule(self) -> tuple[str, str]:
        """The field's name and the schema's keyword."""
        return self.field.name, self.variant.keyword


def tried(revision: Revision) -> Iterator[RuleSide]:
    """Return both sides of every rule, in the order of the schema's fields."""
    seen: set[tuple[str, str]] = set()
    names_model = revision.model is not None
    # Of a schema with alternatives each branch is tried; most have none, and are their own plain schema.
    for schema in revision.plain_schemas:
        whole = body(schema, full=False)
        for field in fields(schema):
            for variant in sides(field):
                rule = (field.name, variant.rule)
                if rule in seen or (names_model and _is_another_model(field, variant)):
                    continue
                made = put(schema, whole, field, variant)
                if _proves(revision, made, variant):
                    seen.add(rule)
                    about = source(revision, field, variant.keyword)
                    situation = _situation(field, variant) if names_model else variant.situation
                    yield RuleSide(field, variant, made, situation, about, schema)


def put(schema: Mapping[str, Any], whole: Any, field: BodyField, variant: Variant) -> Any:
    """Copy a body and give a field a value, or take it away where its presence is the rule."""
    if variant.keyword == "required":
        return taken(schema, whole, field.path)
    return placed(schema, whole, field.path, variant.value)


def _proves(revision: Revision, body: Any, variant: Variant) -> bool:
    """Tell whether a body proves the rule: one elsewhere in the schema can turn a value's meaning."""
    if len(revision.plain_schemas) == 1 or variant.situation is None:
        return revision.holds(body) == (variant.situation is None)
    # Another branch may be nearer, and then something else is wrong with the body.
    violation = revision.violation(body)
    return violation is not None and violation.situation == variant.situation


def sides(field: BodyField) -> Iterator[Variant]:
    """Return values on both sides of every rule of a field, its presence first."""
    if not field.is_item:
        if field.required:
            yield Variant("missing", "required", None, "field_missing")
        else:
            yield Variant("absent", "required", None)
    yield from variants(field.schema)


def source(revision: Revision, field: BodyField, keyword: str) -> str:
    """Cite where a rule comes from."""
    return sources.of_revision(revision, f"/request{of_field(field.path)}/{keyword}")


def _is_another_model(field: BodyField, variant: Variant) -> bool:
    return field.path == ("model",) and variant.rule.startswith("one-of-") and variant.situation is None


def _situation(field: BodyField, variant: Variant) -> str | None:
    is_model = field.path == ("model",) and variant.situation == "value_not_allowed"
    return "model_unknown" if is_model else variant.situation
