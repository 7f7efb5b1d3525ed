"""`fakie check-traffic`: judge recorded traffic against the contract, without any network."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from fakie.commands.catalog_models import print_broken
from fakie.commands.options import SavedPath, table_options
from fakie.commands.terminal import show_table
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.rules.difference import FAILING, INFO, SEVERITIES, Severity
from fakie_schemas.schema.words import counted
from fakie_schemas.severities import Severities


@click.command("check-traffic")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=SavedPath(path_type=Path))
@table_options("check-traffic")
def check_traffic(
    files: tuple[Path, ...],
    host: str | None,
    fail_on: str,
    baseline: Path | None,
    docs: Docs | None,
    profile: str,
    schemas: Path | None,
    severity: tuple[tuple[str, Severity | None], ...],
    severities: Path | None,
    as_json: bool,
) -> None:
    """Judge recorded traffic: HAR files, VCR cassettes, what mocks record, fakie's own, or folders of them.

    Exit code 0: nothing that breaks anybody; 1: something breaking; 2: something cannot be read to its end, or nothing
    was judged.
    """
    # The suite's validators are slow to import: no other command should wait for them.
    from fakie_contract.report.baseline import Baseline
    from fakie_contract.traffic.check import check
    from fakie_contract.traffic.judging import TrafficJudge

    weights = Severities.read(severity, severities)
    accepted = Baseline.load(baseline) if baseline else Baseline()
    expected = Profile.load(profile)
    catalog = Catalog.shipped(schemas, docs or expected.docs)
    if schemas is not None:
        print_broken(catalog)
    checked = check(files, TrafficJudge(catalog, host, expected))
    report = checked.as_dict()
    report["findings"] = _weighed(report["findings"], weights)
    for finding in report["findings"]:
        match = accepted.match(finding)
        finding["accepted"] = f"{match.reason} ({match.date})" if match else None
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _show(report)
    if not report["judged"] and not checked.problems:
        click.echo("fakie: nothing was judged; is it the right file, and the right --host?", err=True)
    for one in checked.problems:
        click.echo(f"fakie: {one.file}: {one.problem}", err=True)
    if checked.problems or not report["judged"]:
        raise SystemExit(2)
    if any(one["severity"] in FAILING[fail_on] and not one["accepted"] for one in report["findings"]):
        raise SystemExit(1)


def _weighed(findings: list[dict[str, Any]], weights: Severities) -> list[dict[str, Any]]:
    """Return findings as the user weighs them, without those that are switched off, the worst first."""
    told = [{**one, "severity": weights.of(one["rule"], one["severity"])} for one in findings]
    return sorted((one for one in told if one["severity"]), key=lambda one: SEVERITIES.index(one["severity"]))


def _show(report: Mapping[str, Any]) -> None:
    if report["findings"]:
        show_table(
            ("severity", "count", "where", "place", "expected", "got", "first in"), map(_row, report["findings"])
        )
        click.echo()
    if report["not_judged"]:
        rows = [(str(one["count"]), one["reason"]) for one in report["not_judged"]]
        show_table(("not judged", "why"), rows)
        click.echo()
    click.echo(
        f"{counted(report['exchanges'], 'exchange')} in {counted(len(report['files']), 'file')}, {_sums(report)}"
    )


def _row(finding: Mapping[str, Any]) -> tuple[str, ...]:
    where = " ".join(filter(None, (finding["endpoint"], finding["model"])))
    severity = f"known since {finding['since']}" if finding["known"] else finding["severity"]
    if finding["accepted"] and not finding["known"]:
        severity = "accepted"
    got = f"{finding['rule']}: {finding['got']}"
    return (
        severity,
        str(finding["count"]),
        where,
        finding["place"],
        finding["expected"],
        got,
        finding["example"]["origin"],
    )


def _sums(report: Mapping[str, Any]) -> str:
    counts = {severity: [one for one in report["findings"] if one["severity"] == severity] for severity in SEVERITIES}
    known = sum(one["known"] for one in counts[INFO])
    left_out = (
        f"; {counted(report['findings_left_out'], 'more finding')} left out" if report["findings_left_out"] else ""
    )
    sums = ", ".join(f"{len(found)} {severity}" for severity, found in counts.items())
    accepted = sum(one["accepted"] is not None for one in report["findings"])
    told = f"{known} known" + (f"; {accepted} accepted" if accepted else "")
    return f"{report['judged']} judged: {sums} ({told}){left_out}"
