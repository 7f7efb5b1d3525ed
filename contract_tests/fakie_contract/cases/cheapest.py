"""The cheapest sufficient set: every rule of a model's request tried on both sides, with few and cheap creates."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from fakie_contract.cases.body.across import KEYWORDS
from fakie_contract.cases.case import Case
from fakie_contract.cases.combined import Worst, combined_cases
from fakie_contract.cases.endpoint.asked import GoesOnFrom
from fakie_contract.cases.fields import example_cases, no_body
from fakie_contract.subjects import endpoint_of, name_of
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision

# One task whose life is followed, and one whose callback is; what the rest of those need costs nothing.
_FOLLOWED = ("::life::success", "::callback::success")


def cheapest_of(revision: Revision, profile: Profile, cases: Sequence[Case], worst: Worst | None) -> Iterator[Case]:
    """Return of one model's cases those that suffice, the accepted ones combined."""
    if endpoint_of(revision).kind == "record":
        # Cases of showing tasks send no bodies that could be combined.
        yield from cases
        return
    model = name_of(revision)
    # First of all: where the cap is soon reached, a task's life tells more than another rule.
    yield from (case for case in cases if case.id.endswith(_FOLLOWED))
    unmade = list(no_body(revision))
    yield from unmade or combined_cases(revision, profile, worst)
    yield from example_cases(revision, profile)
    # What keeps a rule across fields is no side of one field, which bodies could combine.
    yield from (case for case in cases if case.kind is None and case.rule in KEYWORDS)
    refused = [case for case in cases if case.kind is not None and case.rule is not None]
    yield from _cheapest_each(refused, worst)
    kinds = {case.kind for case in refused}
    for case in cases:
        if case.rule is not None or case.id.endswith(_FOLLOWED):
            continue
        if case.cost == "free" or _is_cheap_code(case, model):
            yield case
        elif case.kind is not None and case.kind not in kinds and not case.needs_levers:
            # What no field's rule is about: bodies that are not JSON, a task to go on from that there is not.
            kinds.add(case.kind)
            yield case


def _is_cheap_code(case: Case, model: str) -> bool:
    # 200 is verified by the combined ones; 429 takes as many creates as the limit allows.
    is_code = case.id.startswith(f"{model}::code-")
    return is_code and case.id not in {f"{model}::code-{code}::by-nature" for code in (200, 429)}


def _cheapest_each(refused: Sequence[Case], worst: Worst | None) -> Iterator[Case]:
    """Return one violation of each face of a rule: the one that would cost least if it were accepted."""
    by_rule: dict[tuple[str | None, str | None, str], list[Case]] = {}
    for case in refused:
        by_rule.setdefault((case.field, case.rule, case.face), []).append(case)
    for of_rule in by_rule.values():
        yield min(of_rule, key=lambda case: _price(case, worst))


def _price(case: Case, worst: Worst | None) -> Decimal:
    sent = (one for one in case.sends() if not isinstance(one, GoesOnFrom))
    prices = (worst(case.model or "", body) if worst else None for body in sent)
    return sum((price for price in prices if price is not None), Decimal(0))
