"""The report of a run as JSON data; its form is `formats/report.schema.json` of fakie_schemas."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import to_builtins
from msgspec.structs import asdict

from fakie_contract.checks.in_words import in_words
from fakie_contract.report.answer_table import answer_lines
from fakie_contract.report.causes import causes
from fakie_contract.report.code_table import code_lines
from fakie_contract.report.field_table import field_lines
from fakie_contract.report.result import Result
from fakie_contract.report.scope import FULL, Gap, gaps
from fakie_contract.report.selection import Selection
from fakie_contract.report.verdict import RunVerdict
from fakie_contract.sources import endpoint_page
from fakie_contract.subjects import page_of, subjects_of
from fakie_schemas import format_schema
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.rules.difference import FAILING, SEVERITIES, Difference
from fakie_schemas.rules.table import rules
from fakie_schemas.version import __version__

FORMAT_VERSION = 1
_ENDINGS = ("held", "findings", "not_provokable", "not_run")


def as_data(
    results: Sequence[Result],
    catalog: Catalog | None,
    run: Mapping[str, Any],
    verdict: RunVerdict | None = None,
) -> dict[str, Any]:
    """Write the report.

    `run` holds target, profile, scope, started, seconds, bill, selection, and `mirrors`: whether the code was expected
    as the HTTP status; `could_not_run` with the reason when it could not, and `interrupted` with the reason when it was
    stopped before its end.
    """
    verdict = verdict or RunVerdict()
    counts: Counter[str] = Counter(result.ending for result in results)
    differences = _differences(results, verdict)
    own = run.get("target", {}).get("kind") == "fake"
    selection = run.get("selection") or Selection().as_dict()
    left_out = frozenset(selection["by_cheapest"])
    missing = gaps(results)
    return {
        "format_version": FORMAT_VERSION,
        "fakie": __version__,
        "target": run.get("target", {}),
        "profile": run.get("profile", ""),
        "revisions": _revisions(catalog) if catalog else {},
        "started": run.get("started", ""),
        "seconds": round(run.get("seconds", 0.0), 3),
        "scope": run.get("scope") or FULL,
        "verdict": _verdict(run, differences, missing),
        "reason": run.get("could_not_run", "") or run.get("interrupted", ""),
        "complete": not (run.get("could_not_run") or run.get("interrupted") or missing),
        "unjudged": [gap.as_dict() for gap in missing],
        "in_words": _in_words(results, catalog) if catalog else [],
        "interrupted": run.get("interrupted", ""),
        "fail_on": verdict.fail_on,
        "compared": own or any(result.fake is not None for result in results),
        "counts": {ending: counts[ending] for ending in _ENDINGS},
        "differences": differences,
        "causes": list(causes(results, catalog, verdict, mirrors=run.get("mirrors", False))),
        "codes": [asdict(line) for line in code_lines(results, catalog, own=own, left_out=left_out)] if catalog else [],
        "fields": _fields(results, catalog, own=own),
        "bill": run.get("bill"),
        "baseline": _baseline(results, verdict),
        "selection": selection,
        "pages": list(_pages(results, catalog)) if catalog else [],
        "results": [{**result.as_dict(), "findings": _findings(result, verdict)} for result in results],
    }


def text(data: Mapping[str, Any]) -> str:
    """Write the report as JSON text."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


@cache
def own_words() -> frozenset[str]:
    """Return the words of the form itself: its names, what stands for endings and severities, and the rules' ids."""
    return frozenset(_words_of(format_schema("report"))).union(rules())


def _words_of(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        yield from schema.get("properties", {})
        yield from (word for word in schema.get("enum", ()) if isinstance(word, str))
    for part in schema.values() if isinstance(schema, Mapping) else schema if isinstance(schema, list) else ():
        yield from _words_of(part)


def _verdict(run: Mapping[str, Any], differences: Mapping[str, int], missing: Sequence[Gap]) -> str:
    if run.get("could_not_run"):
        return "could_not_run"
    if any(differences[severity] for severity in FAILING["any"]):
        return "findings"
    if run.get("interrupted"):
        return "interrupted"
    return "incomplete" if missing else "holds"


def _differences(results: Sequence[Result], verdict: RunVerdict) -> dict[str, int]:
    counts = Counter(
        "known" if verdict.known(finding) else finding.severity for result in results for finding in result.findings
    )
    return {name: counts[name] for name in (*SEVERITIES, "known")}


def _findings(result: Result, verdict: RunVerdict) -> list[dict[str, Any]]:
    return [
        {**finding.as_dict(), "known_of_the_wire": finding.known, "known": _known(finding, verdict)}
        for finding in result.findings
    ]


def _known(finding: Difference, verdict: RunVerdict) -> dict[str, str] | None:
    known = verdict.known(finding)
    return {"reason": known.reason, "date": known.date} if known else None


def _fields(results: Sequence[Result], catalog: Catalog | None, *, own: bool) -> dict[str, Any]:
    if catalog is None:
        return {"request": [], "answers": []}
    return {
        "request": [to_builtins(line) for line in field_lines(results, catalog, own=own)],
        "answers": [asdict(line) for line in answer_lines(results, catalog, own=own)],
    }


def _baseline(results: Sequence[Result], verdict: RunVerdict) -> list[dict[str, Any]]:
    findings = [finding.as_dict() for result in results for finding in result.findings]
    ended = [result.case for result in results if result.ending in ("held", "findings")]
    return [told.as_dict() for told in verdict.baseline.told(findings, ended)]


def _pages(results: Sequence[Result], catalog: Catalog) -> Iterator[dict[str, Any]]:
    """Name the pages that a run judged by, so that a line of one can be found."""
    models = {result.model for result in results}
    pages = {subject: page_of(catalog, subject) for subject in subjects_of(catalog) if subject in models}
    shared = {name: endpoint_page(name) for name in ("record-info", "credit")}
    for name, page in {**pages, **shared}.items():
        if page:
            told = page.facts["provenance"]
            yield {"name": name, "date": page.date, **{key: told[key] for key in ("title", "url", "sha256")}}


def _in_words(results: Sequence[Result], catalog: Catalog) -> list[dict[str, Any]]:
    """Name the rules across fields of what was judged that no case tries, since pages state them in words."""
    judged = {result.model for result in results}
    pages = [page_of(catalog, subject) for subject in subjects_of(catalog) if subject in judged]
    return [one.as_dict() for page in pages if page for one in in_words(page)]


def _revisions(catalog: Catalog) -> dict[str, str]:
    pinned = ((subject, page_of(catalog, subject)) for subject in subjects_of(catalog))
    return {model: revision.date for model, revision in pinned if revision}
