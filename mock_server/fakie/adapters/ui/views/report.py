"""A report of the contract suite, opened."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from fakie.adapters.ui.parts import Parts, Sight
from fakie.adapters.ui.visit import Visit
from fakie_schemas import format_schema
from fakie_schemas.catalog.validation import first_violation
from fakie_schemas.rules.difference import SEVERITIES
from fakie_schemas.validator import contract_validator

_FILE = "report"
_MOST = 200
_EXAMPLES = 3


def index(_: Parts, __: Visit) -> Sight:
    """Show the form that opens a report."""
    return _sight(None)


def opened(_: Parts, visit: Visit) -> Sight:
    """Show a report that was sent; it is kept nowhere."""
    try:
        return _sight(_read(visit.files.get(_FILE, b"")))
    except ValueError as error:
        return _sight(None, str(error))


def _sight(report: Mapping[str, Any] | None, wrong: str = "") -> Sight:
    results = report["results"] if report else []
    unjudged = [one for one in results if one["ending"] in {"not_provokable", "not_run"}]
    facts = {"report": report, "wrong": wrong, "kinds": _kinds(results)[:_MOST], "unjudged": unjudged[:_MOST]}
    return Sight("report.html.j2", "Report", facts, status=422 if wrong else 200)


def _read(content: bytes) -> Mapping[str, Any]:
    """Return the report that a file holds; raises ValueError with what is wrong with it."""
    works = "expected the file that `fakie test --report FILE` writes"
    try:
        report = json.loads(content.decode())
    except (ValueError, RecursionError):
        raise ValueError(f"this is not JSON; {works}" if content else f"no file was chosen; {works}") from None
    violation = first_violation(contract_validator(format_schema("report")), report)
    if violation:
        raise ValueError(f"this is not a report of fakie: {violation.field}: {violation.rule}; {works}")
    return dict(report)


def _kinds(results: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the findings that are alike as one, the gravest first, those that are known last."""
    found: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for result in results:
        for finding in result["findings"]:
            key = (finding["severity"], finding["rule"], finding["place"], finding["expected"])
            found.setdefault(key, []).append(finding)
    kinds = [{"first": alike[0], "times": len(alike), "examples": alike[:_EXAMPLES]} for alike in found.values()]
    return sorted(
        kinds, key=lambda kind: (kind["first"]["known"] is not None, SEVERITIES.index(kind["first"]["severity"]))
    )
