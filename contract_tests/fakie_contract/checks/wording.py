"""Rules of a schema in words."""

from collections.abc import Mapping
from typing import Any

from jsonschema import ValidationError

from fakie_contract.http.exchange import shown
from fakie_schemas.shortening import cut

_BOUNDS: Mapping[str, str] = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minimum": "at least {}",
    "maximum": "at most {}",
}


def wanted(error: ValidationError) -> str:
    """Say a rule in words, not as it stands in the schema."""
    keyword, value = str(error.validator), error.validator_value
    if keyword in _BOUNDS:
        return _BOUNDS[keyword].format(value).replace("at least 1 characters", "a text that is not empty")
    if keyword == "type":
        return " or ".join(value) if isinstance(value, list) else str(value)
    if keyword == "not":
        return "anything but " + (_values(value) if isinstance(value, dict) else "that")
    return _values({keyword: value}) or f"{keyword} {shown(value, 120)}"


def _values(rules: Mapping[str, Any]) -> str:
    if "const" in rules:
        return "an empty text" if rules["const"] == "" else shown(rules["const"], 120)
    if "enum" in rules:
        return cut(f"one of {', '.join(map(shown, rules['enum']))}", 120)
    return "an absolute URL" if rules.get("format") == "uri" else ""
