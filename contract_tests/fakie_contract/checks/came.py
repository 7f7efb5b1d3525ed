"""The words for what came in place of what was expected."""

from fakie_contract.checks.shape import MISSING
from fakie_contract.http.exchange import shown
from fakie_schemas.rules.difference import Difference


def got_text(one: Difference) -> str:
    """Return what came, in words or as JSON: a text where a schema wants something else is shown as a text."""
    return one.got if isinstance(one.got, str) and one.got and not is_value(one) else shown(one.got)


def is_value(one: Difference) -> bool:
    """Tell whether what came is the value itself, which a schema judged, and not words about it."""
    return one.rule.startswith("shape.") and one.rule != MISSING
