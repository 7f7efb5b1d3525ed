"""How a case words what it notes: what came, where an expectation stands, and the steps to a place."""

from fakie_contract.checks.shape import MISSING
from fakie_contract.http.exchange import shown
from fakie_schemas.rules.difference import Difference


def told(one: Difference) -> str:
    """Return what came, in words or as JSON: a text where a schema wants something else is shown as a text."""
    is_value = one.rule.startswith("shape.") and one.rule != MISSING
    return one.got if isinstance(one.got, str) and one.got and not is_value else shown(one.got)


def joined(source: str, cited: str) -> str:
    """Return the source of an expectation with the line of the page at hand, each once."""
    if not cited or "page line" in source or "answer schema" in source:
        return cited if cited.startswith(source) else source
    return f"{source}; {cited}"


def step(text: str) -> str | int:
    """Return one step of a JSON pointer: a number for an item, else the name of a field, unescaped."""
    return int(text) if text.isdecimal() else text.replace("~1", "/").replace("~0", "~")
