"""How a case words what came."""

from fakie_contract.checks.shape import MISSING
from fakie_contract.http.exchange import shown
from fakie_schemas.rules.difference import Difference


def got_text(one: Difference) -> str:
    """Return what came, in words or as JSON: a text where a schema wants something else is shown as a text."""
    is_value = one.rule.startswith("shape.") and one.rule != MISSING
    return one.got if isinstance(one.got, str) and one.got and not is_value else shown(one.got)
