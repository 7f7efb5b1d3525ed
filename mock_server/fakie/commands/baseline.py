"""`fakie baseline`: drafts the file of known differences from a report."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

import fakie_schemas
from fakie.commands.options import SavedPath, table_options
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.schema.words import counted


@click.command()
@click.argument("report", type=SavedPath(path_type=Path, exists=True, dir_okay=False))
@table_options("baseline", required=("reason", "out"))
def baseline(report: Path, reason: str, only: str | None, out: Path) -> None:
    """Accept the findings of REPORT, the JSON of `fakie test` or `fakie check-traffic`, as known differences."""
    from fakie_contract.report.baseline import Baseline, fits

    if not reason.strip():
        raise ConfigurationError("--reason: expected why these differences are accepted, not an empty text")
    findings = list(_findings(report))
    wanted = [one for one in findings if only is None or fits(one.get("case") or one["place"], only)]
    if findings and not wanted:
        raise ConfigurationError(f"--only: none of {counted(len(findings), 'finding')} is of a case like {only!r}")
    before = Baseline.load(out) if out.exists() else Baseline(today=date.today())
    after = before.joined(wanted, reason.strip())
    after.write(out)
    fresh = len(set(after.known) - set(before.known))
    click.echo(f"{fresh} new of {counted(len(after.known), 'known difference')} in {out}")


def _findings(report: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the findings of a run, by case, or of judged traffic, which has no cases."""
    try:
        data = fakie_schemas.read_json(report)
        results = data.get("results", [data])
        for finding in (one for result in results for one in result["findings"]):
            if not all(isinstance(finding[name], str) for name in ("severity", "place", "got")):
                raise TypeError("a finding has severity, place and got")
            yield finding
    except OSError as error:
        raise ConfigurationError(f"{report} cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError):
        works = "expected JSON of `fakie test --report FILE` or `fakie check-traffic --json`"
        raise ConfigurationError(f"{report} is not a report of fakie; {works}") from None
