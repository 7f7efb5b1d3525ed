"""The report of a run as JSON data; its form is `report.schema.json`, beside this module."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fakie.catalog.catalog import Catalog
from fakie.version import __version__
from fakie_contract.engine import Result

FORMAT_VERSION = 1
_ENDINGS = ("held", "findings", "not_provokable", "not_run")


@dataclass(frozen=True)
class CodeLine:
    """One code of one model: does the page document it, did the target send it, did a case verify it, if not why."""

    model: str
    code: int
    documented: bool
    emitted: bool
    verified: bool
    why: str


def code_lines(results: Sequence[Result], catalog: Catalog) -> list[CodeLine]:
    """Give the table of codes: each model's documented ones, and what else the target sent."""
    lines = []
    for model in catalog.models:
        revision = catalog.served(model)
        of_model = [result for result in results if result.model == model]
        if revision is None or not of_model:
            continue
        emitted = {code for result in of_model for code in result.emitted}
        for code in sorted({*revision.codes, *emitted}):
            lines.append(_line(model, code, of_model, code in revision.codes, code in emitted))
    return lines


def _line(model: str, code: int, results: Sequence[Result], documented: bool, emitted: bool) -> CodeLine:
    mine = [result for result in results if result.code == code]
    verified = any(result.ending == "held" for result in mine)
    if not documented:
        why = "not documented"
    elif any(result.ending == "findings" for result in mine):
        why = "see the findings"
    elif verified:
        why = ""
    else:
        reasons = dict.fromkeys(f"{result.ending.replace('_', ' ')}: {result.reason}" for result in mine)
        why = "; ".join(reasons) or "no case was run"
    return CodeLine(model, code, documented, emitted, verified, why)


def as_data(results: Sequence[Result], catalog: Catalog | None, run: Mapping[str, Any]) -> dict[str, Any]:
    """Write the report; `run` holds target, profile, seconds, and `could_not_run` with the reason when it could not."""
    counts: Counter[str] = Counter(result.ending for result in results)
    findings = counts["findings"] > 0
    reason = run.get("could_not_run", "")
    lines = code_lines(results, catalog) if catalog else []
    return {
        "format_version": FORMAT_VERSION,
        "fakie": __version__,
        "target": run.get("target", {}),
        "profile": run.get("profile", ""),
        "revisions": _revisions(catalog) if catalog else {},
        "seconds": round(run.get("seconds", 0.0), 3),
        "verdict": "could_not_run" if reason else "findings" if findings else "holds",
        "reason": reason,
        "counts": {ending: counts[ending] for ending in _ENDINGS},
        "codes": [asdict(line) for line in lines],
        "results": [result.as_dict() for result in results],
    }


def write(file: Path, data: Mapping[str, Any]) -> None:
    """Write the report to a file, its folder made if need be."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def text_table(lines: Iterable[CodeLine]) -> list[str]:
    """Write the table of codes as text, one line each."""
    rows: list[tuple[str, ...]] = [("model", "code", "documented", "emitted", "verified", "why not")]
    rows += [
        (
            line.model,
            str(line.code),
            *(_tick(known) for known in (line.documented, line.emitted, line.verified)),
            line.why,
        )
        for line in lines
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    ]


def _tick(known: bool) -> str:
    return "yes" if known else "-"


def _revisions(catalog: Catalog) -> dict[str, str]:
    pinned = ((model, catalog.served(model)) for model in catalog.models)
    return {model: revision.date for model, revision in pinned if revision}
