"""A report of the contract suite, opened."""

import json
from collections.abc import Mapping
from typing import Any

from fakie.adapters.ui.parts import Parts, Sight
from fakie.adapters.ui.visit import Visit
from fakie_schemas import format_schema
from fakie_schemas.catalog.validation import first_violation
from fakie_schemas.rules.finding_groups import grouped
from fakie_schemas.validator import contract_validator

_FILE = "report"
_MOST = 200


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
    kinds = grouped(finding for result in results for finding in result["findings"])
    # What is known is no news.
    kinds.sort(key=lambda kind: kind.known is not None)
    facts = {"report": report, "wrong": wrong, "kinds": kinds[:_MOST], "unjudged": unjudged[:_MOST]}
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
