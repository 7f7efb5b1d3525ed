"""Contracts with one field, and what a comparison of two finds."""

from typing import Any

from msgspec.structs import replace

from fakie_schemas.catalog.drift import Contract, compare


def contract(rule: dict[str, Any] | None = None, *, required: bool = False, **facts: Any) -> Contract:
    """Write a contract with one field `input.f` that has a rule (None: there is no such field)."""
    given: dict[str, Any] = {"type": "object", "properties": {} if rule is None else {"f": rule}}
    if required:
        given["required"] = ["f"]
    common = {
        "endpoint": {"method": "POST", "path": "/api/v1/jobs/createTask"},
        "codes": [{"code": 200, "label": "Success"}],
        "provenance": {"title": "A model"},
        "examples": {"request": {}, "answer": {}},
    }
    answer = {"properties": {"data": {"properties": {"taskId": {"type": "string"}}}}}
    return Contract("acme", {"properties": {"input": given}}, answer, common | facts)


def answering(rule: dict[str, Any]) -> Contract:
    """Write a contract whose success answer has one field `f` that has a rule."""
    return replace(contract(), answer={"properties": {"f": rule}})


def found(old: Contract, new: Contract) -> list[tuple[str, str, str]]:
    return [(one.severity, one.place, one.what) for one in compare(old, new)]
