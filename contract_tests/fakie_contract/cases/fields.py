"""Cases of a model's request: each field on both sides of each rule, unions of optional fields, the page's example."""

import copy
from collections.abc import Iterator, Sequence
from itertools import chain, filterfalse
from typing import Any

from msgspec.structs import replace

from fakie_contract import sources
from fakie_contract.cases.attempt import Attempt, attempt_case, is_known_to_be_taken, situation_of
from fakie_contract.cases.body.across import across
from fakie_contract.cases.body.beside import UNKNOWN, takes_long_text, with_long_text, with_unknown
from fakie_contract.cases.body.names import named_otherwise
from fakie_contract.cases.body.rules import RuleSide, tried
from fakie_contract.cases.body.samples import body as body_of
from fakie_contract.cases.body.samples import optional_sets, with_value
from fakie_contract.cases.case import Case
from fakie_contract.subjects import endpoint_of, name_of
from fakie_contract.trial.trial import NotProvokable, Trial
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import FamilyEndpoint


def field_cases(revision: Revision, profile: Profile) -> Iterator[Case]:
    """Return the cases of one model's request body."""
    unmade = list(no_body(revision))
    yield from unmade
    if unmade:
        return
    sides = list(tried(revision))
    for one in sides:
        if can_be_sent(endpoint_of(revision), one):
            yield rule_case(one, revision, profile)
    yield from other_name_cases(sides, revision, profile)
    yield from across_cases(revision, profile)
    for name, body in optional_sets(revision.plain_schema):
        if revision.holds(body):
            attempt = Attempt(revision, body, None)
            yield attempt_case(attempt, profile, f"optional::{name}", f"optional fields: {name}")
    for place, body in unknown_fields(revision):
        what = f"unknown fields in {place} are tolerated"
        yield attempt_case(Attempt(revision, body, None), profile, f"unknown-fields::in-{place}", what)
    yield from beside_cases(sides, revision, profile)
    yield from example_cases(revision, profile)


def no_body(revision: Revision) -> Iterator[Case]:
    """Return a case that says so when no body can be made from the schema."""
    subject, schema = name_of(revision), revision.plain_schema
    made = with_value(schema, ("model",), subject) if revision.model else body_of(schema, full=False)
    if not revision.holds(made):
        yield Case(f"{subject}::body::made", "a body made from the schema", _no_body)


def rule_case(one: RuleSide, revision: Revision, profile: Profile) -> Case:
    """Make the case of one side of one rule."""
    expected = "accepted" if one.situation is None else f"refused as {one.situation}"
    what = f"{one.field.name} {one.variant.rule}: {expected} ({one.source})"
    case = attempt_case(_attempt(revision, one), profile, one.name, what)
    variant = one.variant
    return replace(case, field=one.field.name, rule=variant.keyword, face=variant.face, source=one.source)


def other_name_cases(sides: Sequence[RuleSide], revision: Revision, profile: Profile) -> Iterator[Case]:
    """Return the cases of required fields under names, and in places, that are not theirs."""
    endpoint = endpoint_of(revision)
    if endpoint.method != "POST" or endpoint.parent:
        return
    for one in named_otherwise(sides, revision):
        situation = situation_of(revision, one.body)
        what = f"{one.field.name} {one.variant.rule.replace('-', ' ')}: refused as {situation} ({one.source})"
        case = attempt_case(Attempt(revision, one.body, situation), profile, one.name, what)
        yield replace(case, field=one.field.name, rule="required", face=one.variant.face, source=one.source)


