"""Cases of a model's request: each field on both sides of each rule, unions of optional fields, the page's example."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from fakie.catalog.profile import Profile
from fakie.catalog.revision import Revision
from fakie_contract import judge, sources
from fakie_contract.cases.case import Case, Cost
from fakie_contract.cases.samples import Field, fields, optional_sets, with_value, without
from fakie_contract.cases.variants import Variant, variants
from fakie_contract.trial import NotProvokable, Trial
from fakie_schemas.validator import contract_validator

_UNKNOWN = {"fakie_unknown": "text", "fakieUnknown": {"nested": [1, None]}}


@dataclass(frozen=True)
class _Attempt:
    """A body to send, and the situation that it must meet (None: accepted)."""

    revision: Revision
    body: Any
    situation: str | None

    def __call__(self, trial: Trial) -> None:
        exchange = trial.create(self.body)
        if self.situation is None:
            judge.accepted(trial, exchange, self.revision)
        else:
            judge.refused(trial, exchange, self.situation)


def field_cases(revision: Revision, profile: Profile) -> Iterator[Case]:
    """Give the cases of one model's request body."""
    schema = revision.request_schema
    holds = contract_validator(schema).is_valid
    if not holds(with_value(schema, ("model",), revision.facts["model"])):
        yield Case(f"{revision.facts['model']}::body::made", "a body made from the schema", _no_body)
        return
    case = partial(_case, revision, profile)
    for field in fields(schema):
        yield from _of_field(case, field, revision, holds)
    for name, body in optional_sets(schema):
        if holds(body):
            yield case(f"optional::{name}", f"optional fields: {name}", body, None)
    yield from _unknown_fields(case, revision, holds)
    example = revision.facts.get("examples", {}).get("request")
    if isinstance(example, dict):
        source = sources.of_revision(revision, "/examples/request")
        situation = None if holds(example) else "rule_broken"
        yield case("page::example", f"the page's example, verbatim ({source})", example, situation)


def _of_field(case: Any, field: Field, revision: Revision, holds: Any) -> Iterator[Case]:
    schema = revision.request_schema
    tried: set[str] = set()
    for variant in (*_presence(field), *variants(field.schema)):
        body = without(schema, field.path) if variant.keyword == "required" else None
        if body is None:
            body = with_value(schema, field.path, variant.value)
        # A rule elsewhere in the schema can turn a value's meaning; such a value proves nothing of this rule.
        if variant.rule in tried or holds(body) != (variant.situation is None):
            continue
        tried.add(variant.rule)
        if field.path == ("model",) and variant.rule.startswith("one-of-") and variant.situation is None:
            continue
        situation = _of_model(variant, field)
        pointer = "/request/" + "/".join(_schema_steps(field)) + f"/{variant.keyword}"
        expected = "accepted" if situation is None else f"refused as {situation}"
        what = f"{field.name} {variant.rule}: {expected} ({sources.of_revision(revision, pointer)})"
        yield case(f"{field.name}::{variant.rule}", what, body, situation)


def _presence(field: Field) -> Iterator[Variant]:
    if isinstance(field.path[-1], int):
        return
    if field.required:
        yield Variant("missing", "required", None, "field_missing")
    else:
        yield Variant("absent", "required", None)


def _of_model(variant: Variant, field: Field) -> str | None:
    is_model = field.path == ("model",) and variant.situation == "value_not_allowed"
    return "model_unknown" if is_model else variant.situation


def _schema_steps(field: Field) -> Iterator[str]:
    for step in field.path:
        yield from ("items",) if isinstance(step, int) else ("properties", step)


def _unknown_fields(case: Any, revision: Revision, holds: Any) -> Iterator[Case]:
    for _, whole in list(optional_sets(revision.request_schema))[:1]:
        for place in ("body", "input"):
            body = copy.deepcopy(whole)
            inner = body if place == "body" else body.get("input")
            if not isinstance(inner, dict):
                continue
            inner.update(_UNKNOWN)
            if holds(body):
                yield case(f"unknown-fields::in-{place}", f"unknown fields in {place} are tolerated", body, None)


def _case(revision: Revision, profile: Profile, name: str, what: str, body: Any, situation: str | None) -> Case:
    model: str = revision.facts["model"]
    # Nothing is made for a model that does not exist, whatever the target thinks of the rest.
    cost: Cost = "free" if situation == "model_unknown" else "may_cost"
    code = profile.row(situation or "accepted", "createTask").code
    return Case(f"{model}::{name}", what, _Attempt(revision, body, situation), cost, model, code)


def _no_body(_: Trial) -> None:
    raise NotProvokable("no body could be made that the schema accepts; give the model an example")
