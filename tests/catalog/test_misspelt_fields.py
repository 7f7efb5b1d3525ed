"""The fields that a request's schema has, wherever in it they are named, and those that a request has besides."""

from typing import Any

import pytest

from fakie_schemas.catalog.misspelt_fields import FieldNames

ONE: dict[str, Any] = {"properties": {"input": {"properties": {"image_url": {}}}}}
MANY: dict[str, Any] = {"properties": {"input": {"properties": {"image_urls": {}}}}}


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [ONE, MANY]},
        {"oneOf": [ONE, MANY], "properties": {"input": {"type": "object"}}},
        {**MANY, "allOf": [ONE]},
        {"properties": {"input": {**MANY["properties"]["input"], "allOf": [ONE["properties"]["input"]]}}},
    ],
)
def test_a_field_that_one_of_several_parts_has_is_known(schema: dict[str, Any]) -> None:
    """Though another part says other things of the object that holds it."""
    names = FieldNames(schema)
    assert names.paths == {"input", "input.image_url", "input.image_urls"}
    assert names.misspelt({"input": {"image_url": "x"}}) is None
    assert names.misspelt({"input": {"imageUrl": "x"}}) == ("input.imageUrl", "input.image_url")


def test_an_object_that_may_have_any_fields_is_not_looked_into() -> None:
    """Beside an unknown field as without one."""
    names = FieldNames({"properties": {"metadata": {"type": "object"}, "input": {"properties": {"seed": {}}}}})
    for more in ({}, {"tenant": 7}):
        assert names.misspelt({"metadata": {"seed": 1}, "input": {}, **more}) is None
    assert names.misspelt({"params": {"seed": 1}}) == ("params.seed", "input.seed")