def across_cases(revision: Revision, profile: Profile) -> Iterator[Case]:
    """Return the cases of the rules across fields: a body that keeps each, and one that breaks it alone."""
    for one in across(revision):
        situation = None if one.is_kept else situation_of(revision, one.body)
        name = f"{one.rule.name}::{'kept' if one.is_kept else 'broken'}"
        about = sources.of_revision(revision, "/request/" + "/".join(f"properties/{step}" for step in one.rule.path))
        what = f"{one.rule.what}: {'accepted' if one.is_kept else f'refused as {situation}'} ({about})"
        case = attempt_case(Attempt(revision, one.body, situation), profile, name, what)
        field = ".".join(map(str, one.rule.path))
        yield replace(case, field=field, rule=one.rule.keyword, face=one.rule.name, source=about)


def can_be_sent(endpoint: FamilyEndpoint, one: RuleSide) -> bool:
    """Tell whether a side of a rule can be tried: what names a task names a real one, and a query is text."""
    field, variant = one.field, one.variant
    if endpoint.parent and field.path[0] in endpoint.parent.fields and one.situation is None:
        return variant.keyword == "required"
    if endpoint.method != "GET" or variant.keyword == "required":
        return True
    wants = field.schema.get("type")
    if isinstance(variant.value, str):
        return wants == "string" or not variant.value.strip().lstrip("-").isdecimal()
    return type(variant.value) is int and wants in ("integer", "number")


def unknown_fields(revision: Revision) -> Iterator[tuple[str, Any]]:
    """Return bodies with fields that no page names, and where those are."""
    for _, whole in list(optional_sets(revision.plain_schema))[:1]:
        for place in ("body", "input"):
            body = copy.deepcopy(whole)
            inner = body if place == "body" else body.get("input")
            if not isinstance(inner, dict):
                continue
            inner.update(UNKNOWN)
            if revision.holds(body):
                yield place, body


def beside_cases(sides: Sequence[RuleSide], revision: Revision, profile: Profile) -> Iterator[Case]:
    """Return the cases of a body that breaks a rule, and has beside it what may hide that."""
    # What is wrong with all of an input last: in it nothing stands beside that.
    found = sorted((one for one in sides if _can_be_beside(revision, one)), key=_is_input)
    # The first that takes a long text is enough, and so others are not looked at.
    long = chain(filter(takes_long_text, found), filterfalse(takes_long_text, found))
    for name, chosen, changed in (("unknown-fields", found, with_unknown), ("long-text", long, with_long_text)):
        made = ((one, changed(one)) for one in chosen if not is_known_to_be_taken(_attempt(revision, one)))
        pair = next(((one, body) for one, body in made if situation_of(revision, body) == one.situation), None)
        if pair:
            one, body = pair
            beside = f"{name.replace('-', ' ')} beside a broken rule ({one.name})"
            what = f"{beside}: refused as {one.situation} ({one.source})"
            yield attempt_case(Attempt(revision, body, one.situation), profile, f"{name}::beside-a-broken-rule", what)


def _is_input(one: RuleSide) -> bool:
    return one.field.path == ("input",)


def _attempt(revision: Revision, one: RuleSide) -> Attempt:
    return Attempt(revision, one.body, one.situation)


def _can_be_beside(revision: Revision, one: RuleSide) -> bool:
    """Tell whether a side of a rule is a field's own, is sent as JSON, and is not taken by many, as null is."""
    endpoint, name = endpoint_of(revision), one.field.path[0]
    if one.situation is None or one.variant.rule == "null" or endpoint.method != "POST" or endpoint.parent:
        return False
    return name != endpoint.callback and not (name == "model" and revision.model)


def example_cases(revision: Revision, profile: Profile) -> Iterator[Case]:
    """Return the case of the page's example, where it has one."""
    example = revision.facts.get("examples", {}).get("request")
    if isinstance(example, dict):
        source = sources.of_revision(revision, "/examples/request")
        situation = None if revision.holds(example) else "rule_broken"
        what = f"the page's example, verbatim ({source})"
        yield attempt_case(Attempt(revision, example, situation), profile, "page::example", what)


def _no_body(_: Trial) -> None:
    raise NotProvokable("no body could be made that the schema accepts; give the model an example")
