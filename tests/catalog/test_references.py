"""References within a request schema, in each way to write them."""

from typing import Any

import pytest

from fakie_schemas.catalog.drift_plain import plain
from fakie_schemas.catalog.subschemas import unreadable_part
from fakie_schemas.validator import contract_validator


@pytest.mark.parametrize(
    ("reference", "beside"),
    [
        ("#/$defs/a", {"$defs": {"a": {"type": "integer"}}}),
        ("#/$defs/a%20b", {"$defs": {"a b": {"type": "integer"}}}),
        ("#/$defs/a~1b~01", {"$defs": {"a/b~1": {"type": "integer"}}}),
        ("#/properties/b%2Fitems", {"properties": {"b": {"items": {"type": "integer"}}}}),
        ("#/properties/b/anyOf/1", {"properties": {"b": {"anyOf": [{"type": "null"}, {"type": "integer"}]}}}),
    ],
)
def test_a_reference_leads_where_the_validator_follows_it(reference: str, beside: dict[str, Any]) -> None:
    """A schema counts as readable, and is compared as it holds, however its references are written."""
    fields = {**beside.get("properties", {}), "x": {"$ref": reference}}
    schema = {**beside, "properties": fields}
    assert not contract_validator(schema).is_valid({"x": "text"})
    assert unreadable_part(schema) is None
    assert plain(schema)["properties"]["x"] == {"type": "integer"}


@pytest.mark.parametrize("reference", ["#/$defs/a/1", "#/$defs/a/01x", "#/$defs/a/" + "9" * 5000, "#a", "b#/$defs/a"])
def test_a_reference_that_leads_nowhere_is_named(reference: str) -> None:
    """What no reader could follow is said, with the place that it stands at."""
    schema = {"$defs": {"a": [{}]}, "properties": {"x": {"$ref": reference}}}
    assert "request schema.properties.x.$ref" in (unreadable_part(schema) or "")
