"""Arguments of a query, which are texts, as a request schema has them."""

import re
from collections.abc import Mapping
from typing import Any

from fakie_schemas.schema.fields import stated_types

_WHOLE = re.compile("-?[0-9]{1,19}")


def typed_arguments(given: Mapping[str, str], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments by their names, as numbers where the schema has numbers and they read as whole ones."""
    rules: Mapping[str, Any] = schema.get("properties", {})
    return {name: _typed(text, rules.get(name, {})) for name, text in given.items()}


def _typed(text: str, rules: Mapping[str, Any]) -> Any:
    is_number = not {"integer", "number"}.isdisjoint(stated_types(rules))
    return int(text) if is_number and _WHOLE.fullmatch(text) else text
