"""Whether a request was refused that breaks a rule of its page, and under which code."""

from collections.abc import Iterable, Iterator

from fakie_contract.checks.request import BrokenRule
from fakie_schemas.catalog.observed import Observed
from fakie_schemas.catalog.profile import Row
from fakie_schemas.catalog.validation import Violation
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach


def accepted(every: Iterable[BrokenRule], model: str | None) -> Iterator[Difference]:
    """Judge the acceptance of a request by the rules of its page that it breaks."""
    for broken in every:
        violation = broken.violation
        yield breach(
            "request.accepted",
            f"accepted though the page refuses it: {violation.got}",
            broken.place,
            source=broken.source,
            known=Observed.load().acceptance(violation.situation, violation.field, violation.rule, violation.got),
            situation=violation.situation,
            model=model,
            rule=violation.rule,
        )


def accepted_without_model(told: object) -> Difference:
    """Return the difference of a createTask that was accepted without a model's name."""
    source = "every page requires it"
    return breach(
        "request.accepted", told, "/request/body/model", source=source, situation="field_missing", rule="a model's name"
    )


def other_code(
    code: int, row: Row, source: str, *, why: str = "", model: str | None = None, broken: Violation | None = None
) -> Difference:
    """Return the difference of a refusal under another code than the profile has for its situation."""
    wire, field = Observed.load(), broken.field if broken else None
    return breach(
        "answer.code",
        code,
        evidence=row.mark,
        source=source,
        known=wire.refusal(row.situation, code, model, field) or (wire.of_nothing(broken, code) if broken else None),
        situation=row.situation,
        code=row.code,
        why=why,
    )


def undocumented_code(code: int, documented: Iterable[int], source: str) -> Difference:
    """Return the difference of a code that no page documents."""
    return breach("answer.undocumented_code", code, source=source, codes=", ".join(map(str, documented)))
