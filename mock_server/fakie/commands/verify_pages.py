"""`fakie verify-pages`: whether fresh pages still say what the shipped revisions say."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

import fakie_schemas
from fakie.commands.compiling import derive_pages
from fakie.commands.contracts import FACTS, contract_of, read_revision
from fakie.commands.diff import show_findings
from fakie.commands.terminal import counted, show_table
from fakie_schemas.catalog.drift import SEVERITIES, Change, compare
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.rules.difference import INFO

if TYPE_CHECKING:
    from fakie_schemas.compiler import DerivedRevision
    from fakie_schemas.compiler.market import Market

FORMAT_VERSION = 1
Status = Literal["holds", "suspect", "new"]


@dataclass(frozen=True)
class Verdict:
    """What a page says of its revision: it holds (but for words), is suspect, or there is none yet."""

    status: Status
    name: str
    page: str
    revision: str | None = None
    findings: list[Change] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON data."""
        return {**vars(self), "findings": [finding.as_dict() for finding in self.findings]}


@click.command("verify-pages")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
def verify_pages(folder: Path, as_json: bool) -> None:
    """Derive the pages in DIR again and tell which shipped revisions they no longer agree with.

    Exit code 0: all hold (new models are listed); 1: some revision is suspect; 2: some page cannot be read.
    """
    market = derive_pages(folder)
    if not market.revisions and not market.failed:
        raise ConfigurationError(f"{folder}: expected doc pages (*.md) that document an endpoint; there are none")
    verdicts = [_verdict(page.relative_to(folder), revision) for page, revision in market.revisions.items()]
    if as_json:
        click.echo(json.dumps(_as_data(verdicts, market), ensure_ascii=False, indent=2))
    else:
        _show(verdicts, market)
    for error in market.failed:
        click.echo(f"fakie: {error}", err=True)
    if market.failed:
        raise SystemExit(2)
    if any(verdict.status == "suspect" for verdict in verdicts):
        raise SystemExit(1)


def _verdict(page: Path, revision: "DerivedRevision") -> Verdict:
    shipped = fakie_schemas.data_folder("revisions").joinpath(revision.name)
    contracts = {file: read_revision(file) for file in sorted(shipped.glob(f"*{FACTS}"))}
    if not contracts:
        return Verdict("new", revision.name, str(page))
    # The revision of this very page, else the latest one.
    sha256 = revision.facts["provenance"]["sha256"]
    same = [file for file, contract in contracts.items() if contract.facts["provenance"]["sha256"] == sha256]
    file = (same or list(contracts))[-1]
    findings = compare(contracts[file], contract_of(revision))
    suspect = any(finding.severity != SEVERITIES[INFO] for finding in findings)
    date = file.name.removesuffix(FACTS)
    return Verdict("suspect" if suspect else "holds", revision.name, str(page), date, findings)


def _as_data(verdicts: list[Verdict], market: "Market") -> dict[str, Any]:
    counts = Counter(verdict.status for verdict in verdicts)
    return {
        "format_version": FORMAT_VERSION,
        "counts": {status: counts[status] for status in ("holds", "suspect", "new")},
        "verdicts": [verdict.as_dict() for verdict in verdicts],
        "guides": len(market.guides),
        "unreadable": [str(error) for error in market.failed],
    }


def _show(verdicts: list[Verdict], market: "Market") -> None:
    changed = [verdict for verdict in verdicts if verdict.status != "holds"]
    if changed:
        rows = [(one.status, one.name, one.revision or "", one.page) for one in changed]
        show_table(("status", "model", "revision", "page"), rows)
    findings = [one for verdict in changed for one in verdict.findings if one.severity != SEVERITIES[INFO]]
    if findings:
        show_findings(findings)
    counts = _as_data(verdicts, market)["counts"]
    pages = counted(len(verdicts), "page")
    click.echo(f"{pages}: {counts['holds']} hold, {counts['suspect']} suspect, {counts['new']} new")
